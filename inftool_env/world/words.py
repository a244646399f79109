"""Short texts that look right for a name: cities, people, titles, codes; practically without end."""

import json
import random
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

TextMaker = Callable[[random.Random], str]

WORDS: dict[str, list[str]] = json.loads(files(__package__).joinpath("words.json").read_text("utf-8"))
"""Pools of single words, by kind."""

_FIRST_YEAR, _LAST_YEAR = 2024, 2031

_HEADS = [
    onset + vowel + close
    for onset in WORDS["onsets"]
    for vowel in WORDS["vowels"]
    for close in ("", *"lnrsm")
]
_TAILS = [onset + vowel for onset in WORDS["middles"] for vowel in WORDS["vowels"]]
_ENDS = WORDS["codas"]


def pseudo_word(rng: random.Random) -> str:
    """A pronounceable word of two or three syllables that no dictionary holds, as ``velmora``."""
    chance = rng.random
    word = _HEADS[int(chance() * len(_HEADS))] + _TAILS[int(chance() * len(_TAILS))]
    return word + _ENDS[int(chance() * len(_ENDS))] if chance() < 0.6 else word


def name_words(name: str) -> tuple[str, ...]:
    """The lower-case words of a name in any case style.

    >>> name_words("pickupCity_name2")
    ('pickup', 'city', 'name')
    """
    return tuple(word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name))


@lru_cache(maxsize=4096)
def text_maker(name: str) -> TextMaker:
    """The maker of strings that suit a parameter's or column's name."""
    words = name_words(name)
    for kind, maker in _PHRASES.items():
        if words[-len(kind) :] == kind:
            return maker
    if words and words[-1] in ("id", "ids", "number", "reference", "ref", "code", "key", "sku"):
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


_PEOPLE = frozenset(("full", "display", "user", "customer", "contact", "holder", "account", "legal", "nick"))

_PHRASES: dict[tuple[str, ...], TextMaker] = {
    ("first", "name"): _first_name,
    ("given", "name"): _first_name,
    ("last", "name"): _last_name,
    ("family", "name"): _last_name,
    ("user", "name"): _user_name,
    ("screen", "name"): _user_name,
    ("host", "name"): _host,
    ("file", "name"): _file,
    ("country", "code"): _letters(2),
    ("currency", "code"): _from_pool("currencies"),
    ("language", "code"): lambda rng: _pick(rng, "languages")[:2].lower(),
    ("airport", "code"): _letters(3),
    ("postal", "code"): _digits(5),
    ("post", "code"): _digits(5),
    ("zip", "code"): _digits(5),
    ("phone", "number"): _phone,
    ("time", "zone"): _from_pool("timezones"),
    ("api", "key"): _secret,
    ("ip", "address"): _ipv4,
    ("email", "address"): _email,
    ("created", "at"): _date_time,
    ("updated", "at"): _date_time,
}
"""By the last words of a name."""

_BY_WORD: dict[str, TextMaker] = {
    **dict.fromkeys(
        "city town location place destination origin departure arrival venue region".split(), _place
    ),
    **dict.fromkeys("country nationality".split(), _from_pool("countries")),
    **dict.fromkeys(
        "person author owner assignee recipient guest passenger attendee artist".split(), _person
    ),
    **dict.fromkeys("customer contact sender driver patient doctor employee manager member".split(), _person),
    **dict.fromkeys(
        "participant creator invitee speaker host performer reporter holder payee".split(), _person
    ),
    **dict.fromkeys("username login handle user nickname".split(), _user_name),
    "surname": _last_name,
    "firstname": _first_name,
    "lastname": _last_name,
    **dict.fromkeys("email mail to cc bcc".split(), _email),
    **dict.fromkeys("phone mobile telephone fax".split(), _phone),
    **dict.fromkeys(
        "title subject headline summary album song track movie book playlist topic".split(), _title
    ),
    **dict.fromkeys("product item event meeting task project label heading caption course".split(), _title),
    **dict.fromkeys(
        "description note message comment body text content reason instruction".split(), _sentence
    ),
    **dict.fromkeys("detail remark memo feedback bio about reply answer prompt".split(), _sentence),
    **dict.fromkeys("query q search keyword term tag category genre room device kind type".split(), _noun),
    **dict.fromkeys("folder directory branch channel queue team department group section".split(), _noun),
    **dict.fromkeys("color colour".split(), _from_pool("colours")),
    "currency": _from_pool("currencies"),
    "language": _from_pool("languages"),
    **dict.fromkeys("locale lang".split(), lambda rng: _pick(rng, "languages")[:2].lower()),
    **dict.fromkeys("timezone tz".split(), _from_pool("timezones")),
    **dict.fromkeys("address street".split(), _street),
    **dict.fromkeys("zip postcode zipcode".split(), _digits(5)),
    **dict.fromkeys("url uri link website href homepage image photo avatar webhook".split(), _url),
    **dict.fromkeys("hostname domain host".split(), _host),
    **dict.fromkeys("password secret token passphrase apikey".split(), _secret),
    **dict.fromkeys(
        "company organization organisation brand vendor supplier merchant publisher bank".split(), _company
    ),
    **dict.fromkeys("file filename attachment".split(), _file),
    "path": _path,
    **dict.fromkeys("date day birthday birthdate dob deadline".split(), _date),
    **dict.fromkeys("time hour".split(), _clock),
    **dict.fromkeys("datetime timestamp created updated modified".split(), _date_time),
    "version": _version,
    "ip": _ipv4,
    "uuid": _uuid,
    "guid": _uuid,
    **dict.fromkeys("hash sha checksum digest commit".split(), _hexadecimal(8)),
    **dict.fromkeys("airport iata".split(), _letters(3)),
    **dict.fromkeys("symbol ticker".split(), _letters(4)),
    "iban": lambda rng: f"DE{_below(rng, 10**9, 10**10)}",
    "plate": lambda rng: f"{_letters(2)(rng)} {_below(rng, 1000, 10_000)}",
}
"""By one word of a name; later words of the name count more."""

_BY_FORMAT: dict[str, TextMaker] = {
    "date": _date,
    "date-time": _date_time,
    "time": lambda rng: f"{_clock(rng)}:00Z",
    "duration": _duration,
    "email": _email,
    "idn-email": _email,
    **dict.fromkeys(("uri", "url", "iri", "uri-reference", "iri-reference"), _url),
    **dict.fromkeys(("hostname", "idn-hostname"), _host),
    "uuid": _uuid,
    "ipv4": _ipv4,
    "ip": _ipv4,
    "ipv6": _ipv6,
    "phone": _phone,
    "password": _secret,
    **dict.fromkeys(("byte", "binary", "base64"), _base64),
    "json-pointer": _path,
    "regex": pseudo_word,
    "color": lambda rng: f"#{rng.getrandbits(24):06x}",
    **dict.fromkeys(("int64", "int32"), _digits(6)),
    "decimal": lambda rng: f"{_below(rng, 1, 500)}.{_below(rng, 10, 100)}",
}
