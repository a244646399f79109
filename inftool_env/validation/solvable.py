"""Which tools of an environment a user could ask for: a solvable scenario is written, or it is said why not."""

from collections.abc import Sequence

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.author import TemplateAuthor, admitted_categories
from inftool_env.scenarios.flow import Link, links
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.stage import HopelessError
from inftool_env.scenarios.telling import MOST_TOLD, least_told

ALONE = (
    "simple",
    "multiple",
    "parallel",
    "missing_param",
    "error_recovery",
    "multi_turn",
    "correction",
    "confirm",
    "relevance",
    "missing_function",
    "long_context",
    "no_hallucination",
)
"""Categories whose scenarios can be about one given tool."""
CHAINED = ("multi_step", "clarify")
"""Categories whose scenarios hand a value from one tool to another."""
PAIRED = ("parallel_multiple", "state_dependent")
"""Categories whose scenarios call two tools that need not be linked."""
LINKS_TRIED = 3
"""Partners that a tool is tried with in each of them, one seed each; those that are no help at all do not count."""
LINKS_LOOKED_AT = 12
"""Partners of a tool, at most, of which it is asked whether they are any help."""
DIFFICULTIES = (1, 2, 3)


class Solving:
    """Writes scenarios about given tools of one toolset.

    Args:
        toolset: All tools of the environment; others may be shown beside the one asked for.
        seeds: How many seeds are tried before a tool is given up.
    """

    def __init__(self, toolset: Toolset, seeds: int) -> None:
        self._toolset = toolset
        self._seeds = seeds
        self._author = TemplateAuthor()
        self._admitted = admitted_categories(toolset)
        self._links: dict[str, list[Link]] = {name: [] for name in toolset.names}
        for link in links(toolset):
            self._links[link.producer.name].append(link)
            self._links[link.consumer.name].append(link)

    def categories(self, tool: str) -> tuple[tuple[str, ...], str]:
        """Categories of solvable scenarios that call the tool; and why there are none, or nothing."""
        values = least_told(self._toolset.subset([tool]).tools[0])
        if values > MOST_TOLD:
            return (), f"a call takes {values} values or more; over {MOST_TOLD} are too many for one message"
        found: list[str] = []
        obstacle = ""
        for category in ALONE:
            if category not in self._admitted:
                continue
            trouble = self._trouble(category, (tool,), self._seeds)
            if not trouble:
                found.append(category)
            obstacle = obstacle or trouble
        linked = [(link.producer.name, link.consumer.name) for link in self._links[tool]]
        found += [category for category in CHAINED if self._has_partner(category, linked)]
        beside = [(tool, other) for other in self._neighbours(tool)]
        found += [category for category in PAIRED if self._has_partner(category, beside, 2)]
        return tuple(found), "" if found else obstacle

    def _neighbours(self, tool: str) -> list[str]:
        """The other tools, those next to it in the document first."""
        names = self._toolset.names
        place = names.index(tool)
        return sorted(
            (name for name in names if name != tool), key=lambda name: abs(names.index(name) - place)
        )

    def _has_partner(self, category: str, pairs: Sequence[tuple[str, str]], difficulty: int = 1) -> bool:
        """Whether a scenario of the category calls both tools of one of the pairs."""
        tried = 0
        for tools in pairs[:LINKS_LOOKED_AT] if category in self._admitted else ():
            request = ScenarioRequest(category=category, difficulty=difficulty, tools=tools)
            try:
                self._author.write(self._toolset, request, 0, Split.TRAIN)
            except HopelessError:
                continue
            except ScenarioError:
                tried += 1
                if tried == LINKS_TRIED:
                    break
            else:
                return True
        return False

    def _trouble(self, category: str, tools: tuple[str, ...], seeds: int) -> str:
        trouble = ""
        for seed in range(seeds):
            difficulty = DIFFICULTIES[seed % len(DIFFICULTIES)]
            request = ScenarioRequest(category=category, difficulty=difficulty, tools=tools)
            try:
                self._author.write(self._toolset, request, seed, Split.EVAL if seed % 2 else Split.TRAIN)
            except HopelessError as error:
                return str(error)
            except ScenarioError as error:
                trouble = trouble or str(error)
            else:
                return ""
        return trouble
