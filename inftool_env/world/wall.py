"""The wall between training and evaluation: which side an open-domain value belongs to."""

import hashlib

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue

EVAL_SHARE = 4
"""One open value in this many lies on the evaluation side."""
CLOSED_BELOW = 1000
"""Integers smaller than this in magnitude are too few to be kept apart."""


def split_of(value: JsonValue) -> Split | None:
    """The side of the wall that a value belongs to, by a stable hash of the value alone.

    Letter case does not matter for strings, nor whether 2000 is written as 2000.0.

    Returns:
        None for values of a closed domain: null, booleans, integers below 1000 in magnitude and
        fractions of at most two significant digits. A list or object has the side that all its open
        leaves share, and None when they share none. A string is taken to be free text: whether it came
        from an enumeration is known to ``is_open`` only.
    """
    if isinstance(value, str):
        return _side(value.casefold())
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float):
        if not value.is_integer():
            digits = repr(abs(value)).partition("e")[0].replace(".", "").lstrip("0")
            return _side(repr(value)) if len(digits) > 2 else None
        value = int(value)
    if isinstance(value, int):
        return _side(str(value)) if abs(value) >= CLOSED_BELOW else None
    leaves = value.values() if isinstance(value, dict) else value
    sides = {side for leaf in leaves if (side := split_of(leaf)) is not None}
    return sides.pop() if len(sides) == 1 else None


def is_open(schema: JsonObject) -> bool:
    """Whether the schema's domain is so wide that its values lie on one side of the wall each."""
    if "const" in schema or "enum" in schema:
        return False
    branches = [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]
    if branches and any(isinstance(branch, dict) and is_open(branch) for branch in branches):
        return True
    kinds = schema.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "string" in kinds or "number" in kinds:
        return True
    if "integer" in kinds:
        low, high = schema.get("minimum"), schema.get("maximum")
        return low is None or high is None or low <= -CLOSED_BELOW or high >= CLOSED_BELOW
    if "array" in kinds:
        items = schema.get("items", {})
        return isinstance(items, dict) and is_open(items)
    if "object" in kinds:
        return any(isinstance(part, dict) and is_open(part) for part in schema.get("properties", {}).values())
    return kinds == [None] and not branches


def _side(text: str) -> Split:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return Split.EVAL if digest[0] % EVAL_SHARE == 0 else Split.TRAIN
