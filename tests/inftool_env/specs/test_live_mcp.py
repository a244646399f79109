import http.server
import json
import shlex
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.processes import is_running
from inftool_env.core.errors import SpecError
from inftool_env.core.tool import Effect
from inftool_env.specs import live_mcp
from inftool_env.specs.live_mcp import read_live_tools
from inftool_env.specs.load import read_tools

NOTES_SERVER = Path(__file__).with_name("notes_server.py")

# Answers as its argument says, without the SDK: tools/list gives the pages in turn.
PLAIN_SERVER = """
import json, os, sys
pages = json.loads(sys.argv[1])
print("The plain server speaks.", file=sys.stderr, flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    if "id" not in asked:
        continue
    answer = {"jsonrpc": "2.0", "id": asked["id"]}
    if asked["method"] == "initialize":
        answer["result"] = {
            "protocolVersion": asked["params"]["protocolVersion"],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "plain", "version": "1"},
        }
    elif asked["method"] == "tools/list":
        answer["result"] = pages.pop(0) if len(pages) > 1 else pages[0]
    else:
        answer["error"] = {"code": -32601, "message": "Method not found"}
    print(json.dumps(answer), flush=True)
"""


def python(script: str, *arguments: str) -> str:
    return shlex.join([sys.executable, "-c", script, *arguments])


def plain_server(*pages: dict) -> str:
    return python(PLAIN_SERVER, json.dumps(pages))


def listed(name: str, **properties: dict) -> dict:
    return {"name": name, "inputSchema": {"type": "object", "properties": properties}}


@pytest.fixture(scope="module")
def notes_url() -> Iterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, str(NOTES_SERVER), "http", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def web() -> Iterator[Callable[..., str]]:
    """Starts a web server that answers every POST alike; gives its address."""
    servers = []

    def start(status: int, body: bytes, **headers: str) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(status)
                for name, value in {"content_length": str(len(body)), **headers}.items():
                    self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/mcp"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_the_tools_of_every_page_come_with_their_effects_and_results(
    transport: str, request: pytest.FixtureRequest
) -> None:
    if transport == "http":
        server = request.getfixturevalue("notes_url")
    else:
        server = shlex.join([sys.executable, str(NOTES_SERVER), "stdio"])
    reading = read_live_tools(server)
    assert (reading.toolset.name, reading.toolset.title) == ("my-notes", "My Notes")
    assert {tool.name: tool.effect for tool in reading.toolset.tools} == {
        "create_note": Effect.CREATE,
        "get_note": Effect.READ,
        "find_notes": Effect.READ,
        "delete_note": Effect.DELETE,
        "flip_note": Effect.UPDATE,
    }
    assert reading.toolset.get("create_note").required == ("title", "tag")
    assert reading.toolset.get("find_notes").returns["properties"]["notes"]["type"] == "array"
    assert (reading.source, reading.operations, reading.skipped) == (server, 5, ())


def test_a_live_server_reads_as_its_saved_list_does(tmp_path: Path) -> None:
    tools = [
        listed("b_first", zebra={"type": "string", "default": None}, apple={"type": "number"}),
        {**listed("a second"), "unknown": [1], "annotations": {"readOnlyHint": False}},
        listed("_", size={"type": "integer", "maximum": 10**30, "default": float("nan")}),
    ]
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps({"serverInfo": {"name": "plain", "version": "1"}, "tools": tools}))
    pages = ({"tools": tools[:1], "nextCursor": "2"}, {"tools": tools[1:]})
    live = read_live_tools(plain_server(*pages)).toolset
    assert live == read_tools(saved)
    assert list(live.tools[0].properties) == ["zebra", "apple"]


def test_tools_can_be_left_out_by_name() -> None:
    reading = read_live_tools(plain_server({"tools": [listed("keep"), listed("drop")]}), skip=["drop"])
    assert reading.toolset.names == ("keep",)


@pytest.mark.parametrize(
    ("server", "told"),
    [
        ("no-such-program --flag", r"MCP server 'no-such-program --flag': cannot be started \(No such file"),
        (str(NOTES_SERVER), r"cannot be started \(Permission denied\)"),
        (
            python("import sys; sys.exit('no key')"),
            r"ended before it had listed[^\n]*\n.*ends with:\n  no key$",
        ),
        (python("print('hello')"), r"ended before.*no MCP message: 'hello'"),
        (python("while True: print('y', flush=True)"), r"writes what is no MCP message.*message: 'y'"),
        ("cat", r"answers with the error 'Method not found' \(-32601\)"),
        ("python 'unclosed", r"cannot be split into words \(No closing quotation\)"),
        ("  ", r"the command is empty"),
        ("ws://localhost/mcp", r"is no http:// or https:// URL"),
        ("http://127.0.0.1:1/mcp", r"cannot be reached \(All connection attempts failed\)"),
        ("http://[::1/mcp", r"cannot be understood \(Invalid port"),
        (plain_server({"tools": [{"name": "no schema"}]}), r"not MCP's \(.*inputSchema: Field required\)"),
        (plain_server({"tools": []}), r"no operations"),
        (plain_server({"tools": [], "nextCursor": "1"}), r"page of tools/list after '1' is itself"),
    ],
)
def test_what_is_no_server_is_named_with_what_it_said(
    server: str, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SpecError, match=f"(?s){told}") as raised:
        read_live_tools(server, timeout_s=20)
    assert "; expected " in str(raised.value)
    assert capfd.readouterr() == ("", "")


def test_a_server_that_hangs_is_stopped_with_its_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    child = f"import os, time; print(os.getpid(), file=open({str(pids)!r}, 'a'), flush=True); time.sleep(60)"
    parent = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}], stdin=0); exec({child!r})"
    with pytest.raises(SpecError, match=r"did not list its tools within 1\.5 s"):
        read_live_tools(python(parent), timeout_s=1.5)
    started = [int(line) for line in pids.read_text().split()]
    assert len(started) == 2
    assert [pid for pid in started if is_running(pid)] == []


def test_an_address_that_never_answers_is_given_up() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
        with pytest.raises(SpecError, match=r"did not list its tools within 0\.5 s"):
            read_live_tools(url, timeout_s=0.5)


def test_a_command_is_run_without_a_shell(tmp_path: Path) -> None:
    command = f"{python(PLAIN_SERVER, json.dumps([{'tools': [listed('a')]}]))} ; touch {tmp_path / 'touched'}"
    assert read_live_tools(command).toolset.names == ("a",)
    assert list(tmp_path.iterdir()) == []


def test_a_command_sees_only_the_variables_set_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_TOKEN", "from outside")
    show = python("import os, sys; sys.exit(os.environ.get('API_TOKEN', 'not there'))")
    with pytest.raises(SpecError, match=r"\n  not there$"):
        read_live_tools(show)
    with pytest.raises(SpecError, match=r"\n  from within$"):
        read_live_tools(f"env API_TOKEN='from within' {show}")


def test_a_servers_schema_cannot_name_files_of_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text('{"type": "string", "description": "hidden"}')
    for ref in (str(secret), secret.as_uri(), "secret.json"):
        tools = [listed("good"), listed("sly", key={"$ref": ref})]
        reading = read_live_tools(plain_server({"tools": tools}))
        assert "hidden" not in repr(reading)


def test_too_many_tools_or_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    server = plain_server(
        {"tools": [listed("a"), listed("b")], "nextCursor": "1"}, {"tools": [listed("c"), listed("d")]}
    )
    monkeypatch.setattr(live_mcp, "MAX_TOOLS", 3)
    with pytest.raises(SpecError, match="lists 4 tools or more"):
        read_live_tools(server)
    monkeypatch.undo()
    monkeypatch.setattr(live_mcp, "MAX_BYTES", 150)
    with pytest.raises(SpecError, match="or more, in"):
        read_live_tools(server)


@pytest.mark.parametrize(
    ("status", "body", "headers", "told"),
    [
        (401, b"", {}, "answers HTTP 401 Unauthorized"),
        (404, b"<html>", {"content_type": "text/html"}, "answers HTTP 404 Not Found"),
        (200, b"<html>", {"content_type": "text/html"}, "Unexpected content type: text/html"),
        (200, b"{", {"content_type": "application/json"}, "Failed to parse JSON response"),
        (200, b"x" * 2000, {"content_type": "application/json"}, "more than 1,000 bytes"),
        (200, b"", {"content_type": "application/json", "content_encoding": "gzip"}, "compressed"),
        (302, b"", {"location": "http://127.0.0.1:1/"}, "Redirect to http://127.0.0.1:1/ not followed"),
    ],
)
def test_a_web_page_that_is_no_mcp_server_is_refused(
    status: int,
    body: bytes,
    headers: dict[str, str],
    told: str,
    web: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live_mcp, "MAX_BYTES", 1000)
    with pytest.raises(SpecError, match=told):
        read_live_tools(web(status, body, **headers), timeout_s=20)
