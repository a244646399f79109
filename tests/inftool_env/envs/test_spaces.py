import copy
import json
import pickle

import numpy as np
import pytest

from inftool_env.core.tool import argument_validator
from inftool_env.envs.actions import parse_action
from inftool_env.envs.apis import load_toolset
from inftool_env.envs.spaces import ActionSpace, ChatSpace

WEATHER = load_toolset("weather-api")
BANK = load_toolset("bank-api")


def test_every_sampled_action_is_a_valid_call_of_the_toolset() -> None:
    space = ActionSpace(WEATHER, seed=0)
    validators = {tool.name: argument_validator(tool) for tool in WEATHER.tools}
    names = set()
    for _ in range(200):
        action = space.sample()
        assert action in space
        (call,) = parse_action(action).calls
        assert validators[call.name].is_valid(call.arguments)
        names.add(call.name)
    assert names == set(WEATHER.names)


def test_a_mask_and_a_probability_choose_the_tool() -> None:
    space = ActionSpace(WEATHER, seed=0)
    third = np.eye(len(WEATHER.tools))[2]
    for weights in ({"mask": third.astype(np.int8)}, {"probability": third}):
        (call,) = parse_action(space.sample(**weights)).calls
        assert call.name == WEATHER.names[2]
    with pytest.raises(ValueError, match="expected one a tool"):
        space.sample(mask=np.zeros(len(WEATHER.tools), np.int8))
    with pytest.raises(ValueError, match="expected one of them"):
        space.sample(mask=third.astype(np.int8), probability=third)


def test_a_seed_fixes_the_samples_of_both_spaces() -> None:
    for one, other in ((ActionSpace(WEATHER), ActionSpace(WEATHER)), (ChatSpace(), ChatSpace())):
        one.seed(3)
        other.seed(3)
        assert [one.sample() for _ in range(5)] == [other.sample() for _ in range(5)]


def test_spaces_are_equal_by_their_bounds_whatever_the_api() -> None:
    assert ActionSpace(WEATHER) == ActionSpace(BANK) != ActionSpace(WEATHER, max_chars=5)
    assert ChatSpace() == ChatSpace() != ChatSpace(max_messages=5)
    assert not ChatSpace().is_np_flattenable
    assert not ActionSpace(WEATHER).is_np_flattenable
    assert pickle.loads(pickle.dumps(ActionSpace(WEATHER))) == copy.deepcopy(ActionSpace(BANK))


def test_a_chat_space_holds_conversations_in_any_script_and_nothing_else() -> None:
    space = ChatSpace(max_messages=2)
    message = {"role": "user", "content": "Погода в Риме? 🌤"}
    tools = tuple(tool.to_openai() for tool in WEATHER.tools)
    assert {"messages": (message,), "tools": tools} in space
    assert space.sample() in space
    for wrong in (
        None,
        {"messages": (message,)},
        {"messages": [message], "tools": ()},
        {"messages": (), "tools": ()},
        {"messages": (message,) * 3, "tools": ()},
        {"messages": ({"role": "king", "content": ""},), "tools": ()},
        {"messages": ({"role": "user", "content": None},), "tools": ()},
        {"messages": (message,), "tools": ({"name": "f"},)},
    ):
        assert wrong not in space


def test_samples_survive_json() -> None:
    for space in (ChatSpace(seed=1), ActionSpace(WEATHER, seed=1)):
        samples = [space.sample() for _ in range(3)]
        assert space.from_jsonable(json.loads(json.dumps(space.to_jsonable(samples)))) == samples


def test_an_action_space_holds_any_short_text_and_readable_dicts() -> None:
    space = ActionSpace(WEATHER)
    assert "anything <tool_call>" in space
    assert "x" * 70_000 not in space
    assert {"content": "Hello", "tool_calls": None} in space
    assert {"content": None, "tool_calls": [{"name": "f"}]} not in space
    assert 3 not in space
