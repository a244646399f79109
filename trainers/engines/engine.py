"""Whatever turns rows into a better policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from trainers.batch import Row
from trainers.config import PolicyLoss


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """What one update did; means are over the trained tokens."""

    loss: float
    """Before the update; in imitation, the mean negative log-probability in nats."""
    kl: float
    """Divergence from the reference, in nats; 0 without one."""
    clip_fraction: float
    """Share of the tokens whose gradient was stopped."""
    entropy: float
    """Of the policy's distribution, in nats."""
    mismatch: float
    """Mean absolute difference of the sampler's log-probability and the trainer's; 0 when nothing was sampled."""
    gradient_norm: float
    """Before clipping."""
    learning_rate: float
    num_tokens: int
    """Trained tokens."""
    seconds: float


class Engine(Protocol):
    """Holds a policy's weights and its optimiser."""

    def imitate(self, rows: Sequence[Row], *, progress: float) -> UpdateReport:
        """Make what was written likelier, all tokens alike: one update.

        Args:
            rows: Demonstrations.
            progress: Share of the training that is done, for the learning rate.
        """
        ...

    def reinforce(self, rows: Sequence[Row], loss: PolicyLoss, *, progress: float) -> list[UpdateReport]:
        """Make what was written likelier or unlikelier, by its advantage: ``loss.passes`` updates.

        Args:
            rows: Episodes of the current policy.
            loss: What to minimise.
            progress: As in ``imitate``.

        Returns:
            One report for each pass.
        """
        ...
