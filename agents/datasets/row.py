"""One conversation of a dataset, before it is laid out in any format."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from inftool_env.core.message import Message, MessageToolCall, Role
from inftool_env.core.schema import JsonObject, canonical
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.episode import Episode
from inftool_env.envs.observe import show_tools

_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A verified conversation with the tools that were in sight."""

    id: str
    """The scenario's."""
    environment: str
    category: str
    difficulty: int
    """1 to 5."""
    seed: int
    """Opens the same scenario in the environment again."""
    messages: tuple[Message, ...]
    """From the user's opening to the assistant's last words."""
    tools: tuple[JsonObject, ...]
    """OpenAI-style, in the order shown."""

    @property
    def turns(self) -> int:
        """How often the assistant spoke."""
        return sum(message["role"] == Role.ASSISTANT for message in self.messages)

    @property
    def calls(self) -> int:
        """How many calls the assistant made."""
        return sum(len(_calls(message)) for message in self.messages)

    @property
    def characters(self) -> int:
        """The length of what was said, called and answered; the tools are not part of it."""
        return sum(
            len(message["content"])
            + sum(len(canonical(call["function"]["arguments"])) for call in _calls(message))
            for message in self.messages
        )

    @property
    def digest(self) -> str:
        """Hash of the conversation; the ids of calls, and the tools in sight, are not part of it."""
        said = [
            [
                message["role"],
                message["content"],
                [[call["function"]["name"], call["function"]["arguments"]] for call in _calls(message)],
            ]
            for message in self.messages
        ]
        return hashlib.blake2b(canonical(said).encode(), digest_size=16).hexdigest()

    def words(self) -> Iterator[str]:
        """What the user and the assistant say and call, word by word.

        What tools answer is left out, and what the assistant then says of it.
        """
        answered = False
        for message in self.messages:
            calls = _calls(message)
            is_report = answered and message["role"] == Role.ASSISTANT and not calls
            answered = message["role"] == Role.TOOL
            if answered:
                continue
            yield message["role"]
            if not is_report:
                yield from _WORD.findall(message["content"].lower())
            for call in calls:
                yield call["function"]["name"]
                yield from _WORD.findall(canonical(call["function"]["arguments"]).lower())


def row_of(episode: Episode, trajectory: Trajectory, environment: str) -> Row:
    """The row of a finished episode.

    What comes after the assistant's last message is left out: there is nothing to learn from the user's thanks.

    Args:
        episode: Over.
        trajectory: Its record.
        environment: What the dataset calls the environment.
    """
    return Row(
        id=trajectory.scenario_id,
        environment=environment,
        category=trajectory.category,
        difficulty=episode.scenario.difficulty,
        seed=trajectory.seed,
        messages=trajectory.messages[: len(trajectory.messages) - len(trajectory.final)],
        # Tools that arrive later are described in the message that they come with.
        tools=show_tools(episode.first_visible),
    )


def _calls(message: Message) -> list[MessageToolCall]:
    return message.get("tool_calls", [])
