"""What all samplers in this process share: prompts become turns, turns become records."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents.samplers.turns import Rows, Turn, stop_ids_of, write_turns
from agents.sampling import Prompt, SamplingConfig
from inftool_env.core.errors import ConfigError
from inftool_env.core.trajectory import TokenSample

if TYPE_CHECKING:
    from agents.samplers.constraint import CallConstraint


class TurnSampler(ABC):
    """Continues all prompts together, each with its own random numbers.

    Args:
        model: Its weights may be changed between calls.
        tokenizer: Of the model.
    """

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.policy_version = 0
        """Written into every sample; the trainer counts it up."""
        self.stop_ids = stop_ids_of(model, tokenizer)
        """Tokens that end a turn."""
        self._constraint: CallConstraint | None = None

    @abstractmethod
    def begin(self, turns: Sequence[Turn]) -> tuple[Sequence[Turn], Rows, Tensor]:
        """Read the prompts; the turns in the order of their rows, the rows, and logits ``(B, V)``.

        For whoever writes the turns, in inference mode: ``sample``, or a server of many at different times.
        """

    def sample(self, prompts: Sequence[Prompt], config: SamplingConfig) -> list[TokenSample]:
        """One turn for every prompt, in order; float32 log-probabilities of what was sampled.

        Raises:
            ConfigError: Constrained sampling lacks its library, or cannot read a tool's schema.
        """
        turns = [
            Turn(prompt=prompt, room=min(config.max_new_tokens, config.max_context_tokens - len(prompt.ids)))
            for prompt in prompts
        ]
        constraint = self._constrain(turns) if config.constrained else None
        fitting = [turn for turn in turns if turn.room > 0]
        was_training = self.model.training
        self.model.eval()
        if fitting:
            with torch.inference_mode():
                ordered, rows, logits = self.begin(fitting)
                write_turns(ordered, rows, logits, config, self.stop_ids, constraint)
        self.model.train(was_training)
        return [turn.record(self.stop_ids, self.policy_version) for turn in turns]

    def _constrain(self, turns: Sequence[Turn]) -> "CallConstraint":
        constraint = self.constraint()
        for turn in turns:
            turn.matcher = constraint.begin(turn.prompt.tools)
        return constraint

    def constraint(self) -> "CallConstraint":
        """What holds turns to a grammar; made when first asked for.

        Raises:
            ConfigError: its library is missing, or cannot read the tokenizer.
        """
        if self._constraint is None:
            self._constraint = self._make_constraint()
        return self._constraint

    def _make_constraint(self) -> "CallConstraint":
        try:
            from agents.samplers.constraint import CallConstraint  # an optional library
        except ImportError as error:
            raise ConfigError(
                f"constrained sampling: {error}; expected the llguidance library. "
                'Run `pip install -e ".[constrained]"`, or sample without constrained=True.'
            ) from error
        return CallConstraint(self.tokenizer, self.model.config.vocab_size)
