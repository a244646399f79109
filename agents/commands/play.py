"""``inftool play``: be the assistant yourself, in the terminal."""

import re
from collections.abc import Callable
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from inftool_env.core.message import Message, Role
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, canonical
from inftool_env.core.verdict import Verdict
from inftool_env.envs.actions import Action, parse_action
from inftool_env.envs.episode import Episode
from inftool_env.envs.formats.strict_json import FormatError, read_json
from inftool_env.envs.registry import open_episode

_CALLS = re.compile(r"\w[\w.]*\(.*\)", re.DOTALL)
_HELP = (
    "You are the assistant. Type words for the user, or a call: [bold]tool(parameter=value)[/bold], several with "
    'commas between, or JSON as {"name": ..., "arguments": {...}}. Ctrl-D leaves.'
)


def run(
    env_id: str, *, seed: int = 0, category: str | None = None, split: Literal["train", "eval"] = "train"
) -> None:
    """Play one episode of an environment; the verdict at the end is the one a policy would get.

    Args:
        env_id: As ``InfTool/weather-api-v0``.
        seed: Fixes the scenario, the world and the user.
        category: Kind of scenario; the seed chooses when left out.
        split: Which side of the wall the values lie on.
    """
    console = Console()
    episode = open_episode(env_id, seed, category=category, split=Split(split))
    play(episode, console, lambda: console.input("[bold green]assistant>[/bold green] "))


def play(episode: Episode, console: Console, read_line: Callable[[], str]) -> Verdict | None:
    """Let a person act until the episode is over.

    Args:
        episode: Before its first turn.
        console: Where the conversation is shown.
        read_line: What the person types next; EOFError when they leave.

    Returns:
        The verdict; None when the person left before the end.
    """
    console.print(_tool_table(episode.observation["tools"]))
    console.print(_HELP, highlight=False)
    shown = 0
    while True:
        messages = episode.observation["messages"]
        for message in messages[shown:]:
            if message["role"] != Role.ASSISTANT:
                console.print(_spell(message), highlight=False)
        shown = len(messages)
        if episode.is_over:
            break
        try:
            action = understand(read_line())
        except EOFError:
            console.print("\nYou left before the end; there is no verdict.")
            return None
        errors = parse_action(action).errors
        if errors:  # A person may try again; a policy could not.
            console.print(f"[red]{escape(' '.join(errors))}[/red]", highlight=False)
        else:
            episode.step(action)
    verdict = episode.verdict
    colour, word = ("green", "Success") if verdict.success else ("red", f"Failure: {verdict.failure.value}")
    console.print(f"[bold {colour}]{word}[/bold {colour}] {escape(verdict.why)}", highlight=False)
    console.print(f"The user wanted: {escape(episode.scenario.goal)}", highlight=False)
    return verdict


def understand(text: str) -> Action:
    """What a person typed as an action: Python-like calls and JSON become calls, all else stays text."""
    stripped = text.strip()
    if _CALLS.fullmatch(stripped):
        parsed = parse_action(f"[{stripped}]", "pythonic")
        if not parsed.errors:
            calls = [{"name": call.name, "arguments": call.arguments} for call in parsed.calls]
            return {"content": None, "tool_calls": calls}
    if stripped.startswith(("{", "[")):
        try:
            value = read_json(stripped)
        except FormatError:
            return text
        return {"content": None, "tool_calls": value if isinstance(value, list) else [value]}
    return text


def _spell(message: Message) -> str:
    colour = "cyan" if message["role"] == Role.USER else "yellow"
    speaker = f"{message['role']} {message.get('name', '')}".strip()
    return f"[bold {colour}]{escape(speaker)}>[/bold {colour}] {escape(message['content'])}"


def _tool_table(tools: tuple[JsonObject, ...]) -> Table:
    """One row for each tool; a star marks what a call must carry."""
    table = Table(title="Tools", title_justify="left")
    for column in ("tool", "parameters", "what it does"):
        table.add_column(column, overflow="fold")
    for tool in tools:
        function = tool["function"]
        required = function["parameters"].get("required", ())
        parameters = (
            f"{name}{'*' if name in required else ''}: {_kind(schema)}"
            for name, schema in function["parameters"].get("properties", {}).items()
        )
        cells = (function["name"], "\n".join(parameters), function["description"])
        table.add_row(*map(escape, cells))
    return table


def _kind(schema: JsonObject | bool) -> str:
    if isinstance(schema, bool):
        return "any"
    if "enum" in schema:
        return " | ".join(map(canonical, schema["enum"]))
    kind = schema.get("format") or schema.get("type") or "any"
    return kind if isinstance(kind, str) else " | ".join(kind)
