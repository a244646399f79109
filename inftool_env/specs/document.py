"""A file on disk as a JSON value of a known format."""

import difflib
import json
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import JsonValue
from inftool_env.specs.yaml_text import MAX_DEPTH, load_yaml

MAX_BYTES = 64 * 1024 * 1024

_READABLE = "an OpenAPI 3 or Swagger 2.0 document, an MCP tools/list result, or a list of functions"


class Format(StrEnum):
    """What kind of document describes the tools."""

    OPENAPI = "OpenAPI"
    SWAGGER = "Swagger"
    MCP = "MCP tools/list"
    FUNCTIONS = "function list"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSpec:
    """A document before its operations are read."""

    source: Path
    format: Format
    version: str
    """Of the format, as ``3.1.0``; empty for formats without one."""
    raw: JsonValue


def read_document(source: str | Path) -> ApiSpec:
    """The document in a file: JSON first, then JSON Lines, then YAML.

    Raises:
        SpecError: the file is missing, unreadable, too large, empty, no text, or describes no API.
    """
    path = Path(source)
    raw = read_value(path)
    kind, version = _recognise(raw, path)
    return ApiSpec(source=path, format=kind, version=version, raw=raw)


def read_value(path: Path) -> JsonValue:
    """The JSON value that a JSON, JSON Lines or YAML file holds.

    Raises:
        SpecError: the file cannot be read as any of them.
    """
    return parse_value(_read_bytes(path), str(path))


def parse_value(data: bytes, name: str) -> JsonValue:
    """The JSON value that a JSON, JSON Lines or YAML text holds; ``name`` is for messages.

    Raises:
        SpecError: the text cannot be read as any of them.
    """
    text = _decode(data, name)
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except RecursionError as error:
        raise _too_deep(name) from error
    except ValueError as json_error:
        value = _read_other(text, name, json_error)
    _check_depth(value, name)
    _check_surrogates(value, text, name)
    return value


def _read_bytes(path: Path) -> bytes:
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise SpecError(f"{path}: is a folder; expected one file. Name the document inside it.")
        if not stat.S_ISREG(kind):  # Opening a pipe or a device may wait for ever.
            raise SpecError(f"{path}: is no regular file; expected {_READABLE}. Save the document first.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise SpecError(f"{path}: no such file; expected {_READABLE}.{_nearby(path)}") from error
    except (OSError, ValueError) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(
            f"{str(path)!r}: cannot be read ({error}); expected {_READABLE}. Check the path and its permissions."
        ) from error
    if len(data) > MAX_BYTES:
        raise SpecError(
            f"{path}: is too large; expected at most {MAX_BYTES:,} bytes. "
            "Cut the document down to the operations that are needed."
        )
    return data


def _decode(data: bytes, name: str) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecError(
            f"{name}: byte {error.start} is not UTF-8; expected {_READABLE} in UTF-8. "
            "Save the file again as UTF-8."
        ) from error
    if not text.strip():
        raise SpecError(f"{name}: is empty; expected {_READABLE}. Was the download cut short?")
    return text


def _read_other(text: str, name: str, json_error: ValueError) -> JsonValue:
    rows = [line for line in text.splitlines() if line.strip()]
    if len(rows) > 1 and all(row.lstrip().startswith("{") and row.rstrip().endswith("}") for row in rows):
        try:
            return [json.loads(row) for row in rows]
        except ValueError as error:
            raise SpecError(
                f"{name}: a line is no JSON ({error}); expected one function a line. Mend the line or delete it."
            ) from error
    try:
        return load_yaml(text)
    except (yaml.YAMLError, ValueError) as yaml_error:
        is_json = text.lstrip()[:1] in ("{", "[")
        cause = json_error if is_json else yaml_error
        raise SpecError(
            f"{name}: is neither JSON nor YAML ({_one_line(cause)}); expected {_READABLE}. Mend the file there."
        ) from yaml_error


def _check_depth(value: JsonValue, name: str) -> None:
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH:
            raise _too_deep(name)
        below: list[JsonValue] = []
        for node in level:
            if isinstance(node, dict):
                below.extend(child for child in node.values() if isinstance(child, (dict, list)))
            elif isinstance(node, list):
                below.extend(child for child in node if isinstance(child, (dict, list)))
        level, depth = below, depth + 1


def _check_surrogates(value: JsonValue, text: str, name: str) -> None:
    if "\\ud" not in text and "\\uD" not in text:
        return
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise SpecError(
            f"{name}: holds half of a surrogate pair ({error.object[error.start]!r}); "
            "expected whole Unicode characters. Write the character itself."
        ) from error


def _too_deep(name: str) -> SpecError:
    return SpecError(
        f"{name}: is nested more than {MAX_DEPTH} levels deep; expected {_READABLE}. "
        "Move inner schemas to components and refer to them with $ref."
    )


def _recognise(raw: JsonValue, path: Path) -> tuple[Format, str]:
    if isinstance(raw, dict):
        if "openapi" in raw or "swagger" in raw:
            return _recognise_http(raw, path)
        tools = listed_tools(raw)
        if tools is not None:
            return _recognise_tools(tools), ""
    elif isinstance(raw, list) and any(_is_tool(item) for item in raw):
        return _recognise_tools(raw), ""
    raise SpecError(
        f"{path}: holds {_describe(raw)}; expected {_READABLE}. "
        "An OpenAPI document begins with 'openapi: 3.1.0', 'info' and 'paths'."
    )


def _recognise_http(raw: dict[str, JsonValue], path: Path) -> tuple[Format, str]:
    key = "openapi" if "openapi" in raw else "swagger"
    version = str(raw[key])[:20]
    if version.split(".")[0] == {"openapi": "3", "swagger": "2"}[key]:
        return (Format.OPENAPI if key == "openapi" else Format.SWAGGER), version
    raise SpecError(
        f"{path}: {key} is {version!r}; expected openapi 3.x or swagger 2.0. "
        "Convert the document to one of these versions."
    )


def listed_tools(raw: JsonValue) -> list[JsonValue] | None:
    """The tools that a document lists, whatever wraps them; None when it lists none."""
    if isinstance(raw, list):
        return raw
    if not isinstance(raw, dict):
        return None
    for key in ("tools", "functions"):
        found = raw.get(key)
        if isinstance(found, list) and (not found or any(_is_tool(item) for item in found)):
            return found
    if isinstance(raw.get("result"), dict):
        return listed_tools(raw["result"])
    return [raw] if _is_tool(raw) else None


def _is_tool(item: JsonValue) -> bool:
    if not isinstance(item, dict):
        return False
    if isinstance(item.get("function"), dict):
        return True
    return isinstance(item.get("name"), str) and bool(
        item.keys() & {"inputSchema", "input_schema", "parameters", "description"}
    )


def _recognise_tools(tools: list[JsonValue]) -> Format:
    is_mcp = any(isinstance(item, dict) and "inputSchema" in item for item in tools)
    return Format.MCP if is_mcp else Format.FUNCTIONS


def _describe(raw: JsonValue) -> str:
    if isinstance(raw, dict):
        keys = ", ".join(repr(str(key)[:30]) for key in list(raw)[:5])
        return f"an object with the keys {keys}" if keys else "an object without keys"
    if isinstance(raw, list):
        return f"a list of {len(raw)} values"
    return f"only the {type(raw).__name__} {_one_line(raw)!r}" if raw is not None else "nothing"


def _one_line(value: object, length: int = 200) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= length else text[: length - 1] + "…"


def _nearby(path: Path) -> str:
    if not path.parent.is_dir():
        return f" The folder {path.parent} does not exist either."
    close = difflib.get_close_matches(path.name, [entry.name for entry in path.parent.iterdir()], n=1)
    return f" Did you mean {str(path.parent / close[0])!r}?" if close else " Check the path."
