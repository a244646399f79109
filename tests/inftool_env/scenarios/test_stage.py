import pytest

from inftool_env.core.schema import JsonObject
from inftool_env.scenarios.telling import is_sayable


@pytest.mark.parametrize(
    ("schema", "sayable"),
    [
        ({"type": "integer"}, True),
        ({"type": ["null", "string"]}, True),
        ({"type": ["object", "string"]}, False),
        ({"type": "array", "items": {"type": ["string", "null"]}}, True),
        ({"type": "array", "items": {"type": ["object", "string"]}}, False),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, False),
    ],
)
def test_a_person_can_say_scalars_and_lists_of_them(schema: JsonObject, sayable: bool) -> None:
    assert is_sayable(schema) is sayable
