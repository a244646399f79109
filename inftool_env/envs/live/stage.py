"""What scenarios of a real world are written with: calls that this world is known to answer."""

import random
from collections.abc import Collection

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.envs.live.survey import Probe, Survey
from inftool_env.scenarios.stage import PlannedCall, Stage
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.wall import split_of


class LiveStage(Stage):
    """A workbench whose plans are calls that have been answered, with values of one side of the wall.

    Args:
        toolset: The tools.
        survey: What trying has shown of the world.
        closed: Texts that may be asked for on both sides of the wall.
        rng: The only source of chance.
        split: The side of the wall.
        difficulty: 1 to 5: more optional arguments.
        usable: Names of the tools that solutions may use; empty for all.
    """

    def __init__(
        self,
        *,
        toolset: Toolset,
        survey: Survey,
        closed: Collection[str],
        rng: random.Random,
        split: Split,
        difficulty: int,
        usable: Collection[str] = (),
    ) -> None:
        # Categories ask the simulated server which tools work on the same rows; nothing ever calls it.
        backend = StatefulBackend(toolset, 0, split)
        super().__init__(
            toolset=toolset, backend=backend, rng=rng, split=split, difficulty=difficulty, usable=usable
        )
        self.closed = frozenset(closed)
        tellable = {tool.name for tool in self.usable}
        self.probes: tuple[Probe, ...] = tuple(
            probe for probe in survey.probes if probe.tool in tellable and self._is_on_side(probe.arguments)
        )
        """The calls that solutions may make."""
        answered = {probe.tool for probe in self.probes}
        self.usable = tuple(tool for tool in self.usable if tool.name in answered)

    def plan(self, tool: ToolSpec, *, given: JsonObject | None = None) -> PlannedCall:
        """A call of the tool that the world answers, with more optional arguments the harder it is to be."""
        assert not given, "what one call hands to another is the business of chains"
        able = [probe for probe in self.probes if probe.tool == tool.name]
        wanted = self.rng.randint(0, (self.difficulty + 1) // 2)
        extras = {index: len(probe.arguments) - len(tool.required) for index, probe in enumerate(able)}
        nearest = min(abs(count - wanted) for count in extras.values())
        return self.planned(
            self.rng.choice([able[at] for at, count in extras.items() if abs(count - wanted) == nearest])
        )

    def planned(self, probe: Probe) -> PlannedCall:
        """A probe as a call of a solution."""
        tool = self.toolset.get(probe.tool)
        assert tool is not None, "only calls of the toolset's tools are tried"
        return PlannedCall(tool=tool, arguments=probe.arguments)

    def _is_on_side(self, value: JsonValue) -> bool:
        if isinstance(value, dict):
            return all(map(self._is_on_side, value.values()))
        if isinstance(value, list):
            return all(map(self._is_on_side, value))
        return (isinstance(value, str) and value in self.closed) or split_of(value) in (None, self.split)
