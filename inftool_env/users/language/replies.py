"""What a user says later in a conversation: answers, changes of mind, further wishes."""

from collections.abc import Mapping

from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import ToolSpec
from inftool_env.users.language.data import put, read
from inftool_env.users.language.parameters import Kind, parameters_of, plain_parameter
from inftool_env.users.language.pieces import ENDINGS
from inftool_env.users.language.values import say
from inftool_env.users.language.voice import Voice
from inftool_env.users.phrasing import finish

_REPLIES: Mapping[str, list[str]] = read("replies")


def reply(kind: str, voice: Voice, **parts: str) -> str:
    """One of the wordings of a kind of reply, as a whole sentence.

    Args:
        kind: As the file of replies has it, as ``consent``.
        voice: Who speaks.
        parts: What goes into the wording; a name with a capital stands for the same text with one.
    """
    return finish(pattern(kind, voice, **parts))


def pattern(kind: str, voice: Voice, **parts: str) -> str:
    """One of the wordings of a kind of reply, without a closing mark of its own."""
    return put(voice.choose(_REPLIES[kind]), **parts)


def having(phrase: str, value: str) -> str:
    """What tells a thing from others, behind its noun.

    >>> (
    ...     having("price", "5"),
    ...     having("expires on", "May 3"),
    ...     having("created on", "May 3"),
    ...     having("is open", "true"),
    ... )
    ('with price 5', 'that expires on May 3', 'that was created on May 3', 'with open true')
    """
    first, _, last = phrase.partition(" ")
    if last in ENDINGS:
        return f"that {'was ' if first.endswith('ed') else ''}{phrase} {value}"
    return f"with {phrase.removeprefix('is ')} {value}"


def some(kind: str, count: int, voice: Voice) -> list[str]:
    """As many different wordings of a kind of reply."""
    return voice.rng.sample(_REPLIES[kind], count)


def reveal(tool: ToolSpec | None, name: str, value: JsonValue, voice: Voice, *, named: bool = False) -> str:
    """The sentence that tells one value when it is asked for.

    Args:
        tool: Whose parameter it is; None where nothing but the name is known.
        name: The parameter.
        value: What the user tells.
        voice: Who speaks.
        named: Whether the sentence must say what the value is for, since others may be told beside it.
    """
    parameter = (parameters_of(tool).get(name) if tool is not None else None) or plain_parameter(name)
    said = say(parameter, value, voice)
    if parameter.kind is Kind.TRUTH:
        named = True
    way = "named" if named or voice.happens(0.4) else "bare"
    text = pattern(way, voice, phrase=parameter.spoken, value=said)
    return text if text == said else finish(text)
