"""One id as a number here and as text there: documents do not agree with themselves."""

import re

from inftool_env.core.schema import JsonValue, SchemaValidator

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,17})")


def retyped(value: JsonValue, validator: SchemaValidator) -> JsonValue | None:
    """The value itself if it obeys the schema, else the same id as text or as a number; None if neither does.

    >>> retyped(12, SchemaValidator({"type": "string"})), retyped("x", SchemaValidator({"type": "integer"}))
    ('12', None)
    """
    if validator.is_valid(value):
        return value
    other: JsonValue = None
    if isinstance(value, int) and not isinstance(value, bool):
        other = str(value)
    elif isinstance(value, str) and _WHOLE.fullmatch(value):
        other = int(value)
    return other if other is not None and validator.is_valid(other) else None
