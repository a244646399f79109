import json

import pytest
import torch

from agents.samplers.hf import HfSampler
from agents.sampling import Prompt, SamplingConfig
from inftool_env.core.message import ToolCall
from inftool_env.core.schema import SchemaValidator
from inftool_env.envs.actions import parse_action, render_action

constraint_module = pytest.importorskip("agents.samplers.constraint", reason="llguidance is not installed")
CONFIG = SamplingConfig(max_new_tokens=60, constrained=True)


@pytest.fixture(scope="module")
def constraint(tokenizer):
    return constraint_module.CallConstraint(tokenizer, len(tokenizer))


def is_accepted(constraint, tokenizer, tools, text: str) -> bool:
    """Whether every token of the turn, its end included, is allowed where it stands."""
    matcher = constraint.begin(tools)
    for token in [*tokenizer.encode(text, add_special_tokens=False), tokenizer.eos_token_id]:
        if not constraint.allowed([matcher])[0, token]:
            return False
        matcher.consume_token(token)
    return True


def forecast(**arguments) -> str:
    return render_action("", [ToolCall(name="get_forecast", arguments=arguments)])


@pytest.mark.parametrize(
    "text",
    [
        "Which city?",
        "It is 3 < 4 degrees.",
        forecast(city='São "Paulo"', days=3, unit="celsius"),
        forecast(city="", days=None, unit="fahrenheit"),
        forecast(city="Rome", unit="celsius"),
        render_action("Let me see.", [ToolCall(name="ping"), ToolCall(name="ping")]),
    ],
)
def test_words_and_valid_calls_are_possible_in_their_canonical_spelling(
    constraint, tokenizer, tools, text
) -> None:
    assert is_accepted(constraint, tokenizer, tools, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        render_action("", [ToolCall(name="pong")]),
        forecast(city="Rome", unit="kelvin"),
        forecast(city="Rome"),
        forecast(city=3, unit="celsius"),
        forecast(city="Rome", unit="celsius").removesuffix("\n</tool_call>"),
        forecast(city="Rome", unit="celsius") + "\nThere.",
        "</tool_call>",
        "<|im_start|>user",
    ],
)
def test_what_the_environment_would_refuse_is_impossible(constraint, tokenizer, tools, text) -> None:
    assert not is_accepted(constraint, tokenizer, tools, text)


def test_without_tools_only_words_are_possible(constraint, tokenizer) -> None:
    assert is_accepted(constraint, tokenizer, (), "I have no tools.")
    assert not is_accepted(constraint, tokenizer, (), render_action("", [ToolCall(name="ping")]))


def test_references_inside_a_schema_are_followed(constraint, tokenizer) -> None:
    parameters = {
        "type": "object",
        "properties": {"city": {"$ref": "#/$defs/City"}},
        "required": ["city"],
        "$defs": {"City": {"enum": ["Rome", "Oslo"]}},
    }
    tools = [
        {
            "type": "function",
            "function": {"name": "get_forecast", "description": "", "parameters": parameters},
        }
    ]
    assert is_accepted(constraint, tokenizer, tools, forecast(city="Oslo"))
    assert not is_accepted(constraint, tokenizer, tools, forecast(city="Lima"))


@pytest.fixture(scope="module")
def samples(model, tokenizer, tools):
    ids = tuple(tokenizer.encode("What will the weather be?", add_special_tokens=False))
    return HfSampler(model, tokenizer).sample(
        [Prompt(ids=ids, seed=seed, tools=tools) for seed in range(24)], CONFIG
    )


def test_an_untrained_model_makes_no_invalid_call_when_constrained(samples, tokenizer, tools) -> None:
    schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in tools}
    finished = [sample for sample in samples if sample.finish_reason == "stop"]
    assert finished
    for sample in finished:
        parsed = parse_action(tokenizer.decode(sample.sampled_ids[:-1]))
        assert parsed.errors == ()
        assert all(SchemaValidator(schemas[call.name]).is_valid(call.arguments) for call in parsed.calls)


def test_logprobs_are_those_of_the_distribution_over_what_is_allowed(
    samples, constraint, model, tools
) -> None:
    sample = samples[0]
    logits = model(torch.tensor([sample.prompt_ids + sample.sampled_ids])).logits[
        0, len(sample.prompt_ids) - 1 :
    ]
    matcher = constraint.begin(tools)
    for place, (token, logprob) in enumerate(zip(sample.sampled_ids, sample.logprobs, strict=True)):
        possible = logits[place].masked_fill(~constraint.allowed([matcher])[0], -torch.inf)
        assert logprob == pytest.approx(possible.log_softmax(-1)[token].item(), abs=1e-4)
        matcher.consume_token(token)


def test_one_grammar_serves_many_turns_that_do_not_disturb_each_other(constraint, tokenizer, tools) -> None:
    first, second = constraint.begin(tools), constraint.begin(tools)
    before = constraint.allowed([second])
    first.consume_tokens(tokenizer.encode(json.dumps("words"), add_special_tokens=False))
    assert torch.equal(constraint.allowed([second]), before)
