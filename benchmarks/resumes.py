"""Trainings killed at random moments and resumed: each must end with the very bytes of one that was never killed.

    python -m benchmarks.resumes --kills 20 [--seed 0]

One small closed loop (cold start, one generation) runs to its end; then others of the same config are killed by
SIGKILL, each at a random moment of the time that the first one took, and go on with ``--resume``. Weights, metrics but for
their times, grown environments, profiles and evaluations must be equal. A run may be killed again while it resumes.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ENV_ID = "InfTool/weather-api-v0"
AGAIN = 0.3
"""How likely a resumed run is killed once more."""
_LEFT_OUT = ("seconds", "time/", '_s"')
"""What may differ from run to run."""


def command(out: Path, *more: str) -> list[str]:
    """A closed loop that is as small as one can be."""
    small = {
        "--generations": 1,
        "--demonstrations": 16,
        "--scenarios-per-step": 6,
        "--eval-per-category": 2,
        "--probe-per-category": 2,
        "--sft.steps": 4,
        "--sft.checkpoints.every": 2,
        "--aimed.steps": 4,
        "--aimed.checkpoints.every": 2,
        "--grpo.steps": 4,
        "--grpo.group-size": 4,
        "--grpo.checkpoints.every": 1,
    }
    words = [str(part) for pair in small.items() for part in pair]
    return [sys.executable, "-m", "inftool_env", "evolve", ENV_ID, "--out", str(out), *words, *more]


def run(out: Path, *more: str, kill_after_s: float | None = None) -> bool:
    """Run, or go on; whether it came to its end before it was killed.

    Raises:
        RuntimeError: it ended by itself, and not well.
    """
    log = out.with_suffix(".log")
    with log.open("ab") as errors:
        # A group of its own, so that no child outlives it.
        process = subprocess.Popen(command(out, *more), stdout=errors, stderr=errors, start_new_session=True)
        try:
            code = process.wait(kill_after_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return False
    if code:
        raise RuntimeError(f"{out}: exit code {code}: {log.read_text(errors='replace')[-2000:]}")
    return True


def digests(out: Path) -> dict[str, str]:
    """A hash of everything in a run's folder that its config and seed fix, by file."""
    found = {}
    for path in sorted(out.rglob("*")):
        name = str(path.relative_to(out))
        if path.is_file() and "tensorboard" not in name and not _is_passing(path):
            found[name] = hashlib.sha256(b"".join(_content(path, out))).hexdigest()
    return found


def _is_passing(path: Path) -> bool:
    """Whether the file belongs to a checkpoint on the way, or names the run's own folder."""
    return "steps" in path.parts or (
        path.name in ("config.json", "report.json") and path.parent.name != "checkpoint"
    )


def _content(path: Path, out: Path) -> Iterator[bytes]:
    """What is compared of a file: JSON without its times, and without the name of the run's own folder."""
    if path.suffix not in (".json", ".jsonl"):
        yield path.read_bytes()
        return
    text = path.read_text(encoding="utf-8").replace(str(out), "RUN")
    for value in text.splitlines() if path.suffix == ".jsonl" else [text]:
        yield json.dumps(_timeless(json.loads(value)), sort_keys=True).encode()


def _timeless(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: _timeless(part)
            for key, part in value.items()
            if not key.startswith("time/") and key != "seconds"
        }
    return [_timeless(part) for part in value] if isinstance(value, list) else value


def main() -> int:
    """Kill, resume, compare; exit code 1 where one run differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=20, help="runs that are killed")
    parser.add_argument("--seed", type=int, default=0, help="fixes the moments")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    differing = 0
    with tempfile.TemporaryDirectory(prefix="inftool-resumes-") as folder:
        whole = Path(folder, "whole")
        started = time.monotonic()
        run(whole)
        length_s = time.monotonic() - started
        expected = digests(whole)
        print(f"whole run: {length_s:.0f} s, {len(expected)} files compared", flush=True)  # noqa: T201
        for number in range(options.kills):
            out = Path(folder, f"killed-{number}")
            moments = [rng.uniform(0.05, 0.95) * length_s]
            is_whole = run(out, kill_after_s=moments[-1])
            while not is_whole:
                again = rng.uniform(0.1, 0.6) * length_s if rng.random() < AGAIN else None
                moments += [again] if again is not None else []
                is_whole = run(out, "--resume", kill_after_s=again)
            found = digests(out)
            names = sorted(
                name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)
            )
            differing += bool(names)
            told = "equal" if not names else f"DIFFERS in {', '.join(names)}"
            print(f"killed after {', '.join(f'{moment:.1f} s' for moment in moments)}: {told}", flush=True)  # noqa: T201
    print(f"{options.kills - differing} of {options.kills} runs end with the same bytes")  # noqa: T201
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
