"""English words for invented tools, from a kept word list."""

from functools import cache

from wonderwords import RandomWord, filter_profanity

from inftool_env.specs.invent import Vocabulary

UNFIT = frozenset(
    [
        "bomb",
        "bomber",
        "drunk",
        "fat",
        "genocide",
        "gun",
        "idiotic",
        "lesbian",
        "moron",
        "murder",
        "pimp",
        "racist",
        "savage",
        "slave",
        "stupid",
        "suicide",
        "terrorist",
        "ugly",
    ]
)
"""What the list's own filter lets through and nobody wants to meet as the name of a tool."""


@cache
def english() -> Vocabulary:
    """Some 7,000 common words of 3 to 9 letters, profanity left out, in alphabetical order."""
    words = RandomWord()

    def kind(name: str) -> tuple[str, ...]:
        found = words.filter(
            include_categories=[name],
            regex="[a-z]+",
            word_min_length=3,
            word_max_length=9,
            exclude_with_spaces=True,
        )
        return tuple(sorted(set(filter_profanity(found)) - UNFIT))

    return Vocabulary(nouns=kind("noun"), verbs=kind("verb"), adjectives=kind("adjective"))
