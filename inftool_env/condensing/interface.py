"""Whether one tool's parameters and result can stand in for another's."""

from collections.abc import Iterable, Mapping, Sequence

from inftool_env.core.schema import JsonObject, canonical
from inftool_env.core.tool import ToolSpec
from inftool_env.specs.meaning import singular
from inftool_env.specs.merge import types_of
from inftool_env.specs.names import words

_MAX_DEPTH = 4
"""Levels of a schema that are compared."""
_STRUCTURES = {"object", "array"}
_MIN_SHARE = 0.8
"""Of the fields of a result that must be found again."""


def takes_calls_of(kept: ToolSpec, other: ToolSpec, nouns: Iterable[str]) -> str | None:
    """Why some call that ``other`` takes cannot be made to ``kept``; None when each can.

    Args:
        kept: The tool that would stand in.
        other: The tool that would go.
        nouns: Words of what both are about: ``pet_id`` of a pet is its ``id``.
    """
    pairs = match_names(tuple(kept.properties), tuple(other.properties), frozenset(nouns))
    for name, schema in other.properties.items():
        if name not in pairs:
            return f"nothing takes its '{name}'"
        if not _accepts(kept.properties[pairs[name]], schema, _MAX_DEPTH):
            return f"'{pairs[name]}' does not take the values of its '{name}'"
    given = {pairs[name] for name in other.required}
    for name in kept.required:
        if name not in given:
            return f"'{name}' is required, and its calls need not say it"
    return None


def tells_results_of(kept: ToolSpec, other: ToolSpec, *, share: float = _MIN_SHARE) -> str | None:
    """Why the result of ``kept`` says less than that of ``other``; None when it does not."""
    if not other.returns:
        return None
    fields = result_fields(other)
    if not kept.returns:
        return "its result is not described" if fields else None
    kinds = [_kind(tool.returns or {}) for tool in (kept, other)]
    if kinds[0] != kinds[1] and "" not in kinds:
        return f"its result is of type {kinds[1]}, not {kinds[0]}"
    told = len(fields & result_fields(kept))
    if fields and told < share * len(fields):
        return f"only {told} of the {len(fields)} fields of its result are found again"
    return None


def result_fields(tool: ToolSpec) -> frozenset[str]:
    """The names of what a tool's result holds, at every level, in one spelling."""
    found: set[str] = set()
    _gather_fields(tool.returns or {}, found, _MAX_DEPTH)
    return frozenset(found)


def match_names(kept: Sequence[str], other: Sequence[str], nouns: frozenset[str]) -> dict[str, str]:
    """Which of ``kept`` each of ``other`` stands for; those that stand for none are left out.

    >>> match_names(["id", "tags"], ["petId", "tag", "limit"], frozenset({"pet"}))
    {'tag': 'tags', 'petId': 'id'}
    """
    pairs = {name: name for name in other if name in kept}
    for spell in (_plain, lambda name: _bare(name, nouns), lambda name: _bare(f"{_plain(name)} id", nouns)):
        free = [name for name in kept if name not in pairs.values()]
        by_spelling: dict[str, list[str]] = {}
        for name in free:
            by_spelling.setdefault(spell(name), []).append(name)
        for name in other:
            found = by_spelling.get(spell(name), [])
            if name not in pairs and len(found) == 1 and found[0] not in pairs.values():
                pairs[name] = found[0]
    return pairs


def _plain(name: str) -> str:
    return " ".join(singular(word) for word in words(name)) or name


def _bare(name: str, nouns: frozenset[str]) -> str:
    """Without the thing's own name in front, and without a second ``id`` at the end."""
    spoken = _plain(name).split()
    while len(spoken) > 1 and spoken[-2:] == ["id", "id"]:
        spoken.pop()
    while len(spoken) > 1 and spoken[0] in nouns:
        spoken.pop(0)
    return " ".join(spoken)


def _accepts(kept: JsonObject, other: JsonObject, depth: int) -> bool:
    """Whether values of ``other`` can be given where ``kept`` is asked for; what is not described is trusted."""
    if depth == 0 or not kept or not other or kept == other:
        return True
    if "anyOf" in other:
        return all(_accepts(kept, option, depth) for option in _proper(other["anyOf"]))
    if "anyOf" in kept:
        return any(_accepts(option, other, depth) for option in kept["anyOf"])
    if _types(kept) and not _structured(_types(other)) <= _widened(_types(kept)):
        return False
    if not _values(kept, other):
        return False
    formats = {schema.get("format") for schema in (kept, other) if "string" in _types(schema)} - {None}
    if len(formats) > 1:
        return False
    if isinstance(kept.get("items"), dict) and isinstance(other.get("items"), dict):
        return _accepts(kept["items"], other["items"], depth - 1)
    return _members(kept, other, depth)


def _members(kept: JsonObject, other: JsonObject, depth: int) -> bool:
    ours, theirs = _properties(kept), _properties(other)
    if not ours or not theirs:
        return True
    if not set(kept.get("required", ())) <= set(other.get("required", ())) and "object" in _types(other):
        return False
    pairs = match_names(tuple(ours), tuple(theirs), frozenset())
    return all(
        name in pairs and _accepts(ours[pairs[name]], schema, depth - 1) for name, schema in theirs.items()
    )


def _values(kept: JsonObject, other: JsonObject) -> bool:
    """Whether every listed value may be given; a list of values does not take any value."""
    allowed = kept.get("enum", [kept["const"]] if "const" in kept else None)
    if allowed is None:
        return True
    asked = other.get("enum", [other["const"]] if "const" in other else None)
    if asked is None:
        return False
    return {canonical(value) for value in asked if value is not None} <= {
        canonical(value) for value in allowed
    }


def _types(schema: JsonObject) -> set[str]:
    return set(types_of(schema)) - {"null"}


def _proper(options: Sequence[JsonObject]) -> list[JsonObject]:
    """The options without a bare text beside a structure: it spells the same structure as JSON."""
    is_structured = any(_types(option) & _STRUCTURES or "anyOf" in option for option in options)
    return [option for option in options if not (is_structured and option == {"type": "string"})]


def _structured(types: set[str]) -> set[str]:
    return types - {"string"} if types & _STRUCTURES else types


def _widened(types: set[str]) -> set[str]:
    return types | {"integer"} if "number" in types else types


def _properties(schema: JsonObject) -> Mapping[str, JsonObject]:
    declared = schema.get("properties")
    if not isinstance(declared, dict):
        return {}
    return {name: one if isinstance(one, dict) else {} for name, one in declared.items()}


def _kind(schema: JsonObject) -> str:
    types = _types(schema)
    return next(iter(types)) if len(types) == 1 else ""


def _gather_fields(schema: JsonObject, found: set[str], depth: int) -> None:
    if depth == 0:
        return
    for name, one in _properties(schema).items():
        found.add(_plain(name))
        _gather_fields(one, found, depth - 1)
    for option in (schema.get("items"), *schema.get("anyOf", ())):
        if isinstance(option, dict):
            _gather_fields(option, found, depth)
