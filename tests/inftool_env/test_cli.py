import errno
import os
import subprocess
import sys
from pathlib import Path

import gymnasium
import pytest

from inftool_env import __main__ as cli
from inftool_env.core.errors import ConfigError
from inftool_env.envs.registry import register_builtin

SPEC = """
openapi: 3.1.0
info: {title: Greeting API, version: "1"}
paths:
  /greetings:
    get:
      operationId: get_greeting
      summary: Get a greeting for a person
      parameters: [{name: person, in: query, required: true, schema: {type: string}}]
      responses: {"200": {description: Fine}}
"""


def test_help_lists_every_verb_with_one_line_and_imports_none_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = set(sys.modules)
    assert cli.main(["--help"]) == 0
    assert not {name for name in set(sys.modules) - before if ".commands." in name or name == "torch"}
    text = capsys.readouterr().out
    for verb in ("list", "register", "serve"):
        (line,) = [line for line in text.splitlines() if line.split()[:1] == [verb]]
        assert 20 < len(line) < 110
        assert "``" not in line


def test_a_registered_document_is_listed_by_the_next_process(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "greeting.yaml").write_text(SPEC)
    register = ["register", str(tmp_path / "greeting.yaml"), "--name", "hello"]
    try:
        assert cli.main(register) == 0
        assert capsys.readouterr().out == "InfTool/hello-v0\n"
        assert cli.main(register) == 2
        assert "is taken" in capsys.readouterr().err
    finally:
        gymnasium.registry.pop("InfTool/hello-v0", None)
    done = subprocess.run(
        [sys.executable, "-m", "inftool_env", "list"], capture_output=True, text=True, check=True
    )
    (line,) = [line for line in done.stdout.splitlines() if "hello" in line]
    assert line.split()[:7] == [
        "InfTool/hello-v0",
        "1",
        "tools",
        "simple,",
        "parallel,",
        "missing_param,",
        "irrelevance,",
    ]


def test_a_damaged_kept_api_is_named_in_the_list_and_hides_no_other(
    no_kept_apis: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (no_kept_apis / "apis").mkdir(parents=True)
    (no_kept_apis / "apis" / "cut-off.json").write_text("{")
    register_builtin()
    try:
        assert cli.main(["list"]) == 0
    finally:
        gymnasium.registry.pop("InfTool/cut-off-v0", None)
    lines = capsys.readouterr().out.splitlines()
    assert any(line.startswith("InfTool/cut-off-v0") and "cannot be read" in line for line in lines)
    assert any(line.startswith("InfTool/weather-api-v0") and "14 tools" in line for line in lines)


def test_an_unknown_verb_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lst"]) == 2
    assert "Did you mean 'list'?" in capsys.readouterr().err


def test_no_verb_is_a_mistake_that_shows_the_verbs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "Usage: inftool VERB" in capsys.readouterr().out


def test_a_verb_whose_package_is_not_there_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "HERE", {"fly": "no_such_package.commands.fly:run"})
    assert cli.main(["fly"]) == 2
    assert "pip install" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (ConfigError("wrong: this; expected that."), 2, "ConfigError: wrong"),
        (KeyboardInterrupt(), 130, "Interrupted"),
        (OSError(errno.ENOSPC, "No space left on device", "run/x"), 2, "run/x: No space left"),
    ],
)
def test_a_users_error_is_one_message_and_an_interrupt_is_130(
    error: BaseException,
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(cli, "_run", fail)
    assert cli.main(["list"]) == code
    assert capsys.readouterr().err.startswith(told)


def test_a_reader_that_leaves_early_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "inftool_env", "list"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")
