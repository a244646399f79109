"""Golden files: whole records of our own output, compared byte for byte."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import settings

from inftool_env.core.jsonl import to_json, write_atomic

# The same examples in every run: a property that fails fails for everybody, and CI is no lottery.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")

GOLDEN = Path(__file__).with_name("golden")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write the golden files anew.")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Iterable[object]], None]:
    """Compares records with those of ``tests/golden/<name>.jsonl``; with --update-golden writes them."""

    def compare(name: str, records: Iterable[object]) -> None:
        file = GOLDEN / f"{name}.jsonl"
        found = [to_json(record) for record in records]
        if request.config.getoption("--update-golden"):
            write_atomic(file, "".join(line + "\n" for line in found))
        kept = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        assert found == kept, f"{file} differs; run pytest --update-golden and look at the diff"

    return compare


@pytest.fixture(autouse=True)
def no_kept_apis(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty user folder, so that no test sees or touches the APIs kept on this machine."""
    monkeypatch.setenv("INFTOOL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"
