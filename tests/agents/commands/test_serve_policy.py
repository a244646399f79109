import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from inftool_env.core.errors import ConfigError


def test_addresses_of_other_machines_and_short_keys_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from agents.commands.serve_policy import BEARER_VARIABLE, run

    with pytest.raises(ConfigError, match="expected one of 127"):
        run("tiny", host="0.0.0.0", port=0)
    monkeypatch.setenv(BEARER_VARIABLE, "short")
    with pytest.raises(ConfigError, match="bearer token has 5 characters"):
        run("tiny", port=0)


@pytest.mark.slow
def test_the_command_serves_until_it_is_interrupted() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve-policy", "tiny", "--port", str(port), "--names", "one", "two"]
    environment = {**os.environ, "INFTOOL_SERVE_TOKEN": ""}
    del environment["INFTOOL_SERVE_TOKEN"]
    # As where InfTool is installed: there the verb is found by its entry point.
    command = (
        "import sys, inftool_env.__main__ as cli;"
        "cli.HERE = {'serve-policy': 'agents.commands.serve_policy:run'}; sys.exit(cli.main())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", command, *words], stderr=subprocess.PIPE, env=environment
    ) as process:
        try:
            names = [model["id"] for model in read(f"http://127.0.0.1:{port}/v1/models", process)["data"]]
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
    assert names == ["one", "two"]
    assert f"one, two at http://127.0.0.1:{port}/v1" in errors.decode()
    assert process.returncode == 130


def read(url: str, process: subprocess.Popen) -> dict:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return json.load(answer)
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the server did not answer")
