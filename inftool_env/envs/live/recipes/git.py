"""``mcp-server-git``: a repository with a short history, a few branches, and work that is not committed yet."""

import hashlib
import os
import random
import subprocess
from pathlib import Path

from inftool_env.core.errors import BackendError
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.envs.live.recipe import FOLDER, Known, Recipe, on_side
from inftool_env.envs.live.writing import sentence, title, word
from inftool_env.world.wall import split_of

_COMMITS = 6
_BRANCHES = 2
_TIMEOUT_S = 30
_ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
"""Nothing of the user's own settings may change what a world holds."""
_FIRST_DATE = 1_750_000_000
"""Of the first commit, in seconds since 1970; each later one comes an hour after."""


def prepare(folder: Path, rng: random.Random, split: Split) -> Known:
    """A repository whose commits have fixed dates, and so the same hashes in every run."""
    author = title(rng, split)
    mail = f"{author.split()[0].lower()}@example.com"
    git = _Git(folder, author=author, mail=mail)
    git.run("init", "--quiet", "--initial-branch=main")
    git.run("config", "core.fsync", "none")  # nobody needs it after a power failure
    git.run("config", "user.name", author)
    git.run("config", "user.email", mail)
    files = [f"{word(rng, split)}.txt" for _ in range(3)]
    branches = [word(rng, split) for _ in range(_BRANCHES)]
    last = _FIRST_DATE + 3600 * (_COMMITS - 1)
    for number in range(_COMMITS):
        _write(folder / files[number % len(files)], rng, split)
        git.run("add", "--all")
        git.run("commit", "--quiet", "--message", sentence(rng, split), at=_FIRST_DATE + 3600 * number)
        if number < _BRANCHES:
            git.run("branch", branches[number])
    while split_of(git.run("rev-parse", "HEAD").strip()) is not split:
        git.run("commit", "--quiet", "--amend", "--message", sentence(rng, split), at=last)
    _write(folder / files[0], rng, split)
    git.run("add", "--all")
    _write(folder / files[1], rng, split)
    new_file, new_branch = f"{word(rng, split)}.txt", word(rng, split)
    _write(folder / new_file, rng, split)
    where = {"repo_path": FOLDER}
    revisions = tuple(git.run("log", "--format=%H").split())
    return Known(
        values={
            "repo_path": (FOLDER,),
            "branch_type": ("local", "all"),
            "target": (*branches, "HEAD~1", "HEAD~2"),
            "revision": (*branches, *revisions, "HEAD", "HEAD~1"),
            "max_count": tuple(range(1, _COMMITS)),
            "context_lines": (0, 1, 2, 5),
        },
        calls=(
            # The newest commit, which the log shows first.
            ToolCall(name="git_show", arguments={**where, "revision": revisions[0]}),
            ToolCall(name="git_add", arguments={**where, "files": [new_file]}),
            ToolCall(name="git_add", arguments={**where, "files": [files[1]]}),
            *(
                ToolCall(
                    name="git_commit",
                    arguments={**where, "message": on_side(lambda: sentence(rng, split), split)},
                )
                for _ in range(2)
            ),
            ToolCall(name="git_create_branch", arguments={**where, "branch_name": new_branch}),
            ToolCall(name="git_reset", arguments=where),
        ),
    )


def digest(folder: Path) -> str:
    """Branches with their trees and messages, the branch now checked out, the index and the files; no dates."""
    git = _Git(folder)
    state = [
        git.run("for-each-ref", "--format=%(refname) %(tree) %(contents)"),
        git.run("log", "--all", "--format=%T %B", "--date-order"),
        git.run("rev-parse", "--abbrev-ref", "HEAD"),
        git.run("ls-files", "--stage"),
        git.run("status", "--porcelain"),
    ]
    contents = [path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()]
    whole = "\0".join(state).encode("utf-8", "surrogateescape") + b"\0".join(contents)
    return hashlib.blake2b(whole, digest_size=16).hexdigest()


class _Git:
    """The git program in one folder, apart from the user's settings."""

    def __init__(self, folder: Path, *, author: str = "", mail: str = "") -> None:
        self._folder = folder
        self._people = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", author), ("EMAIL", mail))
        }

    def run(self, *words: str, at: int = _FIRST_DATE) -> str:
        dates = {f"GIT_{role}_DATE": f"{at} +0000" for role in ("AUTHOR", "COMMITTER")}
        environment = {"PATH": os.environ.get("PATH", os.defpath), **_ALONE, **self._people, **dates}
        try:
            done = subprocess.run(
                ["git", *words],
                cwd=self._folder,
                env=environment,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise BackendError(
                f"git {words[0]}: {error}; expected the git program to answer. Install git, or choose another recipe."
            ) from error
        return done.stdout.decode("utf-8", "surrogateescape")


def _write(path: Path, rng: random.Random, split: Split) -> None:
    lines = [sentence(rng, split) for _ in range(rng.randint(2, 5))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


RECIPE = Recipe(
    name="git",
    programs=("mcp-server-git", "mcp_server_git"),
    arguments=("--repository", "{folder}"),
    environment=_ALONE,
    prepare=prepare,
    digest=digest,
    keeps_nothing=True,
    closed=frozenset({FOLDER, "main", "local", "all", "HEAD", "HEAD~1", "HEAD~2"}),
)
