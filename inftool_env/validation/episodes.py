"""Whether an environment's episodes can be won, and come out the same again."""

import hashlib
import time
from dataclasses import dataclass
from statistics import median

from inftool_env.core.errors import ScenarioError
from inftool_env.core.jsonl import to_json
from inftool_env.core.scenario import Split
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.validation.findings import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Episodes:
    """What came of playing an environment."""

    written: tuple[str, ...]
    """Categories of which there was an episode."""
    gold: Tally
    """Episodes, and whether the reference solution earned the reward 1."""
    repeats: Tally
    """Episodes, and whether the twin environment gave the same bytes."""
    open_s: float
    """Median processor time to open one."""
    digest: str
    """Hash of all their records."""


def play_episodes(environment: ToolEnv, twin: ToolEnv, seeds: int) -> Episodes:
    """Play the reference solution of a few episodes: of each category, and as the seeds choose.

    Args:
        environment: The one to be looked at.
        twin: The same, made anew, so that the two share nothing that is remembered.
        seeds: Episodes of each category.
    """
    written: set[str] = set()
    lost: list[str] = []
    changed: list[str] = []
    records: list[str] = []
    open_s: list[float] = []
    for category in (None, *environment.categories):
        for seed in range(seeds):
            label = f"seed {seed}, {category or 'any category'}"
            try:
                played = _play(environment, seed, category)
            except ScenarioError as error:
                # A seed may have none of one category, but never none at all.
                if category is None:
                    records.append(str(error))
                    lost.append(f"{label}: {error}")
                continue
            written |= {category} if category else set()
            records.append(played.record)
            open_s.append(played.open_s)
            if played.reward != 1.0:
                lost.append(f"{label}: the reference solution earned {played.reward}")
            if _play(twin, seed, category).record != played.record:
                changed.append(f"{label}: the record changed")
    return Episodes(
        written=tuple(name for name in environment.categories if name in written),
        gold=_tally(len(records), lost),
        repeats=_tally(len(records), changed),
        open_s=median(open_s) if open_s else 0.0,
        digest=hashlib.blake2b("\n".join(records).encode(), digest_size=16).hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Played:
    reward: float
    record: str
    open_s: float


def _play(environment: ToolEnv, seed: int, category: str | None) -> _Played:
    began = time.process_time()
    environment.reset(
        seed=seed, options={"category": category, "split": Split.EVAL if seed % 2 else Split.TRAIN}
    )
    open_s = time.process_time() - began
    reward = 0.0
    for turn in environment.episode.scenario.solution:
        calls = [{"name": call.name, "arguments": call.arguments} for call in turn.calls]
        _, reward, terminated, truncated, _ = environment.step({"content": turn.content, "tool_calls": calls})
        if terminated or truncated:
            break
    episode = environment.episode
    # A solution that leaves the episode open has won nothing, and there is no record yet.
    record = to_json(episode.trajectory()) if episode.is_over else to_json(episode.scenario)
    return _Played(reward=reward if episode.is_over else 0.0, record=record, open_s=open_s)


def _tally(tried: int, troubles: list[str]) -> Tally:
    return Tally(tried=tried, good=tried - len(troubles), trouble=next(iter(troubles), ""))
