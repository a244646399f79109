"""The official totals of BFCL, of the versions 3 and 4, from the categories' success."""

from collections.abc import Mapping, Sequence

from benchmarks.bfcl.items import MULTI_TURN, RELEVANCE

SIMPLE = ("simple_python", "simple_java", "simple_javascript")
OTHERS = ("multiple", "parallel", "parallel_multiple")
LIVE = ("live_simple", "live_multiple", "live_parallel", "live_parallel_multiple")
IRRELEVANCE = ("irrelevance", "live_irrelevance")
WEIGHTS = {"non_live": 10, "live": 10, "irrelevance": 10, "multi_turn": 30, "agentic": 40}
"""Of version 4, in percent. Nothing here measures the agentic part (memory, web search)."""
V4_OFFLINE = "v4_without_agentic"
"""What the official table shows as the overall of version 4 where the agentic part was not run: it counts as 0, so
60 % is the most."""


def totals(means: Mapping[str, float], tasks: Mapping[str, int]) -> dict[str, float]:
    """Those totals all of whose parts are there.

    Live categories count by their size, all others alike. In version 3 irrelevance and relevance are parts of the
    live and the other categories, and the total is the plain mean of live, non-live and multi-turn.

    Args:
        means: Success by category, in [0, 1].
        tasks: How many tasks each category has.
    """

    def all_of(names: Sequence[str]) -> bool:
        return all(name in means for name in names)

    found: dict[str, float] = {}
    plain = [_mean([means[name] for name in SIMPLE])] if all_of(SIMPLE) else []
    if plain and all_of(OTHERS):
        plain += [means[name] for name in OTHERS]
        found["non_live"] = _mean(plain)
    if all_of(LIVE):
        found["live"] = _by_size(LIVE, means, tasks)
    if all_of(IRRELEVANCE):
        found["irrelevance"] = _mean([means[name] for name in IRRELEVANCE])
    if all_of(MULTI_TURN):
        found["multi_turn"] = _mean([means[name] for name in MULTI_TURN])
    if all(name in found for name in WEIGHTS if name != "agentic"):
        found[V4_OFFLINE] = (
            sum(found[name] * weight for name, weight in WEIGHTS.items() if name in found) / 100
        )
    live_3 = (*LIVE, "live_irrelevance", RELEVANCE)
    if {"non_live", "multi_turn"} <= found.keys() and all_of((*live_3, "irrelevance")):
        found["v3"] = _mean(
            [_by_size(live_3, means, tasks), _mean([*plain, means["irrelevance"]]), found["multi_turn"]]
        )
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _by_size(names: Sequence[str], means: Mapping[str, float], tasks: Mapping[str, int]) -> float:
    return sum(means[name] * tasks[name] for name in names) / sum(tasks[name] for name in names)
