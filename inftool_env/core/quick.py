"""A fast yes or no to the usual JSON Schemas: keywords compiled into functions, without words for what is wrong."""

from collections.abc import Callable, Collection
from typing import Any

from inftool_env.core.patterns import compile_pattern

Check = Callable[[Any], bool]

_TYPES: dict[str, Check] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool)
        and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
}
_MOST_LEVELS = 30
"""Schemas within each other that are compiled."""


class _BeyondError(Exception):
    """The schema says something that is not compiled."""


def compile_check(schema: Any, keywords: Collection[str]) -> Check | None:
    """Whether a value obeys the schema, as a function; None for a schema that says more than can be compiled.

    Args:
        schema: A JSON Schema (2020-12), or a part of one that refers to nothing outside it.
        keywords: Every keyword that the full validator knows; what is neither among them nor compiled here
            only describes.
    """
    try:
        return _compile(schema, frozenset(keywords) - _COMPILED.keys(), 0) or _anything
    except _BeyondError:
        return None


def _anything(_: Any) -> bool:
    return True


def _nothing(_: Any) -> bool:
    return False


def _compile(schema: Any, beyond: frozenset[str], level: int) -> Check | None:
    """The check; None where anything will do."""
    if schema is True:
        return None
    if schema is False:
        return _nothing
    if not isinstance(schema, dict) or level > _MOST_LEVELS or beyond & schema.keys():
        raise _BeyondError
    checks = []
    for keyword, compiler in _COMPILED.items():
        if keyword in schema:
            check = compiler(schema, beyond, level + 1)
            if check is not None:
                checks.append(check)
    return _all_of(checks)


def _all_of(checks: list[Check]) -> Check | None:
    """The checks as one, each a call deep: a generator would cost more than most checks."""
    if len(checks) < 2:
        return checks[0] if checks else None
    first, second = checks[0], checks[1]
    if len(checks) == 2:
        return lambda value: first(value) and second(value)
    third = _all_of(checks[2:])
    assert third is not None, "there are three checks or more"
    return lambda value: first(value) and second(value) and third(value)


def _type(schema: Any, _: frozenset[str], __: int) -> Check | None:
    kinds = schema["type"]
    if isinstance(kinds, str) and kinds in _TYPES:
        return _TYPES[kinds]
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind in _TYPES for kind in kinds):
        raise _BeyondError
    checks = [_TYPES[kind] for kind in kinds]
    return lambda value: any(check(value) for check in checks)


def _enum(schema: Any, _: frozenset[str], __: int) -> Check | None:
    choices = schema["enum"]
    if not isinstance(choices, list) or not all(
        choice is None or isinstance(choice, str) for choice in choices
    ):
        raise _BeyondError  # 1 equals 1.0 but not true
    known = frozenset(choices)
    return lambda value: (value is None or isinstance(value, str)) and value in known


def _const(schema: Any, _: frozenset[str], __: int) -> Check | None:
    wanted = schema["const"]
    if wanted is not None and not isinstance(wanted, str):
        raise _BeyondError
    return lambda value: (value is None or isinstance(value, str)) and value == wanted


def _number_bound(keyword: str, holds: Callable[[Any, Any], bool]) -> "_Compiler":
    def compiler(schema: Any, _: frozenset[str], __: int) -> Check:
        bound = schema[keyword]
        if isinstance(bound, bool) or not isinstance(bound, int | float):
            raise _BeyondError
        return lambda value: (
            not isinstance(value, int | float) or isinstance(value, bool) or holds(value, bound)
        )

    return compiler


def _size_bound(
    keyword: str, kind: type[str] | type[list[Any]], holds: Callable[[int, Any], bool]
) -> "_Compiler":
    def compiler(schema: Any, _: frozenset[str], __: int) -> Check:
        bound = schema[keyword]
        if isinstance(bound, bool) or not isinstance(bound, int):
            raise _BeyondError
        return lambda value: not isinstance(value, kind) or holds(len(value), bound)

    return compiler


def _pattern(schema: Any, _: frozenset[str], __: int) -> Check | None:
    pattern = schema["pattern"]
    if not isinstance(pattern, str):
        raise _BeyondError
    compiled = compile_pattern(pattern)
    if compiled is None:
        return None  # refused by the full validator too
    return lambda value: not isinstance(value, str) or compiled.is_in(value)


def _items(schema: Any, beyond: frozenset[str], level: int) -> Check | None:
    each = _compile(schema["items"], beyond, level)
    if each is None:
        return None
    return lambda value: not isinstance(value, list) or all(each(item) for item in value)


def _required(schema: Any, _: frozenset[str], __: int) -> Check | None:
    names = schema["required"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise _BeyondError
    wanted = frozenset(names)
    return lambda value: not isinstance(value, dict) or wanted <= value.keys()


def _properties(schema: Any, beyond: frozenset[str], level: int) -> Check | None:
    if not isinstance(schema["properties"], dict):
        raise _BeyondError
    compiled = {name: _compile(part, beyond, level) for name, part in schema["properties"].items()}
    checks = {name: check for name, check in compiled.items() if check is not None}
    if not checks:
        return None

    def check_members(value: Any) -> bool:
        if isinstance(value, dict):
            for name, part in value.items():
                check = checks.get(name)
                if check is not None and not check(part):
                    return False
        return True

    return check_members


def _additional(schema: Any, beyond: frozenset[str], level: int) -> Check | None:
    each = _compile(schema["additionalProperties"], beyond, level)
    if each is None:
        return None
    declared = schema.get("properties", {})
    if not isinstance(declared, dict):
        raise _BeyondError
    known = frozenset(declared)
    return lambda value: (
        not isinstance(value, dict)
        or value.keys() <= known
        or all(each(part) for name, part in value.items() if name not in known)
    )


def _any_of(schema: Any, beyond: frozenset[str], level: int) -> Check | None:
    if not isinstance(schema["anyOf"], list):
        raise _BeyondError
    branches = [_compile(branch, beyond, level) for branch in schema["anyOf"]]
    checks = [branch for branch in branches if branch is not None]
    return lambda value: len(checks) < len(branches) or any(check(value) for check in checks)


_Compiler = Callable[[Any, frozenset[str], int], Check | None]
_COMPILED: dict[str, _Compiler] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _number_bound("minimum", lambda value, bound: value >= bound),
    "maximum": _number_bound("maximum", lambda value, bound: value <= bound),
    "exclusiveMinimum": _number_bound("exclusiveMinimum", lambda value, bound: value > bound),
    "exclusiveMaximum": _number_bound("exclusiveMaximum", lambda value, bound: value < bound),
    "minLength": _size_bound("minLength", str, lambda size, bound: size >= bound),
    "maxLength": _size_bound("maxLength", str, lambda size, bound: size <= bound),
    "minItems": _size_bound("minItems", list, lambda size, bound: size >= bound),
    "maxItems": _size_bound("maxItems", list, lambda size, bound: size <= bound),
    "pattern": _pattern,
    "items": _items,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional,
    "anyOf": _any_of,
}
"""What is compiled, by keyword; the type comes first, since most wrong values are of a wrong one."""
