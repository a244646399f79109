"""Right answers with one value changed: each a function of the answer, the item and a seeded generator.

None is given back where there is no such value. The value may stand at any depth.
"""

from collections.abc import Callable
from random import Random

from benchmarks.bfcl.places import places, put
from benchmarks.bfcl.render import Answer, Rendering
from inftool_env.core.schema import JsonValue


def _change(
    answer: Answer, rng: Random, fits: Callable[[JsonValue], bool], other: Callable[[JsonValue], JsonValue]
) -> Answer | None:
    """The answer with one of the values that fit changed."""
    fitting = [place for place in places(answer) if fits(place.value)]
    if not fitting:
        return None
    place = rng.choice(fitting)
    return put(answer, place, other(place.value))


def _is_whole(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def wrong_type(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A value is wrapped into a list, or a list is unwrapped."""
    return _change(
        answer,
        rng,
        lambda value: value != [],
        lambda value: value[0] if isinstance(value, list) else [value],
    )


def null_value(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A value is null."""
    return _change(answer, rng, lambda value: value is not None, lambda _: None)


def off_by_one(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A whole number is one more or one less."""
    return _change(answer, rng, _is_whole, lambda value: value + rng.choice((-1, 1)))


def float_noise(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A float is a little more."""
    return _change(
        answer, rng, lambda value: isinstance(value, float), lambda value: value * (1 + 1e-6) + 1e-9
    )


def int_for_float(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A float without a fraction is written as a whole number: 5 for 5.0."""
    return _change(answer, rng, lambda value: isinstance(value, float) and value.is_integer(), int)


def float_for_int(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A whole number is written as a float: 5.0 for 5."""
    return _change(answer, rng, _is_whole, float)


def number_as_text(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A number stands in quotes."""
    return _change(answer, rng, lambda value: _is_whole(value) or isinstance(value, float), str)


def flipped_boolean(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A truth value is the other one."""
    return _change(answer, rng, lambda value: isinstance(value, bool), lambda value: not value)


def boolean_as_text(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A truth value stands in quotes."""
    return _change(answer, rng, lambda value: isinstance(value, bool), lambda value: str(value).lower())


def changed_text(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A text says something else."""
    changes: tuple[Callable[[str], str], ...] = (
        lambda text: f"{text}x",
        lambda text: f"new {text}",
        lambda text: text[:-1],
        lambda _: "Zorkville",
    )
    return _change(answer, rng, lambda value: isinstance(value, str) and value != "", rng.choice(changes))


def respelled_text(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A text has other case, spaces or light marks."""

    def spellings(value: JsonValue) -> list[str]:
        if not isinstance(value, str) or value == "":
            return []
        others = (
            value.upper(),
            value.lower(),
            value.replace(" ", "_"),
            value.replace(",", ""),
            f"{value}.",
            value.replace("-", " "),
        )
        return [other for other in others if other != value]

    return _change(
        answer, rng, lambda value: bool(spellings(value)), lambda value: rng.choice(spellings(value))
    )


def padded_text(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A text has a mark that matters: it is a question, or stands in brackets."""
    return _change(
        answer,
        rng,
        lambda value: isinstance(value, str) and value != "",
        rng.choice((lambda text: f"{text}?", lambda text: f"({text})")),
    )


def list_order(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A list is in another order."""
    return _change(
        answer, rng, lambda value: isinstance(value, list) and value != value[::-1], lambda value: value[::-1]
    )


def dropped_element(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A list lacks one of its elements."""

    def drop(value: JsonValue) -> JsonValue:
        at = rng.randrange(len(value))
        return value[:at] + value[at + 1 :]

    return _change(answer, rng, lambda value: isinstance(value, list) and value != [], drop)


def added_element(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A list has one of its elements twice."""
    return _change(
        answer, rng, lambda value: isinstance(value, list) and value != [], lambda value: [*value, value[0]]
    )


def changed_member(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A member of an object is renamed, left out, or has another value."""

    def change(value: JsonValue) -> JsonValue:
        name = rng.choice(list(value))
        rest = {other: one for other, one in value.items() if other != name}
        return rng.choice((rest, {**rest, f"{name}_": value[name]}, {**rest, name: "Zorkville"}))

    return _change(answer, rng, lambda value: isinstance(value, dict) and bool(value), change)
