"""What time it is in a world: a moment fixed by the seed, moved on by every change, never back."""

from datetime import UTC, datetime, timedelta

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.seeds import derive_seed
from inftool_env.world.shapes import kind_of
from inftool_env.world.wall import split_of

_EARLIEST = datetime(2031, 1, 1, tzinfo=UTC)
"""Later than any date that first rows hold."""
_SPREAD_MINUTES = 180 * 24 * 60
_TICK = timedelta(minutes=2)
_TRIES = 100
"""Seconds or days that are passed over to find one on the right side of the wall; less than a tick of seconds."""


def stamp(schema: JsonObject, seed: int, ticks: int, split: Split) -> JsonValue:
    """The time after so many ticks of a world, as a column spells it: a date-time, a date, or seconds since 1970.

    A later tick never gives an earlier time.
    """
    start = _EARLIEST + timedelta(minutes=derive_seed(seed, "clock") % _SPREAD_MINUTES)
    moment = start + ticks * _TICK
    kind, shape = kind_of(schema), schema.get("format")
    step = timedelta(days=1) if shape == "date" else timedelta(seconds=1)
    spelled: JsonValue = None
    for tries in range(_TRIES):
        at = moment + tries * step
        if kind in ("integer", "number"):
            spelled = int(at.timestamp())
        else:
            spelled = at.strftime("%Y-%m-%d" if shape == "date" else "%Y-%m-%dT%H:%M:%SZ")
        if split_of(spelled) in (None, split):
            break
    return spelled
