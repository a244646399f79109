"""A noun with what belongs to it in a wish: "a saved place", "an amount of money"."""

import re
from dataclasses import dataclass

from inftool_env.users.language.data import WORDS

_NOT_BETWEEN = "|".join(WORDS["prepositions"])
_LEFT = re.compile(
    r"(?:^|(?<= ))(?P<article>a|an|the|one|another|any|some|several|its|their) "
    rf"(?P<between>(?:(?!(?:{_NOT_BETWEEN})\b)[a-z-]+ ){{0,2}})$"
)
_OF_MONEY = " of money"
_MAY_FOLLOW = frozenset([*WORDS["prepositions"], *WORDS["after_noun"]])
"""What may come behind a whole noun: "a hotel" in "a hotel room" is none."""
_VAGUE = frozenset(["certain", "given", "particular", "specific", "different", "single"])


@dataclass(frozen=True, slots=True, kw_only=True)
class NounPhrase:
    """Where a noun stands in a text, and how."""

    start: int
    """Of its article; of the noun where it has none."""
    end: int
    article: str
    """Empty where there is none."""
    noun: str
    between: str
    """Words between article and noun, with a space behind each; vague ones are left out."""


def find_noun(text: str, noun: str) -> NounPhrase | None:
    """The only place where the noun stands by itself; None where there is none or several.

    >>> find_noun("show a saved place", "place").between, find_noun("book a hotel room", "hotel")
    ('saved ', None)
    """
    at = text.find(noun)
    if at <= 0 or text.count(noun) != 1 or text[at - 1] != " ":
        return None
    end = at + len(noun)
    if text[end : end + 1] not in ("", " ", ","):
        return None
    if text.startswith(_OF_MONEY, end):
        end += len(_OF_MONEY)
    following = text[end:].split(maxsplit=1)
    if following and not (following[0].strip(",") in _MAY_FOLLOW or following[0].endswith("ly")):
        return None
    left = _LEFT.search(text[:at])
    if left is None:
        return NounPhrase(start=at, end=end, article="", noun=noun, between="")
    between = left["between"]
    return NounPhrase(
        start=left.start("article"),
        end=end,
        article=left["article"],
        noun=noun,
        between="" if between.strip() in _VAGUE else between,
    )
