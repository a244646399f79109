"""What goes wrong on purpose between a policy and a server: faults as data."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """In what way a call goes wrong."""

    TIMEOUT = "timeout"
    """No answer came; the call took effect or not, and the error does not tell which."""
    RATE_LIMIT = "rate_limit"
    """Refused with 429 and ``retry_after_s``; the call took no effect."""
    SERVER_ERROR = "server_error"
    """Failed with 500; the call took no effect."""
    STALE_READ = "stale_read"
    """Answered from the world as it was before the episode changed it."""
    PARTIAL_BATCH = "partial_batch"
    """A part of a list of new rows, or of the calls of one message, was not carried out."""
    RENAMED_FIELD = "renamed_field"
    """A field of the answer has another name than the document says."""
    TRUNCATED_PAGE = "truncated_page"
    """The answer shows fewer rows than the page holds, and says ``truncated``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One call that goes wrong: the n-th of a tool, whatever its arguments."""

    kind: FaultKind
    tool: str
    ordinal: int = 0
    """Which call of the tool; 0 for its first in the episode."""
    took_effect: bool = False
    """Whether a call that timed out was carried out."""
    retry_after_s: int = 0
    """What a rate limit asks for, in seconds; the world has no clock, so nothing waits."""
    field: str = ""
    """The parameter with a partial batch's items (empty where a whole call of a message fails), or the field renamed."""
    renamed: str = ""
    """The renamed field's new name."""
    kept: int = 0
    """Items of a partial batch that are carried out, or rows that a truncated page shows: the first ones."""
    probes: tuple[str, ...] = ()
    """Names of the reading tools with which one can see whether the call took effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """A fault that came true in an episode."""

    call_id: str
    """Of the call that it struck."""
    fault: Fault
