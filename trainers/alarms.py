"""Signs that a training goes nowhere, or somewhere else than it should: told loudly, since they hide in averages."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

logger = logging.getLogger(__name__)

FEW_SIGNALS = 0.25
"""Least share of groups whose members differ."""
MANY_CUT = 0.2
"""Most trajectories that may be cut off at ``max_new_tokens``."""
MANY_UNSCORABLE = 0.1
"""Most trajectories that a simulator may spoil."""
FAR_SAMPLER = 0.02
"""Nats by which sampler and trainer may differ, on average."""
MANY_CLIPPED = 0.3
"""Most tokens whose ratio may have drifted out of its bounds."""
LOW_ENTROPY = 0.01
"""Nats per token below which a policy that often fails tries nothing new."""
HIGH_REWARD = 0.9
"""Mean reward from which on a policy may well be sure of itself."""
GATE_OPEN = 0.5
"""Least share of trajectories that each gate should let pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that is wrong with a step."""

    name: str
    told: str
    """What was found, what was expected, and what may help."""


def ringing(metrics: Mapping[str, float]) -> Iterator[Alarm]:
    """What is wrong with a step, from its metrics alone; those that were not measured ring nothing."""
    signals = metrics.get("group/signal_rate", 1.0)
    if signals < FEW_SIGNALS:
        yield Alarm(
            name="few_signals",
            told=f"only {signals:.0%} of the groups have members that differ; expected {FEW_SIGNALS:.0%} or more. "
            "The others teach nothing: choose scenarios nearer to what the policy can do, or set extra_rollouts",
        )
    cut = metrics.get("rollout/cut_rate", 0.0)
    if cut > MANY_CUT:
        yield Alarm(
            name="many_cut",
            told=f"{cut:.0%} of the trajectories have a turn cut off; expected {MANY_CUT:.0%} at most. "
            "Raise max_new_tokens, or set overlong to mask",
        )
    spoiled = metrics.get("rollout/unscorable_rate", 0.0)
    if spoiled > MANY_UNSCORABLE:
        yield Alarm(
            name="many_unscorable",
            told=f"{spoiled:.0%} of the trajectories cannot be scored; expected {MANY_UNSCORABLE:.0%} at most. "
            "Their verdicts say which simulator fails",
        )
    mismatch = metrics.get("update/sampler_mismatch_nats", 0.0)
    if mismatch > FAR_SAMPLER:
        yield Alarm(
            name="far_sampler",
            told=f"sampler and trainer differ by {mismatch:.3f} nats a token; expected {FAR_SAMPLER} at most. "
            "Compute both in the same precision, or set importance_cap",
        )
    clipped = metrics.get("update/clip_rate", 0.0)
    if clipped > MANY_CLIPPED:
        yield Alarm(
            name="ratio_drift",
            told=f"{clipped:.0%} of the tokens are clipped; expected {MANY_CLIPPED:.0%} at most. "
            "Take fewer passes, or a lower learning rate",
        )
    entropy, reward = metrics.get("update/entropy_nats", 1.0), metrics.get("reward/mean", 1.0)
    if entropy < LOW_ENTROPY and reward < HIGH_REWARD:
        yield Alarm(
            name="entropy_collapse",
            told=f"entropy is {entropy:.4f} nats a token at a mean reward of {reward:.2f}; expected "
            f"{LOW_ENTROPY} or more while much still fails. Raise clip_high, or lower the learning rate",
        )
    for name, share in metrics.items():
        if name.startswith("gate/") and share < GATE_OPEN:
            gate = name.removeprefix("gate/").removesuffix("_open_rate")
            yield Alarm(
                name=f"closed_{gate}",
                told=f"the {gate} gate is open in {share:.0%} of the trajectories; expected {GATE_OPEN:.0%} or more. "
                "Nothing is paid behind a closed gate: imitate more demonstrations first",
            )


class AlarmBell:
    """Tells of each alarm when it begins to ring; it is told again after it has been silent."""

    def __init__(self) -> None:
        self._rings: frozenset[str] = frozenset()

    def ring(self, step: int, metrics: Mapping[str, float]) -> dict[str, float]:
        """Look at a step.

        Returns:
            ``alarm/<name>`` of each alarm that rings, as 1; how many there are as ``alarm/count``.
        """
        alarms = tuple(ringing(metrics))
        for alarm in alarms:
            if alarm.name not in self._rings:
                logger.warning("step %d: %s.", step, alarm.told)
        self._rings = frozenset(alarm.name for alarm in alarms)
        return {"alarm/count": float(len(alarms)), **{f"alarm/{name}": 1.0 for name in sorted(self._rings)}}
