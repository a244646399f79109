"""A language model as a policy: tokens in, tokens out, and a transcript that only grows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from agents.chat_template import ChatTemplate
from agents.policy import PolicyAction
from agents.samplers.fitting import sampler_for
from agents.sampling import Prompt, Sampler, SamplingConfig
from agents.tiny import load
from inftool_env.core.seeds import derive_seed
from inftool_env.envs.observe import Observation


@dataclass(slots=True)
class _Transcript:
    """The tokens of one conversation as the model has read and written them."""

    ids: tuple[int, ...] = ()
    messages: int = 0
    """How many messages of the observation the tokens hold."""
    turns: int = 0


class ModelPolicy:
    """Acts by sampling from a model.

    Args:
        sampler: The engine.
        template: Of the model's tokenizer.
        config: How to sample; ``config.seed`` fixes every action.
        name: What tables and records call it.
    """

    def __init__(
        self, sampler: Sampler, template: ChatTemplate, config: SamplingConfig, *, name: str = "model"
    ) -> None:
        self.name = name
        self.sampler = sampler
        self.template = template
        self.config = config
        self._transcripts: dict[int, _Transcript] = {}

    @classmethod
    def load(cls, path: str | Path, config: SamplingConfig | None = None) -> Self:
        """The policy in a Hugging Face folder or of a cached hub name.

        Raises:
            CheckpointError: There is none that can be read.
        """
        model, tokenizer = load(path)
        return cls(
            sampler_for(model, tokenizer),
            ChatTemplate(tokenizer),
            config or SamplingConfig(),
            name=Path(path).name,
        )

    def start(self, episodes: int) -> None:
        """Forget every conversation."""
        self._transcripts = {slot: _Transcript() for slot in range(episodes)}

    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        """Sample one turn for every slot, all together."""
        prompts = [self._prompt(slot, observation) for slot, observation in observations.items()]
        samples = self.sampler.sample(prompts, self.config)
        actions: dict[int, PolicyAction] = {}
        for (slot, observation), sample in zip(observations.items(), samples, strict=True):
            transcript = self._transcripts[slot]
            transcript.ids = sample.prompt_ids + sample.sampled_ids
            transcript.messages = len(observation["messages"]) + 1  # the environment adds this turn's message
            transcript.turns += 1
            actions[slot] = PolicyAction(action=self.template.action_text(sample.sampled_ids), sample=sample)
        return actions

    def _prompt(self, slot: int, observation: Observation) -> Prompt:
        transcript = self._transcripts[slot]
        if not transcript.turns:
            ids = self.template.initial_ids(observation["messages"], observation["tools"])
        else:
            new_messages = observation["messages"][transcript.messages :]
            ended = transcript.ids[-1] == self.template.eos_id
            ids = transcript.ids + self.template.continuation_ids(new_messages, ended=ended)
        seed = derive_seed(self.config.seed, "turn", slot, transcript.turns)
        return Prompt(ids=ids, seed=seed, tools=observation["tools"], conversation=slot)
