"""How well a tool is documented, as a number to rank by."""

from inftool_env.core.tool import ToolSpec
from inftool_env.specs.names import described_by_name

_MAX_LENGTH = 160
"""Characters of a description that count."""


def documentation(tool: ToolSpec) -> int:
    """Points, 0 to 100: 30 for the description, 30 for the parameters', 40 for a described result."""
    own = "" if tool.description == described_by_name(tool.name) else tool.description
    described = sum(1 for schema in tool.properties.values() if schema.get("description"))
    share = described / len(tool.properties) if tool.properties else 1.0
    return round(30 * min(len(own), _MAX_LENGTH) / _MAX_LENGTH + 30 * share) + 40 * bool(tool.returns)
