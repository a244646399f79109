"""One episode: a scenario, a server and a user in turns with the policy; no Gymnasium here."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from inftool_env.core.errors import BackendError, InfToolError
from inftool_env.core.message import (
    Message,
    ToolCall,
    ToolResult,
    assistant_message,
    tool_message,
    user_message,
)
from inftool_env.core.scenario import Scenario
from inftool_env.core.schema import canonical
from inftool_env.core.tool import Toolset
from inftool_env.core.trajectory import StopReason, TokenSample, Trajectory, Turn
from inftool_env.core.verdict import Verdict
from inftool_env.envs.actions import Action, ParsedAction, parse_action, render_action
from inftool_env.envs.observe import Observation, show_tools, spell_message
from inftool_env.grading.grader import EpisodeRecord, grade
from inftool_env.grading.reward import OUTCOME, RewardConfig
from inftool_env.grading.reward import reward as pay
from inftool_env.grading.words import listed, shorten
from inftool_env.scenarios.sight import Sight
from inftool_env.scenarios.solve import changes_from_reference
from inftool_env.scenarios.strangers import StrangerWorld
from inftool_env.users.scripted import ScriptedUser
from inftool_env.users.user import User
from inftool_env.world.backend import Backend, StatefulBackend, close_backend, digest_of
from inftool_env.world.faults import put_faults, strikes_of
from inftool_env.world.state import RowChange
from inftool_env.world.worlds import RemoteSimulation

FORMAT_ERROR = "format_error"
"""Name of the tool message that tells a policy why its action could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """What one action brought about."""

    reward: float
    """0 until the end; NaN at the end of an episode that cannot be scored."""
    terminated: bool
    """The user is satisfied or gave up."""
    truncated: bool
    """The turn limit was reached, or a simulator broke."""
    info: Mapping[str, object]
    """Empty until the end; then ``verdict`` and its summary in plain values."""


class Episode:
    """The state machine of one episode.

    Args:
        scenario: What the user wants.
        toolset: The API that the scenario was written for; the policy sees ``scenario.tools`` of it.
        backend: Answers the calls; by default a fresh ``StatefulBackend`` of the scenario's world. It is
            closed when the episode ends. The scenario's faults stand in its way. A ``BackendError`` of it
            ends the episode as one that cannot be scored.
        user: Answers the words; by default the ``ScriptedUser``.
        env_id: For the record.
        seed: For the record: the seed that gave the scenario.
        action_format: How text actions are written, a key of ``actions.FORMATS``.
        reward: What the episode is paid by; by default success alone.

    The observation's tuples and messages are shared from turn to turn: read them, never edit them.
    """

    def __init__(
        self,
        scenario: Scenario,
        toolset: Toolset,
        *,
        backend: Backend | None = None,
        user: User | None = None,
        env_id: str = "",
        seed: int = 0,
        action_format: str = "hermes",
        reward: RewardConfig = OUTCOME,
    ) -> None:
        self.scenario = scenario
        self.env_id = env_id
        self.seed = seed
        self._sight = Sight(scenario, toolset)
        self.first_visible: Toolset = self._sight.visible
        """The tools that the policy sees at the beginning."""
        self._toolset = toolset
        self._strangers = StrangerWorld(toolset, scenario.world_seed, scenario.split)
        self._world = backend or StatefulBackend(toolset, scenario.world_seed, scenario.split)
        self._backend = put_faults(self._world, scenario, toolset)
        self._user = user or ScriptedUser(scenario)
        self._action_format = action_format
        self._reward = reward
        self._tools = show_tools(self.visible)
        self._messages: tuple[Message, ...] = (user_message(self._user.open()),)
        self._turns: list[Turn] = []
        self._calls: list[ToolCall] = []
        self._refused: set[int] = set()
        self._unseen: set[int] = set()
        self._format_errors: list[str] = []
        self._asked_at: dict[str, int] = {}
        self._seen = 0
        self._stop: StopReason | None = None
        self._verdict: Verdict | None = None

    @property
    def observation(self) -> Observation:
        """The conversation so far and the visible tools."""
        return {"messages": self._messages, "tools": self._tools}

    @property
    def visible(self) -> Toolset:
        """The tools that the policy sees now and may call."""
        return self._sight.visible

    @property
    def is_over(self) -> bool:
        """Whether the episode has ended."""
        return self._stop is not None

    @property
    def verdict(self) -> Verdict:
        """The judgement; only an episode that is over has one."""
        assert self._verdict is not None, "an episode is judged at its end"
        return self._verdict

    @property
    def reward(self) -> float | None:
        """What the episode pays; None when it cannot be scored."""
        return pay(self.verdict, self._reward)

    def step(self, action: Action) -> StepOutcome:
        """Take one assistant message: calls go to the server, words without calls to the user.

        An action that cannot be read calls nothing; a tool message tells the policy why.
        """
        assert self._stop is None, "the episode is over: open another one"
        parsed = parse_action(action, self._action_format)
        observed = self._messages[self._seen :]
        calls = tuple(
            replace(call, id=f"call_{len(self._calls) + at}") for at, call in enumerate(parsed.calls)
        )
        message = assistant_message(parsed.content, calls)
        results: tuple[ToolResult, ...] = ()
        broken: str | None = None
        try:
            if parsed.errors:
                replies: tuple[Message, ...] = (self._explain(parsed),)
            elif calls:
                results = tuple(self._call(call) for call in calls)
                replies = tuple(tool_message(result) for result in results)
            else:
                replies = (self._say(parsed.content),)
        except InfToolError as error:
            replies, broken = (), shorten(str(error))
            self._stop = StopReason.SIMULATOR_ERROR
        written = action if isinstance(action, str) and not parsed.errors else _spell(parsed, calls)
        self._turns.append(
            Turn(observed=observed, action=written, message=message, calls=calls, results=results)
        )
        self._messages = (*self._messages, message, *replies)
        self._seen = len(self._messages) - len(replies)
        if self._stop is None and len(self._turns) >= self.scenario.max_turns:
            self._stop = StopReason.MAX_TURNS
        return self._finish(broken) if self._stop is not None else _UNFINISHED

    def close(self) -> None:
        """Let go of the world, also of an episode that was dropped half-way; the second time nothing."""
        close_backend(self._backend)

    def trajectory(self, samples: Sequence[TokenSample | None] | None = None, policy: str = "") -> Trajectory:
        """The record of the finished episode.

        Args:
            samples: What was sampled for each turn, where a model did.
            policy: Name of the one who acted.
        """
        assert self._stop is not None, "an episode is recorded at its end"
        turns = tuple(self._turns)
        if samples is not None:
            turns = tuple(replace(turn, sample=sample) for turn, sample in zip(turns, samples, strict=True))
        return Trajectory(
            env_id=self.env_id,
            scenario_id=self.scenario.id,
            category=self.scenario.category,
            seed=self.seed,
            tools=self.scenario.tools,
            turns=turns,
            final=self._messages[self._seen :],
            stop=self._stop,
            verdict=self.verdict,
            reward=self.reward,
            policy=policy,
        )

    def __str__(self) -> str:
        """The conversation as a person reads it, and the verdict at its end."""
        spoken = [spell_message(message) for message in self._messages]
        if self._verdict is not None:
            spoken.append(f"[{self._stop}; {self._verdict.failure}: {self._verdict.why}]")
        return "\n".join(spoken)

    def _explain(self, parsed: ParsedAction) -> Message:
        self._format_errors.extend(parsed.errors)
        return tool_message(
            ToolResult(
                call_id=FORMAT_ERROR,
                name=FORMAT_ERROR,
                content="Your message could not be read. " + shorten(" ".join(parsed.errors)),
                is_error=True,
            )
        )

    def _call(self, call: ToolCall) -> ToolResult:
        """The server's answer; the server never hears of a tool that the policy cannot see."""
        self._calls.append(call)
        if self.visible.get(call.name) is not None:
            is_own = self._toolset.get(call.name) is not None
            result = self._backend.call(call) if is_own else self._strangers.call(call)
            if result.is_error:
                self._refused.add(len(self._calls) - 1)
            return result
        self._unseen.add(len(self._calls) - 1)
        problem = f"there is no tool {call.name!r}; the tools are {listed(self.visible.names, limit=40)}"
        data = {"error": {"status": 404, "message": problem}}
        return ToolResult(call_id=call.id, name=call.name, content=canonical(data), is_error=True, data=data)

    def _say(self, words: str) -> Message:
        arrival = self._sight.hear(words)
        if arrival is not None:
            self._tools = show_tools(self.visible)
            return user_message(arrival)
        reply = self._user.reply(words)
        for fact in self._user.asked:
            self._asked_at.setdefault(fact, len(self._calls))
        self._stop = reply.ends
        return user_message(reply.text)

    def _changes(self) -> Callable[[], tuple[RowChange, ...]] | None:
        """What differs from the reference's world, for when it is asked; None where nobody can look into this one."""
        world = self._world
        if not isinstance(world, StatefulBackend | RemoteSimulation):
            return None
        return lambda: changes_from_reference(
            self.scenario, self._toolset, world if isinstance(world, StatefulBackend) else world.simulation()
        )

    def _finish(self, simulator_error: str | None) -> StepOutcome:
        digest = ""
        if simulator_error is None:
            try:
                digest = digest_of(self._backend)
            except BackendError as error:
                simulator_error, self._stop = shorten(str(error)), StopReason.SIMULATOR_ERROR
        self.close()
        assert self._stop is not None
        record = EpisodeRecord(
            calls=tuple(self._calls),
            format_errors=tuple(self._format_errors),
            asked=self._user.asked,
            asked_at=dict(sorted(self._asked_at.items())),
            messages=self._messages,
            state_digest=digest,
            changes=self._changes(),
            refused=frozenset(self._refused),
            unseen=frozenset(self._unseen),
            stop=self._stop,
            simulator_error=simulator_error,
            strikes=strikes_of(self._backend),
        )
        verdict = self._verdict = grade(self.scenario, self._sight.ever, record)
        paid = self.reward
        ended_by_user = self._stop in (StopReason.SATISFIED, StopReason.GAVE_UP)
        return StepOutcome(
            reward=math.nan if paid is None else paid,
            terminated=ended_by_user,
            truncated=not ended_by_user,
            info={
                "verdict": verdict,
                "success": verdict.success,
                "score": verdict.score,
                "failure": verdict.failure.value,
                "why": verdict.why,
                "stop": self._stop.value,
            },
        )


_UNFINISHED = StepOutcome(reward=0.0, terminated=False, truncated=False, info={})


def _spell(parsed: ParsedAction, calls: tuple[ToolCall, ...]) -> str:
    """The action for the record: canonical where it came as a dict, and bounded where it was refused."""
    return parsed.content if parsed.errors else render_action(parsed.content, calls)
