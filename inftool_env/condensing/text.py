"""The text of a tool, as embedders read it."""

from inftool_env.condensing.candidate import Candidate
from inftool_env.specs.names import words


def text_of(candidate: Candidate) -> str:
    """Name, description, resource and parameters in words; no order of tools or parameters changes it.

    The name stands twice, since it says most in the fewest words: as it is, and in the sense of its words.
    """
    tool, sense = candidate.tool, candidate.senses[-1]
    parts = (
        " ".join(words(tool.name)),
        " ".join((sense.verb, *sense.nouns)).strip(),
        tool.description,
        " ".join(words(tool.resource or "")),
        ", ".join(sorted(" ".join(words(name)) for name in tool.properties)),
    )
    return ". ".join(part.rstrip(".") for part in parts if part)
