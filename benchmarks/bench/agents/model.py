"""A model in this process as an agent: all conversations that wait are sampled together."""

import time
from pathlib import Path

from jinja2 import TemplateError

from agents.model_policy import ModelPolicy
from agents.policy import PolicyAction
from agents.sampling import SamplingConfig
from benchmarks.bench.agent import Answer
from inftool_env.core.errors import InfToolError
from inftool_env.envs.observe import Observation


class ModelAgent:
    """A Hugging Face folder or a checkpoint of ours, spoken to in its own chat template.

    Args:
        path: The folder, a cached hub name, or ``tiny``.
        config: How to sample; ``config.seed`` fixes every answer.

    Raises:
        CheckpointError: there is none that can be read.
    """

    def __init__(self, path: str | Path, config: SamplingConfig) -> None:
        self._policy = ModelPolicy.load(path, config)
        self.name = self._policy.name
        self._asked: dict[int, Observation] = {}

    def start(self, episodes: int) -> None:
        """Forget every conversation."""
        self._asked = {}
        self._policy.start(episodes)

    def submit(self, slot: int, observation: Observation) -> None:
        """Keep the question."""
        self._asked[slot] = observation

    def collect(self) -> dict[int, Answer]:
        """Sample an answer to every question; where they cannot be sampled together, one by one."""
        asked, self._asked = self._asked, {}
        began = time.perf_counter()
        try:
            actions = self._policy.act(asked)
        except (InfToolError, TemplateError):
            return {slot: self._alone(slot, observation) for slot, observation in asked.items()}
        waited = time.perf_counter() - began
        return {slot: _answer(action, waited) for slot, action in actions.items()}

    def close(self) -> None:
        """The model goes with the process."""

    def _alone(self, slot: int, observation: Observation) -> Answer:
        began = time.perf_counter()
        try:
            action = self._policy.act({slot: observation})[slot]
        except (InfToolError, TemplateError) as error:
            return Answer(error=f"{self.name}: {error}")
        return _answer(action, time.perf_counter() - began)


def _answer(action: PolicyAction, latency_s: float) -> Answer:
    sample = action.sample
    if sample is None:
        return Answer(action=action.action, latency_s=latency_s)
    if not sample.sampled_ids:
        # Silence is right where nothing should be called; one that was never asked has not chosen it.
        return Answer(
            error=f"the conversation of {len(sample.prompt_ids):,} tokens leaves no room for an answer",
            latency_s=latency_s,
        )
    return Answer(
        action=action.action,
        prompt_tokens=len(sample.prompt_ids),
        completion_tokens=len(sample.sampled_ids),
        latency_s=latency_s,
        is_cut_off=sample.finish_reason == "length",
    )
