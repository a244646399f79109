"""``inftool serve-policy``: a policy behind an OpenAI-compatible endpoint, for any client and any harness."""

import os
from pathlib import Path
from typing import Literal

import anyio
from rich.console import Console

BEARER_VARIABLE = "INFTOOL_SERVE_TOKEN"
"""The environment variable that may hold the bearer token; ``inftool serve`` reads the same."""


def run(
    checkpoint: str,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    names: tuple[str, ...] = (),
    temperature: float = 1.0,
    max_new_tokens: int = 1024,
    max_context_tokens: int = 0,
    seed: int = 0,
    constrained: bool = False,
    action_format: Literal["hermes", "llama3", "pythonic"] = "hermes",
    most_at_once: int = 64,
    max_cache_tokens: int = 262_144,
    prefix_cache_mib: int = 1024,
    max_waiting: int = 256,
    time_limit_s: float = 600.0,
    max_body_bytes: int = 4_194_304,
) -> None:
    """Serve a policy at ``http://HOST:PORT/v1``: chat completions with tools, streamed or not.

    Clients must send the environment variable INFTOOL_SERVE_TOKEN as their key, where it is set.

    Args:
        checkpoint: ``tiny`` for the base checkpoint that comes with InfTool, or the folder of a model.
        host: Loopback address.
        port: Port.
        names: Under which clients may ask for the policy; its folder's name when left out.
        temperature: Where a request names none; 0 takes the likeliest token.
        max_new_tokens: Tokens of one answer, where a request names no limit.
        max_context_tokens: Prompt and answer together; 0 takes what the model was made for.
        seed: Of the answers to requests that bring no seed, each another one.
        constrained: Let all calls obey the schemas of their tools, whether or not a request asks for it.
        action_format: How the policy writes calls.
        most_at_once: Answers that are written together.
        max_cache_tokens: Places in memory for answers that are written together, each counted as the longest.
        prefix_cache_mib: Memory for beginnings of prompts (tools, earlier turns) that need not be read again; 0 for none.
        max_waiting: Answers that wait for their turn; more are refused with 429.
        time_limit_s: Seconds for one answer, waiting included.
        max_body_bytes: Bytes of one request's body.
    """
    from agents.samplers.fitting import sampler_for  # heavy: the command's help does without torch
    from agents.samplers.prefix_cache import PrefixCache
    from agents.serving.app import PolicyServer
    from agents.serving.config import ServingConfig
    from agents.tiny import load

    config = ServingConfig(
        temperature=temperature,
        max_new_tokens=max_new_tokens,
        max_context_tokens=max_context_tokens,
        seed=seed,
        constrained=constrained,
        action_format=action_format,
        most_at_once=most_at_once,
        max_cache_tokens=max_cache_tokens,
        max_waiting=max_waiting,
        time_limit_s=time_limit_s,
        max_body_bytes=max_body_bytes,
    )
    server = PolicyServer(
        sampler_for(
            *load(checkpoint), PrefixCache(prefix_cache_mib * 2**20) if prefix_cache_mib > 0 else None
        ),
        names or (Path(checkpoint).name,),
        config,
        bearer=os.environ.get(BEARER_VARIABLE),
    )
    shown = f"[{host}]" if ":" in host else host
    Console(stderr=True).print(
        f"{', '.join(server.names)} at http://{shown}:{port}/v1 (Ctrl-C ends it)", highlight=False
    )
    anyio.run(lambda: server.serve(host, port))
