"""A server played by a model: for APIs whose meaning no schema shows."""

from agents.roles.asking import TRIES, Objection, Question, ask
from agents.roles.chat import Chat
from agents.roles.errors import AuditedOutError, AuditKind, ChatError
from agents.roles.journal import Journal
from agents.roles.prompts import prompt_of
from agents.roles.signs import injected_in
from inftool_env.core.errors import BackendError
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator, canonical
from inftool_env.core.seeds import derive_seed
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.world.backend import Backend, StatefulBackend, argument_problem, refusal, spell
from inftool_env.world.entities import Action, entity_map
from inftool_env.world.problems import Problem

MAX_BODY = 20_000
"""Characters of a result, so that it fits a policy's prompt."""


class ModelServer:
    """A backend whose every answer is a model's, held to the schemas and to what it said before.

    A call with wrong arguments is refused without the model. The same read is answered alike until something
    changes; a row that was shown or made can be read, and reads as it did; a row that was deleted is gone. An answer
    that breaks one of these is asked for again, a few times.

    Args:
        chat: The model.
        toolset: The tools to answer for.
        seed: Worlds of different seeds are asked for separately.
        tries: Answers to one call that are looked at.
    """

    def __init__(self, chat: Chat, toolset: Toolset, seed: int = 0, *, tries: int = TRIES) -> None:
        self._chat = chat
        self._toolset = toolset
        self._seed = seed
        self._tries = tries
        self._journal = Journal(entity_map(toolset))
        self._answered = 0

    def call(self, call: ToolCall) -> ToolResult:
        """Answer one call.

        Raises:
            BackendError: the model cannot be reached, or none of its answers can be used.
        """
        tool = self._toolset.get(call.name)
        if tool is None:
            return refusal(call, None, Problem(404, f"unknown tool '{call.name}'"))
        problem = argument_problem(tool, call.arguments)
        if problem is not None:
            return refusal(call, tool, problem)
        known = self._journal.same_read(call)
        if known is not None:
            return ToolResult(
                call_id=call.id,
                name=call.name,
                content=known.content,
                is_error=known.is_error,
                data=known.data,
            )
        if self._journal.is_gone(call):
            result = refusal(call, tool, Problem(404, "not found: it was deleted"))
        else:
            result = self._ask(tool, call)
        self.note(call, result)
        return result

    def note(self, call: ToolCall, result: ToolResult) -> None:
        """Know of a call that was answered, by this server or another one of the same world."""
        self._journal.note(call, result)

    def digest(self) -> str:
        """A hash of the changes that were made, in order."""
        return self._journal.digest()

    def _ask(self, tool: ToolSpec, call: ToolCall) -> ToolResult:
        returns = SchemaValidator(tool.returns or {})
        question = Question(
            role="model-played server",
            prompt=prompt_of("server"),
            situation={
                "api": {"title": self._toolset.title, "description": self._toolset.description},
                "tool": {
                    "name": tool.name,
                    "description": tool.description,
                    "effect": tool.effect.value,
                    "parameters": tool.parameters,
                    "result": tool.returns or "any JSON that suits the tool",
                },
                "earlier_calls": self._journal.told(),
                "arguments": call.arguments,
            },
            schema=_answer_schema({}),
            narrow_schema=_answer_schema(_body_schema(tool)),
            seed=derive_seed(self._seed, "call", self._answered),
            max_tokens=4096,
        )
        self._answered += 1
        try:
            answer = ask(
                self._chat,
                question,
                audit=lambda answer: self._objection(call, answer, returns),
                tries=self._tries,
            )
        except (AuditedOutError, ChatError) as error:
            raise BackendError(f"{self._toolset.name}.{tool.name}: {error}") from error
        if answer["status"] >= 400:
            return refusal(call, tool, Problem(answer["status"], answer["body"]["message"]))
        body = answer["body"]
        return ToolResult(call_id=call.id, name=call.name, content=spell(body), data=body)

    def _objection(self, call: ToolCall, answer: JsonObject, returns: SchemaValidator) -> Objection | None:
        body: JsonValue = answer["body"]
        failed = answer["status"] >= 400
        if len(canonical(body)) > MAX_BODY:
            return Objection(AuditKind.SHAPE, f"the body has more than {MAX_BODY:,} characters")
        if (found := injected_in(body)) is not None:
            return found
        if failed:
            message = body.get("message") if isinstance(body, dict) else None
            if not isinstance(message, str) or not message.strip():
                return Objection(AuditKind.SHAPE, 'the body of an error needs a "message"')
        else:
            violations = returns.violations(body, limit=1)
            if violations:
                place = f"{violations[0].path}: " if violations[0].path else ""
                return Objection(
                    AuditKind.SHAPE, f"the body breaks the result's schema: {place}{violations[0].message}"
                )
        return self._journal.objection(call, failed=failed, body=body)


class BookedServer:
    """A world whose tables are simulated, and whose computations are a model's.

    So every id, row and change is as an author's scenarios expect, and a forecast or a conversion means something.

    Args:
        books: Answers every call that works on a table, and says whether a call is right.
        model: Answers the others; it is told what the books answered.
    """

    def __init__(self, books: StatefulBackend, model: ModelServer) -> None:
        self._books = books
        self._model = model

    def call(self, call: ToolCall) -> ToolResult:
        """Answer one call.

        Raises:
            BackendError: as ``ModelServer``.
        """
        binding = self._books.entities.bindings.get(call.name)
        if binding is not None and binding.action is Action.COMPUTE:
            booked = self._books.call(call)  # a computation may leave its trace in the books
            return booked if booked.is_error else self._model.call(call)
        result = self._books.call(call)
        if binding is not None:
            self._model.note(call, result)
        return result

    def digest(self) -> str:
        """That of the books."""
        return self._books.digest()


class ModelWorlds:
    """Opens worlds whose computations are a model's; ``ToolEnv`` takes them as ``worlds``.

    Args:
        chat: The model.
        tries: Answers to one call that are looked at.
    """

    def __init__(self, chat: Chat, *, tries: int = TRIES) -> None:
        self._chat = chat
        self._tries = tries

    def open(self, toolset: Toolset, seed: int, split: Split) -> Backend:
        """A fresh world. Its tables lie on the split's side of the wall; what the model makes up may not."""
        model = ModelServer(self._chat, toolset, derive_seed(seed, split.value), tries=self._tries)
        return BookedServer(StatefulBackend(toolset, seed, split), model)

    def close(self) -> None:
        """There is nothing to end."""


def _answer_schema(body: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "properties": {"status": {"type": "integer", "minimum": 200, "maximum": 599}, "body": body},
        "required": ["status", "body"],
        "additionalProperties": False,
    }


def _body_schema(tool: ToolSpec) -> JsonObject:
    """A result or an error; any value for a result with references, which would point elsewhere from in there."""
    if not tool.returns or '"$ref"' in canonical(tool.returns):
        return {}
    error = {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]}
    return {"anyOf": [tool.returns, error]}
