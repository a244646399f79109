"""``@modelcontextprotocol/server-filesystem``: a small tree of text files."""

import random
from pathlib import Path

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.envs.live.recipe import FOLDER, Known, Recipe, on_side
from inftool_env.envs.live.recipes.plain import digest
from inftool_env.envs.live.writing import sentence, word

_FOLDERS = 3
_FILES = 4
"""Files in each folder."""
_KINDS = ("txt", "md", "csv", "log")
_LINES = 8
_SOUGHT = 3
"""Files that can be found by their names, and read where they were found."""


def prepare(folder: Path, rng: random.Random, split: Split) -> Known:
    """A few folders of text files; every path as a whole lies on the side."""

    def path_in(parent: str, suffix: str = "") -> str:
        return on_side(lambda: f"{parent}/{word(rng, split)}{suffix}", split)

    folders = [path_in(FOLDER) for _ in range(_FOLDERS)]
    files = [path_in(parent, f".{kind}") for parent in folders for kind in rng.sample(_KINDS, _FILES)]
    for path in files:
        real = folder / path.removeprefix(f"{FOLDER}/")
        real.parent.mkdir(parents=True, exist_ok=True)
        lines = [sentence(rng, split) for _ in range(rng.randint(2, _LINES))]
        real.write_text("\n".join(lines) + "\n", encoding="utf-8")
    paths = (*folders, *files)
    new_file, new_folder, renamed = (
        path_in(folders[0], ".txt"),
        path_in(folders[1]),
        path_in(folders[2], ".md"),
    )
    first_line = (folder / files[0].removeprefix(f"{FOLDER}/")).read_text(encoding="utf-8").splitlines()[0]
    edit = {"oldText": first_line, "newText": sentence(rng, split)}
    return Known(
        values={
            "path": paths,
            **{f"{tool}.path": tuple(files) for tool in ("read_file", "read_text_file", "read_media_file")},
            **{f"{tool}.path": (FOLDER, *folders) for tool in _OF_FOLDERS},
            "paths": tuple(files),
            "pattern": (*(f"**/{Path(path).name}" for path in files), "**/*.txt", "**/*.md"),
            "excludePatterns": ("**/*.log", "**/*.csv"),
            "head": (1, 2, 3),
            "tail": (1, 2, 3),
        },
        calls=(
            *(
                ToolCall(name="search_files", arguments={"path": FOLDER, "pattern": f"**/{Path(path).name}"})
                for path in files[:_SOUGHT]
            ),
            *(ToolCall(name="read_text_file", arguments={"path": path}) for path in files[:_SOUGHT]),
            *(ToolCall(name="get_file_info", arguments={"path": path}) for path in files[:_SOUGHT]),
            ToolCall(name="write_file", arguments={"path": new_file, "content": sentence(rng, split)}),
            ToolCall(name="write_file", arguments={"path": files[1], "content": sentence(rng, split)}),
            ToolCall(name="create_directory", arguments={"path": new_folder}),
            ToolCall(name="move_file", arguments={"source": files[2], "destination": renamed}),
            ToolCall(name="edit_file", arguments={"path": files[0], "edits": [edit]}),
        ),
    )


_OF_FOLDERS = ("list_directory", "list_directory_with_sizes", "directory_tree", "search_files")

RECIPE = Recipe(
    name="filesystem",
    programs=("server-filesystem", "mcp-server-filesystem"),
    arguments=("{folder}",),
    prepare=prepare,
    digest=digest,
    keeps_nothing=True,
    closed=frozenset({FOLDER, "**/*.txt", "**/*.md", "**/*.log", "**/*.csv"}),
)
