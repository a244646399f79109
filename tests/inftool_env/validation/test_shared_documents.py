"""Real documents, each nasty in its own way, hold every promise."""

from pathlib import Path

import pytest

from inftool_env.validation.document import validate
from inftool_env.validation.promises import shortfalls

FOLDER = Path(__file__).parents[4] / "shared" / "specs"
QUICK = (
    "petstore.swagger20.json",
    "polymorphism.oas30.json",
    "parameters-style.oas31.json",
    "tictactoe.oas31.yaml",
    "mcp/server-memory.json",
    "functions/ticket_api.json",
)
SLOW = ("weather-gov.oas30.yaml", "notion.oas31.json")


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no folder of real documents beside the repository")
@pytest.mark.parametrize("name", [*QUICK, *(pytest.param(name, marks=pytest.mark.slow) for name in SLOW)])
def test_a_real_document_holds_every_promise(name: str) -> None:
    assert shortfalls(validate(str(FOLDER / name), seeds=1)) == ()
