"""Markdown and HTML of documents as short plain text."""

import html
import re
import unicodedata
from functools import lru_cache

MAX_TOOL_LENGTH = 160
MAX_PARAMETER_LENGTH = 120

_MAX_READ = 4000
"""Characters of a text that are looked at."""
_COMMENT_OR_TAG = re.compile(r"<!--.{0,2000}?-->|</?[a-zA-Z][^<>]{0,400}>", re.DOTALL)
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}(?:\s[^()]{0,200})?\)")
_REFERENCE_LINK = re.compile(r"(?<!\w)\[([^\[\]]{1,300})\]\[[\w ]{1,30}\](?!\w)")
_EMPHASIS = re.compile(
    r"(?<![\w*\\])\*(?=[^\s*])([^*\n]{1,200})(?<![\s\\])\*(?![\w*])"
    r"|(?<![\w\\])_(?=[^\s_])([^_\n]{1,200})(?<![\s\\])_(?!\w)"
)
_CALLOUT = re.compile(r"\[!\w{1,20}\]")
_ESCAPE = re.compile(r"\\([_*~#>\[\]]|\.(?=\s|$))")
_MARKUP = re.compile(r"\*\*|__|`+|^\s{0,3}(?:#{1,6}\s|>\s|[-*+]\s)", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n[ \t\r]*\n|\n(?=[ \t]*[A-Z][A-Za-z ]{2,30}:[ \t\r]*(?:\n|$))")
"""A blank line, or a heading such as ``Args:`` on a line of its own."""
_SENTENCE_END = re.compile(r"[.!?]['\")\]]?(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|no|mr|ms|dr|st|[a-z]))\.$", re.IGNORECASE
)


def plain_text(value: object, limit: int) -> str:
    """A text without markup and line breaks, cut at a word; empty for anything that is no string.

    >>> plain_text("Returns **all** [pets](https://example.com/pets) &amp; owners.", 40)
    'Returns all pets & owners.'
    """
    if not isinstance(value, str):
        return ""
    return _cut(_strip(value), limit)


def leading_sentences(value: object, limit: int) -> str:
    """The whole sentences of the first paragraph that fit; at least the first, cut if it must be."""
    return _leading_sentences(value, limit) if isinstance(value, str) else ""


@lru_cache(maxsize=8192)
def _leading_sentences(value: str, limit: int) -> str:
    paragraphs = _PARAGRAPH.split(value[:_MAX_READ].strip())
    text = next((stripped for part in paragraphs if (stripped := _strip(part))), "")
    ends = [end for end in _sentence_ends(text) if end <= limit]
    return text[: ends[-1]] if ends and len(text) > limit else _cut(text, limit)


def first_sentence(value: object, limit: int) -> str:
    """The first sentence of a text."""
    text = leading_sentences(value, _MAX_READ)
    ends = _sentence_ends(text)
    return _cut(text[: ends[0]] if ends else text, limit)


def _sentence_ends(text: str) -> list[int]:
    ends = (match.end() for match in _SENTENCE_END.finditer(text))
    return [end for end in ends if not _ABBREVIATION.search(text[max(0, end - 8) : end])]


def _strip(value: str) -> str:
    text = html.unescape(_COMMENT_OR_TAG.sub(" ", value[:_MAX_READ]))
    text = _REFERENCE_LINK.sub(r"\1", _LINK.sub(r"\1", _CALLOUT.sub("", text)))
    text = _EMPHASIS.sub(r"\1\2", _MARKUP.sub("", text))
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    return " ".join(without_controls(text).split())


def without_controls(text: str) -> str:
    """The text with a space for every control, format or surrogate character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") else char for char in text
    )


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:") + "…"
