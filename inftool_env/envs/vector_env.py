"""Many episodes stepped together, in groups that share a seed."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Tuple
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from inftool_env.core.errors import ConfigError
from inftool_env.core.seeds import derive_seed
from inftool_env.envs.actions import Action
from inftool_env.envs.episode import Episode
from inftool_env.envs.members import LocalMembers, Members, Moment
from inftool_env.envs.observe import Observation
from inftool_env.envs.remote_members import RemoteMembers
from inftool_env.envs.tool_env import ToolEnv

Observations = tuple[Observation, ...]
Flags = NDArray[np.bool_]


class ToolVectorEnv(VectorEnv[Observations, Sequence[Action], NDArray[Any]]):
    """``num_envs`` conversations side by side; ``gymnasium.make_vec`` gives this one.

    Episodes live in this process and share their parsed API, or in processes of their own. Observations share
    their messages from step to step, so read them and do not edit them.

    Args:
        num_envs: Members.
        group_size: This many members in a row share every seed, as GRPO's groups do.
        num_workers: Processes that step the members, whole groups in each; 0 steps them in this one, which is
            fastest while a step takes less time than the policy. Episodes do not depend on it.
        autoreset_mode: ``Disabled`` (a finished member idles at reward 0 until it is reset; its action is
            ignored) or ``SameStep`` (it begins anew at once; ``final_obs`` and ``final_info`` are in the info).
        env_kwargs: For ``ToolEnv``.

    Raises:
        ConfigError: the members do not make whole groups, there are less than no workers, or the mode is
            ``NextStep``.
    """

    env_type: type[ToolEnv] = ToolEnv
    """What the members are episodes of."""

    def __init__(
        self,
        *,
        num_envs: int = 1,
        group_size: int = 1,
        num_workers: int = 0,
        autoreset_mode: str | AutoresetMode = AutoresetMode.DISABLED,
        **env_kwargs: Any,
    ) -> None:
        mode = AutoresetMode(autoreset_mode)
        if mode is AutoresetMode.NEXT_STEP:
            raise ConfigError(
                "ToolVectorEnv: autoreset_mode is NextStep; expected Disabled or SameStep, since groups "
                "cannot keep together otherwise. Use vectorization_mode='sync' for NextStep."
            )
        if num_envs < 1 or group_size < 1 or num_envs % group_size:
            raise ConfigError(
                f"ToolVectorEnv: num_envs={num_envs} with group_size={group_size}; expected whole groups. "
                "Make num_envs a multiple of group_size."
            )
        if num_workers < 0:
            raise ConfigError(
                f"ToolVectorEnv: num_workers={num_workers}; expected 0 for none, or the number of processes. Correct it."
            )
        self.env = self.env_type(**env_kwargs)
        """Has the spaces; without workers it opens the episodes of all members."""
        self.num_envs = num_envs
        self.group_size = group_size
        self.autoreset_mode = mode
        self.metadata = {**self.env.metadata, "autoreset_mode": mode}
        self.render_mode = self.env.render_mode
        self.single_observation_space = self.env.observation_space
        self.single_action_space = self.env.action_space
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        renews = mode is AutoresetMode.SAME_STEP
        self._members: Members
        if num_workers:
            make_env = partial(self.env_type, **env_kwargs)
            self._members = RemoteMembers(
                make_env, self.env.toolset, num_envs, group_size, renews=renews, num_workers=num_workers
            )
        else:
            self._members = LocalMembers(self.env, num_envs, group_size, renews=renews)
        self._moments: list[Moment] = []
        """What there is to see of each member; empty before the first reset."""
        self._terminated: Flags = np.zeros(num_envs, np.bool_)
        self._truncated: Flags = np.zeros(num_envs, np.bool_)

    def reset(
        self, *, seed: int | Sequence[int] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, dict[str, Any]]:
        """Begin episodes anew.

        Args:
            seed: A number (group 0 gets it, the next group the number after, ...), or a list with one
                seed a member or one a group. When None, every group goes on along its own stream, in
                which the n-th episodes of its members share a seed.
            options: ``reset_mask``, a boolean array of the members to reset (all without it), beside
                the options of ``ToolEnv.reset``.

        Raises:
            ConfigError: the number of seeds is wrong, or the mask is no boolean array of this size.
            ResetNeeded: the first reset of all is a partial one.
        """
        options = dict(options or {})
        mask = self._read_mask(options.pop("reset_mask", None))
        if not self._moments and not mask.all():
            raise ResetNeeded(
                "ToolVectorEnv: the first reset is partial; expected a whole one. Leave reset_mask out."
            )
        seeds = self._begin_streams(seed, whole=bool(mask.all()))
        chosen = np.flatnonzero(mask).tolist()
        begun = self._members.begin(
            {index: None if seeds is None else seeds[index] for index in chosen}, options
        )
        self._moments = self._moments or [begun[index].moment for index in range(self.num_envs)]
        infos: dict[str, Any] = {}
        for index, one in begun.items():
            self._terminated[index] = self._truncated[index] = False
            self._see(index, one.moment)
            infos = self._add_info(infos, one.info, index)
        return self._observe(), infos

    def step(
        self, actions: Sequence[Action]
    ) -> tuple[Observations, NDArray[Any], NDArray[Any], NDArray[Any], dict[str, Any]]:
        """Take one action a member.

        Raises:
            ResetNeeded: no episode has begun.
        """
        if not self._moments:
            raise ResetNeeded(
                "ToolVectorEnv: no episode has begun; expected a reset. Call envs.reset() first."
            )
        rewards = np.zeros(self.num_envs, np.float64)
        terminated, truncated = self._terminated.copy(), self._truncated.copy()
        infos: dict[str, Any] = {}
        taken = self._members.step(dict(zip(range(self.num_envs), actions, strict=True)))
        for index, one in taken.items():
            rewards[index], terminated[index], truncated[index] = one.reward, one.terminated, one.truncated
            self._see(index, one.moment)
            infos = self._add_info(infos, one.info, index)
        self._terminated, self._truncated = terminated, truncated
        return self._observe(), rewards, terminated.copy(), truncated.copy(), infos

    def render(self) -> tuple[str, ...] | None:
        """Every conversation so far as text, in ``ansi`` mode."""
        return self._members.render() if self.render_mode == "ansi" else None

    def close_extras(self, **kwargs: Any) -> None:  # noqa: ARG002 - as Gymnasium calls it
        """End the episodes now going on, and all that worlds run on."""
        self._members.close()
        self.env.close()

    @property
    def episodes(self) -> list[Episode]:
        """The members' episodes; empty before the first reset.

        Raises:
            ConfigError: they live in other processes.
        """
        if not isinstance(self._members, LocalMembers):
            raise ConfigError(
                "ToolVectorEnv: the episodes live in other processes; expected them in this one. Use num_workers=0."
            )
        return self._members.episodes

    def _observe(self) -> Observations:
        return tuple(moment.observation for moment in self._moments)

    def _see(self, index: int, moment: Moment) -> None:
        """Remember what a member sees, and let its action space sample calls of the tools in sight."""
        self._moments[index] = moment
        assert isinstance(self.action_space, Tuple)
        self.env.show_actions(self.action_space.spaces[index], moment.visible, moment.split)

    def _begin_streams(self, seed: int | Sequence[int] | None, *, whole: bool) -> list[int] | None:
        """One seed a member, or None to go on; a whole reset with seeds begins the streams anew."""
        if seed is None:
            if not self._moments:
                self._members.start_streams(int(self.np_random.integers(2**31)))
            return None
        if isinstance(seed, int | np.integer):
            seeds = [int(seed) + index // self.group_size for index in range(self.num_envs)]
        else:
            seeds = [int(one) for one in seed]
            if len(seeds) * self.group_size == self.num_envs:
                seeds = [seeds[index // self.group_size] for index in range(self.num_envs)]
        if len(seeds) != self.num_envs:
            raise ConfigError(
                f"ToolVectorEnv: {len(seeds)} seeds for {self.num_envs} members in groups of {self.group_size}; "
                "expected a number, one seed a member, or one a group. Correct the list."
            )
        if whole:
            super().reset(seed=seeds[0])
            self._members.start_streams(derive_seed("vector", *seeds))
        return seeds

    def _read_mask(self, mask: Any) -> Flags:
        if mask is None:
            return np.ones(self.num_envs, np.bool_)
        flags: Flags = np.asarray(mask)
        if flags.dtype != np.bool_ or flags.shape != (self.num_envs,) or not flags.any():
            raise ConfigError(
                f"ToolVectorEnv: reset_mask is {mask!r}; expected an array of {self.num_envs} booleans "
                "with at least one True. Leave it out to reset all."
            )
        return flags
