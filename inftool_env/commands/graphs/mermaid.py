"""A tool graph as a Mermaid flowchart, which code hosts and editors draw."""

from inftool_env.commands.graphs.overview import Overview

_ESCAPED = {char: f"#{ord(char)};" for char in "#&<>\"'`\\[]{}()|;"}
"""What could end a label, or be taken for HTML or Markdown, as Mermaid's own character codes."""


def mermaid(view: Overview) -> str:
    """The text of a flowchart; the words of a document stand in it as plain text only."""
    lines = ["flowchart LR"]
    for number, box in enumerate(view.boxes):
        label = "<br/>".join(map(_escape, (box.resource, *box.lines)))
        lines.append(f'  r{number}["{label}"]')
    for arrow in view.arrows:
        line = "-->" if arrow.is_strong else "-.->"
        label = "<br/>".join(map(_escape, arrow.labels))
        lines.append(f'  r{arrow.source} {line}|"{label}"| r{arrow.target}')
    if view.left_out:
        lines.append(f'  more["and {view.left_out} more resources"]')
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return "".join(_ESCAPED.get(char, char) for char in text)
