"""Servers killed at random places of episodes: every episode must end cleanly and unscored, and nothing may be left.

    python -m benchmarks.kills --kills 100

Each kill is SIGKILL to the process that serves the worlds (``stdio`` and ``http`` in turn), at a random call of a
random episode: before it, or while it is under way. The episode must end as one that cannot be scored, with the
reason (or as it would have, where the answer had come already); the next one must be played to the end on a fresh
server; and at the end no server may be left.
"""

import argparse
import json
import os
import random
import signal
import sys
import threading
from collections import Counter

from benchmarks.processes import world_servers
from inftool_env.core.jsonl import to_json
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.actions import render_action
from inftool_env.envs.tool_env import ToolEnv


def kill_servers() -> None:
    """End them as a power cut would."""
    for server in world_servers():
        os.kill(server, signal.SIGKILL)


def play(environment: ToolEnv, seed: int, rng: random.Random | None = None) -> str:
    """Play the reference solution; with a generator, kill the server at a random place of it.

    Returns:
        The trajectory as JSON.
    """
    environment.reset(seed=seed)
    episode = environment.episode
    actions = [render_action(turn.content, turn.calls) for turn in episode.scenario.solution]
    place = rng.randrange(len(actions)) if rng is not None else None
    for at, action in enumerate(actions):
        if episode.is_over:
            break
        if rng is not None and at == place:
            wait_s = rng.choice((0.0, rng.uniform(0.0, 0.005)))
            if wait_s:
                killer = threading.Timer(wait_s, kill_servers)
                killer.start()
                environment.step(action)
                killer.join()
                continue
            kill_servers()
        environment.step(action)
    assert episode.is_over, "the reference solution ends its episode"
    return to_json(episode.trajectory())


def run(api: str, kills: int, seed: int) -> Counter[str]:
    """Kill, and count what came of it."""
    rng = random.Random(seed)
    came: Counter[str] = Counter()
    direct = ToolEnv(api)
    wired = [ToolEnv(api, transport=transport) for transport in ("stdio", "http")]
    for number in range(kills):
        environment = wired[number % len(wired)]
        whole = play(direct, number)
        spoiled = play(environment, number, rng)
        verdict = environment.episode.verdict
        if verdict.failure is FailureKind.SIMULATOR and not verdict.scorable and "MCP server" in verdict.why:
            came["unscored"] += 1
        else:
            came["came too late to matter" if spoiled == whole else "wrong"] += 1
        is_whole = play(environment, number) == whole
        came["next episode played" if is_whole else "next episode spoiled"] += 1
    for environment in wired:
        environment.close()
    came["servers left"] = len(world_servers())
    return came


def main() -> None:
    """Kill servers, and say what came of it; the exit code is 1 where anything was wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--api", default="bank-api", help="of the catalogue")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    came = run(options.api, options.kills, options.seed)
    print(json.dumps(dict(came)))  # noqa: T201
    sys.exit(1 if came["wrong"] or came["next episode spoiled"] or came["servers left"] else 0)


if __name__ == "__main__":
    main()
