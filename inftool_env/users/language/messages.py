"""Whole messages: sentences with what is said around them, in a register's form, and a date where one is needed."""

import re
from collections.abc import Mapping, Sequence

from inftool_env.core.tool import ToolSpec
from inftool_env.users.language.data import put, read
from inftool_env.users.language.dates import spell_today
from inftool_env.users.language.voice import Voice
from inftool_env.users.persona import Register

_OPENERS: Mapping[str, Mapping[str, list[str] | float]] = read("openers")
_LETTERS: Mapping[str, list[str]] = read("letters")
_BACKGROUNDS = read("backgrounds")
_DOMAINS: list[tuple[frozenset[str], list[str]]] = [
    (frozenset(words.split()), said) for words, said in _BACKGROUNDS["domains"].items()
]
_ANY: list[str] = _BACKGROUNDS["any"]
_AFTER = 0.2
"""The share of messages with a closing sentence, at the middle difficulty."""
_OWN_DOMAIN = 0.7
_WORD = re.compile(r"[a-z]+")


def message(sentences: Sequence[str], voice: Voice, tool: ToolSpec | None = None) -> str:
    """The sentences as one message of the user.

    Args:
        sentences: What they want, the request itself first.
        voice: Who writes. What it has decided on as the day of the message is said, and forgotten.
        tool: What they want it of; their small talk is about such things.
    """
    openers = _OPENERS[voice.persona]
    before: list[str] = []
    if voice.register is not Register.EMAIL and voice.happens(_number(openers["greeted"])):
        before.append(voice.choose(_texts(openers["greetings"])))
    if voice.happens(_number(openers["background"]) * voice.talk):
        before.append(mistype(_background(voice, tool), voice))
    if voice.today is not None and voice.register is not Register.EMAIL:
        before.append(put(voice.choose(_LETTERS["dates"]), date=spell_today(voice.today)))
    after = _texts(openers["after"])
    closing: list[str] = []
    if after and voice.happens(_AFTER * voice.talk):
        closing.append(mistype(voice.choose(after), voice))
    spoken = [*before, *sentences, *closing]
    if before and spoken[0].endswith(",") and not spoken[1].startswith("I"):
        spoken[1] = _lower(spoken[1])
    text = _FORMS[voice.register](spoken, voice)
    voice.today = None
    return text


def mistype(text: str, voice: Voice) -> str:
    """The text with a typing error in a longer word, now and then; only for words that mean nothing to a call."""
    if not voice.happens(voice.haste):
        return text
    words = list(re.finditer(r"[a-z]{4,}", text))
    if not words:
        return text
    start, end = words[int(voice.rng.random() * len(words))].span()
    at = start + 1 + int(voice.rng.random() * (end - start - 2))
    if voice.happens(0.5):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :]


def _texts(part: list[str] | float) -> list[str]:
    assert isinstance(part, list), "the file has sentences here"
    return part


def _number(part: list[str] | float) -> float:
    assert isinstance(part, float), "the file has a number here"
    return part


def _background(voice: Voice, tool: ToolSpec | None) -> str:
    if tool is not None and voice.happens(_OWN_DOMAIN):
        words = frozenset(_WORD.findall(f"{tool.name} {tool.description}".lower().replace("_", " ")))
        for domain, said in _DOMAINS:
            if domain & words:
                return voice.choose(said)
    return voice.choose(_ANY)


def _plainly(sentences: Sequence[str], voice: Voice) -> str:  # noqa: ARG001 - one signature for all forms
    return " ".join(sentences)


def _as_chat(sentences: Sequence[str], voice: Voice) -> str:
    """Without capitals at the beginnings; some with a line a sentence, and no stop at the end."""
    lowered = [_lower(sentence) for sentence in sentences]
    text = ("\n" if len(lowered) > 1 and voice.happens(0.5) else " ").join(lowered)
    return text[:-1] if text.endswith(".") and voice.happens(0.7) else text


def _lower(sentence: str) -> str:
    """The sentence with a small first letter, unless that is a part of something in capitals or of a value."""
    first, second = sentence[:1], sentence[1:2]
    return first.lower() + sentence[1:] if second.islower() or second in " '" else sentence


def _as_email(sentences: Sequence[str], voice: Voice) -> str:
    head = f"Date: {spell_today(voice.today)}\n\n" if voice.today is not None else ""
    return f"{head}{voice.choose(_LETTERS['greetings'])}\n\n{' '.join(sentences)}\n\n{voice.choose(_LETTERS['farewells'])}"


_FORMS = {Register.PLAIN: _plainly, Register.CHAT: _as_chat, Register.EMAIL: _as_email}
