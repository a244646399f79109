"""How well the base policy reads what it has never seen: held-out values, tools and APIs."""

from collections.abc import Callable, Mapping
from functools import partial

from agents.policy import Policy
from agents.rollout import play
from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Scenario, Split
from inftool_env.core.seeds import derive_seed
from inftool_env.core.tool import Toolset
from inftool_env.envs.episode import Episode
from inftool_env.envs.registry import load_toolset
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.categories import FIRST_CATEGORIES
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.specs.invent import invent_toolset
from trainers.base_stream import HELD_OUT_APIS
from trainers.evaluate import EvaluationReport, report_of
from trainers.vocabulary import english

DIFFICULTIES = (1, 2, 3)


def exams() -> Mapping[str, Callable[[int], Toolset]]:
    """For every exam the toolset of a seed. All scenarios have held-out values."""
    return {
        "held-out values": lambda seed: invent_toolset(seed, english().side(Split.TRAIN)),
        "held-out tools": lambda seed: invent_toolset(seed, english().side(Split.EVAL)),
        **{f"held-out API {api}": partial(_known, api) for api in HELD_OUT_APIS},
    }


def examine(policy: Policy, per_category: int = 40, seed: int = 0) -> dict[str, EvaluationReport]:
    """The policy's success in every exam, on the same scenarios for every policy.

    Args:
        policy: Should be greedy, so that one try is enough.
        per_category: Scenarios of each category in each exam.
        seed: Of the scenarios.
    """
    reports: dict[str, EvaluationReport] = {}
    for name, toolset_of in exams().items():
        openers = [
            partial(_open, toolset_of, category, derive_seed("base-exam", seed, name, category, number))
            for category in FIRST_CATEGORIES
            for number in range(per_category)
        ]
        reports[name] = report_of(play(policy, openers), policy=policy.name)
    return reports


def _known(api: str, seed: int) -> Toolset:  # noqa: ARG001 - an API is the same for every seed
    return load_toolset(api)


def _open(toolset_of: Callable[[int], Toolset], category: str, seed: int) -> Episode:
    scenario, toolset, own = first_scenario(toolset_of, category, seed)
    return Episode(scenario, toolset, env_id=toolset.name, seed=own)


def first_scenario(
    toolset_of: Callable[[int], Toolset], category: str, seed: int
) -> tuple[Scenario, Toolset, int]:
    """The first held-out scenario of the category from this seed on, its toolset, and the seed that gave them.

    Not every seed gives one: an invented toolset may not admit the category.

    Raises:
        ScenarioError: there is none among 100 seeds.
    """
    author = TemplateAuthor()
    for attempt in range(100):
        own = derive_seed("attempt", seed, attempt)
        toolset = toolset_of(own)
        request = ScenarioRequest(category=category, difficulty=DIFFICULTIES[own % len(DIFFICULTIES)])
        try:
            return author.write(toolset, request, own, Split.EVAL), toolset, own
        except ScenarioError:
            continue
    raise ScenarioError(
        f"base exam: no {category} scenario among 100 toolsets; expected one. Check that the category is possible."
    )
