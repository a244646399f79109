"""The Pythonic format: the whole message is a list of function calls with literal arguments."""

import ast
import re
import warnings

from inftool_env.core.message import ToolCall
from inftool_env.core.schema import JsonValue
from inftool_env.envs.formats.parsed import ParsedAction, accept, refuse
from inftool_env.envs.formats.strict_json import MAX_DEPTH, FormatError, check_value, make_call

_EXPECTED = "expected [tool(parameter=value), ...]"
_CALL = re.compile(r"\[\s*(?:[A-Za-z_][\w.]*\s*\(|\])")
_TOKEN = re.compile(r"'(?:[^'\\]|\\.)*+'?|\"(?:[^\"\\]|\\.)*+\"?|[\[{(]|[\]})]", re.DOTALL)
_MAX_SIGNS = 256
"""Characters in a row that are operators; a longer run would only nest the syntax tree."""
_SIGNS = re.compile(rf"[-+~.]{{{_MAX_SIGNS},}}")


def parse(text: str) -> ParsedAction:
    """Calls when the message is a list of them, else words."""
    stripped = text.strip()
    if not _CALL.match(stripped):
        return accept(text, [])
    calls: list[ToolCall] = []
    try:
        _check_depth(stripped)
        tree = _parse_expression(stripped)
        if not isinstance(tree, ast.List) or not tree.elts:
            raise FormatError(_EXPECTED)
        calls.extend(_read_call(node) for node in tree.elts)
    except FormatError as error:
        return refuse(text, f"Malformed list of calls: {error}.")
    return accept("", calls)


def _check_depth(text: str) -> None:
    if _SIGNS.search(text):
        raise FormatError("too many operators in a row")
    depth = 0
    for token in _TOKEN.finditer(text):
        sign = text[token.start()]
        depth += 1 if sign in "[{(" else -1 if sign in "]})" else 0
        if depth > MAX_DEPTH:
            raise FormatError(f"nested deeper than {MAX_DEPTH} levels")


def _parse_expression(text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # Invalid escapes in the policy's strings are no business of ours.
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise FormatError(f"not a Python expression: {error.msg}; {_EXPECTED}") from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise FormatError(f"too deep or too long to parse; {_EXPECTED}") from error


def _read_call(node: ast.expr) -> ToolCall:
    if not isinstance(node, ast.Call) or node.args:
        raise FormatError(_EXPECTED)
    arguments: dict[str, JsonValue] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            raise FormatError(f"** is not allowed; {_EXPECTED}")
        if keyword.arg in arguments:
            raise FormatError(f"the argument {keyword.arg[:60]!r} is given twice")
        arguments[keyword.arg] = check_value(_literal(keyword.value))
    return make_call(_name(node.func), arguments, _EXPECTED)


def _name(node: ast.expr) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise FormatError(_EXPECTED)
    return ".".join([node.id, *reversed(parts)])


def _literal(node: ast.expr) -> JsonValue:
    """The value of a literal; tuples count as lists."""
    match node:
        case ast.Constant(value=constant):
            return constant
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return [_literal(item) for item in items]
        case ast.Dict(keys=keys, values=values):
            found: dict[JsonValue, JsonValue] = {}
            for key, value in zip(keys, values, strict=True):
                if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                    raise FormatError("a dictionary's keys must be strings")
                if key.value in found:
                    raise FormatError(f"the key {key.value[:60]!r} is given twice")
                found[key.value] = _literal(value)
            return found
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)) if (
            not isinstance(number, bool)
        ):
            return -number
    raise FormatError("an argument is no literal")
