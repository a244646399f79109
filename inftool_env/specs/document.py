"""A file on disk as a JSON value."""

import difflib
import json
import math
import stat
from pathlib import Path

import yaml

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import JsonValue
from inftool_env.specs.yaml_text import MAX_DEPTH, load_yaml

MAX_BYTES = 64 * 1024 * 1024
MAX_VALUES = 5_000_000
"""In one document; those of JSON are counted by the commas and brackets that stand between them."""
MAX_MEMBERS = 100_000
"""Of one list or object."""

READABLE = "the description of an API as JSON, JSON Lines or YAML"


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
    _check_count(text, name)
    try:
        value = _load_json(text)
    except RecursionError as error:
        raise _too_deep(name) from error
    except ValueError as json_error:
        value = _read_other(text, name, json_error)
    _check_shape(value, name)
    _check_surrogates(value, text, name)
    return value


def _read_bytes(path: Path) -> bytes:
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise SpecError(f"{path}: is a folder; expected one file. Name the document inside it.")
        if not stat.S_ISREG(kind):  # Opening a pipe or a device may wait for ever.
            raise SpecError(f"{path}: is no regular file; expected {READABLE}. Save the document first.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise SpecError(f"{path}: no such file; expected {READABLE}.{_nearby(path)}") from error
    except (OSError, ValueError) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(
            f"{str(path)!r}: cannot be read ({error}); expected {READABLE}. Check the path and its permissions."
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
            f"{name}: byte {error.start} is not UTF-8; expected {READABLE} in UTF-8. "
            "Save the file again as UTF-8."
        ) from error
    if not text.strip():
        raise SpecError(f"{name}: is empty; expected {READABLE}. Was the download cut short?")
    return text


def _check_count(text: str, name: str) -> None:
    # Before anything is made of it: a value costs a hundred times the two bytes it may be written in.
    if text.count(",") + text.count("{") + text.count("[") > MAX_VALUES:
        raise SpecError(
            f"{name}: holds more than {MAX_VALUES:,} values; expected at most that. "
            "Cut the document down to the operations that are needed."
        )


def _load_json(text: str) -> JsonValue:
    """The value of a JSON text; infinities and NaN are null, as in YAML."""
    return json.loads(text, parse_constant=lambda _: None, parse_float=_finite)


def _finite(spelled: str) -> float | None:
    number = float(spelled)
    return number if math.isfinite(number) else None


def _read_other(text: str, name: str, json_error: ValueError) -> JsonValue:
    rows = [line for line in text.splitlines() if line.strip()]
    if len(rows) > 1 and all(row.lstrip().startswith("{") and row.rstrip().endswith("}") for row in rows):
        if len(rows) > MAX_MEMBERS:
            raise SpecError(
                f"{name}: holds {len(rows):,} lines of JSON; expected at most {MAX_MEMBERS:,}. "
                "Cut it down to the functions that are needed."
            )
        try:
            return [_load_json(row) for row in rows]
        except RecursionError as error:
            raise _too_deep(name) from error
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
            f"{name}: is neither JSON nor YAML ({_one_line(cause)}); expected {READABLE}. Mend the file there."
        ) from yaml_error


def _check_shape(value: JsonValue, name: str) -> None:
    level, depth = [value], 0
    while level:
        if depth > MAX_DEPTH:
            raise _too_deep(name)
        below: list[JsonValue] = []
        for node in level:
            if isinstance(node, (dict, list)) and len(node) > MAX_MEMBERS:
                raise SpecError(
                    f"{name}: {_place_of(node, value)} holds {len(node):,} values; expected at most "
                    f"{MAX_MEMBERS:,} in one list or object. Cut it down to what is needed."
                )
            if isinstance(node, dict):
                below.extend(child for child in node.values() if isinstance(child, (dict, list)))
            elif isinstance(node, list):
                below.extend(child for child in node if isinstance(child, (dict, list)))
        level, depth = below, depth + 1


def _place_of(sought: JsonValue, root: JsonValue) -> str:
    """Where in the document a list or object stands, as ``paths./pets.get.parameters``."""
    open_nodes = [("", root)]
    while open_nodes:
        place, node = open_nodes.pop()
        if node is sought:
            break
        members = node.items() if isinstance(node, dict) else enumerate(node)
        open_nodes += [
            (f"{place}.{key}"[-200:], child) for key, child in members if isinstance(child, (dict, list))
        ]
    return place.removeprefix(".") or "the document"


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
        f"{name}: is nested more than {MAX_DEPTH} levels deep; expected {READABLE}. "
        "Move inner schemas to components and refer to them with $ref."
    )


def describe(raw: JsonValue) -> str:
    """What kind of value it is, for messages: ``a list of 3 values``."""
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
