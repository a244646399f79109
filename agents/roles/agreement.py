"""How far several judges agree, beyond what chance would bring."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.roles.judge import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Figures over many judgements."""

    items: int
    """Questions with two readable votes or more."""
    unanimous: float
    """Share of them on which all readable votes say the same; NaN without any."""
    pairs: float
    """Share of pairs of votes that say the same; NaN without any."""
    alpha: float
    """Krippendorff's alpha for two categories: 1 full agreement, 0 as by chance; NaN where all votes are alike."""


def agreement(judgements: Sequence[Judgement]) -> Agreement:
    """How far the votes on each question agree; void votes are left out.

    ``alpha = 1 - D_o / D_e`` with the observed and the expected share of disagreeing pairs, each question's pairs
    weighted by 1 / (votes - 1) (Krippendorff, Content Analysis, 2004, section 11.3).
    """
    items = [one for one in judgements if one.yes + one.no >= 2]
    if not items:
        return Agreement(items=0, unanimous=float("nan"), pairs=float("nan"), alpha=float("nan"))
    agreeing = sum(_pairs(one.yes) + _pairs(one.no) for one in items)
    pairs = sum(_pairs(one.yes + one.no) for one in items)
    yes, no = sum(one.yes for one in items), sum(one.no for one in items)
    votes = yes + no
    observed = sum(2 * one.yes * one.no / (one.yes + one.no - 1) for one in items) / votes
    expected = 2 * yes * no / (votes * (votes - 1))
    return Agreement(
        items=len(items),
        unanimous=sum(one.yes == 0 or one.no == 0 for one in items) / len(items),
        pairs=agreeing / pairs,
        alpha=1 - observed / expected if expected else float("nan"),
    )


def _pairs(votes: int) -> int:
    return votes * (votes - 1) // 2
