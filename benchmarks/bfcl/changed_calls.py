"""Right answers with other calls or arguments: each a function of the answer, the item and a seeded generator.

None is given back where the change does not apply.
"""

from dataclasses import replace
from itertools import permutations
from random import Random

from benchmarks.bfcl.places import swap
from benchmarks.bfcl.render import Answer, Rendering
from inftool_env.core.message import ToolCall
from inftool_env.core.schema import JsonObject


def _leave_out(answer: Answer, item: Rendering, rng: Random, *, required: bool) -> Answer | None:
    choices = [
        (at, name)
        for at, call in enumerate(answer)
        for tool in [item.toolset.get(call.name)]
        for name in call.arguments
        if tool is not None and (name in tool.required) is required
    ]
    if not choices:
        return None
    at, name = rng.choice(choices)
    call = answer[at]
    return swap(answer, at, replace(call, arguments=_without(call.arguments, name)))


def _without(arguments: JsonObject, name: str) -> JsonObject:
    return {other: value for other, value in arguments.items() if other != name}


def unknown_tool(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A call names no tool that there is."""
    if not answer:
        return None
    at = rng.randrange(len(answer))
    return swap(answer, at, replace(answer[at], name=f"{answer[at].name}_v2"))


def swapped_tool(answer: Answer, item: Rendering, rng: Random) -> Answer | None:
    """A call names another tool of the item."""
    if not answer:
        return None
    at = rng.randrange(len(answer))
    others = [name for name in item.toolset.names if name != answer[at].name]
    return swap(answer, at, replace(answer[at], name=rng.choice(others))) if others else None


def missing_required(answer: Answer, item: Rendering, rng: Random) -> Answer | None:
    """An argument that the schema requires is left out."""
    return _leave_out(answer, item, rng, required=True)


def missing_optional(answer: Answer, item: Rendering, rng: Random) -> Answer | None:
    """An argument that the schema does not require is left out; whether it had to be given, the item says."""
    return _leave_out(answer, item, rng, required=False)


def unknown_argument(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A call has an argument that its tool does not know."""
    if not answer:
        return None
    at = rng.randrange(len(answer))
    return swap(answer, at, replace(answer[at], arguments={**answer[at].arguments, "verbosity": "high"}))


def empty_arguments(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A call has no arguments."""
    full = [at for at, call in enumerate(answer) if call.arguments]
    if not full:
        return None
    at = rng.choice(full)
    return swap(answer, at, replace(answer[at], arguments={}))


def exchanged_arguments(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """Two arguments of a call have each other's values."""
    pairs = [
        (at, one, other)
        for at, call in enumerate(answer)
        for one, other in permutations(call.arguments, 2)
        if one < other and call.arguments[one] != call.arguments[other]
    ]
    if not pairs:
        return None
    at, one, other = rng.choice(pairs)
    given = answer[at].arguments
    return swap(answer, at, replace(answer[at], arguments={**given, one: given[other], other: given[one]}))


def spelled_default(answer: Answer, item: Rendering, rng: Random) -> Answer | None:
    """An argument that was left out is given with the default that its schema names."""
    choices = [
        (at, name, schema["default"])
        for at, call in enumerate(answer)
        for tool in [item.toolset.get(call.name)]
        for name, schema in (tool.properties if tool is not None else {}).items()
        if name not in call.arguments and "default" in schema
    ]
    if not choices:
        return None
    at, name, default = rng.choice(choices)
    return swap(answer, at, replace(answer[at], arguments={**answer[at].arguments, name: default}))


def other_right_value(answer: Answer, item: Rendering, rng: Random) -> Answer | None:
    """An argument has another of the values that the item accepts."""
    choices = [
        (at, name, value)
        for at, (call, check) in enumerate(zip(answer, item.scenario.checks, strict=False))
        if check.call is not None
        for name, values in check.call.accepted.items()
        for value in values
        if name in call.arguments
    ]
    if not choices:
        return None
    at, name, value = rng.choice(choices)
    return swap(answer, at, replace(answer[at], arguments={**answer[at].arguments, name: value}))


def dropped_call(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """One of several calls is not made."""
    return swap(answer, rng.randrange(len(answer))) if len(answer) > 1 else None


def duplicated_call(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A call is made twice."""
    if not answer:
        return None
    at = rng.randrange(len(answer))
    return swap(answer, at, answer[at], answer[at])


def doubled_for_another(answer: Answer, _: Rendering, rng: Random) -> Answer | None:
    """A call is made twice, and another one of several not at all."""
    if len(answer) < 2:
        return None
    kept, lost = rng.sample(range(len(answer)), 2)
    return swap(answer, lost, answer[kept])


def extra_call(answer: Answer, item: Rendering, rng: Random) -> Answer | None:
    """A call is made that nobody asked for; the only one, where nothing should be called."""
    if not item.toolset.tools:
        return None
    tool = rng.choice(item.toolset.tools)
    call = ToolCall(name=tool.name, arguments=dict.fromkeys(tool.required, "Zorkville"))
    return (*answer, call)


def reordered_calls(answer: Answer, _: Rendering, __: Random) -> Answer | None:
    """Several calls are made in another order."""
    return answer[1:] + answer[:1] if len(set(map(repr, answer))) > 1 else None


def words_alone(answer: Answer, _: Rendering, __: Random) -> Answer | None:
    """Nothing is called; there is a text."""
    return () if answer else None
