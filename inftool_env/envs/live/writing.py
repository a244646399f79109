"""Words and sentences for prepared worlds, on the asked side of the wall."""

import random

from inftool_env.core.scenario import Split
from inftool_env.envs.live.recipe import on_side
from inftool_env.world.words import pseudo_word

_SENTENCES = (
    "{one} meets {other} at noon.",
    "The {one} is stored beside the {other}.",
    "Remember to call {one} about the {other}.",
    "{one} costs {number} in {other}.",
    "Nobody in {other} has seen {one} since {number}.",
)


def word(rng: random.Random, split: Split) -> str:
    """A lower-case word that no dictionary holds."""
    return on_side(lambda: pseudo_word(rng), split)


def title(rng: random.Random, split: Split) -> str:
    """Two such words, as a name is written."""
    return on_side(lambda: f"{pseudo_word(rng).capitalize()} {pseudo_word(rng).capitalize()}", split)


def sentence(rng: random.Random, split: Split) -> str:
    """A short sentence about such words."""

    def write() -> str:
        one, other = word(rng, split).capitalize(), word(rng, split).capitalize()
        return rng.choice(_SENTENCES).format(one=one, other=other, number=rng.randint(2, 99))

    return on_side(write, split)
