from collections.abc import Sequence
from pathlib import Path

from transformers import Lfm2ForCausalLM

from inftool_env.core.jsonl import read_jsonl
from trainers.batch import Example, example_row
from trainers.config import SftConfig
from trainers.engines.local import LocalEngine
from trainers.logbook import Logbook, StepMetrics
from trainers.optimizer import PolicyOptimizer
from trainers.sft import shuffled_batches, train_sft

EXAMPLES: Sequence[Example] = [([2, 3 + number, 4, 10 + number], [0, 0, 0, 1]) for number in range(6)]


def losses(model: Lfm2ForCausalLM, folder: Path, config: SftConfig, first_step: int = 0) -> list[float]:
    engine = LocalEngine(model, PolicyOptimizer(model, learning_rate=config.learning_rate), pad_id=0)
    with Logbook(folder) as logbook:
        train_sft(engine, EXAMPLES, config, logbook, first_step=first_step)
    return [line.metrics["sft/loss_nats"] for line in read_jsonl(folder / "metrics.jsonl", StepMetrics)]


def test_it_learns_what_the_masks_mark(toy_model: Lfm2ForCausalLM, tmp_path: Path) -> None:
    found = losses(toy_model, tmp_path, SftConfig(steps=60, tokens_per_step=12, learning_rate=1e-2))
    assert len(found) == 60
    assert found[-1] < 0.5 < 3 < found[0]


def test_every_epoch_holds_every_example_once_in_another_order() -> None:
    batches = shuffled_batches(
        [example_row(example) for example in EXAMPLES], SftConfig(tokens_per_step=12, seed=3)
    )
    epochs = [[row.ids for _ in range(2) for row in next(batches)] for _ in range(2)]
    assert sorted(epochs[0]) == sorted(epochs[1]) == sorted(tuple(ids) for ids, _ in EXAMPLES)
    assert epochs[0] != epochs[1]


def test_it_stops_when_the_time_is_up(toy_model: Lfm2ForCausalLM, tmp_path: Path) -> None:
    found = losses(toy_model, tmp_path, SftConfig(steps=10_000, tokens_per_step=12, max_seconds=0.2))
    assert 0 < len(found) < 1000


def test_a_resumed_run_does_the_remaining_steps(toy_model: Lfm2ForCausalLM, tmp_path: Path) -> None:
    assert len(losses(toy_model, tmp_path, SftConfig(steps=8, tokens_per_step=12), first_step=5)) == 3
