"""Conversations in which users say more than one thing, tried several times: how often is an agent right every time."""

from functools import cache, partial

from benchmarks.bench.frozen import FrozenSuite
from inftool_env.core.tool import Toolset
from inftool_env.envs.registry import load_toolset
from inftool_env.scenarios.author import admitted_categories

NAME = "conversations"
APIS = ("shop-api", "trips-api", "bank-api", "tickets-api")
CATEGORIES = (
    "missing_param",
    "multi_turn",
    "correction",
    "confirm",
    "clarify",
    "missing_function",
    "error_recovery",
    "state_dependent",
)
"""Those in which the user or the server says something that changes what is right."""


def open_suite() -> FrozenSuite:
    """The suite."""
    return FrozenSuite(
        name=NAME,
        categories=CATEGORIES,
        sources={api: partial(_known, api) for api in APIS},
        admits=_admits,
        per_category=20,
        repeats=4,
        note="The APIs come with InfTool, and trainings may practise them; the values never.",
    )


def _known(api: str, seed: int) -> Toolset:  # noqa: ARG001 - an API is the same for every seed
    return load_toolset(api)


@cache
def _admits(source: str, category: str) -> bool:
    return category in admitted_categories(load_toolset(source))
