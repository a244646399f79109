"""What goes wrong by the hand of the person using InfTool.

A policy's mistake is data (a ``FailureKind`` in the verdict), never one of these. Every message
says where, what was found, what was expected, and what to do.
"""


class InfToolError(Exception):
    """Base of every error that a user of InfTool can mend."""


class SpecError(InfToolError, ValueError):
    """A document is no API specification that we can read."""


class ScenarioError(InfToolError, ValueError):
    """A toolset admits no scenario of the kind that was asked for."""


class ConfigError(InfToolError, ValueError):
    """An option or a combination of options cannot work."""


class RegistrationError(InfToolError, ValueError):
    """An environment's name is taken, malformed or unknown."""


class CheckpointError(InfToolError, ValueError):
    """A checkpoint or a run's folder is missing, cut short or of another shape."""


class RecordError(InfToolError, ValueError):
    """A line of a JSON Lines file does not hold the record it should."""


class BackendError(InfToolError, RuntimeError):
    """Whatever answers the calls is broken, gone or too late: the episode cannot be scored, the run goes on."""
