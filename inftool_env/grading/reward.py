"""The one number that a verdict pays."""

from inftool_env.core.verdict import Verdict


def reward(verdict: Verdict, *, partial: bool = False) -> float | None:
    """1 for a success and 0 for anything else, or None for an episode that cannot be scored.

    Binary on purpose: a refusal is right or wrong as a whole, so where calls earned a share for
    trying, a policy would learn to call always. And in a group where all fail, shares are noise
    that the comparison within the group blows up.

    Args:
        verdict: The judgement of the episode.
        partial: Pay the share of passed checks instead, while every gate is open.

    Returns:
        A number in [0, 1]; 0 while any gate is closed; None when a simulator spoiled the episode.
    """
    if not verdict.scorable:
        return None
    if not verdict.gates_open:
        return 0.0
    if partial:
        return verdict.score
    return 1.0 if verdict.success else 0.0
