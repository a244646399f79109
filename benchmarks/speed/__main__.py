"""Every speed of ours beside its peers', one table after the other.

python -m benchmarks.speed [--verifiers PYTHON]
"""

import argparse
import os
import subprocess
import sys

from rich.console import Console


def commands(verifiers: str | None) -> dict[str, list[str]]:
    """What is measured, each as a command of its own, so that none warms up another."""
    peer = [] if verifiers is None else ["--peer", verifiers]
    return {
        "The environment": ["benchmarks.speed.environments", *peer],
        "Calls over each transport": ["benchmarks.speed.mcp"],
        "Rollouts": ["benchmarks.speed.rollout"],
        "A step of GRPO": ["benchmarks.speed.grpo"],
        "Growth": ["benchmarks.speed.growth"],
        "Memory of long rollouts": ["benchmarks.speed.memory"],
    }


def main() -> int:
    """Run them; exit code 1 where one fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--verifiers", help="Python interpreter with verifiers installed")
    options = parser.parse_args()
    console = Console()
    failed = 0
    for title, words in commands(options.verifiers).items():
        load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
        console.print(f"\n{title} (load before: {load} on {os.cpu_count()} cores)", highlight=False)
        failed += subprocess.run([sys.executable, "-m", *words], check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
