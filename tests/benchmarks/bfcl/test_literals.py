from typing import Any

import pytest

from benchmarks.bfcl.literals import Language, right_texts
from inftool_env.core.scenario import Likeness


def java(value: Any, kind: str, nested: str | None = None) -> tuple[str, ...]:
    declared = {"type": kind, **({"items": {"type": nested}} if nested else {})}
    return right_texts([value], declared, Language.JAVA).values


def javascript(value: Any, kind: str, nested: str | None = None) -> tuple[str, ...]:
    declared = {"type": kind, **({"items": {"type": nested}} if nested else {})}
    return right_texts([value], declared, Language.JAVASCRIPT).values


@pytest.mark.parametrize(
    ("value", "kind", "first"),
    [(5, "integer", "5"), (5, "long", "5L"), (0.5, "float", "0.5f"), (0.5, "double", "0.5"), (True, "boolean", "true")],
)  # fmt: skip
def test_java_marks_the_type_of_a_number(value: Any, kind: str, first: str) -> None:
    assert java(value, kind)[0] == first


def test_collections_of_java_are_made_with_new() -> None:
    assert java(["a", "b"], "ArrayList", "String")[0] == 'new ArrayList<>(Arrays.asList("a", "b"))'
    assert java([], "ArrayList", "String")[0] == "new ArrayList<>()"
    assert java([1, 2], "Array", "integer") == ("new integer[]{1, 2}",)
    assert 'new HashMap<>() {{ put("on", true); }}' in java({"on": [True]}, "HashMap")


def test_javascript_writes_literals_with_either_quotes() -> None:
    assert javascript(["a"], "array", "String") == ("['a']", '["a"]')
    assert javascript({"on": [True], "n": [[1, 2]]}, "dict") == ("{on: true, n: [1, 2]}",)
    assert javascript("x", "String") == ("x", "'x'", '"x"')
    assert javascript(7, "Bigint") == ("7n",)


def test_the_name_of_a_variable_stands_as_it_is() -> None:
    assert java("items", "ArrayList", "String") == ("items",)
    assert javascript("items", "array", "String") == ("items",)


def test_only_texts_are_compared_loosely_and_only_they_may_be_empty() -> None:
    text = right_texts(["", "Key"], {"type": "String"}, Language.JAVA)
    assert (text.values, text.likeness, text.may_be_missing) == (("Key", ""), Likeness.LOOSE, True)
    number = right_texts(["", 5], {"type": "integer"}, Language.JAVA)
    assert (number.values, number.likeness) == (("5",), None)
