"""The official conformance suite against one server: which scenarios pass, and why others cannot apply."""

import re
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.conformance.lane import Lane

REVISIONS = ("2025-11-25", "2026-07-28")
"""One of each of the protocol's two eras."""
FIXTURES = "tools that the suite calls by the names of its example server"
_TIME_LIMIT_S = 300

NOT_OFFERED: Mapping[str, tuple[str, ...]] = {
    "prompts": (
        "prompts-list",
        "prompts-get-simple",
        "prompts-get-with-args",
        "prompts-get-embedded-resource",
        "prompts-get-with-image",
        "input-required-result-non-tool-request",
        "caching",
    ),
    "completion of arguments": ("completion-complete",),
    "log messages to the client": ("logging-set-level", "tools-call-with-logging"),
    "progress of a call": ("tools-call-with-progress",),
    "images, audio and resources in results": (
        "tools-call-image",
        "tools-call-audio",
        "tools-call-embedded-resource",
        "tools-call-mixed-content",
    ),
    "resources of the example server": (
        "resources-read-text",
        "resources-read-binary",
        "resources-templates-read",
        "resources-subscribe",
        "resources-unsubscribe",
    ),
    "questions to the client in mid-call": (
        "tools-call-sampling",
        "tools-call-elicitation",
        "elicitation-sep1034-defaults",
        "elicitation-sep1330-enums",
        "input-required-result-basic-elicitation",
        "input-required-result-basic-sampling",
        "input-required-result-basic-list-roots",
        "input-required-result-request-state",
        "input-required-result-multiple-input-requests",
        "input-required-result-multi-round",
        "input-required-result-result-type",
        "input-required-result-tampered-state",
        "input-required-result-capability-check",
        "server-stateless",
    ),
}
"""Scenarios that need an optional feature which a server of tools does not offer, by feature.

``caching`` and ``server-stateless`` apply in part: the suite counts what it could not try as failed. To the first,
``prompts/list`` is missing; to the second, tools that question the client or log.
"""
NEEDS_FIXTURES = (
    "tools-call-simple-text",
    "tools-call-error",
    "json-schema-2020-12",
    "http-custom-header-server-validation",
)
"""Scenarios of a server of tools that call the example server's tools; ``fixtures`` serves them."""
PARTIAL_CHECKS: Mapping[str, int] = {"caching": 1, "server-stateless": 4}
"""How many checks of a scenario that applies in part may fail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run of the suite."""

    revision: str
    passed: tuple[str, ...]
    not_applicable: Mapping[str, str]
    """Scenarios that cannot apply, with what they need."""
    failed: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether all that applies passed."""
        return bool(self.passed) and not self.failed


def run_suite(lane: Lane, url: str, revision: str, *, fixtures: bool) -> Report:
    """Run every scenario of one revision of the protocol.

    Args:
        lane: Where the suite is.
        url: The server's.
        revision: One of ``REVISIONS``.
        fixtures: Whether the server has the tools of the example server that a server of tools can have.

    Raises:
        RuntimeError: the suite did not come to its summary.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [str(lane.node), str(lane.suite), "server", "--url", url, "--suite", "all", "-o", folder]
        done = subprocess.run(
            [*command, "--spec-version", revision],
            capture_output=True,
            text=True,
            timeout=_TIME_LIMIT_S,
            check=False,
        )
    return read_summary(done.stdout, revision, fixtures=fixtures)


def read_summary(text: str, revision: str, *, fixtures: bool) -> Report:
    """Read what the suite printed.

    Raises:
        RuntimeError: there is no summary.
    """
    summary = text.partition("=== SUMMARY ===")[2]
    rows = re.findall(r"^(✓|✗) ([\w-]+): (\d+) passed, (\d+) failed", summary, re.MULTILINE)
    if not rows:
        raise RuntimeError(f"the conformance suite printed no summary: {text[-500:]!r}")
    needs = {scenario: feature for feature, scenarios in NOT_OFFERED.items() for scenario in scenarios}
    if not fixtures:
        needs.update(dict.fromkeys(NEEDS_FIXTURES, FIXTURES))
    passed, failed = [], []
    not_applicable: dict[str, str] = {}
    for mark, scenario, _, failures in rows:
        if mark == "✓":
            passed.append(scenario)
        elif scenario in needs and int(failures) <= PARTIAL_CHECKS.get(scenario, int(failures)):
            not_applicable[scenario] = needs[scenario]
        else:
            failed.append(scenario)
    return Report(
        revision=revision, passed=tuple(passed), not_applicable=not_applicable, failed=tuple(failed)
    )
