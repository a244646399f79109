"""How well a tool is documented, as a number to rank by."""

from inftool_env.core.tool import ToolSpec
from inftool_env.specs.names import described_by_name, words

_MAX_LENGTH = 160
"""Characters of a description that count."""


def documentation(tool: ToolSpec) -> int:
    """Points, 0 to 100: 30 for the description, 30 for the parameters', 40 for a described result; -1 when deprecated."""
    if is_deprecated(tool):
        return -1
    described = sum(1 for schema in tool.properties.values() if schema.get("description"))
    share = described / len(tool.properties) if tool.properties else 1.0
    length = min(len(own_description(tool)), _MAX_LENGTH)
    return round(30 * length / _MAX_LENGTH + 30 * share) + 40 * bool(tool.returns)


def own_description(tool: ToolSpec) -> str:
    """What the document says of a tool; empty where the description only repeats the name."""
    return "" if tool.description == described_by_name(tool.name) else tool.description


def is_deprecated(tool: ToolSpec) -> bool:
    """Whether the name or the description calls the tool a thing of the past."""
    return not {"deprecated", "legacy"}.isdisjoint(words(tool.name)) or "deprecated" in words(
        tool.description
    )
