"""Let a policy play many episodes; all open ones step together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from agents.policy import Informed, Policy
from inftool_env.core.scenario import Split
from inftool_env.core.trajectory import TokenSample, Trajectory
from inftool_env.envs.episode import Episode
from inftool_env.envs.registry import open_episode


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeRequest:
    """One episode to play."""

    env_id: str
    seed: int
    category: str | None = None
    """None lets the environment choose."""
    split: Split | None = None
    """None takes the environment's own."""


def rollout(
    policy: Policy,
    requests: Sequence[EpisodeRequest],
    *,
    num_slots: int = 64,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Trajectory]:
    """Play every request once; the same one several times makes a group. See ``play``."""
    openers = [partial(open_request, request) for request in requests]
    return play(policy, openers, num_slots=num_slots, on_progress=on_progress)


def open_request(request: EpisodeRequest) -> Episode:
    """The episode of a request, before its first turn."""
    return open_episode(request.env_id, request.seed, category=request.category, split=request.split)


def play(
    policy: Policy,
    openers: Sequence[Callable[[], Episode]],
    *,
    num_slots: int = 64,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Trajectory]:
    """Play every episode once.

    An episode that ends makes room for the next at once, so the policy always acts for up to
    ``num_slots`` episodes together.

    Args:
        policy: Is started anew; the slot of an episode is the place of its opener.
        openers: Each opens its episode when there is room for it.
        num_slots: Episodes open at once; bounds memory.
        on_progress: Called with (episodes done, episodes in all) whenever some have ended.

    Returns:
        Trajectories in the order of the openers.
    """
    policy.start(len(openers))
    playing: dict[int, Episode] = {}
    samples: dict[int, list[TokenSample | None]] = {}
    done: dict[int, Trajectory] = {}
    waiting = iter(range(len(openers)))
    informed = policy if isinstance(policy, Informed) else None  # asked once: protocols are slow to ask for
    while len(done) < len(openers):
        while len(playing) < num_slots and (slot := next(waiting, None)) is not None:
            playing[slot], samples[slot] = openers[slot](), []
            if informed is not None:
                informed.watch(slot, playing[slot].scenario)
        actions = policy.act({slot: episode.observation for slot, episode in playing.items()})
        before = len(done)
        for slot, episode in list(playing.items()):
            outcome = episode.step(actions[slot].action)
            samples[slot].append(actions[slot].sample)
            if outcome.terminated or outcome.truncated:
                done[slot] = episode.trajectory(samples=samples.pop(slot), policy=policy.name)
                del playing[slot]
        if on_progress is not None and len(done) > before:
            on_progress(len(done), len(openers))
    return [done[slot] for slot in range(len(openers))]
