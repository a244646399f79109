"""Rollout speed of the tiny policy: our samplers beside each other, and beside the library's own ``generate``.

    python -m benchmarks.speed.rollout [--json]

``turns`` writes one turn after each of many different prompts; ``episodes`` plays whole conversations with tools and
a user, half of them in groups of equal scenarios. All sides are given the same prompts and seeds, and take turns.
Rates are tokens written a second of processor time, from the median repeat; ``generate`` samples from the same
distribution with random numbers of its own, so its turns end elsewhere.
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from agents import tiny
from agents.chat_template import ChatTemplate
from agents.model_policy import ModelPolicy
from agents.rollout import EpisodeRequest, open_request, rollout
from agents.samplers.fitting import sampler_for
from agents.samplers.hf import HfSampler
from agents.sampling import Prompt, Sampler, SamplingConfig
from inftool_env.core.scenario import Split
from inftool_env.scenarios.categories import FIRST_CATEGORIES

API = "InfTool/weather-api-v0"
GROUP = 8
Work = Callable[[], int]
"""Does the work once; returns the tokens that were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """One side's rate at one work."""

    work: str
    side: str
    tokens_per_cpu_s: float
    tokens_per_s: float


class Generate:
    """The library's own loop as a sampler."""

    def __init__(self, sampler: HfSampler) -> None:
        self._model: Any = sampler.model
        self._pad = int(sampler.tokenizer.pad_token_id)

    @torch.inference_mode()
    def write(self, prompts: Sequence[Prompt], config: SamplingConfig) -> int:
        """Turns after all prompts, padded on the left; the number of tokens up to their ends."""
        width = max(len(prompt.ids) for prompt in prompts)
        ids = torch.tensor([[self._pad] * (width - len(one.ids)) + list(one.ids) for one in prompts])
        mask = torch.tensor([[0] * (width - len(one.ids)) + [1] * len(one.ids) for one in prompts])
        written = self._model.generate(
            input_ids=ids,
            attention_mask=mask,
            do_sample=True,
            max_new_tokens=config.max_new_tokens,
            pad_token_id=self._pad,
        )
        return int((written[:, width:] != self._pad).sum())


def requests(count: int) -> list[EpisodeRequest]:
    """Scenarios of the first categories in turn; every other one for a whole group."""
    found: list[EpisodeRequest] = []
    seed = 0
    while len(found) < count:
        category = FIRST_CATEGORIES[seed % len(FIRST_CATEGORIES)]
        request = EpisodeRequest(env_id=API, seed=seed, category=category, split=Split.TRAIN)
        found += [request] * (GROUP if seed % 2 else 1)
        seed += 1
    return found[:count]


def works(count: int, config: SamplingConfig) -> Mapping[str, Mapping[str, Work]]:
    """By work and side, what is measured."""
    model, tokenizer = tiny.load(tiny.TINY)
    template = ChatTemplate(tokenizer)
    library = HfSampler(model, tokenizer)
    samplers: dict[str, Sampler] = {"kv": sampler_for(model, tokenizer), "hf": library}
    opened = [open_request(EpisodeRequest(env_id=API, seed=seed)).observation for seed in range(count)]
    prompts = [
        Prompt(ids=template.initial_ids(one["messages"], one["tools"]), seed=seed)
        for seed, one in enumerate(opened)
    ]

    def turns(sampler: Sampler) -> int:
        return sum(len(one.sampled_ids) for one in sampler.sample(prompts, config))

    def episodes(sampler: Sampler) -> int:
        played = rollout(ModelPolicy(sampler, template, config), requests(count), num_slots=count)
        samples = [turn.sample for trajectory in played for turn in trajectory.turns]
        return sum(len(sample.sampled_ids) for sample in samples if sample is not None)

    generate = Generate(library)
    return {
        "turns": {
            **{name: partial(turns, sampler) for name, sampler in samplers.items()},
            "generate": lambda: generate.write(prompts, config),
        },
        "episodes": {name: partial(episodes, sampler) for name, sampler in samplers.items()},
    }


def measure(sides: Mapping[str, Work], work: str, repeats: int) -> list[Speed]:
    """Every side's rates; they take turns, after one round that is not counted."""
    rates: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for repeat in range(repeats + 1):
        for side, run in sides.items():
            cpu, wall = time.process_time(), time.perf_counter()
            tokens = run()
            rate = tokens / (time.process_time() - cpu), tokens / (time.perf_counter() - wall)
            if repeat:
                rates[side].append(rate)
    return [
        Speed(
            work=work,
            side=side,
            tokens_per_cpu_s=median(cpu for cpu, _ in found),
            tokens_per_s=median(wall for _, wall in found),
        )
        for side, found in rates.items()
    ]


def main() -> None:
    """Measure every side."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=32, help="prompts, and episodes open at once")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="the rates as JSON")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    config = SamplingConfig(max_new_tokens=128, seed=1)
    speeds = [
        speed
        for work, sides in works(options.count, config).items()
        for speed in measure(sides, work, options.repeats)
    ]
    if options.json:
        print(json.dumps([asdict(speed) for speed in speeds]))  # noqa: T201
        return
    table = Table("work", "side", "tokens per CPU second", "tokens per second", "kv against it")
    best = {speed.work: speed.tokens_per_cpu_s for speed in speeds if speed.side == "kv"}
    for speed in speeds:
        table.add_row(
            speed.work,
            speed.side,
            f"{speed.tokens_per_cpu_s:,.0f}",
            f"{speed.tokens_per_s:,.0f}",
            f"{best[speed.work] / speed.tokens_per_cpu_s:.2f}",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
