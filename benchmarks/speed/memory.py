"""Memory of a process that rolls out 512 episodes at once, step after step, with new weights at each.

    python -m benchmarks.speed.memory [--steps 100] [--json]

What a training does, but for its gradients: scenarios never come twice, every trajectory is let go after its step, and
the weights change in between, so nothing that was read can be used again.
"""

import argparse
import json
from itertools import islice

import psutil
import torch
from rich.console import Console

from agents import tiny
from agents.chat_template import ChatTemplate
from agents.model_policy import ModelPolicy
from agents.rollout import EpisodeRequest, rollout
from agents.samplers.fitting import sampler_for
from agents.sampling import SamplingConfig
from inftool_env.core.scenario import Split
from inftool_env.scenarios.categories import FIRST_CATEGORIES

API = "InfTool/weather-api-v0"
MEMBERS = 8


def requests(step: int, episodes: int) -> list[EpisodeRequest]:
    """The scenarios of a step, each for a group."""
    first = step * episodes
    return [
        EpisodeRequest(
            env_id=API,
            seed=first + at // MEMBERS,
            category=FIRST_CATEGORIES[at // MEMBERS % len(FIRST_CATEGORIES)],
            split=Split.TRAIN,
        )
        for at in range(episodes)
    ]


def measure(steps: int, episodes: int) -> list[float]:
    """The process's memory in MiB after the start, and after every step."""
    model, tokenizer = tiny.load(tiny.TINY)
    sampler, template = sampler_for(model, tokenizer), ChatTemplate(tokenizer)
    process = psutil.Process()
    found = [process.memory_info().rss / 2**20]
    for step in range(steps):
        policy = ModelPolicy(sampler, template, SamplingConfig(max_new_tokens=96, seed=step))
        rollout(policy, requests(step, episodes), num_slots=episodes)
        with torch.no_grad():
            for weight in islice(model.parameters(), 1):
                weight.mul_(1.0)
        found.append(process.memory_info().rss / 2**20)
    return found


def main() -> None:
    """Measure, and say what grew."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--episodes", type=int, default=512)
    parser.add_argument("--json", action="store_true", help="MiB after every step")
    options = parser.parse_args()
    torch.set_num_threads(1)
    found = measure(options.steps, options.episodes)
    if options.json:
        print(json.dumps(found))  # noqa: T201
        return
    shown = {step: found[step] for step in (0, 1, 10, options.steps // 2, options.steps) if step < len(found)}
    Console().print(", ".join(f"after step {step}: {size:,.0f} MiB" for step, size in shown.items()))


if __name__ == "__main__":
    main()
