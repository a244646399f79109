"""Which regular expressions of a document are kept."""

import re
import warnings
from functools import lru_cache

MAX_PATTERN = 200

_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|*+]|\{\d*,?\d*\}|.", re.DOTALL)


@lru_cache(maxsize=4096)
def is_safe_pattern(pattern: str) -> bool:
    r"""Whether Python compiles the pattern and no repeated group holds a repetition or a choice.

    ``(a+)+`` and ``(a|ab)*`` can take time exponential in the length of the text.

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
    return not _repeats_a_choice(pattern)


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
