"""How a user talks: which wordings they choose."""

from enum import StrEnum


class Persona(StrEnum):
    """A manner of speaking; the wish is the same in all of them."""

    PLAIN = "plain"
    POLITE = "polite"
    TERSE = "terse"
    CHATTY = "chatty"


OPENERS: dict[Persona, tuple[str, ...]] = {
    Persona.PLAIN: ("I want to {goal}", "I need to {goal}", "Help me {goal}", "{Goal}"),
    Persona.POLITE: ("Please {goal}", "Could you {goal}", "Would you kindly {goal}", "Can you please {goal}"),
    Persona.TERSE: ("{Goal}", "{Goal} now", "Task: {goal}", "Need to {goal}"),
    Persona.CHATTY: (
        "Hi there! I would like to {goal}",
        "Hello, today I have to {goal}",
        "So, I was hoping you could {goal}",
        "My colleague asked me to {goal}",
    ),
}
"""Beginnings of a request; ``{goal}`` is an imperative phrase."""

FACTS: dict[Persona, tuple[str, ...]] = {
    Persona.PLAIN: ("with {facts}", "using {facts}", ". {Facts_is}"),
    Persona.POLITE: ("with {facts}", ". {Facts_is}", "using {facts}", ". Please use {facts}"),
    Persona.TERSE: (": {facts}", "- {facts}", ", {facts}", ". {Facts_colon}"),
    Persona.CHATTY: (
        ". {Facts_is}",
        ". I think {facts_is}",
        "and use {facts}",
        ". As for the details, {facts_is}",
    ),
}
"""How the known values follow; ``{facts}``: 'city Rome and days 3'; ``{facts_is}``: 'the city is Rome ...'."""

REVEALS: tuple[str, ...] = (
    "The {phrase} is {value}.",
    "It is {value}.",
    "{value}",
    "Use {value} as the {phrase}.",
    "{Phrase}: {value}.",
)
"""How a value is told when it is asked for."""
