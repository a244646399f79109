"""Short words for verdicts: sentences of bounded length about calls and values."""

from collections.abc import Iterable, Mapping

from inftool_env.core.schema import JsonValue, canonical

MAX_SENTENCE = 300


def shorten(text: str, length: int = MAX_SENTENCE) -> str:
    """The text on one line, cut with an ellipsis where it is longer.

    >>> shorten("a long story", 7)
    'a long…'
    """
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length else line[: length - 1] + "…"


def spell_call(name: str, arguments: Mapping[str, JsonValue], length: int = 120) -> str:
    """A call in a few words.

    >>> spell_call("get_forecast", {"city": "Rome", "days": 3})
    'get_forecast(city="Rome", days=3)'
    """
    told = ", ".join(f"{key}={canonical(value)[:80]}" for key, value in list(arguments.items())[:12])
    return shorten(f"{name}({told})", length)


def spell_value(value: JsonValue, length: int = 80) -> str:
    """A value in a few words.

    >>> spell_value("Rome"), spell_value([1, 2, 3], 5)
    ('"Rome"', '[1,2…')
    """
    return shorten(canonical(value), length)


def listed(names: Iterable[str], limit: int = 6) -> str:
    """Names in a row, the first few of them.

    >>> listed("abcdefgh")
    'a, b, c, d, e, f and 2 more'
    """
    names = list(names)
    rest = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + rest
