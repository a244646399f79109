"""Which values a result holds, and what they are called."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from inftool_env.core.message import ToolResult
from inftool_env.core.schema import JsonValue
from inftool_env.envs.live.found import found_values
from inftool_env.envs.live.survey import is_refusal, is_same_name


def found(data: JsonValue) -> list[tuple[str, JsonValue, int, int]]:
    result = ToolResult(call_id="", name="t", content=json.dumps(data), data=data)
    return [(one.key, one.value, one.rank, one.of) for one in found_values(result)]


def test_values_of_a_structured_result_are_counted_by_their_key() -> None:
    rows = {"books": [{"id": "b1", "year": 1990}, {"id": "b2", "year": 1991}]}
    assert found(rows) == [("id", "b1", 0, 2), ("year", 1990, 0, 2), ("id", "b2", 1, 2), ("year", 1991, 1, 2)]


def test_json_in_a_text_is_read_as_if_it_were_the_result() -> None:
    assert found('{\n "name": "Ada"\n}') == [("name", "Ada", 0, 1)]


def test_what_python_and_git_print_is_understood() -> None:
    assert found("[{'name': 'books'}, {'name': 'shops'}]") == [
        ("name", "books", 0, 2),
        ("name", "shops", 1, 2),
    ]
    assert found("Commit: 'a1b2'\nAuthor: Ada\n") == [("Commit", "a1b2", 0, 1), ("Author", "Ada", 0, 1)]


def test_lines_are_values_without_a_name() -> None:
    assert found({"content": "/workspace/a.txt\n/workspace/b.txt"}) == [
        ("", "/workspace/a.txt", 0, 2),
        ("", "/workspace/b.txt", 1, 2),
    ]


_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=30)


@settings(max_examples=50)
@given(
    st.recursive(
        _VALUES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=10,
    )
)
def test_no_result_is_too_strange(data: JsonValue) -> None:
    values = found(data)
    assert all(0 <= rank < of for _, _, rank, of in values)


def test_a_value_may_be_meant_by_a_parameter_of_the_same_last_word() -> None:
    assert is_same_name("table_name", "name")
    assert is_same_name("names", "name")
    assert is_same_name("id", "note_id")
    assert not is_same_name("path", "name")
    assert not is_same_name("path", "")


def test_errors_that_are_not_marked_as_such_are_refusals_too() -> None:
    assert is_refusal(ToolResult(call_id="", name="t", content="Database error: no such table"))
    assert is_refusal(ToolResult(call_id="", name="t", content="fine", is_error=True))
    assert not is_refusal(ToolResult(call_id="", name="t", content="Errors of the past: a history"))
