"""Small items in BFCL's shape, made up here, and the official checker where it is installed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from benchmarks.bfcl.items import Item
from benchmarks.bfcl.lane import LANE, OfficialChecker


def _function(name: str, required: tuple[str, ...] = (), /, **properties: Any) -> dict[str, Any]:
    parameters = {"type": "dict", "properties": properties, "required": list(required)}
    return {"name": name, "description": f"Does {name}.", "parameters": parameters}


TRIP = _function(
    "trip.plan",
    ("city", "days"),
    city={"type": "string", "description": "Where to."},
    days={"type": "integer", "description": "How long."},
    budget={"type": "float", "description": "In euros."},
    grade={"type": "string", "enum": ["first", "second"], "default": "second"},
    stops={"type": "array", "items": {"type": "string"}},
    paid={"type": "boolean"},
    guest={"type": "dict", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}},
)
CANCEL = _function("cancel", ("number",), number={"type": "integer"})


@pytest.fixture
def function() -> Callable[..., dict[str, Any]]:
    """``function(name, required, **properties)``: a function's document as BFCL writes it."""
    return _function


@pytest.fixture
def make_item() -> Callable[..., Item]:
    """``make_item(*calls)``: an item of two functions whose truth are these calls; none, for one to be declined."""

    def make_item(*calls: dict[str, Any], functions: tuple[Any, ...] = (TRIP, CANCEL), **fields: Any) -> Item:
        plain: dict[str, Any] = {
            "id": "made_up_0",
            "category": "parallel_multiple" if calls else "irrelevance",
            "question": (({"role": "user", "content": "Plan it."},),),
            "functions": functions,
            "declared": functions,
            "truth": list(calls) or None,
        }
        return Item(**(plain | fields))

    return make_item


@pytest.fixture(scope="session")
def official() -> Iterator[OfficialChecker]:
    """BFCL's own checker; loading takes some seconds."""
    if not (LANE / ".installed").exists():
        pytest.skip("BFCL is not installed; run `make lane-bfcl`")
    with OfficialChecker(verdict_s=5) as checker:
        yield checker
