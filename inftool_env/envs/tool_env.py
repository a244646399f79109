"""The environment: scenarios of one API as Gymnasium episodes."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

import gymnasium
from gymnasium.error import ResetNeeded

from inftool_env.core.errors import ConfigError, ScenarioError
from inftool_env.core.fault import FaultKind
from inftool_env.core.jsonl import from_json
from inftool_env.core.scenario import Scenario, Split
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Toolset
from inftool_env.envs.actions import FORMATS, Action
from inftool_env.envs.apis import load_toolset
from inftool_env.envs.episode import Episode
from inftool_env.envs.observe import Observation, copy_observation
from inftool_env.envs.spaces import ActionSpace, ChatSpace
from inftool_env.envs.transports import TRANSPORTS, worlds_over
from inftool_env.grading.reward import RewardConfig
from inftool_env.scenarios.author import ATTEMPTS, CATEGORIES, Author, TemplateAuthor, obstacles
from inftool_env.scenarios.faulting import fault_obstacles, with_faults
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.stage import HopelessError
from inftool_env.scenarios.strangers import strangers
from inftool_env.users.user import User
from inftool_env.world.worlds import Worlds, open_world

DIFFICULTIES = (1, 2, 3)
"""What an environment without a difficulty of its own draws from."""
SCENARIOS_KEPT = 1024
"""Scenarios that an environment remembers."""


class ToolEnv(gymnasium.Env[Observation, Action]):
    """One API and a user with wishes; an episode is one conversation.

    Every argument is a JSON value, so that an ``EnvSpec`` goes to JSON and back; a toolset, worlds, users
    or an author at hand are not.

    Args:
        api: Slug of a known API, the path of a document, or a toolset.
        categories: Kinds of scenarios; all that the API admits when None.
        difficulty: 1 to 5; drawn from ``DIFFICULTIES`` when None.
        split: ``train`` or ``eval``: the side of the wall that all values lie on.
        tools: Names of the tools that solutions may use, others may still be shown; all when None.
        hidden_tools: Names of tools that are not there at all, as if the document lacked them.
        max_turns: Assistant turns before the episode is truncated; the scenario's own when None.
        reward: What an episode is paid by: a scheme's name (``outcome``, ``share``, ``additive``), or the fields of a
            ``RewardConfig``.
        action_format: How text actions are written, a key of ``actions.FORMATS``.
        kind: The failure kind that the scenarios exercise, where the curriculum names one.
        parent: Id of the environment that this one grew from.
        faults: What goes wrong on purpose: nothing when None; faults of any kind in this share of the episodes, above
            0 and up to 1; or in every episode faults of these kinds (``FaultKind``), as ``["timeout", "rate_limit"]``,
            wherever a call of the reference solution can meet one. Scenarios of ``error_recovery`` bring their own.
        render_mode: None, ``ansi`` (``render`` returns the conversation) or ``human`` (it is written as it goes).
        transport: How calls reach the server, a key of ``TRANSPORTS``; episodes are the same on each, to the byte.
        worlds: Opens the world of every episode in place of the transport, and is closed with the environment.
        users: Gives the user of every episode from its scenario; the scripted one when None.
        author: Writes the scenarios; from templates when None.

    Raises:
        ConfigError: an argument is impossible; says which would be possible.
        RegistrationError: the API is unknown.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "human"], "render_fps": 4}  # noqa: RUF012 - as Gymnasium types it

    def __init__(
        self,
        api: str | Toolset,
        *,
        categories: Sequence[str] | None = None,
        difficulty: int | None = None,
        split: str = "train",
        tools: Sequence[str] | None = None,
        hidden_tools: Sequence[str] | None = None,
        max_turns: int | None = None,
        reward: str | Mapping[str, Any] | RewardConfig = "outcome",
        action_format: str = "hermes",
        kind: str = "",
        parent: str | None = None,
        faults: float | Sequence[str] | None = None,
        render_mode: str | None = None,
        transport: str = "direct",
        worlds: Worlds | None = None,
        users: Callable[[Scenario], User] | None = None,
        author: Author | None = None,
    ) -> None:
        whole = api if isinstance(api, Toolset) else load_toolset(api)
        _check_names(f"{whole.name}: hidden_tools", hidden_tools or (), whole.names)
        hidden = frozenset(hidden_tools or ())
        self.toolset: Toolset = whole.subset(name for name in whole.names if name not in hidden)
        """The tools that are there."""
        _check_names(f"{whole.name}: tools", tools or (), self.toolset.names)
        _check_names(f"{whole.name}: action_format", [action_format], tuple(FORMATS))
        _check_names(f"{whole.name}: split", [split], tuple(Split))
        _check_names(f"{whole.name}: transport", [transport], TRANSPORTS)
        if render_mode is not None:
            _check_names(f"{whole.name}: render_mode", [render_mode], self.metadata["render_modes"])
        _check_range(f"{whole.name}: difficulty", difficulty, 5)
        _check_range(f"{whole.name}: max_turns", max_turns, 1000)
        self.tools: tuple[str, ...] = tuple(tools or ())
        """Names of the tools that solutions may use; empty for all."""
        self.split = Split(split)
        usable = self.toolset.subset(self.tools) if self.tools else self.toolset
        self.categories: tuple[str, ...] = _choose_categories(usable, self.obstacles(usable), categories)
        """Kinds of scenarios that the seeds choose among."""
        self.difficulty = difficulty
        self.max_turns = max_turns
        self.reward_config = RewardConfig.read(reward)
        self.action_format = action_format
        self.kind = kind
        self.parent = parent
        if faults is not None and worlds is not None:
            raise ConfigError(
                f"{whole.name}: faults with worlds of your own; expected one of the two, since faults are planned "
                "in simulated worlds. Leave one of them out."
            )
        self._fault_share, self._fault_kinds = _read_faults(usable, faults)
        self.render_mode = render_mode
        self.observation_space = ChatSpace()
        self.action_space = ActionSpace(self.toolset, split=self.split)
        self.worlds: Worlds = worlds_over(transport) if worlds is None else worlds
        """Opens the world of every episode."""
        self._users = users
        self._author: Author = author or TemplateAuthor()
        # A GRPO group, and every evaluation of the same policy's stages, opens the same scenarios again.
        self._scenario = lru_cache(maxsize=SCENARIOS_KEPT)(self._write)
        self._episode: Episode | None = None
        self._written = ""

    @property
    def env_id(self) -> str:
        """The id in the records: the registered one, or the API's name."""
        return self.spec.id if self.spec is not None else self.toolset.name

    @property
    def episode(self) -> Episode:
        """The episode now going on, or the one that ended last.

        Raises:
            ResetNeeded: there has been none yet.
        """
        if self._episode is None:
            raise ResetNeeded("ToolEnv: no episode has begun; expected a reset. Call env.reset() first.")
        return self._episode

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin an episode.

        Args:
            seed: Fixes the whole episode to the byte; drawn from the environment's generator when None.
            options: ``category``, ``split``, or ``scenario`` (a ``Scenario`` or its JSON) in place of
                what the seed would choose.

        Returns:
            The first observation; and ``scenario_id``, ``category`` and ``seed``.

        Raises:
            ConfigError: an option is unknown.
            ScenarioError: the API admits no scenario of the category.
        """
        super().reset(seed=seed)
        if self._episode is not None:
            self._episode.close()
        chosen = int(self.np_random.integers(2**31)) if seed is None else seed
        self._episode = episode = self.open_as(chosen, options or {})
        self.show_actions(self.action_space, episode.visible, episode.scenario.split)
        self._written = ""
        self._show()
        return copy_observation(episode.observation), self.describe(episode)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Take one assistant message.

        Returns:
            Observation, reward, terminated, truncated, and at the end ``verdict`` with its summary.

        Raises:
            ResetNeeded: the episode is over.
        """
        if self.episode.is_over:
            raise ResetNeeded(
                "ToolEnv: the episode is over; expected a reset before the next step. Call env.reset()."
            )
        outcome = self.episode.step(action)
        self.show_actions(self.action_space, self.episode.visible, self.episode.scenario.split)
        self._show()
        return (
            copy_observation(self.episode.observation),
            outcome.reward,
            outcome.terminated,
            outcome.truncated,
            dict(outcome.info),
        )

    def render(self) -> str | None:
        """The conversation so far as text, in ``ansi`` mode; ``human`` has written it already."""
        return str(self.episode) if self.render_mode == "ansi" else None

    def close(self) -> None:
        """End the episode now going on, and all that worlds run on; the second time nothing."""
        if self._episode is not None:
            self._episode.close()
        self.worlds.close()

    def obstacles(self, usable: Toolset) -> dict[str, str | None]:
        """For every category why these tools do not admit it, or None where they do."""
        return obstacles(usable)

    def open_as(self, seed: int, options: Mapping[str, Any]) -> Episode:
        """A fresh episode as the options of ``reset`` say, apart from the one that ``step`` goes on with.

        Raises:
            ConfigError: an option is unknown or impossible.
            ScenarioError: the API admits no scenario of the category.
        """
        _check_names(f"{self.env_id}: reset options", options, ("category", "split", "scenario"))
        split = options.get("split")
        if split is not None:
            _check_names(f"{self.env_id}: split", [split], tuple(Split))
        return self.open(
            seed,
            category=options.get("category"),
            split=None if split is None else Split(split),
            scenario=_read_scenario(options.get("scenario")),
        )

    @staticmethod
    def describe(episode: Episode) -> dict[str, Any]:
        """What ``reset`` tells about the episode beside its first observation."""
        return {
            "scenario_id": episode.scenario.id,
            "category": episode.scenario.category,
            "seed": episode.seed,
        }

    @staticmethod
    def show_actions(space: gymnasium.Space[Any], visible: Toolset, split: Split) -> None:
        """Let an action space sample calls of the tools that an episode shows."""
        assert isinstance(space, ActionSpace), "environments of ours have an ActionSpace"
        space.toolset = visible
        space.split = split

    def open(
        self,
        seed: int,
        *,
        category: str | None = None,
        split: Split | None = None,
        scenario: Scenario | None = None,
    ) -> Episode:
        """A fresh episode, apart from the one that ``step`` goes on with.

        Args:
            seed: Chooses the scenario, and with it world and user.
            category: In place of the one that the seed would choose.
            split: In place of the environment's own.
            scenario: In place of the one that the seed would choose.

        Raises:
            ScenarioError: the API admits no scenario of the category.
            ConfigError: the scenario is one of another API.
        """
        if scenario is None:
            scenario = self._scenario(seed, category, split or self.split)
        elif scenario.toolset != self.toolset.name or not self._knows(scenario):
            raise ConfigError(
                f"{self.env_id}: scenario {scenario.id} is one of {scenario.toolset} with other tools; "
                f"expected one of {self.toolset.name}. Open it in the environment that it was written for."
            )
        if self.max_turns is not None:
            scenario = replace(scenario, max_turns=self.max_turns)
        return Episode(
            scenario,
            self.toolset,
            backend=open_world(self.worlds, self.toolset, scenario.world_seed, scenario.split),
            user=None if self._users is None else self._users(scenario),
            env_id=self.env_id,
            seed=seed,
            action_format=self.action_format,
            reward=self.reward_config,
        )

    def _knows(self, scenario: Scenario) -> bool:
        """Whether all tools of a scenario are there, as tools of the API or as strangers to it."""
        named = {*scenario.tools, *(scenario.arrival.tools if scenario.arrival is not None else ())}
        unknown = named.difference(self.toolset.names)
        return not unknown or unknown <= strangers(self.toolset).keys()

    def _write(self, seed: int, category: str | None, split: Split) -> Scenario:
        """The seed's scenario: of the category asked for, or of the first in the seed's order that works out."""
        rng = generator(seed, "category")
        order = [category] if category is not None else rng.sample(self.categories, len(self.categories))
        difficulty = self.difficulty or rng.choice(DIFFICULTIES)
        trouble: ScenarioError | None = None
        for name in order:
            request = ScenarioRequest(
                category=name, difficulty=difficulty, tools=self.tools, kind=self.kind, parent_id=self.parent
            )
            try:
                return self._spoil(self._author.write(self.toolset, request, seed, split), seed)
            except ScenarioError as error:
                trouble = error
        assert trouble is not None, "there is at least one category to try"
        raise trouble

    def _spoil(self, scenario: Scenario, seed: int) -> Scenario:
        """The scenario with faults in the way, where the seed and the solution's calls have it so."""
        rng = generator(seed, "faults", scenario.id)
        if scenario.faults or rng.random() >= self._fault_share:
            return scenario
        for _ in range(ATTEMPTS):
            try:
                faulty = with_faults(scenario, self.toolset, rng, kinds=self._fault_kinds)
            except HopelessError:
                return scenario
            except ScenarioError:
                continue
            return replace(faulty, id=f"{scenario.id}/faults")
        return scenario

    def _show(self) -> None:
        if self.render_mode == "human":
            text = str(self.episode)
            sys.stdout.write(text.removeprefix(self._written).lstrip("\n") + "\n")
            sys.stdout.flush()
            self._written = text


def _choose_categories(
    usable: Toolset, reasons: Mapping[str, str | None], wanted: Sequence[str] | None
) -> tuple[str, ...]:
    """The categories to draw from; each must be possible with the tools that solutions may use."""
    admitted = tuple(name for name, reason in reasons.items() if reason is None)
    if wanted is None:
        if not admitted:
            raise ConfigError(
                f"{usable.name}: no category can be made of its {len(usable.tools)} tools; expected at least one. "
                "`inftool inspect` shows what was read from the document."
            )
        return admitted
    _check_names(f"{usable.name}: categories", wanted, CATEGORIES)
    if not wanted:
        raise ConfigError(f"{usable.name}: categories is empty; expected names, or None for all. Name one.")
    for name in wanted:
        if reasons[name] is not None:
            raise ConfigError(
                f"{usable.name}: category {name!r} cannot be made: {reasons[name]}; "
                f"expected one of {', '.join(admitted)}. Leave it out, or allow more tools."
            )
    return tuple(dict.fromkeys(wanted))


def _read_faults(
    usable: Toolset, faults: float | Sequence[str] | None
) -> tuple[float, tuple[FaultKind, ...]]:
    """The share of episodes with faults, and the kinds to choose among."""
    if faults is None:
        return 0.0, ()
    where = f"{usable.name}: faults"
    if isinstance(faults, int | float):
        if isinstance(faults, bool) or not 0 < faults <= 1:
            raise ConfigError(
                f"{where}: found {faults!r}; expected a share above 0 and up to 1. Correct it, or leave it out."
            )
        return float(faults), tuple(FaultKind)
    if isinstance(faults, str) or not faults:
        raise ConfigError(
            f"{where}: found {faults!r}; expected None, a share, or a list of {', '.join(FaultKind)}. Correct it."
        )
    _check_names(where, faults, [kind.value for kind in FaultKind])
    kinds = tuple(dict.fromkeys(map(FaultKind, faults)))
    reasons = fault_obstacles(usable)
    for kind in kinds:
        if reasons[kind] is not None:
            possible = ", ".join(one for one, reason in reasons.items() if reason is None)
            raise ConfigError(
                f"{where}: {kind} cannot happen: {reasons[kind]}; expected one of {possible}. "
                "Leave it out, or allow more tools."
            )
    return 1.0, kinds


def _check_names(where: str, found: Sequence[str] | Mapping[str, Any], known: Sequence[str]) -> None:
    for name in found:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "Correct the name."
            raise ConfigError(f"{where}: found {name!r}; expected one of {', '.join(known)}. {hint}")


def _check_range(where: str, value: int | None, top: int) -> None:
    if value is not None and not 1 <= value <= top:
        raise ConfigError(f"{where}: found {value!r}; expected a number from 1 to {top}. Correct it.")


def _read_scenario(scenario: Scenario | str | None) -> Scenario | None:
    if isinstance(scenario, str):
        return from_json(scenario, Scenario, where="reset options: scenario")
    return scenario
