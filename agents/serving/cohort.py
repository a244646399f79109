"""Answers that are written together, one token each at a time."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from agents.samplers.mixed import choose_mixed
from agents.samplers.turn_sampler import TurnSampler
from agents.serving.jobs import Chance, Job


class Cohort:
    """Some jobs, one row of a batch each.

    Args:
        sampler: Reads the prompts and computes the rows.
        jobs: One or more; each has room for a token.
    """

    def __init__(self, sampler: TurnSampler, jobs: Sequence[Job]) -> None:
        self._sampler = sampler
        by_turn = {id(job.turn): job for job in jobs}
        ordered, self._rows, self._logits = sampler.begin([job.turn for job in jobs])
        self._row_jobs = [by_turn[id(turn)] for turn in ordered]

    @property
    def jobs(self) -> list[Job]:
        """Those that go on."""
        return [job for job in self._row_jobs if not job.turn.ended]

    def join(self, other: "Cohort") -> bool:
        """Take over the jobs of another cohort; whether the sampler can do that."""
        if not self._rows.join(other._rows):  # noqa: SLF001 - of the same class
            return False
        self._row_jobs += other._row_jobs  # noqa: SLF001
        self._logits = torch.cat([self._logits, other._logits])  # noqa: SLF001
        return True

    def write(self) -> bool:
        """One token of every job; whether any goes on. A job whose turn is marked as ended leaves."""
        tokens = self._choose()
        ended = [row for row, job in enumerate(self._row_jobs) if job.turn.ended]
        if len(ended) == len(self._row_jobs):
            return False
        if ended:
            going = self._rows.drop(ended)
            self._row_jobs = [self._row_jobs[row] for row in going]
            tokens = tokens[list(going)]
        self._logits = self._rows.step(tokens)
        return True

    def _choose(self) -> Tensor:
        logits = self._logits.float()
        jobs, device = self._row_jobs, logits.device
        uniforms = [
            [job.uniforms[min(len(job.turn.tokens), len(job.uniforms) - 1)]] for job in jobs
        ]  # a row that has ended may be computed a little longer
        temperatures = torch.tensor([[job.temperature] for job in jobs], device=device)
        top_p = torch.tensor([[job.top_p] for job in jobs], device=device)
        chosen, logprobs = choose_mixed(
            self._permitted(logits), torch.tensor(uniforms, device=device), temperatures, top_p
        )
        chances = self._chances(logits, chosen)
        for job, token, logprob, chance in zip(
            jobs, chosen[:, 0].tolist(), logprobs[:, 0].tolist(), chances, strict=True
        ):
            if not job.turn.ended:
                job.write(token, logprob, chance, self._sampler.stop_ids)
        return chosen

    def _permitted(self, logits: Tensor) -> Tensor:
        """The logits, without the tokens that the jobs' grammars rule out."""
        bound = [
            (row, job.turn.matcher)
            for row, job in enumerate(self._row_jobs)
            if job.turn.matcher is not None and not job.turn.ended
        ]
        if not bound:
            return logits
        allowed = self._sampler.constraint().allowed([matcher for _, matcher in bound]).to(logits.device)
        rows = torch.tensor([row for row, _ in bound], device=logits.device)
        return logits.index_copy(0, rows, logits[rows].masked_fill(~allowed, -math.inf))

    def _chances(self, logits: Tensor, chosen: Tensor) -> list[Chance | None]:
        found: list[Chance | None] = [None] * len(self._row_jobs)
        for row, job in enumerate(self._row_jobs):
            if job.top_logprobs is None or job.turn.ended:
                continue
            logprobs = logits[row].log_softmax(-1)
            best = logprobs.topk(min(job.top_logprobs, len(logprobs)))
            token = int(chosen[row, 0])
            found[row] = Chance(
                token=token,
                logprob=float(logprobs[token]),
                others=tuple(zip(best.indices.tolist(), best.values.tolist(), strict=True)),
            )
        return found
