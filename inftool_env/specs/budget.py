"""Tools small enough for a prompt: parameters are cut back until a tool fits its budget of tokens.

It goes in rounds, from what is missed least to what is missed most, and in each round the largest parameter
gives way first, an optional one sooner than a required one: examples and long descriptions within parameters;
their optional properties from the deepest level up, and alternatives, which become one object that allows any
of them; all that is inside optional parameters; whole optional parameters; and last what is optional inside
required ones. What a call must carry is never left out, and of what stays every value that the document
allows is still allowed.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from heapq import heapify, heappop, heappush

from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.tool import ToolSpec
from inftool_env.specs.merge import any_of, merge_all, types_of, unite, with_types
from inftool_env.specs.text import leading_sentences

MAX_TOOL_TOKENS = 1200
"""Of one tool as a policy reads it, by the estimate of ``count_tokens``."""

_CHARACTERS_PER_TOKEN = 4
_SHORT_DESCRIPTION = 60
_FEW_ALTERNATIVES = 4
_FEW_VALUES = 20
_OPTIONAL_WEIGHT = 2
_OBJECT_KEYS = ("properties", "required", "additionalProperties")
_NESTED = ("items", "additionalProperties")

_Step = Callable[[JsonObject], JsonObject]


def count_tokens(tool: ToolSpec) -> int:
    """The tokens of a tool's name, description and parameters: four characters of compact JSON are one."""
    return -(-_length(tool.to_openai()["function"]) // _CHARACTERS_PER_TOKEN)


def fit_tool(tool: ToolSpec, *, max_tokens: int = MAX_TOOL_TOKENS) -> ToolSpec:
    """The tool, with parameters cut back to ``max_tokens`` tokens, or as near as its required ones allow."""
    spare = max_tokens * _CHARACTERS_PER_TOKEN - _length(tool.to_openai()["function"])
    if spare >= 0:
        return tool
    required = frozenset(tool.required)
    kept = _cut_back(tool.properties, required, -spare)
    return replace(
        tool,
        parameters={**tool.parameters, "properties": kept},
        wire={name: wire for name, wire in tool.wire.items() if name in kept},
    )


def _cut_back(
    properties: dict[str, JsonObject], required: frozenset[str], excess: int
) -> dict[str, JsonObject]:
    """The properties that stay, at least ``excess`` characters shorter in all where that can be."""
    result = dict(properties)
    optional = [name for name in properties if name not in required]
    for names, steps in (
        (list(properties), _NOTES),
        (list(properties), _INNER),
        (optional, _OUTER),
        (optional, (None,)),
        ([name for name in properties if name in required], _LAST),
    ):
        excess = _play_round(result, names, steps, required, excess)
    return result


def _play_round(
    properties: dict[str, JsonObject],
    names: Sequence[str],
    steps: "Sequence[_Step | None]",
    required: frozenset[str],
    excess: int,
) -> int:
    """Take steps, the largest of the named properties first, until all is short enough; what is still over."""
    lengths = {name: _length(properties[name]) for name in names}

    def entry(name: str, order: int, step: int) -> tuple[int, int, int, str]:
        weight = lengths[name] * (1 if name in required else _OPTIONAL_WEIGHT)
        return -weight, order, step, name

    largest_first = [entry(name, order, 0) for order, name in enumerate(names)]
    heapify(largest_first)
    while excess > 0 and largest_first:
        _, order, at, name = heappop(largest_first)
        step = steps[at]
        if step is None:
            del properties[name]
            excess -= lengths[name] + _length(name) + len(":,")
            continue
        before, properties[name] = properties[name], step(properties[name])
        shorter = lengths[name] if properties[name] == before else _length(properties[name])
        excess -= lengths[name] - shorter
        lengths[name] = shorter
        if at + 1 < len(steps):
            heappush(largest_first, entry(name, order, at + 1))
    return excess


def _length(value: JsonValue) -> int:
    return len(canonical(value))


def _rewrite(schema: JsonObject, rule: Callable[[JsonObject, int], JsonObject], depth: int = 0) -> JsonObject:
    """The schema with the rule applied to every schema in it, the inner ones first.

    Args:
        schema: Cleaned.
        rule: Takes a schema and the number of properties that lead to it.
        depth: Of ``schema``.
    """
    result = dict(schema)
    for key in _NESTED:
        if isinstance(result.get(key), dict):
            result[key] = _rewrite(result[key], rule, depth + (key != "items"))
    if "properties" in result:
        result["properties"] = {
            name: _rewrite(inner, rule, depth + 1) for name, inner in result["properties"].items()
        }
    if "anyOf" in result:
        options = any_of([_rewrite(option, rule, depth) for option in result.pop("anyOf")])
        result = merge_all([result, options])  # Options cut alike may be one by now.
    return rule(result, depth)


def _shorten_descriptions(schema: JsonObject, depth: int, *, below: int, limit: int) -> JsonObject:
    if depth <= below or "description" not in schema:
        return schema
    text = leading_sentences(schema["description"], limit) if limit else ""
    rest = {key: value for key, value in schema.items() if key != "description"}
    return {**rest, "description": text} if text else rest


def _drop_examples(schema: JsonObject, depth: int, *, below: int) -> JsonObject:
    if depth <= below or "examples" not in schema:
        return schema
    return {key: value for key, value in schema.items() if key != "examples"}


def _drop_optional(schema: JsonObject, depth: int, *, from_depth: int, kept: int) -> JsonObject:
    """An object ``from_depth`` deep or deeper without its optional properties, but for the first plain few."""
    properties = schema.get("properties")
    if depth < from_depth or properties is None:
        return schema
    required = schema.get("required", ())
    optional = [name for name in properties if name not in required]
    plain = sorted(optional, key=lambda name: not _is_plain(properties[name]))
    gone = frozenset(plain[kept:])
    if not gone:
        return schema
    result = {key: value for key, value in schema.items() if key != "additionalProperties"}
    del result["properties"]
    if remaining := {name: inner for name, inner in properties.items() if name not in gone}:
        result["properties"] = remaining
    return result if "type" in result else with_types(result, ["object"])


def _is_plain(schema: JsonObject) -> bool:
    return schema.keys().isdisjoint(("properties", "anyOf", "items", "additionalProperties"))


def _unite(schema: JsonObject, _: int) -> JsonObject:
    """Many alternatives that are objects as one object with the members of all, the most shared first."""
    options = schema.get("anyOf", ())
    united = unite(schema) if len(options) > _FEW_ALTERNATIVES else None
    if united is None:
        return schema
    shared = Counter(name for option in options for name in option.get("properties", ()))
    names = sorted(united["properties"], key=lambda name: -shared[name])
    return {**united, "properties": {name: united["properties"][name] for name in names}}


def _bare_alternatives(schema: JsonObject, _: int) -> JsonObject:
    """Alternatives as the types they have."""
    options = schema.get("anyOf")
    if options is None:
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    types = list(dict.fromkeys(name for option in options for name in types_of(option)))
    return with_types(rest, types if all(types_of(option) for option in options) else [])


def _empty(schema: JsonObject, depth: int) -> JsonObject:
    """A list or an object of anything."""
    if depth or schema.keys().isdisjoint(("items", *_OBJECT_KEYS)):
        return schema
    result = {key: value for key, value in schema.items() if key not in _OBJECT_KEYS}
    return {**result, "items": {}} if "items" in result else result


def _drop_long_enums(schema: JsonObject, depth: int, *, below: int) -> JsonObject:
    values = schema.get("enum", ())
    if depth <= below or len(values) <= _FEW_VALUES:
        return schema
    rest = {key: value for key, value in schema.items() if key != "enum"}
    return {**rest, "examples": values[:2]}


def _step(rule: Callable[..., JsonObject], **settings: int) -> _Step:
    return partial(_rewrite, rule=partial(rule, **settings))


_NOTES: Sequence[_Step] = (
    _step(_drop_examples, below=0),
    _step(_shorten_descriptions, below=0, limit=_SHORT_DESCRIPTION),
    _step(_drop_optional, from_depth=3, kept=0),
    _step(_shorten_descriptions, below=1, limit=0),
    _step(_drop_long_enums, below=0),
    _step(_drop_optional, from_depth=2, kept=3),
)
_INNER: Sequence[_Step] = (
    _step(_unite),
    _step(_drop_optional, from_depth=1, kept=6),
    _step(_drop_optional, from_depth=0, kept=12),
    _step(_drop_optional, from_depth=1, kept=0),
    _step(_shorten_descriptions, below=0, limit=0),
    _step(_shorten_descriptions, below=-1, limit=_SHORT_DESCRIPTION),
    _step(_drop_long_enums, below=-1),
    _step(_drop_optional, from_depth=0, kept=5),
)
_OUTER: Sequence[_Step] = (
    _step(_drop_optional, from_depth=0, kept=2),
    _step(_bare_alternatives),
    _step(_drop_optional, from_depth=0, kept=0),
    _step(_empty),
)
_LAST: Sequence[_Step] = (
    _step(_drop_optional, from_depth=0, kept=0),
    _step(_bare_alternatives),
    _step(_drop_examples, below=-1),
)
"""Steps of one parameter in one round; None leaves it out."""
