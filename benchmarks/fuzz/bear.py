"""One document taken all the way: read, reported, made a world, called, and asked for scenarios."""

import io
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from rich.console import Console

from inftool_env.core.errors import InfToolError
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.author import TemplateAuthor, admitted_categories
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.specs.load import read_spec
from inftool_env.specs.report import report
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.values import draw_value

LIMIT_S = 10.0
MOST_ERROR_CHARS = 5_000
"""A longer message helps nobody."""
_ARGUMENTS: tuple[object, ...] = ({}, {"id": "\ud800"}, None)
"""What a careless policy sends to every tool, besides arguments drawn from its schema."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one document went."""

    stage: str
    """The last one begun: read, report, world, call or scenario."""
    seconds: float
    tools: int = 0
    has_scenario: bool = False
    refusal: str = ""
    """What the user is told, where the document gives no tools."""
    crash: str = ""
    """What went wrong by our hand; empty when nothing did."""


class _TooSlowError(Exception):
    """The time is over."""


@dataclass(slots=True)
class _Progress:
    stage: str = "read"
    tools: int = 0
    has_scenario: bool = False


def bear(path: Path, limit_s: float = LIMIT_S) -> Outcome:
    """Take a document through everything; whatever it does is told in the outcome.

    Runs in the main thread only, since a signal ends what takes too long.
    """
    progress, refusal, crash = _Progress(), "", ""
    began_s = time.perf_counter()
    try:
        with _at_most(limit_s):
            _go(path, progress)
    except InfToolError as error:
        refusal = str(error)
        if not 20 <= len(refusal) <= MOST_ERROR_CHARS:
            crash = f"a message of {len(refusal):,} characters: {refusal[:200]!r}"
    except _TooSlowError as error:
        crash = f"over {limit_s:g} s in {_innermost(error)}"
    except Exception as error:  # noqa: BLE001 - finding whatever else can be raised is the purpose
        crash = f"{type(error).__name__}: {str(error)[:300]} in {_innermost(error)}"
    return Outcome(
        stage=progress.stage,
        seconds=time.perf_counter() - began_s,
        tools=progress.tools,
        has_scenario=progress.has_scenario,
        refusal=refusal,
        crash=crash,
    )


def _go(path: Path, progress: _Progress) -> None:
    reading = read_spec(path)
    toolset = reading.toolset
    progress.stage, progress.tools = "report", len(toolset.tools)
    console = Console(file=io.StringIO(), width=100)
    for part in report(reading):
        console.print(part)
    progress.stage = "world"
    backend = StatefulBackend(toolset, 0)
    progress.stage = "call"
    _call_each(backend, toolset)
    backend.state.digest()
    progress.stage = "scenario"
    for category in admitted_categories(toolset):
        try:
            TemplateAuthor().write(toolset, ScenarioRequest(category=category), 0, Split.TRAIN)
        except InfToolError:
            continue  # That a category cannot be written is an answer; the next one may be.
        progress.has_scenario = True
        break


def _call_each(backend: StatefulBackend, toolset: Toolset) -> None:
    for tool in toolset.tools:
        drawn = draw_value(tool.parameters, "arguments", generator("fuzz", tool.name), Split.TRAIN)
        for arguments in (drawn, *_ARGUMENTS):
            backend.call(ToolCall(name=tool.name, arguments=arguments))


@contextmanager
def _at_most(limit_s: float) -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise _TooSlowError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _innermost(error: Exception) -> str:
    """The last function of ours that the error passed, as ``specs/schemas.py:120``."""
    place, trace = "", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "inftool_env" in file.parts:
            place = f"{file.parent.name}/{file.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
