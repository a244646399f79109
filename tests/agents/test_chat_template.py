import importlib.util
from copy import deepcopy
from pathlib import Path

import pytest

from agents.chat_template import ChatTemplate
from inftool_env.core.errors import CheckpointError
from inftool_env.core.message import (
    Message,
    ToolCall,
    ToolResult,
    assistant_message,
    tool_message,
    user_message,
)
from inftool_env.envs.actions import render_action

CALLS = (
    ToolCall(
        name="get_forecast",
        arguments={"city": "São Paulo", "days": 3, "tags": ["a", {"b": None}]},
        id="call_0",
    ),
    ToolCall(name="ping", arguments={}, id="call_1"),
)
RESULTS = tuple(
    tool_message(ToolResult(call_id=call.id, name=call.name, content='{"temp":21}')) for call in CALLS
)
CONVERSATION: tuple[Message, ...] = (
    user_message("Weather in São Paulo?"),
    assistant_message("", CALLS),
    *RESULTS,
    assistant_message("Fine."),
    user_message("Thanks"),
)


@pytest.fixture(scope="module")
def template(tokenizer) -> ChatTemplate:
    return ChatTemplate(tokenizer)


def foreign(tokenizer, name: str) -> ChatTemplate:
    """Our tokens under the template of another model family."""
    spec = importlib.util.find_spec("trl")
    if spec is None or spec.origin is None:
        pytest.skip("TRL, whose collection of chat templates this reads, is not installed")
    other = deepcopy(tokenizer)
    other.chat_template = (Path(spec.origin).parent / "chat_templates" / f"{name}.jinja").read_text()
    return ChatTemplate(other)


def test_growing_a_transcript_gives_the_tokens_of_rendering_it_whole(template, tokenizer, tools) -> None:
    ids = [
        *template.initial_ids(CONVERSATION[:1], tools),
        *template.action_ids(render_action("", CALLS)),
        *template.continuation_ids(RESULTS),
        *template.action_ids("Fine."),
        *template.continuation_ids(CONVERSATION[-1:]),
    ]
    text = tokenizer.apply_chat_template(
        list(CONVERSATION), tools=list(tools), tokenize=False, add_generation_prompt=True
    )
    assert tokenizer.decode(ids) == text
    assert ids == tokenizer.encode(text, add_special_tokens=False)


@pytest.mark.parametrize("content", ["", "Let me see."])
def test_calls_are_shown_as_the_environment_writes_them(template, tokenizer, content: str) -> None:
    messages = [user_message("Hi"), assistant_message(content, CALLS)]
    text = tokenizer.apply_chat_template(messages, tokenize=False)
    assert text.endswith(f"<|im_start|>assistant\n{render_action(content, CALLS)}<|im_end|>\n")


def test_a_turn_cut_short_is_ended_before_the_next_message(template, tokenizer) -> None:
    new_messages = [user_message("Go on")]
    whole, cut = (template.continuation_ids(new_messages, ended=ended) for ended in (True, False))
    assert cut == (tokenizer.eos_token_id, *whole)


def test_an_actions_text_is_what_was_sampled_without_the_end_of_the_turn(template) -> None:
    text = render_action("Good", CALLS)
    assert template.action_text(template.action_ids(text)) == text
    assert template.action_text(template.action_ids(text)[:-1]) == text
    assert template.action_text(()) == ""


def test_long_results_are_cut_where_asked(tokenizer) -> None:
    template = ChatTemplate(tokenizer, max_result_characters=5)
    text = tokenizer.decode(template.continuation_ids(RESULTS[:1]))
    assert '<|im_start|>tool\n{"tem…<|im_end|>' in text


@pytest.mark.parametrize("name", ["qwen2_5", "qwen3", "qwen3_instruct_2507", "qwen3_5_think", "lfm2"])
@pytest.mark.parametrize("new_messages", [RESULTS, (user_message("Thanks"),)], ids=["results", "user"])
def test_other_chat_templates_grow_by_the_new_messages_alone(tokenizer, tools, name, new_messages) -> None:
    template = foreign(tokenizer, name)
    opening = tokenizer.decode(template.initial_ids(CONVERSATION[:1], tools))
    assert "get_forecast" in opening
    text = tokenizer.decode(template.continuation_ids(new_messages))
    assert text.startswith("\n<|im_start|>")
    assert text.count("<|im_start|>assistant") == 1
    assert all(message["content"] in text for message in new_messages)
    start = text[text.index("<|im_start|>assistant") :]
    assert opening.endswith(start), "the assistant begins every turn alike"


def test_a_template_whose_turns_do_not_end_with_the_end_of_turn_token_is_refused(tokenizer) -> None:
    other = deepcopy(tokenizer)
    other.chat_template = "{% for message in messages %}{{ message.content }}\n{% endfor %}"
    with pytest.raises(CheckpointError, match="end-of-turn"):
        ChatTemplate(other).continuation_ids([user_message("Hi")])


def test_a_template_that_knows_no_tools_is_refused_with_its_own_words(tokenizer) -> None:
    other = deepcopy(tokenizer)
    other.chat_template = "{{ raise_exception('only users speak here') }}"
    with pytest.raises(CheckpointError, match="only users speak here"):
        ChatTemplate(other).initial_ids([user_message("Hi")], ())
