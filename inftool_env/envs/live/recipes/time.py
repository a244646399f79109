"""``mcp-server-time``: no data at all, but a clock and the names of time zones."""

import random
from pathlib import Path

from inftool_env.core.scenario import Split
from inftool_env.envs.live.recipe import Known, Recipe
from inftool_env.world.wall import split_of

_ZONES = (
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "Africa/Nairobi",
    "America/Anchorage",
    "America/Bogota",
    "America/Chicago",
    "America/Denver",
    "America/Halifax",
    "America/Lima",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Toronto",
    "Asia/Bangkok",
    "Asia/Dhaka",
    "Asia/Dubai",
    "Asia/Hong_Kong",
    "Asia/Jakarta",
    "Asia/Karachi",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Manila",
    "Asia/Seoul",
    "Asia/Singapore",
    "Asia/Tashkent",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Atlantic/Reykjavik",
    "Australia/Brisbane",
    "Australia/Perth",
    "Australia/Sydney",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/Istanbul",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Oslo",
    "Europe/Paris",
    "Europe/Rome",
    "Europe/Vienna",
    "Europe/Warsaw",
    "Pacific/Auckland",
    "Pacific/Fiji",
    "Pacific/Honolulu",
)
_TIMES = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(0, 60, 5))


def prepare(folder: Path, rng: random.Random, split: Split) -> Known:  # noqa: ARG001 - there is nothing to store
    """The zones and the times of day on that side, in an order of the world's own."""
    zones = [zone for zone in _ZONES if split_of(zone) is split]
    times = [time for time in _TIMES if split_of(time) is split]
    rng.shuffle(zones)
    rng.shuffle(times)
    return Known(
        values={
            "timezone": tuple(zones),
            "source_timezone": tuple(zones),
            "target_timezone": tuple(reversed(zones)),
            "time": tuple(times),
        }
    )


def digest(folder: Path) -> str:  # noqa: ARG001 - the recipes' signature
    """Nothing can change."""
    return ""


RECIPE = Recipe(
    name="time",
    programs=("mcp-server-time", "mcp_server_time"),
    arguments=("--local-timezone", "Etc/UTC"),
    prepare=prepare,
    digest=digest,
    keeps_nothing=True,
)
