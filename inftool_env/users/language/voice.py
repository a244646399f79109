"""Who speaks, and how: one user's manner throughout a scenario."""

import random
from collections.abc import Sequence
from datetime import date

from inftool_env.users.persona import Persona, Register

_FREE = (0.12, 0.2, 0.3, 0.4, 0.5)
"""How often a value that can be written otherwise is, by difficulty."""
_FREE_FORM = (0.6, 0.65, 0.7, 0.75, 0.8)
"""How often a value stands in a sentence's own slot rather than in a list of values, by difficulty."""
_LONG = (0.4, 0.7, 1.0, 1.3, 1.6)
"""How much of a persona's small talk is said, by difficulty."""
_TYPOS = {Persona.HURRIED: 0.3, Persona.CHATTY: 0.2, Persona.CONFUSED: 0.1}
"""How often a persona mistypes a sentence's first words at the middle difficulty."""


class Voice:
    """A user's manner of speaking; every choice of words is drawn from one generator.

    Args:
        rng: The only source of chance.
        persona: What they are like.
        register: What their messages look like.
        difficulty: 1 to 5: how far from the values' own spelling and from plain requests.
    """

    __slots__ = ("difficulty", "persona", "register", "rng", "today")

    def __init__(
        self,
        rng: random.Random,
        *,
        persona: Persona = Persona.PLAIN,
        register: Register = Register.PLAIN,
        difficulty: int = 1,
    ) -> None:
        self.rng = rng
        self.persona = persona
        self.register = register
        self.difficulty = difficulty
        self.today: date | None = None
        """The day that the message at hand says it is; None where it does not say."""

    def choose(self, among: Sequence[str]) -> str:
        """One of the wordings."""
        return among[int(self.rng.random() * len(among))]

    def happens(self, share: float) -> bool:
        """True so often."""
        return self.rng.random() < share

    @property
    def freedom(self) -> float:
        """The share of values that are written in another way than their own."""
        return _FREE[self.difficulty - 1]

    @property
    def fluency(self) -> float:
        """The share of values that stand in a sentence's own slots."""
        return _FREE_FORM[self.difficulty - 1]

    @property
    def talk(self) -> float:
        """A factor on how often something is said that is no part of the wish."""
        return _LONG[self.difficulty - 1]

    @property
    def haste(self) -> float:
        """The share of sentences with a typing error."""
        return _TYPOS.get(self.persona, 0.02) * self.talk * 0.7
