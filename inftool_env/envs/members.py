"""The members of a vector environment: one episode each, and the seeds that the next ones begin with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from inftool_env.core.scenario import Split
from inftool_env.core.seeds import derive_seed
from inftool_env.core.tool import Toolset
from inftool_env.envs.actions import Action
from inftool_env.envs.episode import Episode
from inftool_env.envs.observe import Observation
from inftool_env.envs.tool_env import ToolEnv


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What there is to see of a member."""

    observation: Observation
    visible: Toolset
    """The tools that it may call now."""
    split: Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A member whose episode has just begun."""

    moment: Moment
    info: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A member that has taken an action."""

    moment: Moment
    """After it: of the next episode, where one has begun at once."""
    reward: float
    terminated: bool
    truncated: bool
    info: dict[str, Any]


class Members(Protocol):
    """Episodes by the number of their member; each call is for some of them."""

    def start_streams(self, seed: int) -> None:
        """Count the episodes of every member anew, each group along a stream of its own."""
        ...

    def begin(self, seeds: Mapping[int, int | None], options: dict[str, Any]) -> dict[int, Begun]:
        """Begin an episode for every member named, with its seed, or with the next of its stream."""
        ...

    def step(self, actions: Mapping[int, Action]) -> dict[int, Taken]:
        """Take one action for every member named; nothing for one whose episode is over."""
        ...

    def render(self) -> tuple[str, ...]:
        """Every conversation so far as text."""
        ...

    def close(self) -> None:
        """End the episodes, and all that they run on; the second time nothing."""
        ...


class LocalMembers:
    """Members in this process.

    Args:
        env: Opens their episodes.
        count: How many there are; they are numbered from 0.
        group_size: This many in a row share their streams.
        renews: Whether a finished member begins its next episode at once.
        first_group: Groups that live elsewhere before these, which have streams before theirs.
    """

    def __init__(
        self, env: ToolEnv, count: int, group_size: int, *, renews: bool, first_group: int = 0
    ) -> None:
        self.episodes: list[Episode] = []
        """In order; empty before the first beginning."""
        self._env = env
        self._count = count
        self._group_size = group_size
        self._renews = renews
        self._first_group = first_group
        self.start_streams(0)

    def start_streams(self, seed: int) -> None:
        """Count the episodes of every member anew, each group along a stream of its own."""
        self._stream_seed = seed
        self._episodes_begun = [0] * self._count

    def begin(self, seeds: Mapping[int, int | None], options: dict[str, Any]) -> dict[int, Begun]:
        """Begin an episode for every member named, with its seed, or with the next of its stream."""
        opened = {
            index: self._env.open_as(self._next_seed(index) if seed is None else seed, options)
            for index, seed in seeds.items()
        }
        for index in opened.keys() & set(range(len(self.episodes))):
            self.episodes[index].close()
        self.episodes = [opened.get(index) or self.episodes[index] for index in range(self._count)]
        return {
            index: Begun(moment=_moment(episode), info=self._env.describe(episode))
            for index, episode in opened.items()
        }

    def step(self, actions: Mapping[int, Action]) -> dict[int, Taken]:
        """Take one action for every member named; nothing for one whose episode is over."""
        return {
            index: self._step(index, action)
            for index, action in actions.items()
            if not self.episodes[index].is_over
        }

    def render(self) -> tuple[str, ...]:
        """Every conversation so far as text."""
        return tuple(map(str, self.episodes))

    def close(self) -> None:
        """End the episodes, and all that they run on; the second time nothing."""
        for episode in self.episodes:
            episode.close()
        self._env.close()

    def _step(self, index: int, action: Action) -> Taken:
        episode = self.episodes[index]
        outcome = episode.step(action)
        info = dict(outcome.info)
        if self._renews and (outcome.terminated or outcome.truncated):
            info = {"final_obs": episode.observation, "final_info": info}
            episode = self.episodes[index] = self._env.open_as(self._next_seed(index), {})
            info |= self._env.describe(episode)
        return Taken(
            moment=_moment(episode),
            reward=outcome.reward,
            terminated=outcome.terminated,
            truncated=outcome.truncated,
            info=info,
        )

    def _next_seed(self, index: int) -> int:
        """The seed of a member's next episode: for the n-th the same as its group's other members get."""
        self._episodes_begun[index] += 1
        group = self._first_group + index // self._group_size
        return derive_seed("member", self._stream_seed, group, self._episodes_begun[index]) % 2**31


def _moment(episode: Episode) -> Moment:
    return Moment(observation=episode.observation, visible=episode.visible, split=episode.scenario.split)
