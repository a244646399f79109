import json
from pathlib import Path

import pytest

from inftool_env import __main__ as cli
from inftool_env.commands.source import read_source
from inftool_env.core.errors import ConfigError

PARAMETER = {"name": "city", "in": "query", "schema": {"type": "string"}}
SERVER = "no-such-program"


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """A document whose only operation has a parameter in another folder."""
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "city.json").write_text(json.dumps(PARAMETER))
    operation = {"operationId": "show", "parameters": [{"$ref": "../common/city.json"}]}
    document = {"openapi": "3.1.0", "info": {"title": "Weather"}, "paths": {"/weather": {"get": operation}}}
    (tmp_path / "api").mkdir()
    path = tmp_path / "api" / "weather.json"
    path.write_text(json.dumps(document))
    return path


def test_a_folder_must_be_allowed_before_a_document_leads_into_it(spec: Path) -> None:
    allowed = read_source("register", spec, None, allow_dir=(spec.parents[1] / "common",))
    assert list(allowed.toolset.tools[0].properties) == ["city"]
    with pytest.raises(ValueError, match="leads out of"):
        read_source("register", spec, None)


def test_the_folders_that_are_allowed_do_not_swallow_the_document(
    spec: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--allow-dir", str(tmp_path), "--allow-dir", str(spec.parents[1] / "common")]
    assert cli.main(["inspect", *folders, str(spec), "--json"]) == 0
    assert '"city"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("document", "mcp", "permission", "told"),
    [
        (None, None, {}, "show: neither SPEC nor --mcp is given; expected one of them"),
        (Path("a.yaml"), SERVER, {}, "show: both SPEC and --mcp are given; expected one of them"),
        (None, SERVER, {"allow_remote": True}, "show: --allow-remote and --allow-dir are given with --mcp"),
        (None, SERVER, {"allow_dir": (Path(),)}, "show: --allow-remote and --allow-dir are given with --mcp"),
    ],
)
def test_a_wrong_choice_of_source_is_refused(
    document: Path | None, mcp: str | None, permission: dict[str, object], told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        read_source("show", document, mcp, **permission)
