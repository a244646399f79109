"""Many clients at once against a served policy: answers in a second, and whether each got its own.

    python -m benchmarks.serving.crowd [--clients 64] [--requests 512]

Every client asks for a call that must hold its own marker, and keeps one connection. The same is asked by one client
alone, for comparison.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from rich.console import Console
from rich.table import Table

from benchmarks.load.served import served

SERVE = ("serve-policy", "tiny")
_TIME_LIMIT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdReport:
    """What some clients got."""

    clients: int
    latencies_s: Sequence[float]
    """Of every request, in order of size."""
    wall_s: float
    tokens: int
    """Written by the policy."""
    mixed: int
    """Answers that held another marker than their own, or none."""
    failed: int
    """Requests without an answer."""

    def quantile_s(self, share: float) -> float:
        """The latency that this share of the requests did not exceed."""
        return self.latencies_s[min(len(self.latencies_s) - 1, int(share * len(self.latencies_s)))]


async def crowd(url: str, clients: int, requests: int) -> CrowdReport:
    """Let clients ask until all requests are answered."""
    numbers = iter(range(requests))
    latencies: list[float] = []
    tokens = mixed = failed = 0

    async def client(web: httpx2.AsyncClient) -> None:
        nonlocal tokens, mixed, failed
        for number in numbers:
            began = time.perf_counter()
            answer = await web.post(f"{url}/chat/completions", json=_request(number))
            latencies.append(time.perf_counter() - began)
            if answer.status_code != 200:
                failed += 1
                continue
            completion = answer.json()
            tokens += completion["usage"]["completion_tokens"]
            mixed += _markers(completion) != [_marker(number)]

    limits = httpx2.Limits(max_connections=clients)
    async with httpx2.AsyncClient(timeout=_TIME_LIMIT_S, limits=limits, verify=False) as web:
        began = time.perf_counter()
        await asyncio.gather(*(client(web) for _ in range(clients)))
        wall_s = time.perf_counter() - began
    return CrowdReport(
        clients=clients,
        latencies_s=sorted(latencies),
        wall_s=wall_s,
        tokens=tokens,
        mixed=mixed,
        failed=failed,
    )


def _marker(number: int) -> str:
    return f"marker-{number * 7919 % 100_003}-{number}"


def _request(number: int) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": {"marker": {"enum": [_marker(number)]}},
        "required": ["marker"],
        "additionalProperties": False,
    }
    tool = {"type": "function", "function": {"name": "record", "parameters": parameters}}
    return {
        "model": "tiny",
        "messages": [{"role": "user", "content": f"Record {_marker(number)}."}],
        "tools": [tool],
        "tool_choice": "required",
        "parallel_tool_calls": False,
        "seed": number,
    }


def _markers(completion: dict[str, Any]) -> list[str]:
    calls = completion["choices"][0]["message"].get("tool_calls", [])
    return [json.loads(call["function"]["arguments"])["marker"] for call in calls]


def crowd_table(reports: Sequence[CrowdReport]) -> Table:
    """One row for each number of clients."""
    table = Table(title=f"Clients at once (load average {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores)")
    for name in (
        "clients",
        "requests",
        "seconds",
        "answers/s",
        "tokens/s",
        "median s",
        "95 % s",
        "mixed",
        "failed",
    ):
        table.add_column(name, justify="right")
    for report in reports:
        done = len(report.latencies_s)
        numbers = (done / report.wall_s, report.tokens / report.wall_s)
        table.add_row(
            str(report.clients),
            str(done),
            f"{report.wall_s:.1f}",
            *(f"{number:.1f}" for number in numbers),
            f"{report.quantile_s(0.5):.2f}",
            f"{report.quantile_s(0.95):.2f}",
            str(report.mixed),
            str(report.failed),
        )
    return table


def main() -> None:
    """Measure one client, then many."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--requests", type=int, default=512)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        served("inftool_env", SERVE, Path(folder) / "serve.log", path="/v1") as server,
    ):
        asyncio.run(crowd(server.url, 1, 2))  # what the first request loads is not measured
        few = asyncio.run(crowd(server.url, 1, max(1, options.requests // 16)))
        many = asyncio.run(crowd(server.url, options.clients, options.requests))
    Console().print(crowd_table([few, many]))


if __name__ == "__main__":
    main()
