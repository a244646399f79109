"""Write the next version of a frozen suite, for when its scenarios had to change.

    python -m benchmarks.bench.freeze held-out

Numbers of the new version do not compare with those of the old one.
"""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from benchmarks.bench.frozen import FrozenSuite, renew
from benchmarks.bench.suites import SUITES


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the next version of the suites that are named."""
    frozen = {name: suite for name, made in SUITES.items() if isinstance(suite := made(), FrozenSuite)}
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("suites", nargs="+", choices=frozen)
    for name in parser.parse_args(arguments).suites:
        Console().print(renew(frozen[name]).version, highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
