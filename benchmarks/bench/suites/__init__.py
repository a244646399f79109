"""One file a suite; this is the list of them."""

from collections.abc import Callable, Mapping

from benchmarks.bench.suite import Suite
from benchmarks.bench.suites import bfcl, conversations, held_out

SUITES: Mapping[str, Callable[[], Suite]] = {
    module.NAME: module.open_suite for module in (bfcl, held_out, conversations)
}
"""Every suite by name."""
