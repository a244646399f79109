"""Suites of our own that never change: scenarios from fixed seeds, held to a hash of their bytes."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from agents.rollout import play
from agents.scripted import OraclePolicy
from benchmarks.bench.episodes import ScenarioTask
from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import from_json, to_json, write_atomic
from inftool_env.core.seeds import derive_seed
from inftool_env.core.tool import Toolset
from inftool_env.envs.episode import Episode
from trainers.base_exam import first_scenario

FOLDER = Path(__file__).parent / "suites"
"""Where ``<name>.json`` says the version of each frozen suite, and its hashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """What a version of a suite is held to."""

    version: str
    """As ``held-out-2``."""
    hashes: dict[str, str]
    """By category: of all scenarios, their tools, and the conversations that the reference solutions lead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenSuite:
    """Scenarios with values that training never sees.

    The name, the categories, the sources and the number fix them; ``suites/<name>.json`` holds their hashes.
    """

    name: str
    categories: tuple[str, ...]
    sources: Mapping[str, Callable[[int], Toolset]]
    """Where the toolset of a seed comes from; a category takes them in turn, those that admit it."""
    admits: Callable[[str, str], bool]
    """Whether a source can have scenarios of a category."""
    per_category: int
    repeats: int
    note: str

    @property
    def version(self) -> str:
        """As the file has it."""
        return self.freeze().version

    @property
    def impossible(self) -> Mapping[str, str]:
        """None: every scenario has been solved before it was taken."""
        return {}

    def freeze(self) -> Freeze:
        """What the file holds it to."""
        path = FOLDER / f"{self.name}.json"
        return from_json(path.read_bytes(), Freeze, where=str(path))

    def tasks(self, category: str) -> tuple[ScenarioTask, ...]:
        """The scenarios of a category, the same in every version of InfTool that knows this version of the suite.

        Raises:
            ConfigError: they have changed.
        """
        tasks, frozen = self.write(category), self.freeze()
        found, expected = digest(tasks), frozen.hashes.get(category)
        if found != expected:
            raise ConfigError(
                f"{FOLDER / self.name}.json: the {category} scenarios of {frozen.version} have hash {found}; expected "
                f"{expected}. Something that makes scenarios, worlds or users' words has changed, so numbers no longer "
                f"compare: raise the version with `python -m benchmarks.bench.freeze {self.name}`, or undo the change."
            )
        return tasks

    def write(self, category: str) -> tuple[ScenarioTask, ...]:
        """The scenarios that the seeds give now."""
        sources = [name for name in self.sources if self.admits(name, category)]
        tasks = []
        for number in range(self.per_category):
            source = sources[number % len(sources)]
            seed = derive_seed("frozen suite", self.name, source, category, number)
            scenario, toolset, own = first_scenario(self.sources[source], category, seed)
            tasks.append(
                ScenarioTask(id=f"{category}/{number}", scenario=scenario, toolset=toolset, seed=own)
            )
        return tuple(tasks)

    def totals(self, means: Mapping[str, float], tasks: Mapping[str, int]) -> Mapping[str, float]:  # noqa: ARG002
        """Nothing but the mean of the categories, which every report has."""
        return {}

    def notes(self, categories: Sequence[str]) -> tuple[str, ...]:
        """What a reader has to know."""
        absent = [name for name in self.categories if name not in categories]
        return (self.note, *([f"Categories left out: {', '.join(absent)}."] if absent else []))

    def close(self) -> None:
        """Nothing is held."""


def digest(tasks: Sequence[ScenarioTask]) -> str:
    """Hash of everything that an agent meets on the way of the reference solutions."""
    hasher = hashlib.blake2b(digest_size=16)
    openers = [partial(Episode, task.scenario, task.toolset) for task in tasks]
    for task, trajectory in zip(tasks, play(OraclePolicy(), openers), strict=True):
        for part in (to_json(task.scenario), task.toolset.digest, to_json(trajectory.messages)):
            hasher.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return hasher.hexdigest()


def renew(suite: FrozenSuite) -> Freeze:
    """Write the next version of a suite, from what its seeds give now."""
    path = FOLDER / f"{suite.name}.json"
    number = int(suite.version.rpartition("-")[2]) if path.exists() else 0
    freeze = Freeze(
        version=f"{suite.name}-{number + 1}",
        hashes={category: digest(suite.write(category)) for category in suite.categories},
    )
    write_atomic(path, json.dumps(json.loads(to_json(freeze)), indent=2) + "\n")
    return freeze
