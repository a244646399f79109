"""Which regular expressions of a document are kept."""

import re
import warnings
from functools import lru_cache

from inftool_env.core.patterns import compile_pattern

MAX_PATTERN = 200

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|*+]|\{\d*,?\d*\}|.", re.DOTALL)


@lru_cache(maxsize=4096)
def is_safe_pattern(pattern: str) -> bool:
    r"""Whether the pattern can be matched in linear time here, and in no exponential time elsewhere.

    The schemas are also read by others, who often match with Python's ``re``: it must compile there too, and
    no repeated group may hold a repetition or a choice, as in ``(a+)+`` and ``(a|ab)*``.

    >>> is_safe_pattern(r"^[A-Z]{3}-\d+$"), is_safe_pattern("(a+)+$"), is_safe_pattern(r"\p{L}")
    (True, False, False)
    """
    if len(pattern) > MAX_PATTERN:
        return False
    try:
        with warnings.catch_warnings(action="error"):
            re.compile(pattern)
    except (re.error, Warning, OverflowError, RecursionError):
        return False
    return compile_pattern(pattern) is not None and not _repeats_a_choice(pattern)


def _repeats_a_choice(pattern: str) -> bool:
    tokens = _TOKEN.findall(pattern)
    choices = [False]
    for position, token in enumerate(tokens):
        following = tokens[position + 1] if position + 1 < len(tokens) else ""
        if token == "(":
            choices.append(False)
        elif token == ")" and len(choices) > 1:
            inner = choices.pop()
            if inner and _is_unbounded(following):
                return True
            choices[-1] = choices[-1] or inner
        elif token == "|" or _is_unbounded(token):
            choices[-1] = True
    return False


def _is_unbounded(token: str) -> bool:
    return token in ("*", "+") or (len(token) > 2 and token.startswith("{") and token.endswith(",}"))
