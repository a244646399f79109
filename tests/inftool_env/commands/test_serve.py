import pytest

from inftool_env.commands import serve
from inftool_env.commands.serve import BEARER_VARIABLE, run
from inftool_env.core.errors import ConfigError
from inftool_env.core.scenario import Split

WEATHER = "InfTool/weather-api-v0"
SECRET = "a-secret-of-many-letters"


@pytest.fixture
def served(monkeypatch) -> dict:
    """What the command would serve with."""
    seen: dict = {}

    async def note(sessions, **options) -> None:
        seen.update(options, sessions=sessions)

    monkeypatch.setattr(serve, "serve_http", note)
    monkeypatch.setattr(serve, "serve_stdio", note)
    monkeypatch.delenv(BEARER_VARIABLE, raising=False)
    return seen


def test_options_reach_the_server(served):
    run(WEATHER, transport="http", port=1, seed=7, split="eval", page_size=3, max_sessions=5, idle_s=2.5)
    limits = served["sessions"].limits
    assert (limits.max_sessions, limits.idle_s) == (5, 2.5)
    assert (served["port"], served["page_size"], served["bearer"]) == (1, 3, None)
    name = served["sessions"].connect()
    assert (name.seed, name.split) == (7, Split.EVAL)


def test_the_bearer_token_comes_from_a_file_or_the_environment(served, monkeypatch, tmp_path):
    monkeypatch.setenv(BEARER_VARIABLE, "from-the-environment")
    run(WEATHER, transport="http")
    assert served["bearer"] == "from-the-environment"
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n")
    run(WEATHER, transport="http", bearer_file=file)
    assert served["bearer"] == SECRET


def test_a_bearer_file_that_cannot_be_read_is_named(served, tmp_path):
    with pytest.raises(ConfigError, match="No such file or directory"):
        run(WEATHER, transport="http", bearer_file=tmp_path / "none")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not UTF-8"):
        run(WEATHER, transport="http", bearer_file=tmp_path / "bytes")


@pytest.mark.parametrize(
    "option", [{"max_sessions": 0}, {"max_body_bytes": -1}, {"idle_s": float("inf")}, {"page_size": 0}]
)
def test_limits_that_cannot_be_are_refused(served, option):
    with pytest.raises(ConfigError, match="expected more than 0"):
        run(WEATHER, **option)
