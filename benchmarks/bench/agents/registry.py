"""Which agent a word of the command line stands for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from agents.roles.endpoint import EndpointConfig
from benchmarks.bench.agent import Agent
from benchmarks.bench.agents.endpoint import EndpointAgent
from benchmarks.bench.agents.function import FunctionAgent
from benchmarks.bench.agents.scripted import EmptyAgent, OracleAgent, RandomAgent, ReplayAgent
from benchmarks.bench.record import EPISODES, EpisodeRecord
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import read_jsonl

_FUNCTION = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentOptions:
    """What agents of all forms are told; each heeds what concerns it."""

    model: str = "default"
    """Name of the model behind an endpoint."""
    key_variable: str = "OPENAI_API_KEY"
    """Environment variable that holds the endpoint's key; none is sent where it is not set."""
    timeout_s: float = 120.0
    """For one answer of a function, or one try at an endpoint."""
    retries: int = 3
    """How often an endpoint is asked again while it refuses, fails or takes too long."""
    temperature: float = 0.0
    """Of a model; 0 takes the likeliest token."""
    max_tokens: int = 1024
    """Of one answer."""
    max_context_tokens: int = 32_768
    """Prompt and answer together, of a model in this process; beyond it there is no answer, which is an error."""
    constrained: bool = False
    """Let the calls of a model in this process name only offered tools and obey their schemas."""
    concurrency: int = 8
    """Conversations at once."""
    seed: int = 0
    """Of the agent's chance."""

    def __post_init__(self) -> None:
        if self.timeout_s <= 0 or self.retries < 0 or self.concurrency < 1 or self.max_tokens < 1:
            raise ConfigError(
                f"bench: timeout_s {self.timeout_s}, retries {self.retries}, concurrency {self.concurrency}, "
                f"max_tokens {self.max_tokens}; expected positive numbers. Correct them."
            )


NAMED: Mapping[str, Callable[[AgentOptions], Agent]] = {
    "oracle": lambda _: OracleAgent(),
    "empty": lambda _: EmptyAgent(),
    "random": lambda options: RandomAgent(options.seed),
}
"""Agents that need no more than their name."""


def make_agent(word: str, options: AgentOptions, suite: str) -> Agent:
    """The agent that a word stands for; close it.

    Args:
        word: A name of ``NAMED``, ``replay:FOLDER``, an ``http(s)://`` address, ``module:function``, or a model's folder.
        options: What it is told.
        suite: Name of the suite, whose episodes a replay repeats.

    Raises:
        ConfigError: there is no such agent.
        CheckpointError: the folder holds no model.
    """
    if word in NAMED:
        return NAMED[word](options)
    if word.startswith("replay:"):
        return ReplayAgent(_recorded(Path(word.removeprefix("replay:")), suite))
    if word.startswith(("http://", "https://")):
        return _endpoint(word, options)
    if _FUNCTION.fullmatch(word) and not Path(word).exists():
        return FunctionAgent(word, timeout_s=options.timeout_s, at_once=options.concurrency)
    return _model(word, options)


def _recorded(folder: Path, suite: str) -> list[EpisodeRecord]:
    path = folder / suite / EPISODES
    if not path.exists():
        raise ConfigError(
            f"{path}: no such file; expected the episodes of a run. Give the folder that --out named."
        )
    return list(read_jsonl(path, EpisodeRecord))


def _endpoint(url: str, options: AgentOptions) -> Agent:
    config = EndpointConfig(
        url=url,
        model=options.model,
        key_variable=options.key_variable,
        timeout_s=options.timeout_s,
        tries=options.retries + 1,
        seed=options.seed,
    )
    return EndpointAgent(
        config,
        temperature=options.temperature,
        max_tokens=options.max_tokens,
        seed=options.seed,
        at_once=options.concurrency,
    )


def _model(path: str, options: AgentOptions) -> Agent:
    # Heavy: only models need torch and transformers.
    from agents.sampling import SamplingConfig
    from benchmarks.bench.agents.model import ModelAgent

    sampling = SamplingConfig(
        temperature=options.temperature or 1.0,
        greedy=options.temperature == 0,
        max_new_tokens=options.max_tokens,
        max_context_tokens=options.max_context_tokens,
        seed=options.seed,
        constrained=options.constrained,
    )
    return ModelAgent(path, sampling)
