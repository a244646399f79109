"""Strings that match a simple regular expression."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

Maker = Callable[[random.Random], str]

_DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()
_CLASSES = {"d": _DIGITS, "w": _LOWER + _DIGITS, "s": " ", "D": _LOWER, "W": "-", "S": _LOWER + _DIGITS}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_PRINTABLE = "".join(chr(code) for code in range(32, 127))
_MORE = 3
"""How far above its lower bound an unbounded repetition goes."""


@lru_cache(maxsize=1024)
def pattern_maker(pattern: str) -> Maker | None:
    """A maker of strings that match the pattern.

    Knows literals, classes, groups, alternatives, repetitions and anchors at the ends; nothing that looks
    around or back.

    Returns:
        None for a pattern beyond that. What the maker gives is likely, not certain, to match: check it.
    """
    try:
        reader = _Reader(pattern)
        make = reader.alternatives()
        return make if reader.at_end else None
    except (_UnknownSyntaxError, IndexError, RecursionError):
        return None


class _UnknownSyntaxError(Exception):
    """The pattern uses what the reader does not know."""


@dataclass(slots=True)
class _Reader:
    text: str
    place: int = 0

    @property
    def at_end(self) -> bool:
        return self.place >= len(self.text)

    def peek(self) -> str:
        return "" if self.at_end else self.text[self.place]

    def take(self) -> str:
        letter = self.text[self.place]
        self.place += 1
        return letter

    def alternatives(self) -> Maker:
        choices = [self.sequence()]
        while self.peek() == "|":
            self.take()
            choices.append(self.sequence())
        if len(choices) == 1:
            return choices[0]
        return lambda rng: choices[int(rng.random() * len(choices))](rng)

    def sequence(self) -> Maker:
        parts: list[Maker] = []
        while not self.at_end and self.peek() not in "|)":
            part = self.atom()
            low, high = self.repetition()
            parts.append(part if (low, high) == (1, 1) else _repeat(part, low, high))
        return lambda rng: "".join(part(rng) for part in parts)

    def atom(self) -> Maker:
        letter = self.take()
        if letter in "^$":
            return _literal("")
        if letter == "(":
            return self.group()
        if letter == "[":
            return _one_of(self.bracket())
        if letter == ".":
            return _one_of(_LOWER)
        if letter == "\\":
            return self.escape()
        if letter in "*+?{":
            raise _UnknownSyntaxError(letter)
        return _literal(letter)

    def group(self) -> Maker:
        if self.peek() == "?":
            self.take()
            kind = self.take()
            if kind == "P":
                kind = self.take()
            if kind == "<" and self.peek() not in "=!":
                while self.take() != ">":
                    pass
            elif kind != ":":
                raise _UnknownSyntaxError(kind)
        make = self.alternatives()
        if self.take() != ")":
            raise _UnknownSyntaxError("(")
        return make

    def escape(self) -> Maker:
        letter = self.take()
        if letter in "bBAZz":
            return _literal("")
        if letter in _CLASSES:
            return _one_of(_CLASSES[letter])
        if letter == "x":
            code = chr(int(self.take() + self.take(), 16))
            return _literal(code)
        if letter.isalnum() and letter not in _ESCAPES:
            raise _UnknownSyntaxError(letter)
        return _literal(_ESCAPES.get(letter, letter))

    def bracket(self) -> str:
        negated = self.peek() == "^"
        if negated:
            self.take()
        letters = ""
        while True:
            letter = self.take()
            if letter == "]" and letters:
                break
            if letter == "\\":
                letter = self.take()
                if letter in _CLASSES:
                    letters += _CLASSES[letter]
                    continue
                letter = _ESCAPES.get(letter, letter)
            following = self.text[self.place + 1]
            if self.peek() == "-" and following not in "]\\":
                self.take()
                letters += "".join(chr(code) for code in range(ord(letter), min(ord(self.take()), 0x17F) + 1))
            else:
                letters += letter
        if not negated:
            return letters
        allowed = "".join(letter for letter in _LOWER + _DIGITS if letter not in letters)
        return allowed or "".join(letter for letter in _PRINTABLE if letter not in letters)

    def repetition(self) -> tuple[int, int]:
        mark = self.peek()
        bounds = (1, 1)
        if mark in ("*", "+", "?") and mark:
            self.take()
            bounds = {"*": (0, _MORE), "+": (1, 1 + _MORE), "?": (0, 1)}[mark]
        elif mark == "{":
            found = re.compile(r"\{(\d+)(,?)(\d*)\}").match(self.text, self.place)
            if found is None:
                raise _UnknownSyntaxError("{")
            self.place = found.end()
            low = int(found[1])
            high = int(found[3]) if found[3] else low + _MORE if found[2] else low
            bounds = (low, min(high, low + 2 * _MORE))
        if self.peek() == "?" and bounds != (1, 1):
            self.take()
        return bounds


def _literal(text: str) -> Maker:
    return lambda _: text


def _one_of(letters: str) -> Maker:
    if not letters:
        raise _UnknownSyntaxError("empty class")
    return lambda rng: letters[int(rng.random() * len(letters))]


def _repeat(part: Maker, low: int, high: int) -> Maker:
    return lambda rng: "".join(part(rng) for _ in range(low + int(rng.random() * (high - low + 1))))
