"""The thread that owns the model: answers that are asked for together are written together."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence

import torch

from agents.samplers.turn_sampler import TurnSampler
from agents.serving.cohort import Cohort
from agents.serving.config import ServingConfig
from agents.serving.errors import ApiError, broken, queue_full, shutting_down, too_late
from agents.serving.jobs import Job

logger = logging.getLogger(__name__)


class Scheduler:
    """Writes jobs in the order in which they came, many at a time.

    A job that comes while others are written joins them at their next token. Where the sampler cannot put batches
    together, it is written beside them, a token in turn.

    Args:
        sampler: Used by nobody else meanwhile.
        config: How many jobs are written together, and how many may wait.
        clock: Monotonic, in seconds.
    """

    def __init__(
        self, sampler: TurnSampler, config: ServingConfig, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sampler = sampler
        self._config = config
        self._clock = clock
        self._changed = threading.Condition()
        self._waiting: deque[Job] = deque()
        self._running: list[Job] = []
        self._is_open = False
        self._thread = threading.Thread(target=self._run, name="policy-decoder", daemon=True)
        self.tokens_written = 0
        """Since the start."""

    @property
    def is_open(self) -> bool:
        """Whether jobs are taken."""
        return self._is_open

    @property
    def waiting(self) -> int:
        """Jobs whose first token is not yet in work."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """Jobs that are being written."""
        return sum(not job.turn.ended for job in self._running)

    def start(self) -> None:
        """Begin to take jobs."""
        self._sampler.model.eval()
        self._is_open = True
        self._thread.start()

    def stop(self) -> None:
        """Take no more jobs, and fail those that there are; returns when the thread has ended."""
        with self._changed:
            self._is_open = False
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def submit(self, jobs: Sequence[Job]) -> None:
        """Let all these jobs wait for their turn.

        Raises:
            ApiError: too many wait already, or the server is being stopped; then none is taken.
        """
        with self._changed:
            if not self._is_open:
                raise shutting_down()
            if len(self._waiting) + len(jobs) > self._config.max_waiting:
                raise queue_full(len(self._waiting))
            self._waiting.extend(jobs)
            self._changed.notify_all()

    def _run(self) -> None:
        cohorts: list[Cohort] = []
        try:
            with torch.inference_mode():
                while self._wait(cohorts):
                    self._admit(cohorts)
                    for cohort in list(cohorts):
                        if not self._write(cohort):
                            cohorts.remove(cohort)
        finally:  # also where an error of ours ends the thread: nobody may wait for ever
            with self._changed:
                self._is_open = False
                left = [*self._waiting, *(job for job in self._running if not job.turn.ended)]
                self._waiting.clear()
                self._running = []
            _fail(left, shutting_down())

    def _wait(self, cohorts: Sequence[Cohort]) -> bool:
        """Until there is something to do; whether that is to go on."""
        with self._changed:
            while self._is_open and not self._waiting and not cohorts:
                self._changed.wait()
            return self._is_open

    def _admit(self, cohorts: list[Cohort]) -> None:
        """Begin the jobs that have waited longest, as many as there is room for."""
        taken = self._take()
        if not taken:
            return
        try:
            begun = Cohort(self._sampler, taken)
        except RuntimeError:
            logger.exception("reading %d prompts failed", len(taken))
            _fail(taken, broken())
            return
        if not (cohorts and cohorts[0].join(begun)):
            cohorts.append(begun)

    def _take(self) -> list[Job]:
        now = self._clock()
        late: list[Job] = []
        taken: list[Job] = []
        with self._changed:
            self._running = [job for job in self._running if not job.turn.ended]
            longest = max((job.places for job in self._running), default=0)
            while self._waiting:
                job = self._waiting[0]
                if job.is_cancelled or now > job.deadline:
                    late += [] if job.is_cancelled else [job]
                    self._waiting.popleft()
                    continue
                rows = len(self._running) + 1
                longest = max(longest, job.places)
                has_room = (
                    rows <= self._config.most_at_once and rows * longest <= self._config.max_cache_tokens
                )
                if self._running and not has_room:
                    break
                self._waiting.popleft()
                self._running.append(job)
                taken.append(job)
        _fail(late, too_late(self._config.time_limit_s))
        return taken

    def _write(self, cohort: Cohort) -> bool:
        now = self._clock()
        late = [job for job in cohort.jobs if now > job.deadline and not job.is_cancelled]
        for job in cohort.jobs:
            job.turn.ended = job.is_cancelled or job in late
        _fail(late, too_late(self._config.time_limit_s))
        going = cohort.jobs
        try:
            goes_on = bool(going) and cohort.write()
        except RuntimeError:
            logger.exception("writing %d answers failed", len(going))
            _fail([job for job in going if not job.turn.ended], broken())
            return False
        self.tokens_written += len(going)
        return goes_on


def _fail(jobs: Iterable[Job], error: ApiError) -> None:
    for job in jobs:
        job.turn.ended = True
        job.tell(error)
