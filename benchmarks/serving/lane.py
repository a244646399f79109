"""The lane: OpenAI's official client and an agent framework, in an environment of their own, away from ours."""

import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = ("openai==3.54.0", "pydantic-ai-slim[openai]==2.68.0")


def make_lane(folder: Path) -> Path:
    """The Python that has the clients; installs them where they are not there yet.

    Raises:
        subprocess.CalledProcessError: pip fails; it says why.
    """
    python = folder / "bin" / "python"
    done = folder / ".installed"
    wanted = "\n".join(PACKAGES)
    if not done.is_file() or done.read_text(encoding="utf-8") != wanted:
        venv.create(folder, with_pip=True, clear=True)
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([python, "-m", "pip", "install", *quiet, *PACKAGES], check=True, stdout=sys.stderr)
        done.write_text(wanted, encoding="utf-8")
    return python
