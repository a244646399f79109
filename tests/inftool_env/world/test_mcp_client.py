import asyncio
import gc
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.processes import is_running
from inftool_env.core.errors import BackendError
from inftool_env.core.tool import Toolset
from inftool_env.specs.mcp_process import Command
from inftool_env.world import mcp_client
from inftool_env.world.mcp_client import McpRefusalError, McpSession
from inftool_env.world.mcp_server import DIGEST_URI, build_server
from inftool_env.world.mcp_sessions import Sessions
from inftool_env.world.worlds import SimulatedWorlds

PLAIN_SERVER = """
import json, os, sys, time
print("starting up")
for line in sys.stdin:
    request = json.loads(line)
    method, params = request["method"], request.get("params", {})
    if "id" not in request:
        continue
    if method == "initialize":
        result = {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {"name": "p", "version": "1"}}
    elif method == "tools/list":
        result = {"tools": [{"name": "act", "inputSchema": {"type": "object"}}], "nextCursor": "again"}
    elif method == "tools/call":
        exec(params["arguments"].get("do", ""))
        result = {"content": [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]}
    else:
        print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": {"code": -32601, "message": "no"}}), flush=True)
        continue
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)
"""
PLAIN = Command(words=(sys.executable, "-S", "-c", PLAIN_SERVER))


def python(code: str, **options: float) -> Command:
    return Command(words=(sys.executable, "-S", "-c", code), **options)


@pytest.fixture
def plain() -> Iterator[McpSession]:
    session = McpSession(PLAIN, call_timeout_s=5)
    yield session
    session.close()


@pytest.fixture
def in_memory(shop: Toolset) -> Iterator[McpSession]:
    session = McpSession(build_server(Sessions(SimulatedWorlds(), shop)))
    yield session
    session.close()


def test_tools_are_listed_called_and_resources_read(in_memory: McpSession, shop: Toolset) -> None:
    assert [tool["name"] for tool in in_memory.list_tools()] == list(shop.names)
    answer = in_memory.call_tool("list_orders", {})
    assert not answer.is_error
    assert answer.data["items"]
    assert in_memory.call_tool("get_order", {}).is_error
    assert "digest" in in_memory.read_resource(DIGEST_URI)


def test_a_refused_request_leaves_the_session_open(in_memory: McpSession) -> None:
    with pytest.raises(McpRefusalError, match="Unknown tool: teleport") as raised:
        in_memory.call_tool("teleport", {})
    assert raised.value.code == -32602
    with pytest.raises(McpRefusalError):
        in_memory.read_resource("inftool://nowhere")
    assert in_memory.is_open
    assert in_memory.call_tool("list_orders", {}).data


def test_it_works_while_another_event_loop_runs_in_the_thread(in_memory: McpSession) -> None:
    async def notebook_cell() -> bool:
        return in_memory.call_tool("get_order", {}).is_error

    assert asyncio.run(notebook_cell())


def test_a_command_answers_in_all_its_texts_and_may_say_more_than_messages(plain: McpSession) -> None:
    answer = plain.call_tool("act", {})
    assert (answer.text, answer.data, answer.is_error) == ("one\ntwo", None, False)
    assert plain.call_tool("act", {"do": "print('a line of its log')"}).text == "one\ntwo"


def test_tools_without_end_are_refused(plain: McpSession) -> None:
    with pytest.raises(BackendError, match="lists 2 tools and does not end"):
        plain.list_tools()


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        (
            "print('out of luck', file=sys.stderr, flush=True); os._exit(3)",
            r"ended before it had answered(.|\n)*out of luck",
        ),
        ("time.sleep(60)", "did not answer within 1 s"),
        (
            "[print('noise', flush=True) for _ in range(1000)]; time.sleep(60)",
            "what is no MCP message(.|\n)*'noise'",
        ),
        ("print('x' * 3_000_000)", "ended before it had answered(.|\n)*a line of more than 1,000,000 bytes"),
        (
            "result = {'content': 7}; exec('del exec', {})",
            "a shape that is not MCP's|cannot be understood|ended",
        ),
    ],
    ids=["crash", "hang", "garbage", "flood", "nonsense"],
)
def test_a_server_that_breaks_in_a_call_ends_the_session_with_the_reason(
    deed: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp_client, "MAX_ANSWER_BYTES", 1_000_000)
    session = McpSession(PLAIN, name="plain", call_timeout_s=1)
    with pytest.raises(BackendError, match=r"MCP server 'plain'") as raised:
        session.call_tool("act", {"do": deed})
    assert raised.match(told)
    assert not session.is_open
    with pytest.raises(BackendError, match="is closed"):
        session.call_tool("act", {})


@pytest.mark.parametrize(
    ("server", "told"),
    [
        (
            python("import sys; sys.exit('no licence')"),
            "ended before it had answered to the handshake(.|\n)*no licence",
        ),
        (python("import time; time.sleep(60)", grace_s=0.1), "did not answer within 1 s"),
        (python("while True: print('tick')", grace_s=0.1), "writes what is no MCP message(.|\n)*'tick'"),
        (Command(words=("no-such-program",)), "cannot be started"),
        (python("print('hello')", prints_url=True), "did not write its URL"),
        ("http://127.0.0.1:9/mcp", "cannot be reached"),
    ],
    ids=["crash", "slow", "garbage", "missing", "no-url", "unreachable"],
)
def test_a_server_that_cannot_be_started_says_why(server: Command | str, told: str) -> None:
    start = time.monotonic()
    with pytest.raises(BackendError, match=told):
        McpSession(server, start_timeout_s=1 if "sleep" in str(server) else 20)
    assert time.monotonic() - start < 30


def has_ended(family: list[int]) -> bool:
    """Whether all of them end in a moment, which a system that is busy may take to end what was killed."""
    deadline = time.monotonic() + 10
    while any(map(is_running, family)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(is_running, family))


def pids_written(path: Path, count: int) -> list[int]:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = path.read_text().split() if path.exists() else []
        if len(found) == count:
            return [int(pid) for pid in found]
        time.sleep(0.02)
    raise AssertionError(f"{path} never named {count} processes")


FAMILY = (
    """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-S", "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(f"{os.getpid()} {child.pid}")
"""
    + PLAIN_SERVER
)


def close_it(session: McpSession) -> None:
    session.close()


def kill_it(session: McpSession) -> None:
    with pytest.raises(BackendError):
        session.call_tool("act", {"do": "os.kill(os.getpid(), 9)"})


@pytest.mark.parametrize("end", [close_it, kill_it])
def test_the_whole_family_of_a_server_ends_with_it(end: Callable[[McpSession], None], tmp_path: Path) -> None:
    session = McpSession(Command(words=(sys.executable, "-S", "-c", FAMILY, str(tmp_path / "pids"))))
    family = pids_written(tmp_path / "pids", 2)
    assert all(map(is_running, family))
    end(session)
    assert has_ended(family)


def test_a_forgotten_session_ends_its_server(tmp_path: Path) -> None:
    session = McpSession(Command(words=(sys.executable, "-S", "-c", FAMILY, str(tmp_path / "pids"))))
    family = pids_written(tmp_path / "pids", 2)
    del session
    gc.collect()
    assert has_ended(family)


@pytest.mark.parametrize("last", ["", "os.kill(os.getpid(), 9)"], ids=["exit", "killed"])
def test_no_server_outlives_the_interpreter(last: str, tmp_path: Path) -> None:
    code = f"""
import os, sys
from inftool_env.specs.mcp_process import Command
from inftool_env.world.mcp_client import McpSession
session = McpSession(Command(words=(sys.executable, "-S", "-c", {PLAIN_SERVER!r})))
session.call_tool("act", {{"do": "open({str(tmp_path / "pids")!r}, 'w').write(str(os.getpid()))"}})
{last}
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    (server,) = pids_written(tmp_path / "pids", 1)
    assert has_ended([server])
    assert done.returncode == (-9 if last else 0)
