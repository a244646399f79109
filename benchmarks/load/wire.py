"""An MCP session over HTTP of no more than its requests need, in either protocol, for loads of thousands."""

import json
from collections.abc import Mapping
from typing import Any

import httpx2
from mcp_types.version import LATEST_HANDSHAKE_VERSION, LATEST_MODERN_VERSION

ACCEPT: Mapping[str, str] = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}
_NAMED_BY = {"tools/call": "name", "resources/read": "uri"}


class AnswerError(ValueError):
    """The server answers with an error, or with nothing that the protocol knows."""


class WireSession:
    """One session.

    Args:
        web: Carries the requests.
        url: The server's, with a token behind it where the session is stateless.
        handshake: Whether to speak the protocol that has sessions.
        headers: Go with every request.
    """

    def __init__(
        self, web: httpx2.AsyncClient, url: str, *, handshake: bool, headers: Mapping[str, str] = ACCEPT
    ) -> None:
        self._web = web
        self._url = url
        self._handshake = handshake
        self._headers = dict(headers)
        self._id = 0

    async def open(self) -> None:
        """Shake hands, where the protocol does.

        Raises:
            httpx2.HTTPError: the server refuses, or is gone.
        """
        if not self._handshake:
            return
        client = {"name": "load", "version": "1"}
        hello = {"protocolVersion": LATEST_HANDSHAKE_VERSION, "capabilities": {}, "clientInfo": client}
        answer = await self._post("initialize", hello, {})
        self._headers["mcp-session-id"] = answer.headers["mcp-session-id"]
        self._headers["mcp-protocol-version"] = LATEST_HANDSHAKE_VERSION
        ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        (await self._web.post(self._url, json=ready, headers=self._headers)).raise_for_status()

    async def request(self, method: str, params: Mapping[str, Any]) -> Any:
        """The result of one request.

        Raises:
            httpx2.HTTPError: the server refuses, or is gone.
            AnswerError: the answer is an error, or no result.
        """
        headers: dict[str, str] = {}
        if not self._handshake:
            meta = {
                "io.modelcontextprotocol/protocolVersion": LATEST_MODERN_VERSION,
                "io.modelcontextprotocol/clientCapabilities": {},
            }
            headers = {"mcp-protocol-version": LATEST_MODERN_VERSION, "mcp-method": method}
            if method in _NAMED_BY:
                headers["mcp-name"] = params[_NAMED_BY[method]]
            params = {**params, "_meta": meta}
        text = (await self._post(method, params, headers)).text
        data = text.partition("data: ")[2] or text
        answer = json.loads(data.splitlines()[0])
        if "result" not in answer:
            raise AnswerError(data[:200])
        return answer["result"]

    async def close(self) -> None:
        """End the session or the token's world.

        Raises:
            httpx2.HTTPError: the server knows neither, or is gone.
        """
        (await self._web.delete(self._url, headers=self._headers)).raise_for_status()

    async def _post(
        self, method: str, params: Mapping[str, Any], headers: Mapping[str, str]
    ) -> httpx2.Response:
        self._id += 1
        body = {"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}
        answer = await self._web.post(self._url, json=body, headers={**self._headers, **headers})
        answer.raise_for_status()
        return answer
