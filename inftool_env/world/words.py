"""Short texts that look right for a name: cities, people, titles, codes; practically without end."""

import json
import random
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

from inftool_env.world.vocabulary import VOCABULARY, name_words

TextMaker = Callable[[random.Random], str]

WORDS: dict[str, list[str]] = json.loads(files(__package__).joinpath("words.json").read_text("utf-8"))
"""Pools of single words, by kind."""

_FIRST_YEAR, _LAST_YEAR = 2024, 2031

_HEADS: list[str] = [
    onset + vowel + close
    for onset in WORDS["onsets"]
    for vowel in WORDS["vowels"]
    for close in ("", *"lnrsm")
]
_TAILS = [onset + vowel for onset in WORDS["middles"] for vowel in WORDS["vowels"]]
_ENDS = WORDS["codas"]
_RUDE = re.compile("|".join(WORDS["rude"]))
"""What no word may hold, though chance would spell it."""


def pseudo_word(rng: random.Random) -> str:
    """A pronounceable word of two or three syllables that no dictionary holds, as ``velmora``."""
    chance = rng.random
    word = _HEADS[int(chance() * len(_HEADS))] + _TAILS[int(chance() * len(_TAILS))]
    if chance() < 0.6:
        word += _ENDS[int(chance() * len(_ENDS))]
    return pseudo_word(rng) if _RUDE.search(word) else word


@lru_cache(maxsize=4096)
def text_maker(name: str) -> TextMaker:
    """The maker of strings that suit a parameter's or column's name; later words of the name count more."""
    words = name_words(name)
    phrased = _BY_PHRASE.get(words[-2:])
    if phrased is not None:
        return phrased
    if words and words[-1] in _CODES:
        stem = next((word for word in reversed(words[:-1]) if len(word) > 1), "")
        return _code_maker(stem[:3])
    if words and words[-1] in ("name", "names"):
        before = words[-2] if len(words) > 1 else ""
        return _BY_WORD.get(before, _title) if before and before not in _PEOPLE else _person
    for word in reversed(words):
        maker = _BY_WORD.get(word) or _BY_WORD.get(word.removesuffix("s"))
        if maker is not None:
            return maker
    return _words_or_name


def format_maker(kind: str) -> TextMaker | None:
    """The maker of strings of a JSON Schema ``format``, or None for a format without one."""
    return _BY_FORMAT.get(kind)


def _pick(rng: random.Random, kind: str) -> str:
    pool = WORDS[kind]
    return pool[int(rng.random() * len(pool))]


def _from_pool(kind: str) -> TextMaker:
    return lambda rng: _pick(rng, kind)


def _below(rng: random.Random, low: int, high: int) -> int:
    return low + int(rng.random() * (high - low))


def _noun(rng: random.Random) -> str:
    return _pick(rng, "nouns") if rng.random() < 0.5 else pseudo_word(rng)


def _place(rng: random.Random) -> str:
    return _pick(rng, "cities") if rng.random() < 0.3 else pseudo_word(rng).capitalize()


def _first_name(rng: random.Random) -> str:
    return _pick(rng, "first_names") if rng.random() < 0.6 else pseudo_word(rng).capitalize()


def _last_name(rng: random.Random) -> str:
    return _pick(rng, "last_names") if rng.random() < 0.6 else pseudo_word(rng).capitalize()


def _person(rng: random.Random) -> str:
    return f"{_first_name(rng)} {_last_name(rng)}"


def _user_name(rng: random.Random) -> str:
    return f"{_first_name(rng).lower()}{_below(rng, 10, 100)}"


def _title(rng: random.Random) -> str:
    return f"{_pick(rng, 'adjectives').capitalize()} {_noun(rng)}"


def _sentence(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return f"{_pick(rng, 'verbs')} the {_noun(rng)}"
    return f"{_pick(rng, 'verbs')} the {_pick(rng, 'adjectives')} {_noun(rng)}"


def _words_or_name(rng: random.Random) -> str:
    return _title(rng).lower() if rng.random() < 0.5 else pseudo_word(rng)


def _email(rng: random.Random) -> str:
    return f"{_first_name(rng).lower()}@{_host(rng)}"


def _host(rng: random.Random) -> str:
    return f"{pseudo_word(rng)}.{_pick(rng, 'domains')}"


def _url(rng: random.Random) -> str:
    return f"https://{_host(rng)}/{_pick(rng, 'nouns')}"


def _phone(rng: random.Random) -> str:
    return f"555-{_below(rng, 100, 1000)}-{_below(rng, 1000, 10_000)}"


def _street(rng: random.Random) -> str:
    return f"{_below(rng, 1, 100)} {_noun(rng).capitalize()} {_pick(rng, 'streets')}"


def _company(rng: random.Random) -> str:
    return f"{pseudo_word(rng).capitalize()} {_pick(rng, 'companies')}"


def _file(rng: random.Random) -> str:
    return f"{_noun(rng)}_{_pick(rng, 'nouns')}.{_pick(rng, 'extensions')}"


def _path(rng: random.Random) -> str:
    return f"/{_pick(rng, 'nouns')}/{_noun(rng)}"


def _digits(count: int) -> TextMaker:
    return lambda rng: str(_below(rng, 10 ** (count - 1), 10**count))


def _letters(count: int) -> TextMaker:
    return lambda rng: "".join(chr(65 + int(rng.random() * 26)) for _ in range(count))


def _hexadecimal(count: int) -> TextMaker:
    return lambda rng: f"{rng.getrandbits(4 * count):0{count}x}"


def _code_maker(prefix: str) -> TextMaker:
    return lambda rng: f"{prefix}_{_below(rng, 1000, 10_000)}" if prefix else f"{_below(rng, 1000, 10_000)}"


def _date(rng: random.Random) -> str:
    return f"{_below(rng, _FIRST_YEAR, _LAST_YEAR)}-{_below(rng, 1, 13):02d}-{_below(rng, 1, 29):02d}"


def _clock(rng: random.Random) -> str:
    return f"{_below(rng, 0, 24):02d}:{_below(rng, 0, 60):02d}"


def _date_time(rng: random.Random) -> str:
    return f"{_date(rng)}T{_clock(rng)}:00Z"


def _duration(rng: random.Random) -> str:
    return f"PT{_below(rng, 1, 24)}H{_below(rng, 1, 60)}M"


def _version(rng: random.Random) -> str:
    return f"{_below(rng, 0, 10)}.{_below(rng, 0, 40)}.{_below(rng, 0, 40)}"


def _ipv4(rng: random.Random) -> str:
    return f"10.{_below(rng, 0, 256)}.{_below(rng, 0, 256)}.{_below(rng, 1, 255)}"


def _ipv6(rng: random.Random) -> str:
    return f"fd00::{rng.getrandbits(16):x}:{rng.getrandbits(16):x}"


def _uuid(rng: random.Random) -> str:
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _base64(rng: random.Random) -> str:
    return "".join(chr(97 + int(rng.random() * 26)) for _ in range(8))


def _secret(rng: random.Random) -> str:
    return f"{pseudo_word(rng)}-{_below(rng, 1000, 10_000)}"


_MAKERS: dict[str, TextMaker] = {
    "place": _place,
    "country": _from_pool("countries"),
    "country_code": _letters(2),
    "person": _person,
    "user_name": _user_name,
    "first_name": _first_name,
    "last_name": _last_name,
    "email": _email,
    "phone": _phone,
    "title": _title,
    "sentence": _sentence,
    "noun": _noun,
    "colour": _from_pool("colours"),
    "colour_code": lambda rng: f"#{rng.getrandbits(24):06x}",
    "currency": _from_pool("currencies"),
    "language": _from_pool("languages"),
    "language_code": lambda rng: _pick(rng, "languages")[:2].lower(),
    "time_zone": _from_pool("timezones"),
    "street": _street,
    "postal_code": _digits(5),
    "large_number": _digits(6),
    "decimal": lambda rng: f"{_below(rng, 1, 500)}.{_below(rng, 10, 100)}",
    "url": _url,
    "host": _host,
    "secret": _secret,
    "company": _company,
    "file": _file,
    "path": _path,
    "date": _date,
    "clock": _clock,
    "zoned_clock": lambda rng: f"{_clock(rng)}:00Z",
    "date_time": _date_time,
    "duration": _duration,
    "version": _version,
    "ipv4": _ipv4,
    "ipv6": _ipv6,
    "uuid": _uuid,
    "checksum": _hexadecimal(8),
    "base64": _base64,
    "airport": _letters(3),
    "ticker": _letters(4),
    "iban": lambda rng: f"DE{_below(rng, 10**9, 10**10)}",
    "plate": lambda rng: f"{_letters(2)(rng)} {_below(rng, 1000, 10_000)}",
    "pseudo_word": pseudo_word,
}
"""What to draw, by the kinds that the vocabulary names."""


def _by_word(table: str) -> dict[str, TextMaker]:
    return {word: _MAKERS[kind] for kind, words in VOCABULARY[table].items() for word in words}


_BY_WORD = _by_word("texts")
_BY_FORMAT = _by_word("formats")
_BY_PHRASE = {tuple(phrase.split()): maker for phrase, maker in _by_word("phrases").items()}
_CODES = frozenset(VOCABULARY["code_endings"])
_PEOPLE = frozenset(VOCABULARY["person_qualifiers"])
