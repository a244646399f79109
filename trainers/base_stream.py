"""The endless stream of demonstrations that the base policy learns from.

Each pack is one API, invented or from the catalogue, with a few of its tools in sight and several
wishes about them. The held-out sides (words, values, and the APIs of ``HELD_OUT_APIS``) never occur.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import count

from torch.utils.data import IterableDataset, get_worker_info

from agents.chat_template import ChatTemplate
from agents.rollout import play
from agents.teacher import TeacherPolicy
from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Scenario, Split
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Toolset
from inftool_env.core.trajectory import Trajectory
from inftool_env.envs.episode import Episode
from inftool_env.envs.registry import catalogue_apis, load_toolset
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.specs.invent import Vocabulary, invent_toolset
from trainers.packing import Pack, pack
from trainers.vocabulary import english

HELD_OUT_APIS = ("trips-api", "weather-api")
"""Catalogue APIs that the base policy never sees: the demo's, and another to measure on."""

INVENTED_SHARE = 0.85
MAX_TOOLS = 8
IMPOSSIBLE_SHARE = 0.5
"""Share of the packs that begin with a wish which none of the tools in sight can fulfil."""
CATEGORY_WEIGHTS = {
    "simple": 14,
    "multiple": 26,
    "parallel": 18,
    "missing_param": 26,
    "multi_step": 16,
}
DIFFICULTY_WEIGHTS = (30, 30, 20, 12, 8)


@cache
def _words() -> Vocabulary:
    return english().side(Split.TRAIN)


@cache
def _familiar_apis() -> tuple[Toolset, ...]:
    return tuple(load_toolset(api) for api in catalogue_apis() if api not in HELD_OUT_APIS)


def demonstrations(seed: int, episodes: int = 3) -> tuple[Toolset, list[tuple[Scenario, Trajectory]]]:
    """One API with the tools in sight, and reference episodes on it; the same for the same seed.

    Every episode shows exactly the tools of the returned toolset, in its order.
    """
    rng = generator("base", seed)
    author = TemplateAuthor()
    if rng.random() < INVENTED_SHARE:
        whole = invent_toolset(rng.getrandbits(40), _words())
    else:
        whole = rng.choice(_familiar_apis())
    shown = rng.sample(whole.names, min(len(whole.names), rng.randint(1, MAX_TOOLS)))
    played: list[tuple[Scenario, Trajectory]] = []
    if rng.random() < IMPOSSIBLE_SHARE:
        # An impossible wish may be about a hidden tool: it decides what the other episodes see.
        try:
            request = ScenarioRequest(category="irrelevance", difficulty=rng.randint(1, 5))
            impossible = author.write(whole, request, rng.getrandbits(40), Split.TRAIN)
            shown = list(impossible.tools)
            played.append((impossible, _demonstrate(whole.subset(shown), impossible)))
        except ScenarioError:
            pass  # an API of one kind of thing may have no impossible wish about itself
    toolset = whole.subset(shown)
    names, weights = zip(*CATEGORY_WEIGHTS.items(), strict=True)
    for _ in range(2 * episodes):
        if len(played) >= episodes:
            break
        request = ScenarioRequest(
            category=rng.choices(names, weights)[0],
            difficulty=rng.choices(range(1, 6), DIFFICULTY_WEIGHTS)[0],
        )
        try:
            scenario = author.write(toolset, request, rng.getrandbits(40), Split.TRAIN)
        except ScenarioError:
            continue  # a handful of tools need not admit every category
        seen = _show_all(scenario, toolset)
        played.append((seen, _demonstrate(toolset, seen)))
    rng.shuffle(played)
    return toolset, played


def _demonstrate(toolset: Toolset, scenario: Scenario) -> Trajectory:
    return play(TeacherPolicy(), [partial(Episode, scenario, toolset)])[0]


def _show_all(scenario: Scenario, toolset: Toolset) -> Scenario:
    return replace(scenario, tools=toolset.names)


class BaseStream(IterableDataset[Pack]):
    """Packs of demonstrations without end, in an order that the seed fixes."""

    def __init__(self, template: ChatTemplate, seed: int, first: int = 0) -> None:
        super().__init__()
        self._template = template
        self._seed = seed
        self._first = first

    def __iter__(self) -> Iterator[Pack]:
        worker = get_worker_info()
        offset, step = (worker.id, worker.num_workers) if worker is not None else (0, 1)
        for number in count(self._first + offset, step):
            rng = generator("base-stream", self._seed, number)
            played: list[tuple[Scenario, Trajectory]] = []
            while not played:  # a handful of tools may admit nothing at all
                toolset, played = demonstrations(rng.getrandbits(50))
            yield self.encode(toolset, [trajectory for _, trajectory in played])

    def encode(self, toolset: Toolset, trajectories: list[Trajectory]) -> Pack:
        """The episodes of one toolset as a pack, whose trunk is the system block."""
        tools = [tool.to_openai() for tool in toolset.tools]
        examples = [self._template.encode_trajectory(trajectory, tools) for trajectory in trajectories]
        # The system block ends with the first end-of-turn token and the line break after it.
        return pack(examples, examples[0][0].index(self._template.eos_id) + 2)
