"""A server of an untrained model, on a port of this machine, and a client for it."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator

import httpx2
import pytest
import uvicorn

from agents.samplers.fitting import sampler_for
from agents.serving.app import PolicyServer
from agents.serving.config import ServingConfig
from inftool_env.world.http_listen import listen

CHAT = "/v1/chat/completions"


class Running:
    """A server that answers, and the address where it does."""

    def __init__(self, server: PolicyServer, url: str, uvicorn_server: uvicorn.Server) -> None:
        self.server = server
        self.url = url
        self.uvicorn_server = uvicorn_server

    def client(self, **options) -> httpx2.Client:
        # Nothing is encrypted here, and reading the certificates would take longer than a request.
        return httpx2.Client(base_url=self.url, timeout=60, verify=False, **options)

    def health(self) -> dict:
        with self.client() as client:
            return client.get("/health").json()


@contextlib.contextmanager
def running(model, tokenizer, config: ServingConfig, *, bearer: str | None = None) -> Iterator[Running]:
    server = PolicyServer(sampler_for(model, tokenizer), ("policy", "org/policy"), config, bearer=bearer)
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    web = uvicorn.Server(
        uvicorn.Config(server.app(), log_level="error", ws="none", timeout_graceful_shutdown=1)
    )
    server.scheduler.start()
    thread = threading.Thread(target=lambda: asyncio.run(web.serve(sockets=[listener])))
    thread.start()
    try:
        yield Running(server, f"http://127.0.0.1:{port}", web)
    finally:
        web.should_exit = True
        thread.join(20)
        server.scheduler.stop()
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def closed_tools() -> list[dict]:
    """Tools whose calls are short whatever a model writes."""
    unit = {"type": "string", "enum": ["celsius", "fahrenheit"]}
    schemas = {
        "convert": {"type": "object", "properties": {"unit": unit}, "required": ["unit"]},
        "ping": {"type": "object", "properties": {}},
    }
    return [
        {
            "type": "function",
            "function": {"name": name, "parameters": {**schema, "additionalProperties": False}},
        }
        for name, schema in schemas.items()
    ]


@pytest.fixture(scope="session")
def serve(model, tokenizer) -> Callable[..., contextlib.AbstractContextManager[Running]]:
    """Serves the untrained model with another configuration."""

    def start(*, bearer: str | None = None, **options):
        limits = {"max_new_tokens": 24, "max_context_tokens": 2048, **options}
        return running(model, tokenizer, ServingConfig(**limits), bearer=bearer)

    return start


@pytest.fixture(scope="session")
def served(serve) -> Iterator[Running]:
    with serve() as one:
        yield one


@pytest.fixture
def client(served) -> Iterator[httpx2.Client]:
    with served.client() as client:
        yield client


@pytest.fixture
def ask(client) -> Callable[..., httpx2.Response]:
    """Posts a chat completion; what is not given is a short question."""

    def post(**fields) -> httpx2.Response:
        return client.post(CHAT, json=request_of(**fields))

    return post


@pytest.fixture(name="request_of", scope="session")
def request_maker() -> Callable[..., dict]:
    """The body of a chat completion; what is not given is a short question."""
    return request_of


def request_of(**fields) -> dict:
    return {"model": "policy", "messages": [{"role": "user", "content": "Hello"}], "seed": 1, **fields}
