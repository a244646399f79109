"""One real server with a world of its own: a process in a fresh folder, or a session with a URL."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inftool_env.core.errors import BackendError, ConfigError
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.seeds import generator
from inftool_env.envs.live.folder import EpisodeFolder
from inftool_env.envs.live.recipe import Known, Recipe
from inftool_env.envs.live.recipes import choose_recipe, plain
from inftool_env.world.mcp_client import Command, McpAnswer, McpRefusalError, McpSession

WorldKey = tuple[int, Split]
"""Seed and side of one world."""
MAX_CONTENT = 50_000
"""Characters of one result that a policy gets to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPlan:
    """How to start a server, or where to find one."""

    words: tuple[str, ...] = ()
    """The command; empty for a URL."""
    url: str = ""
    recipe: Recipe
    start_timeout_s: float
    """From the start to the end of the handshake."""
    call_timeout_s: float
    """For every answer."""

    def __str__(self) -> str:
        return self.url or " ".join(self.words)


def plan_server(
    command: Sequence[str] | None,
    url: str | None,
    recipe: str | None,
    *,
    start_timeout_s: float,
    call_timeout_s: float,
) -> ServerPlan:
    """What was asked for, checked.

    Args:
        command: The program and its arguments; files among them are found from where we are now.
        url: Of a streamable HTTP server, in place of a command.
        recipe: Name of a recipe; by the command where None.
        start_timeout_s: From the start to the end of the handshake.
        call_timeout_s: For every answer.

    Raises:
        ConfigError: not exactly one of command and URL is given, or the recipe is unknown or cannot help.
    """
    if isinstance(command, str):
        raise ConfigError(
            f"MCP server: command is the text {command!r}; expected a list of words, as no shell reads it. "
            f"Write command={command.split()!r}."
        )
    if bool(command) == bool(url):
        raise ConfigError(
            f"MCP server: {'both command and url are' if command else 'neither command nor url is'} given; "
            'expected one of them. Write command=["npx", "-y", "@modelcontextprotocol/server-memory"] or url="http://...".'
        )
    for name, seconds in (("start_timeout_s", start_timeout_s), ("call_timeout_s", call_timeout_s)):
        if seconds <= 0:
            raise ConfigError(f"MCP server: {name} is {seconds!r}; expected a positive number. Correct it.")
    if url:
        if recipe is not None:
            raise ConfigError(
                f"MCP server {url}: recipe is {recipe!r}; expected none: a recipe prepares a server that we start. "
                "Leave it out, or give a command."
            )
        return ServerPlan(
            url=url, recipe=plain.RECIPE, start_timeout_s=start_timeout_s, call_timeout_s=call_timeout_s
        )
    assert command is not None, "one of the two is given"
    program, *arguments = command
    found = [program if "/" not in program else _absolute(program), *map(_absolute, arguments)]
    return ServerPlan(
        words=tuple(found),
        recipe=choose_recipe(command, recipe),
        start_timeout_s=start_timeout_s,
        call_timeout_s=call_timeout_s,
    )


class RunningServer:
    """A server that has been started in a world made for it, and the session with it.

    Args:
        plan: How to start it.
        world: Fixes what its folder holds.

    Raises:
        BackendError: it cannot be started, reached or prepared.
    """

    def __init__(self, plan: ServerPlan, world: WorldKey) -> None:
        self.plan = plan
        self.world = world
        """The world that it holds, while nothing was called."""
        self.is_used = False
        """Whether anything was called, so that the world may be another than it was."""
        self._may_have_changed = False
        try:
            self.folder = EpisodeFolder()
        except OSError as error:
            raise _unprepared(plan, error) from error
        try:
            self.known: Known = self._prepare()
            self._session = McpSession(
                plan.url or self._command(),
                name=str(plan),
                start_timeout_s=plan.start_timeout_s,
                call_timeout_s=plan.call_timeout_s,
            )
        except BaseException:
            self.folder.remove()
            raise

    @property
    def is_open(self) -> bool:
        """Whether it still answers, as far as is known."""
        return self._session.is_open

    @property
    def is_renewable(self) -> bool:
        """Whether the process may go on with another world: it has only read, and keeps nothing of it."""
        return self.plan.recipe.keeps_nothing and self.is_open and not self._may_have_changed

    def renew(self, world: WorldKey) -> None:
        """Let it go on in a world made anew.

        Raises:
            BackendError: the world cannot be prepared.
        """
        try:
            self.folder.empty()
        except OSError as error:
            raise _unprepared(self.plan, error) from error
        self.world, self.is_used = world, False
        self.known = self._prepare()

    @property
    def info(self) -> JsonObject:
        """What it says of itself."""
        return self._session.server_info

    def list_tools(self) -> list[JsonObject]:
        """Every tool that it lists, as it came.

        Raises:
            BackendError: the server is broken, gone or too late.
        """
        return self._session.list_tools()

    def call(self, call: ToolCall, real_name: str, *, only_reads: bool) -> ToolResult:
        """Its answer, in which the folder has the name that policies know.

        Args:
            call: As the policy makes it.
            real_name: The server's own name of the tool.
            only_reads: Whether the tool changes nothing.

        Raises:
            BackendError: the server is broken, gone or too late.
        """
        self.is_used = True
        self._may_have_changed |= not only_reads
        try:
            answer = self._session.call_tool(real_name, self.folder.to_real(call.arguments))
        except McpRefusalError as refusal:
            answer = McpAnswer(text=str(self.folder.to_shown(refusal.reason)), is_error=True)
        return self._result(call, answer)

    def digest(self) -> str:
        """The recipe's hash of the state that it is in now."""
        try:
            return self.plan.recipe.digest(self.folder.path)
        except (OSError, ValueError) as error:
            raise BackendError(
                f"MCP server {str(self.plan)!r}: its folder cannot be read at the end ({error}); expected what "
                f"the recipe {self.plan.recipe.name!r} put there. Choose another recipe."
            ) from error

    def close(self) -> None:
        """End the server and remove its folder; the second time nothing."""
        try:
            self._session.close()
        finally:
            self.folder.remove()

    def _prepare(self) -> Known:
        seed, split = self.world
        recipe = self.plan.recipe
        try:
            return recipe.prepare(
                self.folder.path, generator("live world", recipe.name, seed, split.value), split
            )
        except OSError as error:
            raise _unprepared(self.plan, error) from error

    def _command(self) -> Command:
        place = str(self.folder.path)
        recipe = self.plan.recipe
        added = tuple(word.replace("{folder}", place) for word in recipe.arguments)
        return Command(
            words=(*self.plan.words, *added),
            cwd=self.folder.path,
            env={name: value.replace("{folder}", place) for name, value in recipe.environment.items()},
        )

    def _result(self, call: ToolCall, answer: McpAnswer) -> ToolResult:
        shown: str = self.folder.to_shown(answer.text)
        left = len(shown) - MAX_CONTENT
        content = shown if left <= 0 else f"{shown[:MAX_CONTENT]}… ({left:,} more characters)"
        data: JsonValue = content if answer.data is None or left > 0 else self.folder.to_shown(answer.data)
        return ToolResult(
            call_id=call.id, name=call.name, content=content, is_error=answer.is_error, data=data
        )


def _unprepared(plan: ServerPlan, error: OSError) -> BackendError:
    return BackendError(
        f"MCP server {str(plan)!r}: its world cannot be prepared ({error}); expected room for temporary files. "
        "Make room, or name another folder in TMPDIR."
    )


def _absolute(word: str) -> str:
    """The word, where it names a file from here on: the server runs in a folder of its own."""
    path = Path(word)
    return str(path.absolute()) if path.is_file() else word
