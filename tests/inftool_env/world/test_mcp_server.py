import asyncio
import contextlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import mcp_types
import pytest
from mcp import Client, MCPError, StdioServerParameters

from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.tool import Toolset
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.mcp_server import DIGEST_URI, build_server
from inftool_env.world.mcp_sessions import Sessions
from inftool_env.world.worlds import SimulatedWorlds

WEATHER = "InfTool/weather-api-v0"
MODES = ("auto", "legacy")


def serving(shop: Toolset):
    return build_server(Sessions(SimulatedWorlds(), shop))


async def count_orders(client: Client) -> int:
    return (await client.call_tool("list_orders", {})).structured_content["total"]


async def place_order(client: Client) -> None:
    assert not (await client.call_tool("place_order", {"customer_id": "c", "quantity": 2})).is_error


@pytest.mark.parametrize("mode", MODES)
def test_a_client_lists_and_calls_the_tools(shop, mode):
    async def talk() -> None:
        async with Client(serving(shop), mode=mode) as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert list(tools) == list(shop.names)
            assert tools["get_order"].annotations.read_only_hint
            assert tools["cancel_order"].annotations.destructive_hint
            assert tools["place_order"].input_schema["required"] == ["customer_id", "quantity"]
            row = StatefulBackend(shop, seed=0).rows("get_order")[0]
            result = await client.call_tool("get_order", {"order_id": row["id"]})
            assert result.structured_content == row == json.loads(result.content[0].text)

    asyncio.run(talk())


def test_mistakes_in_a_call_are_results_and_unknown_tools_protocol_errors(shop):
    async def talk() -> None:
        async with Client(serving(shop)) as client:
            result = await client.call_tool("get_order", {})
            assert result.is_error
            assert "order_id" in result.content[0].text
            with pytest.raises(MCPError) as raised:
                await client.call_tool("teleport", {})
            assert raised.value.code == -32602

    asyncio.run(talk())


@pytest.mark.parametrize("mode", MODES)
def test_every_connection_has_a_world_of_its_own(shop, mode):
    async def talk() -> None:
        server = serving(shop)
        for _ in range(2):
            async with Client(server, mode=mode) as client:
                before = await count_orders(client)
                await place_order(client)
                assert (
                    await count_orders(client)
                    == before + 1
                    == len(StatefulBackend(shop, 0).rows("get_order")) + 1
                )

    asyncio.run(talk())


def test_a_result_that_is_no_object_travels_in_one(shop):
    order = shop.get("get_order").returns
    array = replace(shop.get("list_orders"), returns={"type": "array", "items": order})
    toolset = replace(shop, tools=(array,))

    async def talk() -> None:
        async with Client(serving(toolset)) as client:
            assert (await client.list_tools()).tools[0].output_schema["required"] == ["result"]
            result = await client.call_tool("list_orders", {"limit": 1})
            assert result.structured_content == {"result": json.loads(result.content[0].text)}

    asyncio.run(talk())


@pytest.mark.parametrize("mode", MODES)
def test_the_list_of_tools_comes_in_pages(shop, mode):
    async def talk() -> None:
        server = build_server(Sessions(SimulatedWorlds(), shop), page_size=3)
        async with Client(server, mode=mode) as client:
            page = await client.list_tools()
            assert len(page.tools) == 3
            names = [tool.name for tool in page.tools]
            while page.next_cursor is not None:
                page = await client.list_tools(cursor=page.next_cursor)
                names += [tool.name for tool in page.tools]
            assert names == list(shop.names)
            with pytest.raises(MCPError, match="Unknown cursor"):
                await client.list_tools(cursor="3")

    asyncio.run(talk())


@pytest.mark.parametrize("mode", MODES)
def test_a_resource_tells_the_digest_of_the_sessions_world(shop, mode):
    async def talk() -> None:
        async with Client(serving(shop), mode=mode) as client:
            assert [resource.uri for resource in (await client.list_resources()).resources] == [DIGEST_URI]

            async def digest() -> str:
                (contents,) = (await client.read_resource(DIGEST_URI)).contents
                assert contents.mime_type == "application/json"
                return json.loads(contents.text)["digest"]

            backend = StatefulBackend(shop, seed=0)
            assert await digest() == backend.digest()
            await place_order(client)
            backend.call(ToolCall(name="place_order", arguments={"customer_id": "c", "quantity": 2}))
            assert await digest() == backend.digest()
            with pytest.raises(MCPError, match="Resource not found"):
                await client.read_resource("inftool://world/rows")

    asyncio.run(talk())


class EchoWorlds(SimulatedWorlds):
    """Worlds that can tell no digest."""

    def open(self, toolset, seed, split):
        class Echo:
            def call(self, call):
                return ToolResult(call_id=call.id, name=call.name, content=call.id)

        return Echo()


def test_a_world_without_a_digest_has_no_resource(shop):
    async def talk() -> None:
        async with Client(build_server(Sessions(EchoWorlds(), shop))) as client:
            assert (await client.list_resources()).resources == []
            with pytest.raises(MCPError, match="Resource not found"):
                await client.read_resource(DIGEST_URI)

    asyncio.run(talk())


@pytest.mark.parametrize("mode", MODES)
def test_a_tool_revealed_in_one_session_is_announced_listed_and_callable_there_alone(shop, mode):
    async def talk() -> None:
        sessions = Sessions(SimulatedWorlds(), shop, hidden=["cancel_order", "get_order"])
        server = build_server(sessions)
        told = asyncio.Event()

        async def on_message(message) -> None:
            if isinstance(message, mcp_types.ToolListChangedNotification):
                told.set()

        async def names(client: Client) -> set[str]:
            return {tool.name for tool in (await client.list_tools(cache_mode="bypass")).tools}

        everything = set(shop.names)
        async with (
            Client(server, mode=mode, message_handler=on_message) as client,
            Client(server, mode=mode) as other,
        ):
            assert client.server_capabilities.tools.list_changed
            assert await names(client) == await names(other) == everything - {"cancel_order", "get_order"}
            with pytest.raises(MCPError, match="Unknown tool: get_order"):
                await client.call_tool("get_order", {})
            _, mine = sessions  # the longest silent first
            if mode == "legacy":
                await mine.reveal("get_order")
                await asyncio.wait_for(told.wait(), 5)
            else:
                async with client.listen(tools_list_changed=True) as changes:
                    await mine.reveal("get_order")
                    await asyncio.wait_for(anext(aiter(changes)), 5)
            assert await names(client) == everything - {"cancel_order"}
            assert await names(other) == everything - {"cancel_order", "get_order"}
            assert (await client.call_tool("get_order", {})).is_error
            with pytest.raises(KeyError):
                await mine.reveal("get_order")

    asyncio.run(talk())


@pytest.mark.parametrize("mode", MODES)
def test_a_server_that_hides_nothing_announces_nothing(shop, mode):
    async def talk() -> None:
        async with Client(serving(shop), mode=mode) as client:
            assert not client.server_capabilities.tools.list_changed

    asyncio.run(talk())


def test_a_session_can_reveal_a_tool_after_its_client_has_left(shop):
    async def talk() -> None:
        sessions = Sessions(SimulatedWorlds(), shop, hidden=["get_order"])
        async with Client(build_server(sessions), mode="legacy") as client:
            await client.list_tools()
            (session,) = sessions
        assert len(sessions) == 0
        await session.reveal("get_order")

    asyncio.run(talk())


def test_the_command_serves_over_stdio():
    async def talk() -> None:
        command = StdioServerParameters(command=sys.executable, args=["-m", "inftool_env", "serve", WEATHER])
        async with Client(command) as client:
            assert "get_current_weather" in [tool.name for tool in (await client.list_tools()).tools]
            result = await client.call_tool("get_current_weather", {"city": "Velmora"})
            assert result.structured_content["city"] == "Velmora"

    asyncio.run(talk())


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def http_port() -> Iterator[int]:
    """A real server process with the weather API; it must end cleanly when interrupted."""
    port = free_port()
    words = ["serve", WEATHER, "--transport", "http", "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "inftool_env", *words],
        stderr=subprocess.PIPE,
        # What a shell starts in the background ignores interrupts, and hands that on to its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        for _ in range(600):
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
            time.sleep(0.05)
        yield port
    finally:
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in complaints


@pytest.mark.parametrize("mode", MODES)
def test_the_command_serves_over_http(http_port, mode):
    async def talk() -> None:
        async with Client(f"http://127.0.0.1:{http_port}/mcp", mode=mode) as client:
            result = await client.call_tool("get_current_weather", {"city": "Velmora"})
            assert result.structured_content["city"] == "Velmora"

    asyncio.run(talk())


def test_http_sessions_do_not_see_each_other(http_port):
    async def alerts() -> int:
        async with Client(f"http://127.0.0.1:{http_port}/mcp", mode="legacy") as client:
            place = {"label": "Home", "latitude": 10.5, "longitude": 10.5}
            saved = (await client.call_tool("add_location", place)).structured_content
            alert = {"location_id": saved["id"], "trigger": "rain", "threshold": 5}
            assert not (await client.call_tool("create_weather_alert", alert)).is_error
            return len(
                (await client.call_tool("list_weather_alerts", {"trigger": "rain"})).structured_content[
                    "result"
                ]
            )

    assert asyncio.run(alerts()) == asyncio.run(alerts())


@pytest.mark.parametrize(
    ("headers", "status"), [({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403)]
)
def test_pages_of_other_sites_are_refused(http_port, headers, status):
    connection = http.client.HTTPConnection("127.0.0.1", http_port, timeout=10)
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})
    known = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    connection.request("POST", "/mcp", body, {**known, **headers})
    assert connection.getresponse().status == status
    connection.close()


def test_the_sdk_is_loaded_by_nothing_else():
    script = "import sys, inftool_env, inftool_env.world.backend; sys.exit('mcp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
