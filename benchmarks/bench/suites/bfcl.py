"""The Berkeley Function Calling Leaderboard: its items, its simulated APIs and its checkers, in a Python of its own."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from benchmarks.bench.bfcl_attempts import BfclTask
from benchmarks.bench.bfcl_totals import V4_OFFLINE, totals
from benchmarks.bfcl.items import MULTI_TURN, RELEVANCE, SINGLE_TURN
from benchmarks.bfcl.lane import OfficialChecker

NAME = "bfcl"
VERSION = "bfcl-eval-2026.3.23"
"""What the extra ``bench`` pins."""
CATEGORIES = (*SINGLE_TURN, RELEVANCE, *MULTI_TURN)
IMPOSSIBLE = {
    "simple_java_36": "the truth's values are of types that the checker does not read",
    "simple_java_64": "the truth is a text where a list of texts was meant",
    "simple_java_65": "the truth's values are of types that the checker does not read",
    "live_simple_106-63-0": "the truth leaves out a parameter that the function requires",
    "live_simple_112-68-0": "the truth leaves out a parameter that the function requires",
    "live_multiple_862-181-3": "the truth names a parameter that the function does not have",
    "live_multiple_964-207-0": "the truth leaves out a parameter that the function requires",
}
"""Items whose ground truth the official checkers reject; they are tried and counted like all others."""


class BfclSuite:
    """All categories that need neither network nor a hub."""

    name = NAME
    version = VERSION
    categories = CATEGORIES
    repeats = 1
    impossible: Mapping[str, str] = IMPOSSIBLE

    @cached_property
    def _checker(self) -> OfficialChecker:
        return OfficialChecker()

    def tasks(self, category: str) -> tuple[BfclTask, ...]:
        """The items of a category, in BFCL's order.

        Raises:
            ConfigError: BFCL is not installed in its lane.
        """
        return tuple(BfclTask(item=item, runner=self._checker) for item in self._checker.items(category))

    def totals(self, means: Mapping[str, float], tasks: Mapping[str, int]) -> Mapping[str, float]:
        """The official totals that can be told."""
        return totals(means, tasks)

    def notes(self, categories: Sequence[str]) -> tuple[str, ...]:
        """What is left out."""
        absent = [name for name in self.categories if name not in categories]
        return (
            f"Memory, web search and format sensitivity are not measured: {V4_OFFLINE} is the official overall of "
            "version 4 with 0 for memory and web search, 60 % at most; v3 has all its parts.",
            "Stricter than the official runner in two things: what cannot be read as calls or words is wrong also "
            "where nothing should be called, and so is a call of a tool that was not offered where any call is right.",
            *([f"Categories left out: {', '.join(absent)}."] if absent else []),
        )

    def close(self) -> None:
        """End the lane's process, where one was started."""
        if "_checker" in self.__dict__:
            self._checker.close()


def open_suite() -> BfclSuite:
    """The suite."""
    return BfclSuite()
