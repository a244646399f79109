from inftool_env.specs.merge import any_of, merge_all, nullable


def test_a_merged_schema_keeps_the_narrower_bounds() -> None:
    merged = merge_all([{"type": "number", "minimum": 1}, {"type": "integer", "minimum": 3, "maximum": 9}])
    assert merged == {"type": "integer", "minimum": 3, "maximum": 9}


def test_equal_options_are_one_whatever_their_descriptions() -> None:
    assert any_of([{"type": "string", "description": "A."}, {"type": "string"}])["type"] == "string"


def test_different_objects_stay_alternatives() -> None:
    options = [{"type": "object", "properties": {name: {}}} for name in "ab"]
    assert any_of(options) == {"anyOf": options}


def test_null_joins_alternatives_once() -> None:
    options = [{"type": "object", "properties": {name: {}}} for name in "ab"]
    assert nullable(nullable({"anyOf": options})) == {"anyOf": [*options, {"type": "null"}]}
