"""One OpenAPI document read by ``FastMCP.from_openapi``: a worker of ``benchmarks.speed.openapi``.

Run by the interpreter of an environment in which fastmcp is installed; imports nothing of ours.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

import httpx2
import yaml
from fastmcp import FastMCP


def main(source: str) -> None:
    """Print what came of the document as JSON."""
    started = time.perf_counter()
    try:
        text = Path(source).read_text(encoding="utf-8")
        document = json.loads(text) if source.endswith(".json") else yaml.load(text, yaml.CSafeLoader)
        server = FastMCP.from_openapi(document, client=httpx2.AsyncClient(base_url="http://localhost"))
        tools = asyncio.run(server.list_tools())
    except Exception as error:  # noqa: BLE001 - whatever a peer raises is its answer
        print(json.dumps({"error": f"{type(error).__name__}: {error}"[:200]}))  # noqa: T201
        return
    seconds = time.perf_counter() - started
    sizes = [
        len(json.dumps([tool.name, tool.description, tool.parameters], separators=(",", ":")))
        for tool in tools
    ]
    print(json.dumps({"seconds": seconds, "sizes": sizes}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
