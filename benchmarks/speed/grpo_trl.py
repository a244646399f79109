"""TRL's GRPO step on the task of ``benchmarks.speed.grpo``."""

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch import Tensor
from transformers import LogitsProcessor, LogitsProcessorList, PrinterCallback, TrainerCallback
from trl.trainer.grpo_config import GRPOConfig
from trl.trainer.grpo_trainer import GRPOTrainer

from benchmarks.speed.grpo_task import GROUPS, MEMBERS, SINGLE_TOKENS, Task, forecast, make_model
from benchmarks.speed.steps import Step


class _Spoken(LogitsProcessor):
    """Lets every row say one turn of the script, whatever the model thinks."""

    def __init__(self, tokens: list[int]) -> None:
        self._tokens = tokens
        self._said = 0

    def __call__(self, _ids: Tensor, scores: Tensor) -> Tensor:
        forced = torch.full_like(scores, -torch.inf)
        forced[:, self._tokens[min(self._said, len(self._tokens) - 1)]] = 0.0
        self._said += 1
        return forced


def run_trl(
    task: Task, folder: Path, steps: int, between: Callable[[], None], *, checkpointing: bool
) -> list[Step]:
    """Steps of TRL's trainer, the first not counted.

    Args:
        task: What is rolled out.
        folder: For what the trainer writes.
        steps: To count.
        between: Called after each; its time does not count.
        checkpointing: Gradient checkpointing, on by default in TRL.
    """
    model = make_model(task.tokenizer)
    options: dict[str, Any] = {}
    if task.tools:
        options["environment_factory"] = _environment(task)
        _speak(model, task.script)
    else:
        options["reward_funcs"] = lambda completions, **_: [float(len(str(one)) % 7) for one in completions]
    config = GRPOConfig(
        output_dir=str(folder),
        per_device_train_batch_size=GROUPS * MEMBERS,
        num_generations=MEMBERS,
        gradient_checkpointing=checkpointing,
        bf16=False,
        use_cpu=True,
        max_completion_length=512 if task.tools else SINGLE_TOKENS,
        max_tool_calling_iterations=len(task.script) - 1 if task.tools else None,
        max_steps=steps + 1,
        learning_rate=1e-6,
        report_to=[],
        save_strategy="no",
        disable_tqdm=True,
        logging_steps=1,
        generation_kwargs=None if task.tools else {"suppress_tokens": [task.tokenizer.eos_token_id]},
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that the environments are an experiment of theirs
        trainer = GRPOTrainer(
            model=model,
            args=config,
            train_dataset=Dataset.from_list([{"prompt": one} for one in task.conversations] * (steps + 1)),
            processing_class=task.tokenizer,
            **options,
        )
    trainer.remove_callback(PrinterCallback)
    clock = _Clock(between)
    clock.watch(trainer)
    trainer.add_callback(clock)
    trainer.train()
    return clock.steps[1:]


def _speak(model: Any, script: list[list[int]]) -> None:
    """Make ``generate`` say the turns of the script, again and again."""
    library = model.generate
    turns = 0

    def generate(*inputs: Any, **options: Any) -> Any:
        nonlocal turns
        options["logits_processor"] = LogitsProcessorList([_Spoken(script[turns % len(script)])])
        turns += 1
        return library(*inputs, **options)

    model.generate = generate


def _environment(task: Task) -> type:
    """The tool as TRL takes it: a method of a class. It answers with as many tokens as our world does."""
    result = task.tool_result

    class Weather:
        def reset(self, **_: Any) -> None:
            self.calls = 0

        def forecast(self, city: str, days: int) -> str:  # noqa: ARG002 - as the model calls it
            self.calls += 1
            return result

        def get_reward(self) -> float:
            return float(self.calls == len(task.script) - 1) * 0.5 + 0.5 * (id(self) // 64 % 2)

    Weather.forecast.__doc__ = forecast.__doc__
    return Weather


class _Clock(TrainerCallback):
    """Processor time of every step, and how much of it the rollout took."""

    def __init__(self, between: Callable[[], None]) -> None:
        self.steps: list[Step] = []
        self._between = between
        self._begun = 0.0
        self._rollout = 0.0
        self._tokens = 0

    def watch(self, trainer: GRPOTrainer) -> None:
        """Time the trainer's rollouts."""
        library = trainer._generate  # noqa: SLF001 - it has no other place to stand

        def generate(*inputs: Any, **options: Any) -> Any:
            begun = time.process_time()
            found = library(*inputs, **options)
            self._rollout += time.process_time() - begun
            self._tokens += sum(len(ids) for ids in found[1])
            return found

        trainer._generate = generate  # type: ignore[method-assign]  # noqa: SLF001

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self._begun, self._rollout, self._tokens = time.process_time(), 0.0, 0

    def on_step_end(self, *_: Any, **__: Any) -> None:
        seconds = time.process_time() - self._begun
        self.steps.append(Step(seconds=seconds, rollout_s=self._rollout, tokens=self._tokens))
        self._between()
