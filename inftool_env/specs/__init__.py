"""Documents that describe an API become a ``Toolset``."""

from inftool_env.specs.load import read_spec, read_tools
from inftool_env.specs.reading import SkippedOperation, SpecReading

__all__ = ["SkippedOperation", "SpecReading", "read_spec", "read_tools"]
