import time

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


def test_an_argument_cannot_stall_the_check_of_a_pattern() -> None:
    began_s = time.perf_counter()
    assert not SchemaValidator({"pattern": "^(a|aa)+$"}).is_valid("a" * 60_000 + "!")
    assert SchemaValidator({"pattern": "(?=never checked)"}).is_valid("a")
    assert time.perf_counter() - began_s < 1


def test_many_objects_are_compared_in_time() -> None:
    validator = SchemaValidator({"uniqueItems": True})
    began_s = time.perf_counter()
    assert validator.is_valid([{"a": number} for number in range(8000)])
    assert time.perf_counter() - began_s < 2


@pytest.mark.parametrize(
    ("items", "unique"),
    [
        ([1, 1.0], False),
        ([1, True], True),
        ([0, False, "0"], True),
        ([{"a": [2.0]}, {"a": [2]}], False),
        ([], True),
    ],
)
def test_items_are_unique_as_json_schema_means_it(items, unique) -> None:
    assert SchemaValidator({"uniqueItems": True}).is_valid(items) is unique
