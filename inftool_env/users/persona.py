"""How a user talks: the manner of speaking, and what a message looks like."""

import random
from enum import StrEnum


class Persona(StrEnum):
    """A manner of speaking; the wish is the same in all of them."""

    PLAIN = "plain"
    POLITE = "polite"
    TERSE = "terse"
    CHATTY = "chatty"
    HURRIED = "hurried"
    CONFUSED = "confused"
    EXPERT = "expert"


class Register(StrEnum):
    """What a message looks like."""

    PLAIN = "plain"
    CHAT = "chat"
    """Small letters, a line a sentence, few full stops."""
    EMAIL = "email"
    """A greeting, the matter, and a farewell."""


_PERSONAS = tuple(Persona)
_WEIGHTS = (30, 20, 14, 11, 9, 8, 8)
_CHAT = {Persona.TERSE: 0.3, Persona.HURRIED: 0.4, Persona.CHATTY: 0.25}
_EMAIL = {Persona.POLITE: 0.12, Persona.CHATTY: 0.1, Persona.PLAIN: 0.05, Persona.CONFUSED: 0.08}


def draw_persona(rng: random.Random) -> Persona:
    """A manner of speaking; plain ones are more frequent."""
    return rng.choices(_PERSONAS, _WEIGHTS)[0]


def draw_register(rng: random.Random, persona: Persona) -> Register:
    """What messages of such a person look like."""
    way = rng.random()
    if way < _CHAT.get(persona, 0.08):
        return Register.CHAT
    return Register.EMAIL if way > 1 - _EMAIL.get(persona, 0.0) else Register.PLAIN
