"""The grammar's word lists and sentence patterns, read once from the files beside this one."""

import json
import re
from importlib.resources import files
from typing import Any

from inftool_env.users.phrasing import capitalise


def read(name: str) -> Any:
    """The contents of one of the grammar's JSON files."""
    return json.loads(files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8"))


_PART = re.compile(r"\{(\w+)\}")


def put(pattern: str, **parts: str) -> str:
    """The pattern with its parts, whatever stands in them; a part's name with a capital asks for a capital there.

    >>> put("{Goal} by {value}", goal="pay", value="{goal}")
    'Pay by {goal}'
    """

    def part(match: re.Match[str]) -> str:
        name = match[1]
        return parts[name] if name in parts else capitalise(parts[name.lower()])

    return _PART.sub(part, pattern)


WORDS: dict[str, Any] = read("words")
"""Which words of a parameter's name tell what it holds."""
