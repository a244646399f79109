import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator

import httpx2
import mcp_types
import pytest
import uvicorn
from mcp import Client, MCPError

from inftool_env.core.errors import ConfigError
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.mcp_http import http_app, serve_http
from inftool_env.world.mcp_names import CLOSE_METHOD, WORLD_META
from inftool_env.world.mcp_server import DIGEST_URI
from inftool_env.world.mcp_sessions import Limits, Sessions
from inftool_env.world.worlds import SimulatedWorlds

MODES = ("auto", "legacy")
BEARER = "a-secret-of-many-letters"
ACCEPT = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


@contextlib.asynccontextmanager
async def running(sessions: Sessions, **options) -> AsyncIterator[str]:
    """The server on a free port of this machine, in this event loop; gives its URL."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(http_app(sessions, **options), log_level="warning", ws="none")
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.005)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        finally:
            server.should_exit = True
            await task


def worlds_of(shop, **options) -> Sessions:
    return Sessions(SimulatedWorlds(), shop, **options)


async def count_orders(client: Client) -> int:
    return (await client.call_tool("list_orders", {})).structured_content["total"]


async def place_order(client: Client) -> None:
    assert not (await client.call_tool("place_order", {"customer_id": "c", "quantity": 2})).is_error


async def digest(client: Client) -> str:
    (contents,) = (await client.read_resource(DIGEST_URI)).contents
    return json.loads(contents.text)["digest"]


@pytest.mark.parametrize("mode", MODES)
def test_a_token_in_the_url_names_one_world_and_no_other(shop, mode):
    async def talk() -> None:
        sessions = worlds_of(shop)
        async with running(sessions) as url:
            async with Client(f"{url}/mine", mode=mode) as client:
                before = await count_orders(client)
                await place_order(client)
            async with Client(f"{url}/mine", mode=mode) as again, Client(f"{url}/yours", mode=mode) as other:
                assert await count_orders(again) == before + 1
                assert await count_orders(other) == before
            assert {session.name.token for session in sessions} == {"mine", "yours"}

    asyncio.run(talk())


def test_the_url_chooses_seed_and_split(shop):
    async def talk() -> None:
        async with running(worlds_of(shop)) as url, Client(f"{url}/t?seed=7") as client:
            row = StatefulBackend(shop, seed=7).rows("get_order")[0]
            result = await client.call_tool("get_order", {"order_id": row["id"]})
            assert result.structured_content == row
            async with Client(f"{url}/t?seed=8") as other:
                assert (await other.call_tool("get_order", {"order_id": row["id"]})).is_error

    asyncio.run(talk())


@pytest.mark.parametrize("mode", MODES)
def test_one_connection_uses_many_worlds_by_naming_them(shop, mode):
    async def talk() -> None:
        sessions = worlds_of(shop)
        async with running(sessions) as url, Client(url, mode=mode) as client:
            totals = []
            for token, seed in (("a", 1), ("b", 2), ("a", 1)):
                meta = {WORLD_META: {"token": token, "seed": seed}}
                await client.call_tool("place_order", {"customer_id": "c", "quantity": 2}, meta=meta)
                listed = await client.call_tool("list_orders", {}, meta=meta)
                totals.append(listed.structured_content["total"])
            assert totals[2] == totals[0] + 1
            close = mcp_types.Request(
                method=CLOSE_METHOD,
                params=mcp_types.RequestParams(_meta={WORLD_META: {"token": "a", "seed": 1}}),
            )
            await client.session.send_request(close, mcp_types.EmptyResult)
            assert [session.name.token for session in sessions] == ["b"]
            with pytest.raises(MCPError, match="seed is no integer"):
                await client.call_tool("list_orders", {}, meta={WORLD_META: {"seed": -1}})

    asyncio.run(talk())


def test_a_session_that_ends_lets_go_of_its_world(shop):
    async def talk() -> None:
        sessions = worlds_of(shop)
        async with running(sessions) as url:
            async with Client(url, mode="legacy") as client:
                await count_orders(client)
                assert len(sessions) == 1
            assert len(sessions) == 0

    asyncio.run(talk())


def test_a_token_s_world_can_be_ended(shop):
    async def talk() -> None:
        sessions = worlds_of(shop)
        async with running(sessions) as url, httpx2.AsyncClient() as web, Client(f"{url}/t") as client:
            fresh = await digest(client)
            await place_order(client)
            assert await digest(client) != fresh
            assert (await web.delete(f"{url}/t")).status_code == 204
            assert (await web.delete(f"{url}/t")).status_code == 404
            assert await digest(client) == fresh

    asyncio.run(talk())


def test_a_made_up_session_id_opens_no_world_of_that_name(shop):
    """Clients of the stateless protocol have no sessions: the header must not fill the server with worlds."""

    async def talk() -> None:
        sessions = worlds_of(shop)
        async with running(sessions) as url:
            async with httpx2.AsyncClient(headers={"mcp-session-id": "made-up"}) as web:
                meta = {
                    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                    "io.modelcontextprotocol/clientCapabilities": {},
                }
                body = {
                    "jsonrpc": "2.0",
                    "id": 1,
                    "method": "tools/call",
                    "params": {"name": "list_orders", "arguments": {}, "_meta": meta},
                }
                modern = {
                    "MCP-Protocol-Version": "2026-07-28",
                    "Mcp-Method": "tools/call",
                    "Mcp-Name": "list_orders",
                }
                answer = await web.post(url, json=body, headers={**ACCEPT, **modern})
                assert answer.status_code == 200, answer.text
                assert [session.name.is_shared for session in sessions] == [True]
                answer = await web.post(url, json={**body, "params": {}}, headers=ACCEPT)
                assert answer.status_code == 404
            assert len(sessions) == 1

    asyncio.run(talk())


@pytest.mark.parametrize("path", ["", "/token"])
def test_a_request_repeated_with_its_id_changes_nothing_twice(shop, path):
    async def talk() -> None:
        async with running(worlds_of(shop)) as url, httpx2.AsyncClient(headers=ACCEPT) as web:
            opened = await web.post(url + path, json=INITIALIZE)
            session = {"mcp-session-id": opened.headers["mcp-session-id"]}
            ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
            await web.post(url + path, json=ready, headers=session)

            async def order(number: int, quantity: int) -> str:
                arguments = {"customer_id": "c", "quantity": quantity}
                params = {"name": "place_order", "arguments": arguments}
                body = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
                return (await web.post(url + path, json=body, headers=session)).text

            first, repeated = await order(2, 3), await order(2, 3)
            assert first == repeated
            assert await order(3, 3) != first
            assert await order(3, 4) != first

            body = {"jsonrpc": "2.0", "id": 9, "method": "tools/call", "params": {"name": "list_orders"}}
            listed = await web.post(url + path, json=body, headers=session)
            total = len(StatefulBackend(shop, 0).rows("get_order")) + 3
            assert f'"total":{total}' in listed.text.replace(" ", "")

    asyncio.run(talk())


def test_paths_that_are_not_ours_are_refused(shop, caplog):
    paths = ("/", "/mcp/", "/mcp/a/b", "/mcp/..%2f..%2fetc", "/mcp/%2e%2e", "/mcp//x", "/x")

    async def talk() -> None:
        sessions = worlds_of(shop)
        async with running(sessions) as url, httpx2.AsyncClient(headers=ACCEPT) as web:
            for path in paths:
                assert (await web.post(url.removesuffix("/mcp") + path, json=INITIALIZE)).status_code == 404
            assert len(sessions) == 0

    asyncio.run(talk())
    assert caplog.text.count("refused POST: 404 'no such path") == len(paths)


REFUSED = [
    ({"Host": "evil.example"}, 421, "Host is not this machine"),
    ({"Host": "127.0.0.1.evil.example"}, 421, "Host is not this machine"),
    ({"Host": "localhost@evil.example"}, 421, "Host is not this machine"),
    ({"Host": ""}, 421, "Host is not this machine"),
    ({"Origin": "http://evil.example"}, 403, "Origin is not this machine"),
    ({"Origin": "null"}, 403, "Origin is not this machine"),
    ({"Origin": "http://localhost.evil.example"}, 403, "Origin is not this machine"),
    ({"Authorization": ""}, 401, "bearer token is missing"),
    ({"Authorization": "Bearer wrong"}, 401, "bearer token is wrong"),
    ({"Authorization": f"Bearer {BEARER}x"}, 401, "bearer token is wrong"),
    ({"Authorization": f"Basic {BEARER}"}, 401, "bearer token is wrong"),
    ({"Content-Type": "text/plain"}, 400, "Invalid Content-Type header"),
    ({"mcp-session-id": "unknown"}, 404, "Session not found"),
]


def test_what_is_refused_is_logged_with_its_reason_and_without_secrets(shop, caplog):
    async def talk() -> None:
        async with running(worlds_of(shop), bearer=BEARER) as url, httpx2.AsyncClient() as web:
            known = {**ACCEPT, "Authorization": f"Bearer {BEARER}"}
            for headers, status, reason in REFUSED:
                caplog.clear()
                answer = await web.post(f"{url}/my-token", json=INITIALIZE, headers={**known, **headers})
                assert answer.status_code == status, headers
                assert ("www-authenticate" in answer.headers) == (status == 401)
                (warning,) = (one for one in caplog.records if one.name == "inftool_env.world.mcp_guard")
                assert warning.levelno == logging.WARNING
                assert warning.getMessage().startswith(f"refused POST: {status} ")
                assert reason in warning.getMessage()
                assert BEARER not in caplog.text
                assert "my-token" not in warning.getMessage()
                assert (await web.post(url, json=INITIALIZE, headers=known)).status_code == 200

    asyncio.run(talk())


def test_bodies_too_large_are_refused_however_they_come(shop, caplog):
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100

    async def talk() -> None:
        sessions = worlds_of(shop, limits=Limits(max_body_bytes=1000))
        async with running(sessions) as url, httpx2.AsyncClient(headers=ACCEPT) as web:
            for body in (b" " * 1001, pieces()):
                assert (await web.post(url, content=body)).status_code == 413
            lying = {"Content-Length": "9" * 400}
            with contextlib.suppress(httpx2.HTTPError):
                assert (await web.post(url, content=b"{}", headers=lying)).status_code in (400, 413)
            assert (await web.post(url, json=INITIALIZE)).status_code == 200

    asyncio.run(talk())
    assert caplog.text.count("body is larger than 1000 bytes") >= 2


def test_a_body_that_does_not_come_is_refused(shop, monkeypatch, caplog):
    monkeypatch.setattr("inftool_env.world.mcp_guard._BODY_TIMEOUT_S", 0.05)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(1)

    async def talk() -> None:
        async with running(worlds_of(shop)) as url, httpx2.AsyncClient(headers=ACCEPT) as web:
            with contextlib.suppress(httpx2.HTTPError):
                assert (await web.post(url, content=pieces())).status_code == 408
            assert (await web.post(url, json=INITIALIZE)).status_code == 200

    asyncio.run(talk())
    assert "refused POST: 408" in caplog.text


GARBAGE = (
    b"",
    b"{",
    b"[]",
    b"[" * 99_999,
    b"\xff\xfe",
    b"1" * 5000,
    b"null",
    b'{"jsonrpc":"2.0","id":1,"method":7}',
)


def test_garbage_is_refused_and_the_server_lives(shop):
    async def talk() -> None:
        sessions = worlds_of(shop)
        async with running(sessions) as url, httpx2.AsyncClient(headers=ACCEPT) as web:
            for body in GARBAGE:
                for extra in ({}, {"MCP-Protocol-Version": "2026-07-28"}, {"MCP-Protocol-Version": "9"}):
                    answer = await web.post(url, content=body, headers=extra)
                    assert answer.status_code == 400, answer.text
            assert (await web.post(url, json=INITIALIZE)).status_code == 200
            assert len(sessions) == 0

    asyncio.run(talk())


def test_sessions_and_worlds_beyond_the_limit_are_refused_until_room_is_made(shop, caplog):
    async def talk() -> None:
        sessions = worlds_of(shop, limits=Limits(max_sessions=3))
        async with running(sessions) as url, httpx2.AsyncClient(headers=ACCEPT) as web:
            answers = [await web.post(url, json=INITIALIZE) for _ in range(5)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 503, 503]
            await web.delete(url, headers={"mcp-session-id": answers[0].headers["mcp-session-id"]})
            assert (await web.post(url, json=INITIALIZE)).status_code == 200

            async with Client(url) as client:

                async def use(token: str) -> None:
                    await client.call_tool("list_orders", {}, meta={WORLD_META: {"token": token}})

                for token in ("a", "b", "c"):
                    await use(token)
                with pytest.raises(MCPError, match="Too many worlds"):
                    await use("d")
                await web.delete(f"{url}/a")
                await use("d")

    asyncio.run(talk())
    assert caplog.text.count("Too many open sessions") == 2
    assert "refused: a world more than the 3 that are open" in caplog.text


@pytest.mark.parametrize("bearer", ["", "short", "with a space in it, and long", "ä" * 20])
def test_a_bearer_token_that_guards_nothing_is_refused(shop, bearer):
    with pytest.raises(ConfigError, match="the bearer token has") as raised:
        http_app(worlds_of(shop), bearer=bearer)
    assert not bearer or bearer not in str(raised.value)


def test_only_loopback_addresses_are_served(shop):
    with pytest.raises(ConfigError, match=r"host is '0\.0\.0\.0'"):
        asyncio.run(serve_http(worlds_of(shop), host="0.0.0.0"))


def test_a_taken_port_is_named(shop):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}: Address already in use"):
            asyncio.run(serve_http(worlds_of(shop), port=port))
