"""Every value in an answer, at whatever depth, and the answer with another one in its place."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.bfcl.render import Answer
from inftool_env.core.message import ToolCall
from inftool_env.core.schema import JsonValue

MOST_DEEP = 8
"""Containers in containers that are looked into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands in an answer."""

    call: int
    path: tuple[str | int, ...]
    value: JsonValue


def places(answer: Answer) -> Iterator[Place]:
    """Every value in the answer, containers before what they hold."""
    waiting = [
        Place(call=at, path=(name,), value=value)
        for at, call in reversed(tuple(enumerate(answer)))
        for name, value in reversed(call.arguments.items())
    ]
    while waiting:
        place = waiting.pop()
        yield place
        if len(place.path) > MOST_DEEP:
            continue
        inner = place.value
        members = (
            inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ()
        )
        waiting += [
            Place(call=place.call, path=(*place.path, key), value=value)
            for key, value in reversed(tuple(members))
        ]


def put(answer: Answer, place: Place, value: JsonValue) -> Answer:
    """The answer with another value there."""
    call = answer[place.call]
    arguments = _with(call.arguments, place.path, value)
    return swap(answer, place.call, replace(call, arguments=arguments))


def swap(answer: Answer, at: int, *calls: ToolCall) -> Answer:
    """The answer with these calls in place of one of its own."""
    return (*answer[:at], *calls, *answer[at + 1 :])


def _with(container: JsonValue, path: tuple[str | int, ...], value: JsonValue) -> JsonValue:
    if not path:
        return value
    key, *rest = path
    changed = container.copy()
    changed[key] = _with(container[key], tuple(rest), value)
    return changed
