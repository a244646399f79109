"""Everything that is looked at in one document, or in one registered environment."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from inftool_env.core.errors import InfToolError
from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.tool import Toolset
from inftool_env.envs.apis import load_toolset
from inftool_env.envs.partition import partition, take_group
from inftool_env.envs.registry import NAMESPACE, resolve
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.scenarios.faulting import fault_obstacles
from inftool_env.specs.access import LOCAL, Access
from inftool_env.specs.load import read_spec
from inftool_env.specs.reading import UnknownFormatError
from inftool_env.validation.answers import check_answers
from inftool_env.validation.episodes import play_episodes
from inftool_env.validation.findings import DocumentFinding, EnvironmentFinding, ToolFinding
from inftool_env.validation.gym_check import gym_trouble
from inftool_env.validation.memory import peak_bytes
from inftool_env.validation.schemas import check_arguments, check_schemas
from inftool_env.validation.solvable import Solving

STAGES = ("read", "schemas", "answers", "scenarios", "episodes", "check_env")
"""What ``DocumentFinding.seconds`` tells apart."""


def validate(source: str, *, seeds: int = 3, access: Access = LOCAL) -> DocumentFinding:
    """What a document, or a registered environment, is worth as environments.

    Args:
        source: Path of a document, or an id as ``InfTool/weather-api-v0``.
        seeds: Draws, worlds, scenarios and episodes of each kind.
        access: What the document's references may reach.

    Returns:
        The finding; a document that cannot be read is one too, with its ``error``.
    """
    clock = _Clock()
    try:
        if source.startswith(f"{NAMESPACE}/"):
            finding, environments = _registered(source, clock)
        else:
            finding, environments = _document(source, access, clock)
    except UnknownFormatError as error:
        return DocumentFinding(source=source, error=str(error), is_entry=False)
    except InfToolError as error:
        return DocumentFinding(source=source, error=str(error), peak_bytes=peak_bytes())
    read_peak = peak_bytes()
    looked = tuple(_look(name, kwargs, seeds, clock) for name, kwargs in environments)
    return replace(
        finding,
        environments=looked,
        seconds={stage: round(clock.seconds[stage], 3) for stage in STAGES},
        read_peak_bytes=read_peak,
        peak_bytes=peak_bytes(),
    )


_Kwargs = dict[str, Any]
"""Of ``ToolEnv``, the API as a toolset."""


@dataclass(slots=True)
class _Clock:
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        began = time.process_time()
        try:
            yield
        finally:
            self.seconds[stage] += time.process_time() - began


def _document(
    source: str, access: Access, clock: _Clock
) -> tuple[DocumentFinding, list[tuple[str, _Kwargs]]]:
    with clock.running("read"):
        reading = read_spec(source, access=access)
        whole = reading.toolset
        groups = [take_group(whole, group) for group in partition(whole)]
    finding = DocumentFinding(
        source=source,
        format=reading.format,
        size_bytes=Path(source).stat().st_size,
        operations=reading.operations,
        skipped=reading.skipped,
    )
    return finding, [(group.name, {"api": group}) for group in groups]


def _registered(env_id: str, clock: _Clock) -> tuple[DocumentFinding, list[tuple[str, _Kwargs]]]:
    with clock.running("read"):
        kwargs = resolve(env_id)
        toolset = load_toolset(kwargs["api"])
    finding = DocumentFinding(source=env_id, format="registered", operations=len(toolset.tools))
    return finding, [(env_id, {**kwargs, "api": toolset})]


def _look(name: str, kwargs: _Kwargs, seeds: int, clock: _Clock) -> EnvironmentFinding:
    environment = ToolEnv(**kwargs)
    # From its text, so that nothing remembered of the one can make the other alike.
    copied = from_json(to_json(kwargs["api"], sort_keys=False), Toolset)
    twin = ToolEnv(**{**kwargs, "api": copied})
    toolset = environment.toolset
    with clock.running("scenarios"):
        solving = Solving(toolset, seeds)
    tools = []
    for tool in toolset.tools:
        with clock.running("schemas"):
            schemas, arguments = check_schemas(tool), check_arguments(tool, seeds)
        with clock.running("answers"):
            answers = check_answers(toolset, tool, seeds)
        with clock.running("scenarios"):
            categories, obstacle = solving.categories(tool.name)
        tools.append(
            ToolFinding(
                tool=tool.name,
                schemas=schemas,
                arguments=arguments,
                answers=answers,
                categories=categories,
                obstacle=obstacle,
            )
        )
    with clock.running("episodes"):
        episodes = play_episodes(environment, twin, seeds)
    with clock.running("check_env"):
        trouble = gym_trouble(twin)
    return EnvironmentFinding(
        name=name,
        tools=tuple(tools),
        categories=environment.categories,
        written=episodes.written,
        obstacles=_obstacles(environment),
        gold=episodes.gold,
        repeats=episodes.repeats,
        open_s=round(episodes.open_s, 4),
        gym_trouble=trouble,
        digest=episodes.digest,
    )


def _obstacles(environment: ToolEnv) -> dict[str, str]:
    """Why categories and kinds of faults are not possible, by their names."""
    toolset = environment.toolset
    usable = toolset.subset(environment.tools) if environment.tools else toolset
    faults = {f"faults={kind}": reason for kind, reason in fault_obstacles(usable).items()}
    reasons = environment.obstacles(usable) | faults
    return {name: reason for name, reason in reasons.items() if reason is not None}
