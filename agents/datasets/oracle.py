"""The oracle of datasets: plays the reference solution, and says what a good assistant would say with it."""

import random

from agents.datasets.closing import closing, words_of
from agents.datasets.findings import clause, join
from agents.scripted import OraclePolicy
from inftool_env.core.message import Role
from inftool_env.core.scenario import Check, CheckKind, Scenario
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Effect
from inftool_env.envs.observe import Observation
from inftool_env.grading.answers import declines, tells
from inftool_env.scenarios.stage import closing_words
from inftool_env.users.phrasing import capitalise
from inftool_env.users.scripted import asks

_BARE = frozenset(closing_words({effect}) for effect in Effect)
"""Closing words of reference solutions that tell nothing."""
_BEFORE_A_QUESTION = (
    "",
    "",
    "Sure. ",
    "Gladly. ",
    "One thing is missing. ",
    "I need one more thing for that. ",
)
_BEFORE_CONSENT = ("", "", "I would rather make sure. ", "You wanted to be asked first. ")
_REFUSALS = (
    "None of my tools can do that.",
    "I am sorry, but none of my tools can do that.",
    "I cannot do that with the tools that I have.",
    "There is no tool for that here. What I can do is {able}.",
    "I cannot do that. All that I can do here is {able}.",
    "That is beyond what my tools can do.",
)
_LACKING = (
    "I cannot do that without {lacking}.",
    "Without {lacking} I cannot do that, so I have left everything as it is.",
    "I am sorry, but that is not possible without {lacking}.",
    "That cannot be done without {lacking}. I have made no guess and called nothing.",
)
_LOOKED = (
    "I looked: {finding}. That is all.",
    "I looked: {finding}, so I have left everything as it is.",
    "{Finding}. I have left it at that.",
    "{Finding}, so there was nothing more to do.",
)
_MOST_TOOLS = 3


class SpeakingOracle(OraclePolicy):
    """Plays the reference solution, its calls to the letter, and words its messages anew.

    What is said depends on the scenario and on what the tools have answered, and on nothing else. Whatever the
    scenario's own words ask, decline or tell, the new ones do too.
    """

    def words(self, scenario: Scenario, number: int, observation: Observation) -> str:
        """The solution's words beside a call, and better ones for a turn that only speaks."""
        turn = scenario.solution[number]
        return turn.content if turn.calls else reword(scenario, number, observation)


def reword(scenario: Scenario, number: int, observation: Observation) -> str:
    """Better words for a turn of the reference solution that only speaks.

    Args:
        scenario: Whose solution is played.
        number: Of the turn.
        observation: What has been said, called and answered before it.
    """
    words = scenario.solution[number].content
    rng = generator("words of the oracle", scenario.id, number)
    if asks(words):
        return _question(words, scenario, rng)
    has_called = any(message["role"] == Role.TOOL for message in observation["messages"])
    if declines(words) and not has_called:
        return _refusal(words, scenario, observation, rng)
    is_last = number + 1 == len(scenario.solution)
    told = [check for check in scenario.checks if check.kind is CheckKind.TOLD] if is_last else []
    if told and words not in _BARE:
        return _telling(words, told, rng)
    report = closing(scenario, observation, rng)
    said = " ".join(filter(None, ("" if words in _BARE and report else words, report)))
    untold = [_tell(check) for check in told if not tells(said, check.value)]
    said = " ".join((said, *untold))
    return said if all(tells(said, check.value) for check in told) else words


def _question(words: str, scenario: Scenario, rng: random.Random) -> str:
    """The question with a few words before it; they name nothing that the user could take for asked."""
    if ". " in words:
        return words  # it has an introduction already
    asked = [fact for fact in scenario.facts if not fact.told]
    is_consent = any(isinstance(fact.value, bool) for fact in asked)
    return rng.choice(_BEFORE_CONSENT if is_consent else _BEFORE_A_QUESTION) + words


def _refusal(words: str, scenario: Scenario, observation: Observation, rng: random.Random) -> str:
    lacking = [f"the {fact.phrase}" for fact in scenario.facts if not fact.told and fact.value is None]
    able = [words_of(tool["function"]).goal for tool in observation["tools"]]
    more = [f"{len(able) - _MOST_TOOLS} other things"] if len(able) > _MOST_TOOLS + 1 else []
    told = [*able[:_MOST_TOOLS], *more] if more else able
    said = rng.choice(_LACKING if lacking else _REFUSALS).format(
        lacking=join(lacking), able=join(told, "and" if more else "or")
    )
    return said if declines(said) and not asks(said) else words


def _telling(words: str, told: list[Check], rng: random.Random) -> str:
    """Words of their own for the values that the user waits for."""
    if len(told) > 1 or isinstance(told[0].value, bool) or told[0].fact is None:
        return words
    finding = clause(told[0].fact, told[0].value)
    said = rng.choice(_LOOKED).format(finding=finding, Finding=capitalise(finding))
    return said if tells(said, told[0].value) and not asks(said) else words


def _tell(check: Check) -> str:
    return f"{capitalise(clause(check.fact or 'answer', check.value))}."
