import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.message import ToolCall
from inftool_env.envs.actions import FORMATS, MAX_ACTION_CHARS, MAX_CALLS, parse_action, render_action

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)
TAGGED = st.sampled_from(["<tool_call>", "a</tool_call>b", "<think>", "é\u2028"]) | TEXT
CALLS = st.lists(
    st.builds(
        ToolCall,
        name=st.from_regex(r"[A-Za-z0-9_.-]{1,64}", fullmatch=True),
        arguments=st.dictionaries(TEXT, JSON | TAGGED, max_size=3),
    ),
    max_size=4,
)
SPOKEN = TEXT.map(str.strip).filter(lambda text: "<t" not in text)


def block(body: str) -> str:
    return f"<tool_call>\n{body}\n</tool_call>"


ROME = '{"name": "get_weather", "arguments": {"city": "Rome"}}'


@given(SPOKEN, CALLS)
def test_parsing_a_rendered_action_gives_it_back(content: str, calls: list[ToolCall]) -> None:
    parsed = parse_action(render_action(content, calls))
    if content or calls:
        assert parsed.errors == ()
        assert (parsed.content, list(parsed.calls)) == (content, calls)
    else:
        assert parsed.errors


@given(st.text(max_size=200), st.sampled_from(sorted(FORMATS)))
def test_no_text_raises_in_any_format(text: str, action_format: str) -> None:
    parsed = parse_action(text, action_format)
    assert not (parsed.errors and parsed.calls)
    parsed.content.encode()


def test_several_blocks_are_parallel_calls_and_the_words_around_them_are_said() -> None:
    parsed = parse_action(f"Let me look.\n{block(ROME)}\n{block(ROME)} Done.")
    assert [call.name for call in parsed.calls] == ["get_weather", "get_weather"]
    assert parsed.content == "Let me look.\nDone."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (block("{not json}"), "not valid JSON"),
        (block('{"name": "f", "arguments": {"a": 1, "a": 2}}'), "'a' is given twice"),
        (block('{"name": "f", "arguments": {"a": NaN}}'), "NaN is no JSON"),
        (block('{"name": "f", "arguments": {"a": 1e999}}'), "too large"),
        (block('{"name": "f", "arguments": {"a": ' + "9" * 5000 + "}}"), "digits"),
        (block('{"name": "f", "arguments": {"a": "\\ud800"}}'), "surrogate"),
        (block('{"name": "f", "arguments": ' + '{"a":' * 20_00 + "1" + "}" * 20_00 + "}"), "nested deeper"),
        (block('{"name": "f", "arguments": "{}"}'), "not an object"),
        (block('{"name": "f"}'), "nothing, not an object"),
        (block('{"name": 3, "arguments": {}}'), "not the name of a tool"),
        (block('{"name": "f", "arguments": {}, "id": 1}'), "unexpected key 'id'"),
        (block(f"{ROME} {ROME}"), "not valid JSON"),
        (block("[1]"), "found an array"),
        ("<tool_call>" + ROME, "has no </tool_call>"),
        (ROME + "</tool_call>", "without <tool_call>"),
        (block("<tool_call>" + ROME), "holds another"),
        (block(ROME) * (MAX_CALLS + 1), "at most 32"),
        ("x" * (MAX_ACTION_CHARS + 1), "at most 65536"),
        ("<think>still at it", "never closed"),
        ("  \n", "empty"),
        ("half \ud800 a pair", "surrogate"),
    ],
)
def test_malformed_text_is_refused_with_the_reason(text: str, reason: str) -> None:
    parsed = parse_action(text)
    assert parsed.calls == ()
    assert reason in parsed.errors[0]
    assert len(parsed.content) <= MAX_ACTION_CHARS


def test_a_thought_is_neither_said_nor_called() -> None:
    parsed = parse_action(f"<think>maybe {block(ROME)}?</think>\nWhich city?")
    assert (parsed.content, parsed.calls) == ("Which city?", ())
    assert parsed.thought.startswith("maybe")


@pytest.mark.parametrize("arguments", [{"city": "Rome"}, '{"city": "Rome"}'])
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_dict_action_may_be_openai_style_or_plain(arguments: object, wrapped: bool) -> None:
    function = {"name": "get_weather", "arguments": arguments}
    entry = {"id": "call_x", "type": "function", "function": function} if wrapped else function
    parsed = parse_action({"content": None, "tool_calls": [entry]})
    assert parsed.calls == (ToolCall(name="get_weather", arguments={"city": "Rome"}),)


@pytest.mark.parametrize(
    "action",
    [
        None,
        7,
        {},
        {"content": 3},
        {"content": "", "tool_calls": "f()"},
        {"tool_calls": [None]},
        {"tool_calls": [{"name": "f"}]},
        {"tool_calls": [{"name": "f", "arguments": "[1"}]},
        {"tool_calls": [{"name": "f", "arguments": {"a": float("nan")}}]},
        {"tool_calls": [{"name": "f", "arguments": {"a": object()}}]},
        {"tool_calls": [{"name": "f", "arguments": {1: 2}}]},
        {"tool_calls": [{"name": "f", "arguments": {}}] * 33},
        {"content": "see <tool_call>", "tool_calls": []},
    ],
)
def test_a_malformed_dict_action_is_a_format_error(action: object) -> None:
    parsed = parse_action(action)
    assert parsed.errors
    assert parsed.calls == ()


def test_llama_calls_are_json_with_parameters() -> None:
    parsed = parse_action(
        '<|python_tag|>{"name": "f", "parameters": {"a": 1}}; {"name": "g", "parameters": {}}', "llama3"
    )
    assert parsed.calls == (ToolCall(name="f", arguments={"a": 1}), ToolCall(name="g"))
    assert parse_action("The answer is 3.", "llama3").content == "The answer is 3."
    assert parse_action('{"name": "f"', "llama3").errors
    assert parse_action('{"name": "f", "parameters": {}} and more', "llama3").errors


def test_pythonic_calls_take_literals_only() -> None:
    parsed = parse_action("[f(a=-1, b=['x', {'k': None}], c=(True,)), mod.g()]", "pythonic")
    assert parsed.calls == (
        ToolCall(name="f", arguments={"a": -1, "b": ["x", {"k": None}], "c": [True]}),
        ToolCall(name="mod.g"),
    )
    assert parse_action("I can do [that].", "pythonic").content == "I can do [that]."


@pytest.mark.parametrize(
    "text",
    [
        "[f(1)]",
        "[f(**{})]",
        "[f(a=b)]",
        "[f(a=1+1)]",
        "[f(a=1, a=2)]",
        "[f(a={'k': 1, 'k': 2})]",
        "[f(a=b'x')]",
        "[f(a=1j)]",
        "[f(a=...)]",
        "[f(a={1})]",
        "[f(a=1e999)]",
        "[f(a=__import__('os').getcwd())]",
        "[f(a=1)",
        "[f()()]",
        "[]",
        "[f(a=" + "[" * 3000 + "]" * 3000 + ")]",
        "[f(a=" + "-" * 30_000 + "1)]",
        "[f(a=" + "not " * 10_000 + "1)]",
        "[f(a=" + "1+" * 20_000 + "1)]",
        "[f" + ".f" * 20_000 + "()]",
        "[f(a='\\d\x00')]",
    ],
)
def test_malformed_pythonic_text_is_refused(text: str) -> None:
    parsed = parse_action(text, "pythonic")
    assert parsed.errors
    assert parsed.calls == ()


@pytest.mark.parametrize("action_format", sorted(FORMATS))
@pytest.mark.parametrize(
    "unit",
    ["<tool_call>", "</tool_call>", block(ROME), "[[{", '"', '\\"', "[f(", '{"name":', "<think>", "é("],
)
def test_a_megabyte_of_anything_is_answered_at_once(unit: str, action_format: str) -> None:
    for size in (MAX_ACTION_CHARS, 1_000_000):
        text = ("[f(a=" if action_format == "pythonic" else "") + unit * (size // len(unit))
        start = time.perf_counter()
        parse_action(text[:size], action_format)
        assert time.perf_counter() - start < 0.5


def test_json_arguments_as_long_as_the_limit_are_read() -> None:
    body = json.dumps({"name": "f", "arguments": {"text": "x" * 60_000}})
    assert len(parse_action(block(body)).calls[0].arguments["text"]) == 60_000
