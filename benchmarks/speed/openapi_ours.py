"""One OpenAPI document read by us: a worker of ``benchmarks.speed.openapi``."""

import json
import sys
import time

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import canonical
from inftool_env.specs.load import read_tools


def main(source: str) -> None:
    """Print what came of the document as JSON."""
    started = time.perf_counter()
    try:
        tools = read_tools(source).tools
    except SpecError as error:
        print(json.dumps({"error": str(error)[:200]}))  # noqa: T201
        return
    seconds = time.perf_counter() - started
    sizes = [len(canonical([tool.name, tool.description, tool.parameters])) for tool in tools]
    print(json.dumps({"seconds": seconds, "sizes": sizes}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
