"""What is asked of an author: one kind of scenario, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRequest:
    """An order for scenarios, from an environment or from the curriculum."""

    category: str
    difficulty: int = 1
    """1 (easiest) to 5: more optional arguments, more and closer look-alikes, more calls."""
    tools: tuple[str, ...] = ()
    """Names of the tools that the solution may use; empty for all. Others may still be shown."""
    kind: str = ""
    """The failure kind to exercise, where the curriculum names one."""
    count: int = 1
    why: str = ""
    """One sentence for the record."""
    parent_id: str | None = None
