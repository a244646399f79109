"""Two environments, and rows made of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agents.datasets.config import SynthConfig
from agents.datasets.manifest import Manifest
from agents.datasets.row import Row
from agents.datasets.sources import Source, read_sources
from agents.datasets.synthesize import synthesize
from inftool_env.core.message import (
    Message,
    ToolCall,
    ToolResult,
    assistant_message,
    tool_message,
    user_message,
)

ENVIRONMENTS = ("InfTool/weather-api-v0", "InfTool/bank-api-v0")
TOOL = {
    "type": "function",
    "function": {
        "name": "get_forecast",
        "description": "Forecast of a city.",
        "parameters": {"type": "object"},
    },
}


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    return read_sources(ENVIRONMENTS)


@pytest.fixture
def make(sources: tuple[Source, ...], tmp_path: Path) -> Callable[..., Manifest]:
    """Makes a dataset in a folder of that name."""

    def synth(name: str, config: SynthConfig, **options: object) -> Manifest:
        return synthesize(sources, config, tmp_path / name, **{"rows_per_shard": 20, **options})

    return synth


def call(city: str, number: int = 0) -> ToolCall:
    return ToolCall(name="get_forecast", arguments={"city": city}, id=f"call_{number}")


def result(text: str, number: int = 0) -> Message:
    return tool_message(ToolResult(call_id=f"call_{number}", name="get_forecast", content=text))


def row(*messages: Message) -> Row:
    spoken = messages or (
        user_message("Rome and Oslo?"),
        assistant_message("I look.", (call("Rome"), call("Oslo", 1))),
        result('{"sky": "blue"}'),
        result('{"sky": "grey"}', 1),
        assistant_message("Blue and grey."),
    )
    return Row(
        id="weather/parallel-1/train/7",
        environment="InfTool/weather-api-v0",
        category="parallel",
        difficulty=1,
        seed=7,
        messages=spoken,
        tools=(TOOL,),
    )


@pytest.fixture
def parallel() -> Row:
    """Words beside two calls at once, two results, and an answer."""
    return row()
