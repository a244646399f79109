"""A policy that can be improved: all that the closed loop knows of models and optimisers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from agents.policy import Policy
from inftool_env.core.trajectory import Trajectory
from trainers.config import GrpoConfig, SftConfig
from trainers.practice import Practice
from trainers.progress import Progress


class Learner(Protocol):
    """Weights, and two ways to better them."""

    def load(self, weights: str) -> None:
        """Take the weights of a folder (or ``base``); forget the optimiser."""
        ...

    def save(self, folder: Path) -> None:
        """Write the weights where ``load`` can take them from."""
        ...

    def policy(self) -> Policy:
        """The current weights as a policy that always takes the likeliest token."""
        ...

    def imitate(
        self, demonstrations: Sequence[Trajectory], config: SftConfig, folder: Path, on_progress: Progress
    ) -> None:
        """Learn to act as in these episodes; what there is to record goes into ``folder``."""
        ...

    def practise(self, practice: Practice, config: GrpoConfig, folder: Path, on_progress: Progress) -> None:
        """Learn from rewards of its own; may go on from what an interrupted call left in ``folder``."""
        ...
