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

import pytest
from mcp import Client, MCPError, StdioServerParameters

from inftool_env.core.errors import ConfigError
from inftool_env.core.tool import Toolset
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.mcp_http import serve_http
from inftool_env.world.mcp_server import build_server
from inftool_env.world.mcp_sessions import Sessions
from inftool_env.world.mcp_tools import describe_tool
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


def test_definitions_stay_at_the_root_of_a_wrapped_schema(shop):
    returns = {"$defs": {"n": {"type": "integer"}}, "type": "array", "items": {"$ref": "#/$defs/n"}}
    schema = describe_tool(replace(shop.get("list_orders"), returns=returns)).output_schema
    assert schema["$defs"] == returns["$defs"]
    assert schema["properties"]["result"] == {"type": "array", "items": {"$ref": "#/$defs/n"}}


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
            alert = {"location_id": "loc_1234", "trigger": "rain", "threshold": 5}
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


def test_only_loopback_addresses_are_served(shop):
    with pytest.raises(ConfigError, match=r"host is '0\.0\.0\.0'"):
        asyncio.run(serve_http(Sessions(SimulatedWorlds(), shop), host="0.0.0.0"))


def test_a_taken_port_is_named(shop):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(ConfigError, match=f"127.0.0.1:{port}: Address already in use"):
            asyncio.run(serve_http(Sessions(SimulatedWorlds(), shop), port=port))


def test_the_sdk_is_loaded_by_nothing_else():
    script = "import sys, inftool_env, inftool_env.world.backend; sys.exit('mcp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
