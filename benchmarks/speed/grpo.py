"""A GRPO step of ours beside TRL's: the same model, prompts and lengths.

    python -m benchmarks.speed.grpo [--json]

64 episodes, in groups of 8, of a model with 5 million random weights. ``single``: a request, and 128 tokens written.
``tools``: three tool calls and an answer, which both models are made to say. Ours are whole episodes with gates,
checks and a verdict; TRL's tool is a method that returns a text, its rewards are a line. Both update once, with AdamW,
in float32, without gradient checkpointing (``--checkpointing`` gives TRL its default). The sides take turns, step by
step; figures are medians of processor time. ``environment`` is what our side of ``tools`` spends outside of the model.
"""

import argparse
import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor

from agents.model_policy import ModelPolicy
from agents.policy import PolicyAction
from agents.rollout import play
from agents.samplers.decoder import Decoder
from agents.samplers.kv import KvSampler
from agents.samplers.turns import Rows, Turn
from agents.sampling import Prompt, SamplingConfig
from benchmarks.speed.grpo_task import MEMBERS, SINGLE_TOKENS, Task, make_model, make_tokenizer
from benchmarks.speed.grpo_trl import run_trl
from benchmarks.speed.steps import Step
from inftool_env.envs.observe import Observation
from trainers.batch import Row, trajectory_row
from trainers.config import PolicyLoss
from trainers.engines.local import LocalEngine
from trainers.optimizer import PolicyOptimizer


class Spoken(KvSampler):
    """Lets every row say the turns of the script, again and again; where there is none, no turn ends early."""

    def __init__(self, task: Task) -> None:
        model = make_model(task.tokenizer)
        decoder = Decoder.of(model)
        assert decoder is not None, "Qwen3 is one of the known architectures"
        super().__init__(model, task.tokenizer, decoder)
        self._script = task.script
        self._turns = 0
        if not task.tools:
            self.stop_ids = frozenset()

    def begin(self, turns: Sequence[Turn]) -> tuple[Sequence[Turn], Rows, Tensor]:
        """The prompts are read as ever."""
        ordered, rows, logits = super().begin(turns)
        if not self._script:
            return ordered, rows, logits
        forced = _Forced(rows, self._script[self._turns % len(self._script)])
        self._turns += 1
        return ordered, forced, forced.say(logits)


class _Forced:
    """Rows whose logits are computed, and then give way to the script."""

    def __init__(self, rows: Rows, tokens: Sequence[int]) -> None:
        self._rows = rows
        self._tokens = iter(tokens)

    def say(self, logits: Tensor) -> Tensor:
        """The next token of the script, for sure."""
        forced = torch.full_like(logits, -torch.inf)
        forced[:, next(self._tokens)] = 0.0
        return forced

    def drop(self, ended: Sequence[int]) -> Sequence[int]:
        return self._rows.drop(ended)

    def step(self, tokens: Tensor) -> Tensor:
        return self.say(self._rows.step(tokens))

    def join(self, other: Rows) -> bool:
        return self._rows.join(other)


class Scripted:
    """Says the script without any model: what is left is the environment."""

    name = "script"

    def __init__(self, task: Task) -> None:
        self._actions = [task.template.action_text(tokens) for tokens in task.script]
        self._turn = 0

    def start(self, episodes: int) -> None:  # noqa: ARG002 - all say the same
        """From the first turn of the script."""
        self._turn = 0

    def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
        """The next turn of the script, for all."""
        action = PolicyAction(action=self._actions[self._turn])
        self._turn += 1
        return dict.fromkeys(observations, action)


class Ours:
    """Our side of a task: a rollout, and an update from it."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._sampler = Spoken(task)
        optimizer = PolicyOptimizer(self._sampler.model, learning_rate=1e-6, use_muon=False)
        self._engine = LocalEngine(self._sampler.model, optimizer, pad_id=task.tokenizer.pad_token_id)

    def step(self) -> Step:
        """One step of GRPO; every other member of a group does well."""
        begun = time.process_time()
        rows = self._episodes() if self._task.tools else self._turns()
        rolled_out = time.process_time()
        self._engine.reinforce(rows, PolicyLoss(), progress=0.0)
        tokens = sum(len(row.ids) - row.mask.index(True) for row in rows)
        return Step(seconds=time.process_time() - begun, rollout_s=rolled_out - begun, tokens=tokens)

    def _episodes(self) -> list[Row]:
        policy = ModelPolicy(self._sampler, self._task.template, SamplingConfig())
        played = play(policy, [opener for opener in self._task.openers for _ in range(MEMBERS)])
        rows = [trajectory_row(one, _advantage(member)) for member, one in enumerate(played)]
        return [row for row in rows if row is not None]

    def _turns(self) -> list[Row]:
        openings = [self._task.template.initial_ids(one, ()) for one in self._task.conversations]
        prompts = [
            Prompt(ids=ids, seed=seed)
            for seed, ids in enumerate(ids for ids in openings for _ in range(MEMBERS))
        ]
        samples = self._sampler.sample(prompts, SamplingConfig(max_new_tokens=SINGLE_TOKENS))
        return [
            Row(
                ids=(*sample.prompt_ids, *sample.sampled_ids),
                mask=(False,) * len(sample.prompt_ids) + (True,) * len(sample.sampled_ids),
                advantage=_advantage(member),
                logprobs=(math.nan,) * len(sample.prompt_ids) + sample.logprobs,
            )
            for member, sample in enumerate(samples)
        ]


def _advantage(member: int) -> float:
    return 1.0 if member % 2 else -1.0


def environment_seconds(task: Task) -> float:
    """Processor time of a step's episodes when nobody thinks."""
    begun = time.process_time()
    play(Scripted(task), [opener for opener in task.openers for _ in range(MEMBERS)])
    return time.process_time() - begun


def measure(task: Task, steps: int, *, checkpointing: bool) -> dict[str, Step]:
    """The median step of each side, by its length."""
    ours = Ours(task)
    ours.step()
    found: list[Step] = []
    with TemporaryDirectory() as folder:
        theirs = run_trl(
            task, Path(folder), steps, lambda: found.append(ours.step()), checkpointing=checkpointing
        )
    sides = {"ours": _median(found), "TRL": _median(theirs)}
    if task.tools:
        environment_seconds(task)
        seconds = median(environment_seconds(task) for _ in range(steps))
        sides["environment"] = Step(seconds=seconds, rollout_s=seconds, tokens=sides["ours"].tokens)
    return sides


def _median(steps: Sequence[Step]) -> Step:
    return sorted(steps, key=lambda one: one.seconds)[len(steps) // 2]


def main() -> None:
    """Measure, and show the ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=5, help="of each side")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument(
        "--checkpointing", action="store_true", help="TRL's default: activations are computed twice"
    )
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = make_tokenizer()
    found = {
        name: measure(Task(tokenizer, tools), options.steps, checkpointing=options.checkpointing)
        for name, tools in (("single", False), ("tools", True))
    }
    if options.json:
        told = {name: {side: asdict(step) for side, step in sides.items()} for name, sides in found.items()}
        print(json.dumps(told))  # noqa: T201
        return
    table = Table(
        "task", "side", "step, s", "rollout, s", "rollout tokens a s", "step, of TRL's", "rollout, of TRL's"
    )
    for name, sides in found.items():
        peer = sides["TRL"]
        for side, step in sides.items():
            table.add_row(
                name,
                side,
                f"{step.seconds:.3f}",
                f"{step.rollout_s:.3f}",
                f"{step.tokens / step.rollout_s:,.0f}",
                f"{step.seconds / peer.seconds:.3f}",
                f"{step.rollout_s / peer.rollout_s:.3f}",
            )
    Console().print(table)


if __name__ == "__main__":
    main()
