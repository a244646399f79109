"""One episode's own folder, and the name under which a policy knows it."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from inftool_env.core.schema import JsonValue
from inftool_env.envs.live.recipe import FOLDER

PREFIX = "inftool-world-"
"""Of every such folder's name; the number of the process that made it follows."""
_SHOWN = re.compile(rf"(?<![\w./-]){re.escape(FOLDER)}(?![\w.-])")


class EpisodeFolder:
    """A fresh, empty folder under the system's folder for temporary files.

    Where it lies differs from episode to episode; calls and results call it ``FOLDER``, so that equal
    episodes are equal to the byte.
    """

    def __init__(self) -> None:
        # The process stands in the name, so that what one that was killed has left can be told apart.
        self.path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")).resolve()
        """Where it really lies."""

    def to_real(self, value: JsonValue) -> JsonValue:
        """An argument as the server must read it."""
        if isinstance(value, dict):
            return {name: self.to_real(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.to_real(part) for part in value]
        return _SHOWN.sub(lambda _: str(self.path), value) if isinstance(value, str) else value

    def to_shown(self, value: JsonValue) -> JsonValue:
        """A result as the policy reads it."""
        if isinstance(value, dict):
            return {name: self.to_shown(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.to_shown(part) for part in value]
        return value.replace(str(self.path), FOLDER) if isinstance(value, str) else value

    def empty(self) -> None:
        """Delete all that it holds.

        Raises:
            OSError: something cannot be deleted.
        """
        for path in self.path.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def remove(self) -> None:
        """Delete it with all it holds, as far as that is possible."""
        shutil.rmtree(self.path, ignore_errors=True)
