"""What BFCL's lists of possible answers accept: every right value of one parameter, written out.

A list holds values, any of which is right, and "" where the parameter may be left out. A value of another type than
the parameter's is the name of a variable, or nothing at all (None); the first value says which the official checker
takes. Members of an object have lists of their own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from inftool_env.core.errors import SpecError
from inftool_env.core.scenario import Likeness
from inftool_env.core.schema import JsonObject, JsonValue

MOST_VALUES = 4096
"""Of one parameter; the largest in BFCL has a few hundred."""
_TYPES: dict[str, type] = {
    "string": str,
    "any": str,
    "integer": int,
    "float": float,
    "boolean": bool,
    "array": list,
    "tuple": list,
    "dict": dict,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RightValues:
    """All that may stand for one parameter."""

    values: tuple[JsonValue, ...]
    """The one that a model would write first; empty where it has to be left out."""
    likeness: Likeness | None
    """How a value given is held against the right ones."""
    may_be_missing: bool


def right_values(possible: Sequence[JsonValue], declared: JsonObject) -> RightValues:
    """The right values of a parameter of a Python function.

    Args:
        possible: BFCL's list.
        declared: The parameter as the function's document declares it; ``{}`` for one that it does not have.

    Raises:
        SpecError: there are more than ``MOST_VALUES``.
    """
    kind = _TYPES.get(declared.get("type", ""))
    first = first_type(possible)
    is_variable = first is not None and first is not kind
    values: list[JsonValue] = []
    for value in possible:
        if kind is None or type(value) is first or type(value) is kind or (kind, type(value)) == (float, int):
            values += [value] if is_variable else written_out(value)
    if "" in possible:
        values = [value for value in values if value != ""]
        if kind is str or first is str:
            values.append("")
        elif kind is list and not is_variable and _item_type(declared) != "dict":
            values.append([])  # To the official checker, "" is a list of nothing.
    return RightValues(
        values=tuple(values),
        likeness=_likeness(kind, is_variable, declared, possible),
        may_be_missing="" in possible,
    )


def _likeness(
    kind: type | None, is_variable: bool, declared: JsonObject, possible: Sequence[JsonValue]
) -> Likeness | None:
    """The official checker compares types as Python has them, except in objects, and texts loosely."""
    if is_variable or kind is int:
        return Likeness.EXACT
    if kind is list and _item_type(declared) in ("integer", "float"):
        # Where "" is among the answers, it does not look at the types of a list's items.
        return None if "" in possible else Likeness.EXACT
    return Likeness.LOOSE if kind in (str, list, dict) else None


def first_type(possible: Sequence[JsonValue]) -> type | None:
    """The type of the first value in a list of BFCL's; None where it holds nothing but ""."""
    return next((type(value) for value in possible if value != ""), None)


def written_out(value: JsonValue) -> list[JsonValue]:
    """A right value in all its forms: an object of lists, or a list of such objects, as plain ones.

    >>> written_out({"unit": ["m", "metre"], "round": [True, ""]})
    [{'unit': 'm', 'round': True}, {'unit': 'm'}, {'unit': 'metre', 'round': True}, {'unit': 'metre'}]

    Raises:
        SpecError: there are more than ``MOST_VALUES``.
    """
    if isinstance(value, dict):
        return list(_objects(value))
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        forms = [list(_objects(item)) for item in value]
        _check_number(prod(map(len, forms)))
        return [list(items) for items in product(*forms)]
    return [value]


def _objects(members: JsonObject) -> Iterator[JsonObject]:
    lists = [one if isinstance(one, list) else [one] for one in members.values()]
    _check_number(prod(map(len, lists)))
    for values in product(*lists):
        yield {name: value for name, value in zip(members, values, strict=True) if value != ""}


def _item_type(declared: JsonObject) -> JsonValue:
    items = declared.get("items")
    return items.get("type") if isinstance(items, dict) else None


def _check_number(found: int) -> None:
    if found > MOST_VALUES:
        raise SpecError(
            f"a possible answer has {found:,} forms; expected at most {MOST_VALUES:,}. Leave the item out."
        )
