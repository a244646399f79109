"""Regular expressions of strangers, matched in time linear in the text.

Python's ``re`` tries one way after another, so ``(a+)+$`` takes minutes on thirty letters and a
pattern with eight ``.*`` takes hours on a long line. RE2 follows all ways at once, within a fixed memory. It
reads a pattern as JSON Schema means it (ECMA-262), save for looking around and back.
"""

from functools import lru_cache

import re2

_MAX_MEMORY_BYTES = 1024 * 1024
"""For one pattern, compiled and searching."""


class LinearPattern:
    """A compiled pattern; make one with ``compile_pattern``."""

    __slots__ = ("_compiled",)

    def __init__(self, pattern: str) -> None:
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True
        options.max_mem = _MAX_MEMORY_BYTES
        self._compiled = re2.compile(pattern, options)

    def is_in(self, text: str) -> bool:
        """Whether the pattern matches anywhere in the text."""
        return self._compiled.search(text.encode("utf-8", "replace")) is not None


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> LinearPattern | None:
    """The pattern, or None where it cannot be matched in linear time and bounded memory.

    >>> compile_pattern("(a+)+$").is_in("a" * 100_000 + "!"), compile_pattern("(?=a)b")
    (False, None)
    """
    try:
        return LinearPattern(pattern)
    except (re2.error, UnicodeEncodeError):
        return None
