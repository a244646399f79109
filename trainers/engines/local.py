"""Training in this process, on one device."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedModel

from inftool_env.core.errors import ConfigError
from trainers.batch import Batch, Row, micro_batches
from trainers.config import PolicyLoss
from trainers.engines.engine import UpdateReport
from trainers.logprobs import check_head, written_logprobs
from trainers.losses import (
    importance_ratios,
    is_clipped,
    kl_estimates,
    mismatch_weights,
    surrogate_losses,
    token_weights,
)
from trainers.optimizer import PolicyOptimizer

IMITATION = PolicyLoss()


@dataclass(slots=True)
class _Sums:
    """What the micro-batches of one update add up to."""

    loss: float = 0.0
    kl: float = 0.0
    clipped: float = 0.0
    entropy: float = 0.0
    mismatch: float = 0.0
    sampled: int = 0


class LocalEngine:
    """One model, whole, where it lies; gradients are summed over micro-batches.

    The model learns in ``eval`` mode: with dropout the first ratio would not be 1.

    Args:
        model: Changed in place, so a sampler that holds it acts with the new weights.
        optimizer: Of this model.
        pad_id: Fills rows up; the model never sees its effect.
        max_tokens: Greatest micro-batch, padding included; bounds memory.
        temperature: Of the sampling.
        reference: For a price on divergence; never changed.
        bfloat16: Compute in bfloat16 where PyTorch deems it safe; weights and log-probabilities stay float32.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        optimizer: PolicyOptimizer,
        *,
        pad_id: int,
        max_tokens: int = 8192,
        temperature: float = 1.0,
        reference: PreTrainedModel | None = None,
        bfloat16: bool = False,
    ) -> None:
        check_head(model)
        self.model = model
        self.optimizer = optimizer
        self._reference = reference
        self._pad_id = pad_id
        self._max_tokens = max_tokens
        self._temperature = temperature
        self._bfloat16 = bfloat16

    def imitate(self, rows: Sequence[Row], *, progress: float) -> UpdateReport:
        """One update towards the rows' written tokens."""
        started = time.perf_counter()
        batches = self._batches(rows)
        sums = _Sums()
        for batch, weights in self._weighted(batches, IMITATION):
            logprobs, entropies = self._logprobs(self.model, batch, temperature=1.0)
            loss = -(weights * logprobs).sum()
            loss.backward()  # type: ignore[no-untyped-call]
            sums.loss += loss.item()
            sums.entropy += entropies.sum().item()
        return self._finish(batches, sums, progress, started)

    def reinforce(self, rows: Sequence[Row], loss: PolicyLoss, *, progress: float) -> list[UpdateReport]:
        """``loss.passes`` updates on the same rows."""
        if loss.kl_coefficient and self._reference is None:
            raise ConfigError(
                f"kl_coefficient is {loss.kl_coefficient} and the engine has no reference policy; expected one. "
                "Give the engine a reference, or set kl_coefficient to 0."
            )
        batches = self._batches(rows)
        # On the first pass the acting policy *is* the learning one. Its log-probabilities are taken here rather
        # than from the sampler, whose rounding differs: so the first ratio is exactly 1.
        old: list[Tensor | None] = [None] * len(batches)
        reports: list[UpdateReport] = []
        for _ in range(loss.passes):
            started = time.perf_counter()
            sums = _Sums()
            for index, (batch, weights) in enumerate(self._weighted(batches, loss)):
                old[index] = self._reinforce_batch(batch, weights, old[index], loss, sums)
            reports.append(self._finish(batches, sums, progress, started))
        return reports

    def _reinforce_batch(
        self, batch: Batch, weights: Tensor, old_logprobs: Tensor | None, loss: PolicyLoss, sums: _Sums
    ) -> Tensor:
        """Add the gradients of one micro-batch; returns the acting policy's log-probabilities, ``(N,)``."""
        logprobs, entropies = self._logprobs(self.model, batch, self._temperature)
        old = logprobs.detach() if old_logprobs is None else old_logprobs
        advantages, sampled = batch.advantages[batch.mask], batch.old_logprobs[batch.mask]
        ratios = importance_ratios(logprobs, old, batch.mask.nonzero()[:, 0], loss.ratio)
        losses = surrogate_losses(ratios, advantages, clip_low=loss.clip_low, clip_high=loss.clip_high)
        if loss.importance_cap is not None:
            losses = losses * mismatch_weights(old, sampled, loss.importance_cap)
        if loss.kl_coefficient and self._reference is not None:
            with torch.no_grad():
                reference, _ = self._logprobs(self._reference, batch, self._temperature)
            kl = kl_estimates(logprobs, old, reference, loss.kl_estimator)
            losses = losses + loss.kl_coefficient * kl
            sums.kl += kl.sum().item()
        total = (weights * losses).sum()
        total.backward()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            clipped = is_clipped(ratios, advantages, clip_low=loss.clip_low, clip_high=loss.clip_high)
            mismatch = (logprobs - sampled).abs()
        sums.loss += total.item()
        sums.clipped += clipped.sum().item()
        sums.entropy += entropies.sum().item()
        sums.mismatch += mismatch.nansum().item()
        sums.sampled += int((~mismatch.isnan()).sum())
        return old

    def _batches(self, rows: Sequence[Row]) -> list[Batch]:
        self.model.eval()
        device = self.model.device
        return [batch.to(device) for batch in micro_batches(rows, self._max_tokens, self._pad_id)]

    def _weighted(self, batches: Sequence[Batch], loss: PolicyLoss) -> list[tuple[Batch, Tensor]]:
        """Each micro-batch with its written tokens' weights in the whole update, ``(N,)``."""
        num_rows = sum(len(batch.tokens) for batch in batches)
        num_tokens = _count(batches)
        return [
            (batch, token_weights(batch.mask, loss, num_rows=num_rows, num_tokens=num_tokens)[batch.mask])
            for batch in batches
        ]

    def _logprobs(self, model: PreTrainedModel, batch: Batch, temperature: float) -> tuple[Tensor, Tensor]:
        with torch.autocast(model.device.type, torch.bfloat16, enabled=self._bfloat16):
            return written_logprobs(model, batch, temperature)

    def _finish(self, batches: Sequence[Batch], sums: _Sums, progress: float, started: float) -> UpdateReport:
        learning_rate = self.optimizer.rate(progress)
        gradient_norm = self.optimizer.step(progress)
        num_tokens = _count(batches)
        return UpdateReport(
            loss=sums.loss,
            kl=sums.kl / num_tokens,
            clip_fraction=sums.clipped / num_tokens,
            entropy=sums.entropy / num_tokens,
            mismatch=sums.mismatch / max(1, sums.sampled),
            gradient_norm=gradient_norm,
            learning_rate=learning_rate,
            num_tokens=num_tokens,
            seconds=time.perf_counter() - started,
        )


def _count(batches: Sequence[Batch]) -> int:
    """Written tokens in all."""
    return int(sum(batch.mask.sum() for batch in batches))
