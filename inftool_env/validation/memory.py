"""The most memory that this process has held."""

import sys


def peak_bytes() -> int:
    """Peak resident memory of this process since it began; 0 on a platform that does not tell."""
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak  # kibibytes on Linux
