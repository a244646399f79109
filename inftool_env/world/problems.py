"""Why a server refuses a call, in the words and the shape that its document has for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.seeds import generator
from inftool_env.core.tool import ToolSpec
from inftool_env.world.fitting import fits, shape_of
from inftool_env.world.shapes import kind_of
from inftool_env.world.values import draw_value
from inftool_env.world.vocabulary import VOCABULARY, plain

_DEEPEST = 4
"""Objects within each other that are filled in."""
_WORDS: dict[str, frozenset[str]] = {kind: frozenset(names) for kind, names in VOCABULARY["errors"].items()}
_CODES: dict[int, tuple[str, ...]] = {
    int(status): tuple(codes) for status, codes in VOCABULARY["error_codes"].items()
}
"""By status, what APIs call it: the usual word first, then what else an enumeration may say."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the server refuses, as an HTTP server would say it."""

    status: int
    message: str
    field: str = ""
    """The parameter at fault; empty where it is none or several."""


def problem_body(tool: ToolSpec | None, problem: Problem) -> JsonValue:
    """The body of the refusal: in the schema that the tool's document declares for it, else in our own.

    Equal arguments give equal bodies. What the document leaves open (a request id) is drawn.

    Args:
        tool: The tool that was called; None for one that does not exist.
        problem: Where the document knows 400 but not 422, a wrong argument is told as 400.
    """
    if tool is None:
        return plain_body(problem)
    if problem.status == 422 and "422" not in tool.errors and "400" in tool.errors:
        problem = Problem(400, problem.message, problem.field)
    schema = _declared(tool, problem.status)
    if not schema:
        return plain_body(problem)
    body = _Filler(root=schema, tool=tool, problem=problem).fill(schema, "", 0, is_required=True)
    if isinstance(body, dict) and body and not _tells(body, problem.message):
        spoken = {**body, "message": problem.message}
        body = spoken if fits(schema, schema, spoken) else body
    return body if body and fits(schema, schema, body) else plain_body(problem)


def _tells(body: JsonValue, message: str) -> bool:
    """Whether the message stands somewhere in the body."""
    if isinstance(body, dict):
        return any(_tells(part, message) for part in body.values())
    return any(_tells(part, message) for part in body) if isinstance(body, list) else bool(body == message)


def plain_body(problem: Problem) -> JsonObject:
    """The body of a refusal that no document describes."""
    return {"error": {"status": problem.status, "message": problem.message}}


def _declared(tool: ToolSpec, status: int) -> JsonObject:
    wide = f"{status // 100}XX"
    for code in (str(status), wide, wide.lower(), "default"):
        if code in tool.errors:
            return tool.errors[code]
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filler:
    """Puts what is to be told into an error schema."""

    root: JsonObject
    tool: ToolSpec
    problem: Problem

    def fill(self, schema: JsonValue, name: str, depth: int, *, is_required: bool) -> JsonValue | None:
        """A value for one part of the schema; None where there is nothing to say and nothing must be."""
        shape = self._shape(schema)
        if "const" in shape:
            return shape["const"]
        kind = kind_of(shape)
        value: JsonValue = None
        if kind == "object":
            value = self._object(shape, depth, is_required=is_required)
        elif kind == "array":
            value = self._array(shape, name, depth)
        else:
            value = self._scalar(shape, kind, name)
            if value is not None and not fits(shape, self.root, value):
                value = None
        if value is None and is_required:
            rng = generator("problem", self.tool.name, name, self.problem.message)
            return draw_value(shape, name or "error", rng, Split.TRAIN, root=self.root, sparse=True)
        return value

    def _object(self, shape: JsonObject, depth: int, *, is_required: bool) -> JsonObject | None:
        declared, required = shape.get("properties") or {}, shape.get("required") or ()
        if depth >= _DEEPEST:
            return None
        silent = self._silent(declared)
        filled: JsonObject = {}
        for name, part in declared.items():
            told = None if name in silent else self.fill(part, name, depth + 1, is_required=False)
            if told is not None:
                filled[name] = told
        if not filled and not is_required:
            return None
        whole: JsonObject = {}
        for name, part in declared.items():
            if name in filled or name in required:
                whole[name] = filled.get(name, self.fill(part, name, depth + 1, is_required=True))
        return whole

    def _shape(self, schema: JsonValue) -> JsonObject:
        return shape_of(schema, self.root) if isinstance(schema, dict) else {}

    def _silent(self, declared: JsonObject) -> set[str]:
        """All texts but one that could hold the message: it is told once."""
        texts = [
            name
            for name, part in declared.items()
            if plain(name) in _WORDS["message"] and kind_of(self._shape(part)) == "string"
        ]
        spoken = next((name for name in texts if plain(name) == "message"), texts[0] if texts else "")
        return {name for name in texts if name != spoken and plain(name) not in _WORDS["code"]}

    def _array(self, shape: JsonObject, name: str, depth: int) -> list[JsonValue] | None:
        items = self._shape(shape.get("items"))
        if plain(name) in _WORDS["field"] and self.problem.field:
            return [self.problem.field]
        is_told = plain(name) in _WORDS["list"] or depth == 0
        if not is_told or depth >= _DEEPEST:
            return None
        # The one thing that is wrong; a list of bare texts says it in words.
        one = self.fill(items, "", depth + 1, is_required=False)
        return None if one is None else [one]

    def _scalar(self, shape: JsonObject, kind: str, name: str) -> JsonValue | None:
        bare, problem = plain(name), self.problem
        if kind in ("integer", "number"):
            return problem.status if bare in _WORDS["status"] | _WORDS["code"] else None
        if kind == "boolean":
            return bare in _WORDS["is_error"] if bare in _WORDS["is_error"] | _WORDS["is_success"] else None
        if choices := [choice for choice in shape.get("enum") or () if isinstance(choice, str)]:
            is_told = bare in _WORDS["status"] | _WORDS["code"] | _WORDS["title"] | {"error"}
            return _closest(choices, problem.status, plain(self.tool.resource or "")) if is_told else None
        if bare in _WORDS["title"]:
            return HTTPStatus(problem.status).phrase
        if bare in _WORDS["message"] or not bare:
            return problem.message
        if bare in _WORDS["status"]:
            return str(problem.status)
        if bare in _WORDS["code"]:
            is_uri = shape.get("format") in ("uri", "uri-reference")
            return "about:blank" if is_uri else _code(shape, problem.status)
        if bare in _WORDS["field"]:
            return problem.field or None
        if bare in _WORDS["place"] and self.tool.route is not None:
            return self.tool.route.partition(" ")[2]
        return None


def _closest(choices: list[str], status: int, noun: str) -> str:
    """The choice of an enumeration that says the status best; the first one where none does."""
    spelled = [(plain(choice), choice) for choice in choices]
    words = (str(status), *(plain(code) for code in _CODES.get(status, ())))
    for word in words:
        for bare, choice in spelled:
            if bare in (word, noun + word):
                return choice
    for word in words:
        telling = [choice for bare, choice in spelled if word in bare]
        if telling:
            return min(telling, key=len)
    return choices[0]


def _code(shape: JsonObject, status: int) -> str:
    """The status in one word, spelled like the document's example of a code."""
    examples = [shape.get("example"), shape.get("default"), *(shape.get("examples") or ()), ""]
    example = next(each for each in examples if isinstance(each, str))
    return _style(example)(_CODES.get(status, ("error",))[0].split("_"))


@lru_cache(maxsize=256)
def _style(example: str) -> Callable[[list[str]], str]:
    if example.isupper():
        joint = "-" if "-" in example else " " if " " in example else "_"
        return lambda words: joint.join(words).upper()
    if re.fullmatch(r"(?:[A-Z][a-z0-9]+)+", example) is not None:
        return lambda words: "".join(word.capitalize() for word in words)
    if re.fullmatch(r"[a-z0-9]+(?:[A-Z][a-z0-9]+)+", example) is not None:
        return lambda words: words[0] + "".join(word.capitalize() for word in words[1:])
    joint = "-" if "-" in example else " " if " " in example else "." if "." in example else "_"
    return lambda words: joint.join(words)
