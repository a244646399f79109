"""A judge played by a model, which votes several times; judges only filter, and never pay a reward."""

from dataclasses import dataclass

from agents.roles.asking import TRIES, Question, ask
from agents.roles.chat import Chat
from agents.roles.errors import AuditedOutError
from agents.roles.prompts import prompt_of
from inftool_env.core.scenario import Scenario
from inftool_env.core.schema import JsonObject, canonical
from inftool_env.core.seeds import derive_seed
from inftool_env.core.tool import Toolset
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.observe import spell_message
from inftool_env.scenarios.strangers import in_sight

MORE_ASKED = "Does the user's reply ask for anything that their first message did not ask for?"
SAYS_IT_ALL = (
    "Would a person who reads the first message, and can ask the user for the hidden facts, make exactly the reference "
    "calls: none more, none fewer, and no value otherwise?"
)
"""Of a scenario."""
DONE_WELL = (
    "Did the assistant do what the user asked for, inventing no value, changing nothing that nobody asked it to change, "
    "and telling the user the truth about it?"
)
"""Of a trajectory."""
_MAX_SPOKEN = 3_000
"""Characters of one message that a judge is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """How the votes on one question fell."""

    yes: int
    no: int
    void: int = 0
    """Votes that could not be read, after every try."""
    reasons: tuple[str, ...] = ()
    """One of each readable vote, in order."""

    @property
    def votes(self) -> int:
        """All that were asked for."""
        return self.yes + self.no + self.void

    @property
    def decision(self) -> bool | None:
        """What more than half of all votes say; None when neither side has as many."""
        if 2 * max(self.yes, self.no) <= self.votes:
            return None
        return self.yes > self.no


class ModelJudge:
    """Answers yes-or-no questions by a majority of votes.

    Args:
        chat: The model. A ``CachedChat`` makes judgements repeatable.
        votes: How often each question is asked; odd.
        seed: Other seeds give other votes.
        tries: Answers that are looked at for one vote.
    """

    def __init__(self, chat: Chat, *, votes: int = 3, seed: int = 0, tries: int = TRIES) -> None:
        self._chat = chat
        self._votes = votes
        self._seed = seed
        self._tries = tries

    def judge(self, question: str, material: JsonObject) -> Judgement:
        """The votes on one question about the material, which may hold anybody's words.

        Raises:
            ChatError: the model cannot be reached.
        """
        yes = no = void = 0
        reasons: list[str] = []
        for vote in range(self._votes):
            asked = Question(
                role="model-played judge",
                prompt=prompt_of("judge"),
                situation={"question": question, "material": material},
                schema=_VOTE,
                seed=derive_seed(self._seed, "vote", vote),
            )
            try:
                answer = ask(self._chat, asked, audit=lambda _: None, tries=self._tries)
            except AuditedOutError:
                void += 1
                continue
            yes += answer["answer"] == "yes"
            no += answer["answer"] == "no"
            reasons.append(answer["why"])
        return Judgement(yes=yes, no=no, void=void, reasons=tuple(reasons))

    def judge_scenario(self, scenario: Scenario, toolset: Toolset) -> Judgement:
        """Whether a scenario's words ask for its reference solution; see ``judge``."""
        calls = [call for turn in scenario.solution for call in turn.calls]
        return self.judge(
            SAYS_IT_ALL,
            {
                "first_message": scenario.opening,
                "hidden_facts": {fact.phrase: fact.value for fact in scenario.facts if not fact.told},
                "tools": {tool.name: tool.description for tool in in_sight(toolset, scenario.tools).tools},
                "reference_calls": [{"name": call.name, "arguments": call.arguments} for call in calls],
            },
        )

    def judge_trajectory(self, trajectory: Trajectory) -> Judgement:
        """Whether an episode went as its user would want; see ``judge``."""
        spoken = [spell_message(message)[:_MAX_SPOKEN] for message in trajectory.messages]
        return self.judge(DONE_WELL, {"tools": list(trajectory.tools), "conversation": spoken})


_VOTE: JsonObject = {
    "type": "object",
    "properties": {"why": {"type": "string", "maxLength": 1000}, "answer": {"enum": ["yes", "no"]}},
    "required": ["why", "answer"],
    "additionalProperties": False,
}


def spell_judgement(judgement: Judgement) -> str:
    """A judgement in a few words, for a message."""
    return (
        f"{judgement.yes} yes, {judgement.no} no, {judgement.void} void: {canonical(judgement.reasons[:1])}"
    )
