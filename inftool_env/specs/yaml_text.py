"""YAML text as JSON values: the YAML 1.2 core schema, with bounds.

PyYAML's own constructors follow YAML 1.1, where ``on`` is true, ``12:30`` is 750 and a date is no
string; an API document means none of these. So we build the value from libyaml's events, which
also lets us count what aliases would expand to.
"""

import re
from dataclasses import dataclass

import yaml

from inftool_env.core.schema import JsonValue

MAX_DEPTH = 200
"""Levels of nesting."""
MAX_NODES = 5_000_000
"""Values, every alias counted as often as it is used."""
MAX_EVENTS = 2_000_000
"""Keys, values, and beginnings and ends of lists and objects: seven seconds' worth, or 15 to 20 MB of text."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, JsonValue] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf")),
}
"""JSON has no infinity and no NaN: they are read as null."""
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}\Z")
_RADIX = re.compile(r"0o[0-7]{1,300}\Z|0x[0-9a-fA-F]{1,300}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,300}|[0-9]{1,300}(?:\.[0-9]{0,300})?)(?:[eE][-+]?[0-9]{1,2})?\Z")
_TYPED_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("int", "float", "bool", "null")}


@dataclass(slots=True)
class _Open:
    """A list or an object whose end has not come yet."""

    value: list[JsonValue] | dict[str, JsonValue]
    anchor: str | None
    size: int = 1
    key: str | None = None
    is_merge: bool = False


def load_yaml(text: str) -> JsonValue:
    """The one document of a YAML text; keys are strings as written (``200:`` gives ``"200"``).

    Raises:
        yaml.YAMLError: the text is no YAML.
        ValueError: more than one document, a key that is no scalar, or over the bounds.
    """
    builder = _Builder()
    for number, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        if number == MAX_EVENTS:
            raise ValueError(
                f"{_where(event)}: more than {MAX_EVENTS:,} keys and values. "
                "Save it as JSON, which is read many times faster"
            )
        builder.take(event)
    return builder.root


class _Builder:
    """Puts events together into one value."""

    def __init__(self) -> None:
        self.root: JsonValue = None
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[JsonValue, int]] = {}
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self._take_scalar(event)
            case yaml.MappingStartEvent():
                self._start({}, event)
            case yaml.SequenceStartEvent():
                self._start([], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                closed = self._open.pop()
                self._place(closed.value, closed.size, closed.anchor)
            case yaml.AliasEvent():
                if event.anchor not in self._anchors:
                    raise ValueError(f"{_where(event)}: alias '*{event.anchor}' names no finished anchor")
                self._place(*self._anchors[event.anchor], None)
            case yaml.DocumentStartEvent():
                self._documents += 1
                if self._documents > 1:
                    raise ValueError(f"{_where(event)}: a second YAML document begins")
            case _:
                pass

    def _start(self, empty: list[JsonValue] | dict[str, JsonValue], event: yaml.CollectionStartEvent) -> None:
        if self._awaits_key():
            raise ValueError(f"{_where(event)}: a key is a list or an object")
        if len(self._open) == MAX_DEPTH:
            raise ValueError(f"{_where(event)}: nested more than {MAX_DEPTH} levels deep")
        self._open.append(_Open(empty, event.anchor))

    def _take_scalar(self, event: yaml.ScalarEvent) -> None:
        if self._awaits_key():
            top = self._open[-1]
            top.key = event.value
            top.is_merge = event.value == "<<" and event.implicit[0]
            if event.anchor:
                self._anchors[event.anchor] = (event.value, 1)
        else:
            self._place(_scalar(event), 1, event.anchor)

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _place(self, value: JsonValue, size: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = (value, size)
        if not self._open:
            self.root = value
            return
        top = self._open[-1]
        top.size += size
        if top.size > MAX_NODES:
            raise ValueError(f"more than {MAX_NODES:,} values, aliases included")
        if isinstance(top.value, list):
            top.value.append(value)
        elif top.key is None:
            if not isinstance(value, str):
                raise ValueError("an alias stands for a key that is no string")
            top.key = value
        else:
            _set(top, value)


def _set(top: _Open, value: JsonValue) -> None:
    assert isinstance(top.value, dict)
    assert top.key is not None
    if top.is_merge:
        for part in value if isinstance(value, list) else [value]:
            for key, inherited in part.items() if isinstance(part, dict) else ():
                top.value.setdefault(key, inherited)
    else:
        top.value[top.key] = value
    top.key, top.is_merge = None, False


def _scalar(event: yaml.ScalarEvent) -> JsonValue:
    text: str = event.value
    if not event.implicit[0] and event.tag not in _TYPED_TAGS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _RADIX.match(text):
        return int(text, 0)
    return float(text) if _FLOAT.match(text) else text


def _where(event: yaml.Event) -> str:
    mark = event.start_mark
    assert mark is not None, "every event of a text has its place"
    return f"line {mark.line + 1}, column {mark.column + 1}"
