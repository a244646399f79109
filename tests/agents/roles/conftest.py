"""A server on loopback that speaks OpenAI's chat completions, as well or as badly as a test wants."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agents.roles.endpoint import EndpointConfig, HttpChat
from inftool_env.core.schema import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One HTTP response."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    silent_s: float = 0.0
    """Waited before the first byte, unless the test ends first."""
    drip_s: float = 0.0
    """Waited before every byte."""


Answer = Callable[[JsonObject, int], "str | Reply"]
"""From a request's body and its number to the text of the answer, or a whole response."""


class Stub:
    """The server; ``play`` says how it answers."""

    Reply = Reply

    def __init__(self) -> None:
        self.requests: list[JsonObject] = []
        self.headers: list[dict[str, str]] = []
        self.waits: list[float] = []
        """What the client waited between its tries."""
        self._answer: Answer = lambda _body, _number: "hello"
        self._closing = threading.Event()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                stub.headers.append({name.lower(): value for name, value in self.headers.items()})
                stub.requests.append(body)
                answer = stub._answer(body, len(stub.requests) - 1)
                reply = answer if isinstance(answer, Reply) else Reply(body=completion(answer))
                if stub._closing.wait(reply.silent_s):
                    return
                try:
                    self.send_response(reply.status)
                    for name, value in {"content-length": str(len(reply.body)), **reply.headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    for at in range(len(reply.body)) if reply.drip_s else ():
                        if stub._closing.wait(reply.drip_s):
                            return
                        self.wfile.write(reply.body[at : at + 1])
                    if not reply.drip_s:
                        self.wfile.write(reply.body)
                except OSError:
                    pass  # the client has had enough
                self.close_connection = True

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def play(self, answer: Answer) -> None:
        self._answer = answer

    def chat(self, **config: Any) -> HttpChat:
        """A client of this server that does not sleep."""
        return HttpChat(EndpointConfig(url=self.url, model="stub", **config), sleep=self.waits.append)

    def close(self) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def completion(text: str | None, **choice: Any) -> bytes:
    """The body of a successful answer."""
    return json.dumps(
        {
            "id": "1",
            "object": "chat.completion",
            "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, **choice}],
            "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
        }
    ).encode()


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Stub()
    yield server
    server.close()
