"""The tools that an assistant sees in the course of one episode."""

from inftool_env.core.scenario import Scenario
from inftool_env.core.tool import Toolset
from inftool_env.grading.answers import declines
from inftool_env.scenarios.strangers import in_sight


class Sight:
    """What is in sight now; it grows once where the scenario says so.

    Args:
        scenario: Names the tools.
        toolset: The whole one that it was written for.
    """

    def __init__(self, scenario: Scenario, toolset: Toolset) -> None:
        later = () if scenario.arrival is None else scenario.arrival.tools
        self.visible: Toolset = in_sight(toolset, scenario.tools)
        """The tools in sight now."""
        self.ever: Toolset = in_sight(toolset, (*scenario.tools, *later)) if later else self.visible
        """The tools in sight at any time of the episode, if all goes well."""
        self._arrival = scenario.arrival

    def hear(self, words: str) -> str | None:
        """What the user answers when the words make tools arrive; None when they do not."""
        if self._arrival is None or not declines(words):
            return None
        said, self._arrival = self._arrival.words, None
        self.visible = self.ever
        return said
