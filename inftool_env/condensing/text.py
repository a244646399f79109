"""The text of a tool, as embedders read it."""

from inftool_env.core.tool import ToolSpec
from inftool_env.specs.names import words


def text_of(tool: ToolSpec) -> str:
    """Name, description, resource and parameters in words; no order of tools or parameters changes it.

    The name stands twice, since it says most in the fewest words.

    >>> text_of(ToolSpec(name="getPet", description="One pet.", parameters={"properties": {"petId": {}}}))
    'get pet. get pet. One pet. pet id'
    """
    name = " ".join(words(tool.name))
    about = " ".join(words(tool.resource or ""))
    parameters = ", ".join(sorted(" ".join(words(name)) for name in tool.properties))
    parts = (f"{name}. {name}.", tool.description, about and f"{about}.", parameters)
    return " ".join(part for part in parts if part)
