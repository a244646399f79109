"""The spaces of conversations and of assistant messages, as Gymnasium sees them."""

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.spaces import Space
from numpy.typing import NDArray

from inftool_env.core.message import Role
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.envs.actions import MAX_ACTION_CHARS, Action, ActionDict, parse_action
from inftool_env.envs.observe import Observation
from inftool_env.world.values import draw_value

MAX_MESSAGES = 4_096
MAX_TOOLS = 4_096

Mask = NDArray[np.int8]
Probability = NDArray[np.float64]

_ROLES = frozenset(role.value for role in Role)
_OBSERVATION_KEYS = frozenset(("messages", "tools"))


class ChatSpace(Space[Observation]):
    """Every conversation within the bounds, with any tools; any Unicode text.

    Two chat spaces are equal when their bounds are, whatever API they belong to: vector environments
    ask their members for equal spaces.
    """

    def __init__(
        self, *, max_messages: int = MAX_MESSAGES, max_tools: int = MAX_TOOLS, seed: int | None = None
    ) -> None:
        super().__init__(seed=seed)
        self.max_messages = max_messages
        self.max_tools = max_tools

    @property
    def is_np_flattenable(self) -> bool:
        """Text does not flatten into a box."""
        return False

    def sample(self, mask: None = None, probability: None = None) -> Observation:
        """A one-message conversation without tools; only the environment knows likelier ones."""
        _refuse_both(mask, probability)
        letters = self.np_random.integers(97, 123, size=int(self.np_random.integers(1, 20)))
        return {"messages": ({"role": "user", "content": "".join(map(chr, letters))},), "tools": ()}

    def contains(self, x: Any) -> bool:
        """Whether x is an observation: messages with a role and a text, and tools with a name."""
        if not isinstance(x, Mapping) or x.keys() != _OBSERVATION_KEYS:
            return False
        messages, tools = x["messages"], x["tools"]
        return (
            isinstance(messages, tuple)
            and isinstance(tools, tuple)
            and 1 <= len(messages) <= self.max_messages
            and len(tools) <= self.max_tools
            and all(map(_is_message, messages))
            and all(map(_is_tool, tools))
        )

    def to_jsonable(self, sample_n: Iterable[Observation]) -> list[Any]:
        """Observations as plain JSON: tuples become arrays."""
        return [{"messages": list(one["messages"]), "tools": list(one["tools"])} for one in sample_n]

    def from_jsonable(self, sample_n: list[Any]) -> list[Any]:
        """Observations from their JSON."""
        return [{"messages": tuple(one["messages"]), "tools": tuple(one["tools"])} for one in sample_n]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ChatSpace)
            and other.max_messages == self.max_messages
            and other.max_tools == self.max_tools
        )

    def __hash__(self) -> int:
        return hash((ChatSpace, self.max_messages, self.max_tools))

    def __repr__(self) -> str:
        return f"ChatSpace(max_messages={self.max_messages}, max_tools={self.max_tools})"


class ActionSpace(Space[Action]):
    """Every assistant message: a text up to a length, or a dict of words and calls.

    A text in no format at all is an action too: the environment answers it with a format error.

    Args:
        toolset: What ``sample`` calls; the environment keeps it at the tools now visible.
        split: The side of the train/eval wall for sampled values.
        max_chars: Length of a text.
        seed: For ``sample``.
    """

    def __init__(
        self,
        toolset: Toolset,
        *,
        split: Split = Split.TRAIN,
        max_chars: int = MAX_ACTION_CHARS,
        seed: int | None = None,
    ) -> None:
        super().__init__(seed=seed)
        self.toolset = toolset
        self.split = split
        self.max_chars = max_chars

    @property
    def is_np_flattenable(self) -> bool:
        """Text does not flatten into a box."""
        return False

    def sample(self, mask: Mask | None = None, probability: Probability | None = None) -> ActionDict:
        """A message with one random call that obeys its tool's schema.

        Args:
            mask: int8, one entry a tool: 1 where the tool may be called.
            probability: float64, one entry a tool, summing to 1.

        Raises:
            ValueError: both are given, either has another shape, or none of the tools may be called.
        """
        _refuse_both(mask, probability)
        weights = mask if mask is not None else probability
        tool = self._choose(weights)
        rng = random.Random(int(self.np_random.integers(2**62)))
        arguments = draw_value(tool.parameters, tool.name, rng, self.split)
        return {"content": None, "tool_calls": [{"name": tool.name, "arguments": arguments}]}

    def contains(self, x: Any) -> bool:
        """Whether x is a text within the bound, or a dict that can be read as an assistant message."""
        if isinstance(x, str):
            return len(x) <= self.max_chars
        return isinstance(x, Mapping) and not parse_action(x).errors

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActionSpace) and other.max_chars == self.max_chars

    def __hash__(self) -> int:
        return hash((ActionSpace, self.max_chars))

    def __repr__(self) -> str:
        return f"ActionSpace({self.toolset.name!r}, max_chars={self.max_chars})"

    def _choose(self, weights: NDArray[Any] | None) -> ToolSpec:
        tools = self.toolset.tools
        if weights is None:
            return tools[int(self.np_random.integers(len(tools)))]
        shape, total = np.shape(weights), float(np.sum(weights))
        if shape != (len(tools),) or total <= 0:
            raise ValueError(
                f"ActionSpace.sample: weights of shape {shape} with sum {total:g}; expected one a tool, "
                f"{len(tools)} in all, not all 0. The tools are in the space's toolset."
            )
        return tools[int(self.np_random.choice(len(tools), p=np.asarray(weights, float) / total))]


def _is_message(message: JsonValue) -> bool:
    return (
        isinstance(message, dict)
        and message.get("role") in _ROLES
        and isinstance(message.get("content"), str)
        and isinstance(message.get("tool_calls", []), Sequence)
    )


def _is_tool(tool: JsonValue) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return isinstance(function, dict) and isinstance(function.get("name"), str)


def _refuse_both(mask: object, probability: object) -> None:
    if mask is not None and probability is not None:
        raise ValueError("sample: both a mask and a probability; expected one of them. Leave one out.")
