"""The task of ``benchmarks.speed.grpo``: one model, the same prompts and the same written tokens for every side.

A model with random weights calls no tool, so in ``tools`` words are put into its mouth: the model computes every
token's logits, and a script says which token it is. In ``single`` it writes what it likes, and never ends early.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import trl
from transformers import PreTrainedTokenizerBase, Qwen3Config, Qwen3ForCausalLM
from transformers.utils.chat_template_utils import get_json_schema

from agents import tiny
from agents.chat_template import ChatTemplate
from inftool_env.core.message import Message, ToolCall, user_message
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Toolset
from inftool_env.envs.actions import render_action
from inftool_env.envs.apis import read_api
from inftool_env.envs.episode import Episode
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest

GROUPS = 8
MEMBERS = 8
SINGLE_TOKENS = 128
CALLS = 3
CITIES = ("Paris", "Rome", "Oslo", "Lima", "Cairo", "Delhi", "Tokyo", "Quito")
ANSWER = "The weather is fine: 16, 17 and 18 degrees."


def forecast(city: str, days: int) -> str:
    """Forecast the weather of a city.

    Args:
        city: Name of the city.
        days: Number of days ahead.
    """
    return json.dumps({"city": city, "days": days, "temperature": 15 + days})


def make_tokenizer() -> PreTrainedTokenizerBase:
    """With a chat template that both sides can read calls of."""
    texts = [json.dumps([tool_schema(), forecast(city, 2), ANSWER]) for city in CITIES]
    tokenizer = tiny.make_tokenizer(texts * 20, vocab_size=2048)
    template = Path(trl.__file__).parent / "chat_templates" / "qwen3_instruct_2507.jinja"
    tokenizer.chat_template = template.read_text(encoding="utf-8")
    return tokenizer


def make_model(tokenizer: PreTrainedTokenizerBase) -> Qwen3ForCausalLM:
    """Five million parameters with random weights, the same at every call."""
    config = Qwen3Config(
        vocab_size=2048,
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=6,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Qwen3ForCausalLM(config)


def tool_schema() -> JsonObject:
    """The tool as both sides show it."""
    schema: JsonObject = get_json_schema(forecast)
    return schema


@dataclass(frozen=True)
class Task:
    """What is rolled out and learned from."""

    tokenizer: PreTrainedTokenizerBase
    tools: bool
    """Whether tools are called, over several turns."""

    @cached_property
    def template(self) -> ChatTemplate:
        """Of the tokenizer."""
        return ChatTemplate(self.tokenizer)

    @cached_property
    def toolset(self) -> Toolset:
        """Our reading of the tool."""
        with TemporaryDirectory() as folder:
            file = Path(folder) / "weather.json"
            file.write_text(json.dumps([tool_schema()]), encoding="utf-8")
            return read_api(file)

    @cached_property
    def openers(self) -> list[Callable[[], Episode]]:
        """One for each group: an episode of as many turns as the script has."""
        request = ScenarioRequest(category="simple")
        scenarios = [
            TemplateAuthor().write(self.toolset, request, seed, Split.TRAIN) for seed in range(GROUPS)
        ]
        return [
            partial(Episode, replace(scenario, max_turns=len(self.script)), self.toolset)
            for scenario in scenarios
        ]

    @cached_property
    def conversations(self) -> list[list[Message]]:
        """The messages before each group's first turn."""
        if self.tools:
            return [list(opener().observation["messages"]) for opener in self.openers]
        return [[user_message(f"What is the weather in {city} for the next three days?")] for city in CITIES]

    @cached_property
    def script(self) -> list[list[int]]:
        """The tokens of each turn; none where the model writes what it likes."""
        if not self.tools:
            return []
        calls = [
            ToolCall(name="forecast", arguments={"city": "Paris", "days": day + 1}) for day in range(CALLS)
        ]
        actions = [*(render_action("", (call,)) for call in calls), ANSWER]
        return [list(self.template.action_ids(action)) for action in actions]

    @cached_property
    def tool_result(self) -> str:
        """What our world answers the first call, for the side that has no world."""
        episode = self.openers[0]()
        episode.step(self.template.action_text(self.script[0]))
        return episode.observation["messages"][-1]["content"]
