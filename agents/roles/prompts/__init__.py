"""What each role is told, one Markdown file a role; what strangers wrote never becomes part of it."""

from functools import cache
from importlib import resources


@cache
def prompt_of(role: str) -> str:
    """The instructions of a role, as ``user`` or ``judge``."""
    return resources.files("agents.roles.prompts").joinpath(f"{role}.md").read_text(encoding="utf-8")
