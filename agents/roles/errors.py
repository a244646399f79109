"""What goes wrong when a model plays a role."""

from enum import StrEnum

from inftool_env.core.errors import InfToolError


class ChatError(InfToolError, RuntimeError):
    """A model cannot be reached, refuses, or answers what is no answer of a chat API."""


class AuditKind(StrEnum):
    """What an audit has against something a model said."""

    SHAPE = "shape"
    """Empty, too long, no JSON, or not as the schema asks."""
    INJECTION = "injection"
    """It gives orders to another model, or holds signs of a chat template."""
    LEAK = "leak"
    """It tells what nobody has asked for, or what only the author knows."""
    CONTRADICTION = "contradiction"
    """It does not agree with the scenario, or with what was said before."""
    PREMATURE_END = "premature_end"
    """It ends the conversation before it may."""
    IMPOSSIBLE_REQUEST = "impossible_request"
    """It asks for something that the scenario does not hold."""
    LOOP = "loop"
    """It says once more what it has said already."""


class AuditedOutError(InfToolError, RuntimeError):
    """A model went on saying what its role does not allow: the episode cannot be scored.

    Args:
        message: Where, what was found, what was expected, what to do.
        kind: What the last attempt was refused for.
    """

    def __init__(self, message: str, kind: AuditKind) -> None:
        super().__init__(message)
        self.kind = kind
