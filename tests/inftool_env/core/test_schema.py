import pytest

from inftool_env.core.schema import SchemaValidator, canonical


def test_equal_values_have_one_spelling() -> None:
    assert canonical({"b": 1, "a": ["é"]}) == canonical({"a": ["é"], "b": 1}) == '{"a":["é"],"b":1}'


def test_violations_name_the_place() -> None:
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "integer"}}}}
    (violation,) = SchemaValidator(schema).violations({"items": [1, "x"]})
    assert violation.path == "items[1]"
    assert "'x' is not of type 'integer'" in violation.message


def test_violations_are_bounded_in_number_and_length() -> None:
    found = SchemaValidator({"items": {"type": "integer"}}).violations(["x" * 1000] * 50, limit=3)
    assert len(found) == 3
    assert max(len(violation.message) for violation in found) <= 300


def test_a_remote_reference_is_never_fetched() -> None:
    with pytest.raises(Exception, match="Unresolvable"):
        SchemaValidator({"$ref": "http://127.0.0.1:9/schema.json"}).is_valid(1)
