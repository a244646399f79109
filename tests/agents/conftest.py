"""A tiny tokenizer and an untrained model, made once."""

import json

import pytest
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents.tiny import make_model, make_tokenizer
from inftool_env.core.schema import JsonObject

TOOLS: tuple[JsonObject, ...] = (
    {
        "type": "function",
        "function": {
            "name": "get_forecast",
            "description": "Forecast of the weather of a city.",
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string"},
                    "days": {"type": ["integer", "null"]},
                    "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
                },
                "required": ["city", "unit"],
            },
        },
    },
    {"type": "function", "function": {"name": "ping", "description": "", "parameters": {}}},
)


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tools() -> tuple[JsonObject, ...]:
    return TOOLS


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerBase:
    call = {
        "name": "get_forecast",
        "arguments": {"city": "Rome", "days": 3, "tags": ["a", "b"], "at": {"x": 1}},
    }
    texts = ["What will the weather be in Rome for the next 3 days?", "assistant user system tool"]
    return make_tokenizer([*texts, json.dumps(call), json.dumps(call, separators=(",", ":"))] * 20)


@pytest.fixture(scope="session")
def model(tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    model = make_model(tokenizer, seed=0)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.mul_(3.0)  # so that the likeliest token is not always the same
    return model
