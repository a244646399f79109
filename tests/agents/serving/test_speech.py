import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.serving.speech import Outcome, Speech

PING = '<tool_call>\n{"name": "ping", "arguments": {}}\n</tool_call>'
PONG = PING.replace("ping", "pong")
PIECES = [
    PING,
    PONG,
    "<tool_call>",
    "</tool_call>",
    "<think>",
    "</think>",
    "<",
    "<tool",
    " ",
    "\n",
    "Hello",
    "é",
    "{",
]


def listen(text: str, *cuts: int, names=("ping",), **options):
    speech = Speech(names, **options)
    shown = [speech.hear(text[start:end]) for start, end in zip((0, *cuts), (*cuts, len(text)), strict=True)]
    rest, said = speech.end()
    return shown, rest, said


@pytest.mark.parametrize(
    ("text", "content", "called", "outcome"),
    [
        ("  Hello there.\n", "Hello there.", [], Outcome.WORDS),
        (PING, "", ["ping"], Outcome.CALLS),
        (f"Let me see.\n{PING}\n{PING}", "Let me see.", ["ping", "ping"], Outcome.CALLS),
        (f"One.\n{PING}\nTwo.", "One.\nTwo.", ["ping"], Outcome.CALLS),
        (PONG, PONG, [], Outcome.NOT_OFFERED),
        (f"{PING}\n{PONG}", f"{PING}\n{PONG}", [], Outcome.NOT_OFFERED),
        (PING[:-4], PING[:-4], [], Outcome.MALFORMED),
        ("a </tool_call> b", "a </tool_call> b", [], Outcome.MALFORMED),
        ("", "", [], Outcome.WORDS),
        (f"<think>Shall I?\n{PING}</think>\n\nHello", "Hello", [], Outcome.WORDS),
        (f"<think>I shall.</think>{PING}", "", ["ping"], Outcome.CALLS),
        ("<think>on and on", "<think>on and on", [], Outcome.MALFORMED),
    ],
)
def test_a_turn_says_and_calls_what_the_environment_would_read(text, content, called, outcome) -> None:
    _, _, said = listen(text)
    assert (said.content, [call.name for call in said.calls], said.outcome) == (content, called, outcome)


def test_words_are_shown_as_they_come_and_calls_only_at_the_end() -> None:
    text = f"Let me see. \n{PING}"
    shown, rest, said = listen(text, 4, 7, 14, 20)
    assert shown == ["Let", " me", " see.", "", ""]
    assert (rest, len(said.calls)) == ("", 1)


def test_without_tools_every_text_is_words_and_calls_are_none_that_were_offered() -> None:
    shown, rest, said = listen(f"x {PING}", 5, names=())
    assert "".join(shown) + rest == said.content == f"x {PING}"
    assert said.outcome is Outcome.NOT_OFFERED


def test_only_the_first_call_counts_where_one_is_allowed() -> None:
    _, _, said = listen(f"{PING}\n{PING}", one_call=True)
    assert len(said.calls) == 1


def test_other_formats_are_read_at_the_end() -> None:
    shown, _, said = listen("[ping()]", 3, action_format="pythonic")
    assert shown == ["", ""]
    assert [call.name for call in said.calls] == ["ping"]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.data())
def test_what_was_shown_and_the_rest_are_the_content_however_the_text_comes(text, data) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    for names in (("ping",), ()):
        shown, rest, said = listen(text, *cuts, names=names)
        assert "".join(shown) + rest == said.content
