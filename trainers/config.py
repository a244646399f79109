"""What fixes a training: one frozen dataclass for each kind."""

from dataclasses import dataclass, field
from enum import StrEnum

from inftool_env.core.errors import ConfigError


class Averaging(StrEnum):
    """How the losses of an update's tokens become one number; each is named after the method that uses it."""

    DAPO = "dapo"
    """The mean over all tokens (arXiv 2503.14476)."""
    GRPO = "grpo"
    """The mean over sequences of the mean over their tokens (arXiv 2402.03300)."""
    DR_GRPO = "dr_grpo"
    """The sum over all tokens, divided by the number of sequences and a constant length (arXiv 2503.20783)."""


class RatioLevel(StrEnum):
    """What is compared between the policy that learns and the one that acted."""

    TOKEN = "token"
    """Every token by itself (PPO, arXiv 1707.06347)."""
    SEQUENCE = "sequence"
    """The geometric mean over a sequence's written tokens (GSPO, arXiv 2507.18071, equation 7). Such ratios move much
    less: the paper clips at 3e-4 below and 4e-4 above."""


class KlEstimator(StrEnum):
    """How a token's divergence from the reference is estimated, from ``d = reference - policy`` in nats.

    The names are those of joschu.net/blog/kl-approx.html.
    """

    K1 = "k1"
    """``-d``: without bias, of high variance, and negative at times; its gradient does not know the reference."""
    K2 = "k2"
    """``d^2 / 2``: biased, but its gradient is that of the divergence."""
    K3 = "k3"
    """``exp(d) - d - 1`` (GRPO, equation 4)."""
    K3_WEIGHTED = "k3_weighted"
    """``k3`` times the ratio, which makes its gradient that of the divergence (DeepSeek-V3.2, arXiv 2512.02556)."""


class Baseline(StrEnum):
    """What a trajectory's reward is compared with."""

    MEAN = "mean"
    """That of its group (arXiv 2402.03300)."""
    LEAVE_ONE_OUT = "leave_one_out"
    """That of the others in its group (RLOO, arXiv 2402.14740)."""


class Overlong(StrEnum):
    """What becomes of a trajectory with a turn that was cut off at ``max_new_tokens``."""

    KEEP = "keep"
    """It is trained like any other: a reward that the cut has lost says so."""
    MASK = "mask"
    """It counts in its group's baseline, and none of its tokens is trained (DAPO, arXiv 2503.14476, section 3.4)."""


@dataclass(frozen=True, kw_only=True)
class PolicyLoss:
    """The clipped surrogate, and how far the policy may move."""

    averaging: Averaging = Averaging.DAPO
    # Departs from the GRPO paper: its mean per sequence favours short wrong answers and dilutes long right ones.
    clip_low: float = 0.2
    """The ratio may fall to 1 - clip_low before its gradient stops; 0 to 1."""
    clip_high: float = 0.2
    """The ratio may rise to 1 + clip_high before its gradient stops; 0 or more."""
    kl_coefficient: float = 0.0
    """Price of a nat of divergence from the reference policy, per token; 0 needs no reference."""
    kl_estimator: KlEstimator = KlEstimator.K3_WEIGHTED
    ratio: RatioLevel = RatioLevel.TOKEN
    importance_cap: float | None = None
    """Each token weighs as much as the trainer finds it likelier than the sampler did, but no more than this; above 0.
    For samplers that compute otherwise than the trainer (fengyao.notion.site/off-policy-rl); None weighs all alike."""
    constant_length: int = 1024
    """Tokens that ``DR_GRPO`` divides by."""
    passes: int = 1
    """Updates on each rollout; with one, every ratio is 1 and nothing is clipped."""

    def __post_init__(self) -> None:
        _check("clip_low", self.clip_low, 0 <= self.clip_low <= 1, "a number in [0, 1]")
        _check("clip_high", self.clip_high, self.clip_high >= 0, "0 or more")
        _check("kl_coefficient", self.kl_coefficient, self.kl_coefficient >= 0, "0 or more")
        _check("constant_length", self.constant_length, self.constant_length >= 1, "1 or more")
        _check("passes", self.passes, self.passes >= 1, "1 or more")
        cap = self.importance_cap
        _check("importance_cap", cap, cap is None or cap > 0, "None, or a number above 0")


@dataclass(frozen=True, kw_only=True)
class CheckpointConfig:
    """From where an interrupted training goes on."""

    every: int = 10
    """Steps between two checkpoints."""
    newest: int = 1
    """Checkpoints that remain, the newest ones."""
    best: bool = False
    """Keep also the one before which rewards were highest, where there are rewards."""

    def __post_init__(self) -> None:
        _check("checkpoints.every", self.every, self.every >= 1, "1 or more")
        _check("checkpoints.newest", self.newest, self.newest >= 1, "1 or more")


@dataclass(frozen=True, kw_only=True)
class SftConfig:
    """Supervised learning on demonstrations."""

    steps: int = 120
    """Updates."""
    tokens_per_step: int = 8192
    """Tokens of an update, prompts included."""
    max_seconds: float | None = None
    """Ends the training early, with the learning rate already decayed; None sets no limit."""
    learning_rate: float = 1e-3
    """The peak; it falls to 0 over the last 30 % of the training."""
    warmup_steps: int = 10
    """Updates over which the learning rate rises."""
    bfloat16: bool = False
    """Compute in bfloat16 where PyTorch deems it safe; for devices with units for it. The weights stay float32."""
    checkpoints: CheckpointConfig = field(default_factory=CheckpointConfig)
    seed: int = 0
    """Fixes the order of the examples."""

    def __post_init__(self) -> None:
        _check("steps", self.steps, self.steps >= 1, "1 or more")
        _check("tokens_per_step", self.tokens_per_step, self.tokens_per_step >= 1, "1 or more")
        _check("learning_rate", self.learning_rate, self.learning_rate > 0, "a number above 0")
        _check("warmup_steps", self.warmup_steps, self.warmup_steps >= 0, "0 or more")
        limit = self.max_seconds
        _check("max_seconds", limit, limit is None or limit > 0, "None, or a number above 0")


@dataclass(frozen=True, kw_only=True)
class GrpoConfig:
    """Learning from rewards, group by group."""

    steps: int = 40
    """Rollouts, each followed by ``loss.passes`` updates."""
    group_size: int = 8
    """Trajectories of each scenario; 2 or more."""
    learning_rate: float = 1e-4
    """The peak."""
    warmup_steps: int = 5
    """Updates over which the learning rate rises."""
    decay_share: float = 0.5
    """The learning rate falls in a straight line to 0 over this last share of the steps; 0 to 1. The gradient of
    a few groups is noisy, and a round should not end on the whim of its last one."""
    loss: PolicyLoss = field(default_factory=PolicyLoss)
    baseline: Baseline = Baseline.MEAN
    divide_by_std: bool = True
    """Whether advantages are in units of their group's standard deviation."""
    overlong: Overlong = Overlong.KEEP
    extra_rollouts: int = 0
    """Rollouts more, at most, of a step whose groups are of one mind: fresh scenarios take the place of those that teach
    nothing (dynamic sampling: DAPO, arXiv 2503.14476, section 3.2)."""
    replay_share: float = 0.1
    """Share of an update's trained tokens that are demonstrations, so that nothing is forgotten; below 1."""
    temperature: float = 1.0
    """Of the sampling, and of the distribution that is trained; above 0."""
    max_new_tokens: int = 256
    """Of a turn; the end-of-turn token counts."""
    num_slots: int = 128
    """Episodes that are open at once."""
    bfloat16: bool = False
    """Compute updates in bfloat16 where PyTorch deems it safe; for devices with units for it. The weights stay float32."""
    ahead: bool = False
    """Play the episodes of a step while the step before is learned from, by a copy of the policy that is one update
    older; not after a checkpoint, so that a resumed run is the same. Needs ``loss.importance_cap``."""
    acting_device: str | None = None
    """Where that copy lies; None puts it beside the policy that learns."""
    checkpoints: CheckpointConfig = field(default_factory=CheckpointConfig)
    seed: int = 0
    """Fixes every sampled token and the choice of the demonstrations."""

    def __post_init__(self) -> None:
        _check("steps", self.steps, self.steps >= 1, "1 or more")
        _check(
            "group_size", self.group_size, self.group_size >= 2, "2 or more, or there is nothing to compare"
        )
        _check("learning_rate", self.learning_rate, self.learning_rate > 0, "a number above 0")
        _check("warmup_steps", self.warmup_steps, self.warmup_steps >= 0, "0 or more")
        _check("decay_share", self.decay_share, 0 <= self.decay_share <= 1, "a number in [0, 1]")
        _check("extra_rollouts", self.extra_rollouts, self.extra_rollouts >= 0, "0 or more")
        _check("replay_share", self.replay_share, 0 <= self.replay_share < 1, "0 or more and below 1")
        _check("temperature", self.temperature, self.temperature > 0, "a number above 0")
        _check("max_new_tokens", self.max_new_tokens, self.max_new_tokens >= 1, "1 or more")
        _check("num_slots", self.num_slots, self.num_slots >= 1, "1 or more")
        is_weighed = not self.ahead or self.loss.importance_cap is not None
        _check("loss.importance_cap", None, is_weighed, "a number, as 2.0, for what was played ahead")

    def plays_ahead(self, step: int) -> bool:
        """Whether the step's episodes are played while the step before is learned from."""
        return self.ahead and step < self.steps and step % self.checkpoints.every != 0


def _check(name: str, value: object, is_good: bool, expected: str) -> None:
    if not is_good:
        raise ConfigError(f"{name}: found {value}; expected {expected}. Correct the option.")
