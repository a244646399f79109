"""The official inspector's command line against our server, over stdio and HTTP."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.conformance.lane import Lane

ENV_ID = "InfTool/weather-api-v0"
_TIME_LIMIT_S = 120
_CALL = ("--method", "tools/call", "--tool-name", "get_current_weather", "--tool-arg", "city=Velmora")
_QUESTIONS: tuple[tuple[Sequence[str], str], ...] = (
    (("--method", "tools/list"), "get_current_weather"),
    (_CALL, "Velmora"),
    (("--method", "resources/list"), "inftool://world/digest"),
    (("--method", "resources/read", "--uri", "inftool://world/digest"), "digest"),
)


def ask_inspector(lane: Lane, url: str) -> dict[str, bool]:
    """Whether each request got the answer that it should, by transport and method."""
    over = {
        # Not `python -m`: the inspector takes a single-dash option of the command for one of its own.
        "stdio": [str(Path(sys.executable).with_name("inftool")), "serve", ENV_ID],
        "http": [url, "--transport", "http"],
    }
    return {
        f"{transport} {question[1]}": _answers(lane, [*target, *question], expected)
        for transport, target in over.items()
        for question, expected in _QUESTIONS
    }


def _answers(lane: Lane, words: Sequence[str], expected: str) -> bool:
    done = subprocess.run(
        [lane.node, lane.inspector, "--cli", *words, "--connect-timeout", str(1000 * _TIME_LIMIT_S)],
        capture_output=True,
        text=True,
        timeout=_TIME_LIMIT_S,
        check=False,
    )
    if done.returncode:
        print(done.stderr[-500:] or done.stdout[-500:], file=sys.stderr)  # noqa: T201
        return False
    return expected in json.dumps(json.loads(done.stdout))
