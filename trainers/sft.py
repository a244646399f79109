"""Supervised learning: the cold start on verified episodes."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from inftool_env.core.seeds import generator
from trainers.batch import Example, Row, example_row
from trainers.config import SftConfig
from trainers.engines.engine import Engine
from trainers.logbook import Logbook


def train_sft(
    engine: Engine,
    examples: Sequence[Example],
    config: SftConfig,
    logbook: Logbook,
    *,
    first_step: int = 0,
    on_step: Callable[[int], object] | None = None,
) -> None:
    """Learn to write what the examples' masks mark.

    Args:
        engine: Holds the weights.
        examples: One or more; read again and again, each time in another order.
        config: See ``SftConfig``.
        logbook: Gets the numbers of every step.
        first_step: Steps that were done before an interruption.
        on_step: Called with the number of steps done after each.
    """
    started = time.perf_counter()
    batches = shuffled_batches([example_row(example) for example in examples], config)
    for step, rows in zip(range(config.steps), batches, strict=False):
        if step < first_step:
            continue
        seconds = time.perf_counter() - started
        progress = step / config.steps
        if config.max_seconds is not None:
            progress = max(progress, seconds / config.max_seconds)
        if progress >= 1:
            break
        report = engine.imitate(rows, progress=progress)
        metrics = {
            "sft/loss_nats": report.loss,
            "sft/entropy_nats": report.entropy,
            "sft/gradient_norm": report.gradient_norm,
            "sft/learning_rate": report.learning_rate,
            "sft/trained_tokens": report.num_tokens,
            "time/update_s": report.seconds,
        }
        logbook.write_metrics(step, metrics)
        if on_step is not None:
            on_step(step + 1)


def shuffled_batches(rows: Sequence[Row], config: SftConfig) -> Iterator[list[Row]]:
    """Batches of about ``config.tokens_per_step`` tokens without end; every epoch has an order of its own."""
    batch: list[Row] = []
    tokens = 0
    for epoch in count():
        order = list(rows)
        generator(config.seed, "sft", epoch).shuffle(order)
        for row in order:
            batch.append(row)
            tokens += len(row.ids)
            if tokens >= config.tokens_per_step:
                yield batch
                batch, tokens = [], 0
