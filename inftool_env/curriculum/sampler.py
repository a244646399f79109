"""Which scenarios a training step practises."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from inftool_env.core.errors import ConfigError
from inftool_env.core.seeds import derive_seed, generator

FLOOR = 0.1
"""Least share of each category in a batch: a category left out of practice falls to 0."""


class Purpose(Enum):
    """What an episode is for; the seeds of different purposes never meet."""

    PRACTICE = 0
    """Training."""
    PROBE = 1
    """Accepting a round and finding what fails, on training scenarios that are not practised."""
    EVALUATION = 2
    """Reporting; nothing learns from it."""


def episode_seed(purpose: Purpose, *parts: int | str) -> int:
    """A seed below 2^32 that no other purpose ever draws (its remainder by 3 names the purpose)."""
    return derive_seed(*parts) % 1_431_655_765 * 3 + purpose.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeSource:
    """An environment to draw practice from."""

    env_id: str
    categories: tuple[str, ...]
    """Categories it is practised for."""
    weight: float = 1.0
    """Against the other sources of the same category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeTask:
    """One scenario to practise, as ``open_episode`` takes it."""

    env_id: str
    seed: int
    category: str


class PracticeSampler:
    """Draws the scenarios of every step from one seed; the same step always draws the same ones."""

    def __init__(
        self, sources: Sequence[PracticeSource], *, seed: int, weights: Mapping[str, float] | None = None
    ) -> None:
        """Prepare to sample.

        Args:
            sources: Environments; together they name the categories.
            seed: Fixes every draw.
            weights: By category, shares of what the floor leaves; 1 each by default.

        Raises:
            ConfigError: there is no source with a category.
        """
        self._sources: dict[str, list[PracticeSource]] = {}
        for source in sources:
            for category in source.categories:
                self._sources.setdefault(category, []).append(source)
        if not self._sources:
            raise ConfigError(
                f"practice: found no category in {len(sources)} environments; expected at least one. "
                "Choose an API whose tools admit some scenario (inftool inspect shows its tools)."
            )
        self._categories = tuple(sorted(self._sources))
        self._weights = [(weights or {}).get(name, 1.0) for name in self._categories]
        if not any(self._weights):
            self._weights = [1.0] * len(self._categories)
        self._seed = seed

    @property
    def categories(self) -> tuple[str, ...]:
        """The practised categories, in alphabetical order."""
        return self._categories

    def choose(self, step: int, count: int, attempt: int = 0) -> tuple[PracticeTask, ...]:
        """The scenarios of one step; another attempt at the same step gets others.

        Every category gets a tenth of them (or, where a tenth each is too much, an equal part), and the rest are
        drawn by weight. A batch of fewer scenarios than categories takes these in turn, from step to step.
        """
        place = (step, attempt) if attempt else (step,)
        rng = generator(self._seed, "practice", *place)
        least = min(math.ceil(FLOOR * count), count // len(self._categories))
        if least:
            chosen = [name for name in self._categories for _ in range(least)]
            chosen += rng.choices(self._categories, self._weights, k=count - len(chosen))
        else:
            first = step * count
            chosen = [self._categories[(first + index) % len(self._categories)] for index in range(count)]
        tasks = []
        for index, category in enumerate(chosen):
            sources = self._sources[category]
            source = rng.choices(sources, [source.weight for source in sources])[0]
            seed = episode_seed(Purpose.PRACTICE, self._seed, source.env_id, category, *place, index)
            tasks.append(PracticeTask(env_id=source.env_id, seed=seed, category=category))
        return tuple(tasks)
