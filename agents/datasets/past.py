"""What has been done, in words: the past participle of a verb in the imperative."""

from functools import cache

_IRREGULAR = {
    "begin": "begun",
    "build": "built",
    "buy": "bought",
    "choose": "chosen",
    "draw": "drawn",
    "find": "found",
    "forget": "forgotten",
    "get": "fetched",
    "give": "given",
    "hide": "hidden",
    "hold": "held",
    "keep": "kept",
    "leave": "left",
    "lookup": "looked up",
    "make": "made",
    "pay": "paid",
    "put": "put",
    "read": "read",
    "reread": "reread",
    "rerun": "rerun",
    "reset": "reset",
    "run": "run",
    "see": "seen",
    "sell": "sold",
    "send": "sent",
    "set": "set",
    "show": "shown",
    "split": "split",
    "take": "taken",
    "tell": "told",
    "throw": "thrown",
    "withdraw": "withdrawn",
    "write": "written",
}
_DOUBLED = frozenset(
    [
        "cancel",
        "clip",
        "control",
        "drop",
        "equip",
        "label",
        "log",
        "map",
        "pin",
        "plan",
        "plot",
        "pop",
        "refer",
        "scan",
        "scrap",
        "ship",
        "skip",
        "stop",
        "submit",
        "sum",
        "swap",
        "tag",
        "transfer",
        "travel",
        "trim",
        "unpin",
        "unwrap",
        "wrap",
    ]
)
"""Verbs whose last letter is written twice."""
_VOWELS = frozenset("aeiou")


@cache
def participle(verb: str) -> str:
    """The past participle of a verb of one word, in lower case.

    >>> [participle(verb) for verb in ("cancel", "copy", "move", "send", "open", "play")]
    ['cancelled', 'copied', 'moved', 'sent', 'opened', 'played']
    """
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ied"
    return f"{verb}ed"
