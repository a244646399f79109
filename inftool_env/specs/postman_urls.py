"""The URL of a request in a Postman collection as a path of OpenAPI, and what stands in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_plus

from inftool_env.core.schema import JsonValue
from inftool_env.specs.meaning import singular
from inftool_env.specs.names import legal_name, unique_name, words
from inftool_env.specs.refs import Node

_SCHEME = re.compile(r"[A-Za-z][\w+.-]{0,20}://")
_HOST = re.compile(r"\{\{[^{}/]*\}\}|localhost(?::\d+)?|[^/:][^/]*[.:][^/]*")
"""What a URL without a scheme begins with, where it is no path."""
_KEY = re.compile(r":([\w-]+)|\{\{([^{}]+)\}\}|\{([^{}]+)\}")
_NUMBER = re.compile(r"\d{1,18}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{24}")
_FIXED = re.compile(r"(?:api|rest|v\d+(?:\.\d+)*)(?:/[\w.-]+)*")
"""Values of variables that say where the API lives, as ``v1``."""
_MAX_URL = 8_000
"""Characters that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """Where a request goes."""

    path: str
    """``/pets/{petId}``"""
    keys: Mapping[str, tuple[str, str]]
    """The example value and the description of each key in braces, either may be empty."""
    query: list[Node]
    """As ``{"key": ..., "value": ..., "description": ...}``."""


def read_url(node: Node, variables: Mapping[str, str]) -> Url:
    """The path and the query of a URL, which may be a text or an object; ``variables`` of the collection.

    >>> from inftool_env.specs.refs import Source
    >>> read_url(Source(value="{{baseUrl}}/users/:userId/posts/7?limit=20").node(), {}).path
    '/users/{userId}/posts/{post_id}'
    """
    raw = node.value if isinstance(node.value, str) else node.child("raw").value
    raw = raw[:_MAX_URL] if isinstance(raw, str) else ""
    segments = _segments_of_path(node.child("path")) if node.child("path").value is not None else None
    if segments is None:
        segments = _segments_of_raw(raw)
    elif segments and not node.child("host").value and segments[0].startswith("{{"):
        segments = segments[1:]
    query = node.child("query").children() or _query_of_raw(raw, node)
    described = {one.child("key").value: one for one in node.child("variable").children() if _has_key(one)}
    written: list[str] = []
    keys: dict[str, tuple[str, str]] = {}
    for segment in segments:
        name, value = _key_of(segment, written, variables)
        if name is None:
            written.append(value)
            continue
        told = described.get(name)
        given = told.child("value").value if told is not None else None
        name = unique_name(name, keys)
        keys[name] = (given if isinstance(given, str) else value, _description(told))
        written.append(f"{{{name}}}")
    return Url(path="/" + "/".join(written), keys=keys, query=query)


def _has_key(node: Node) -> bool:
    return isinstance(node.child("key").value, str)


def _description(node: Node | None) -> str:
    if node is None:
        return ""
    found = node.child("description")
    value = found.child("content").value if isinstance(found.value, dict) else found.value
    return value if isinstance(value, str) else ""


def _segments_of_path(node: Node) -> list[str]:
    parts = (
        node.value.split("/")
        if isinstance(node.value, str)
        else [_text(one.value) for one in node.children()]
    )
    return [part for part in parts if part]


def _text(segment: JsonValue) -> str:
    value = segment.get("value") if isinstance(segment, dict) else segment
    return value if isinstance(value, str) else ""


def _segments_of_raw(raw: str) -> list[str]:
    url = raw.partition("#")[0].partition("?")[0]
    scheme = _SCHEME.match(url)
    segments = url[scheme.end() :].split("/") if scheme else url.split("/")
    if scheme or _HOST.fullmatch(segments[0]):
        segments = segments[1:]
    return [segment for segment in segments if segment]


def _query_of_raw(raw: str, node: Node) -> list[Node]:
    text = raw.partition("#")[0].partition("?")[2]
    pairs = (part.partition("=") for part in text.split("&") if part)
    return [
        Node(
            value={"key": unquote_plus(key), "value": unquote_plus(value)},
            source=node.source,
            place=node.place,
        )
        for key, _, value in pairs
    ]


def _key_of(segment: str, before: list[str], variables: Mapping[str, str]) -> tuple[str | None, str]:
    """The key that a segment stands for, with an example; or no key, with the segment as it stays."""
    found = _KEY.fullmatch(segment)
    if found is not None:
        name = found[1] or found[2] or found[3]
        value = variables.get(name, "")
        if found[2] and _FIXED.fullmatch(value):
            return None, value
        return legal_name(name) or "key", value
    if _NUMBER.fullmatch(segment) or _UUID.fullmatch(segment):
        noun = words(before[-1])[-1:] if before and "{" not in before[-1] else []
        if noun and noun[0].isalpha() and len(noun[0]) > 1:
            return f"{singular(noun[0])}_id", segment
    return None, re.sub(r"[{}]", "", segment)
