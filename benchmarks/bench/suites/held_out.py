"""APIs that no training meets, all categories of scenarios, values from the evaluation side of the wall."""

from functools import cache, partial

from benchmarks.bench.frozen import FrozenSuite
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.envs.registry import load_toolset
from inftool_env.scenarios.author import CATEGORIES, admitted_categories
from inftool_env.specs.invent import invent_toolset
from trainers.base_stream import HELD_OUT_APIS
from trainers.vocabulary import english

NAME = "held-out"
_INVENTED = ("invented", "invented too")
"""Half of the scenarios are about APIs that are invented with words kept for evaluation."""


def open_suite() -> FrozenSuite:
    """The suite."""
    return FrozenSuite(
        name=NAME,
        categories=CATEGORIES,
        sources={
            **{api: partial(_known, api) for api in HELD_OUT_APIS},
            **dict.fromkeys(_INVENTED, _invented),
        },
        admits=_admits,
        per_category=20,
        repeats=1,
        note=(
            f"Half of the scenarios are about {' and '.join(HELD_OUT_APIS)}, half about invented APIs; a policy "
            "trained on any of these has seen the former."
        ),
    )


def _known(api: str, seed: int) -> Toolset:  # noqa: ARG001 - an API is the same for every seed
    return load_toolset(api)


def _invented(seed: int) -> Toolset:
    return invent_toolset(seed, english().side(Split.EVAL))


@cache
def _admits(source: str, category: str) -> bool:
    return source in _INVENTED or category in admitted_categories(load_toolset(source))
