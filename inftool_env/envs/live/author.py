"""Who writes scenarios of a real world: nothing is handed out that a fresh server has not answered twice."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from inftool_env.core.errors import BackendError, ScenarioError
from inftool_env.core.message import ToolResult
from inftool_env.core.scenario import Check, CheckKind, Scenario, Split
from inftool_env.core.seeds import derive_seed, generator
from inftool_env.core.tool import Toolset
from inftool_env.envs.actions import render_action
from inftool_env.envs.episode import Episode
from inftool_env.envs.live import chains
from inftool_env.envs.live.offer import Offer
from inftool_env.envs.live.stage import LiveStage
from inftool_env.envs.live.survey import Survey, is_refusal, survey, unsteady_tools
from inftool_env.envs.live.worlds import LiveWorlds
from inftool_env.grading.words import shorten
from inftool_env.scenarios.author import ATTEMPTS
from inftool_env.scenarios.categories import REGISTRY
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.sealing import checks_of, scenario_of
from inftool_env.scenarios.stage import HopelessError
from inftool_env.world.entities import entity_map

WORLDS = 16
"""Different worlds on each side of the wall; each is asked once what it holds."""
_TICK_S = 1.1
"""Between two worlds that are compared, so that a clock which shows seconds has moved on."""
_BREAKDOWNS = 3
"""Times that a server may break while one scenario is written."""

_DRAFTS: Mapping[str, Callable[[LiveStage], Draft]] = {
    "simple": REGISTRY["simple"].draft,
    "multiple": REGISTRY["multiple"].draft,
    "parallel": REGISTRY["parallel"].draft,
    "missing_param": REGISTRY["missing_param"].draft,
    "irrelevance": REGISTRY["irrelevance"].draft,
    "multi_step": chains.draft,
}
"""The categories whose scenarios can be checked against a real server."""


class LiveAuthor:
    """Writes scenarios whose values a real server gave, and whose solutions it has answered.

    Args:
        offer: The tools.
        worlds: Opens a fresh world for every survey and every replay.
        closed: Texts that may be asked for on both sides of the wall.

    Raises:
        BackendError: the server breaks when it is asked what it holds.
    """

    def __init__(self, offer: Offer, worlds: LiveWorlds, *, closed: frozenset[str]) -> None:
        self._offer = offer
        self._worlds = worlds
        self._closed = closed
        self._surveys: dict[tuple[int, Split], Survey] = {}
        self._unsteady: frozenset[str] = frozenset()
        self._unsteady = self._find_unsteady()
        if self._unsteady:
            self._surveys.clear()  # what such a tool answers must lead nowhere

    @property
    def unsteady(self) -> frozenset[str]:
        """Names of the tools whose results no scenario rests on, since they differ from time to time."""
        return self._unsteady

    def survey(self, world_seed: int, split: Split) -> Survey:
        """What one world holds; asked once.

        Raises:
            BackendError: the server broke.
        """
        key = (world_seed, split)
        if key not in self._surveys:
            self._surveys[key] = self._ask(world_seed, split)
        return self._surveys[key]

    def obstacles(self, usable: Toolset, split: Split) -> dict[str, str | None]:
        """For every category why no scenario can be written with these tools, or None where one can.

        Raises:
            BackendError: the server broke.
        """
        seen = self.survey(world_of(0), split)
        stage = self._stage(usable, seen, ScenarioRequest(category="", difficulty=1), "obstacles", split)
        answering = usable.subset(tool.name for tool in stage.usable)
        entities = entity_map(answering)
        reasons: dict[str, str | None] = dict.fromkeys(
            REGISTRY, "no real server can be made to do what it needs"
        )
        for name in _DRAFTS:
            if name == "irrelevance":
                reasons[name] = REGISTRY[name].obstacle(usable, entities)
            elif not answering.tools:
                reasons[name] = _silence(seen)
            elif name == "multi_step":
                linked = chains.chains(stage.probes, stage.closed)
                reasons[name] = None if linked else "no answer holds a value that another tool takes"
            else:
                reasons[name] = REGISTRY[name].obstacle(answering, entities)
        return reasons

    def write(self, toolset: Toolset, request: ScenarioRequest, seed: int, split: Split) -> Scenario:
        """The first of a few attempts whose solution two fresh servers answer alike.

        Raises:
            ScenarioError: The category is not possible, no attempt succeeded, or the server keeps breaking.
        """
        draft = _DRAFTS.get(request.category)
        if draft is None:
            raise ScenarioError(
                f"{toolset.name}: category {request.category!r} cannot be written for a real server; "
                f"expected one of {', '.join(_DRAFTS)}. Choose one of these."
            )
        world_seed = world_of(seed)
        reason, breakdowns = "no attempt was made", 0
        for attempt in range(ATTEMPTS):
            try:
                seen = self.survey(world_seed, split)
                if request.category == "irrelevance":
                    # Errands alone: what one hidden tool does, another in sight may do too.
                    seen = Survey(probes=())
                stage = self._stage(toolset, seen, request, f"{seed}/{attempt}", split)
                return self._seal(draft(stage), stage, request, seed, world_seed)
            except HopelessError as error:
                raise HopelessError(
                    f"{toolset.name}: no {request.category} scenario can be written, since {error}; "
                    "expected one. Leave this category out for this server, or allow more tools."
                ) from error
            except BackendError as error:
                reason, breakdowns = str(error), breakdowns + 1
                if breakdowns == _BREAKDOWNS:
                    break
            except ScenarioError as error:
                reason = str(error)
        raise ScenarioError(
            f"{toolset.name}: no {request.category} scenario after {attempt + 1} attempts (last: {reason}); "
            "expected one. Leave this category out for this server, or look at what the server says."
        )

    def _stage(
        self, toolset: Toolset, seen: Survey, request: ScenarioRequest, purpose: str, split: Split
    ) -> LiveStage:
        return LiveStage(
            toolset=toolset,
            survey=seen,
            closed=self._closed,
            rng=generator(
                "live author", toolset.name, request.category, request.difficulty, purpose, split.value
            ),
            split=split,
            difficulty=request.difficulty,
            usable=request.tools,
        )

    def _ask(self, world_seed: int, split: Split) -> Survey:
        backend = self._worlds.open(self._offer.toolset, world_seed, split)
        try:
            rng = generator("survey", world_seed, split.value)
            return survey(self._offer, backend, backend.known, rng, split, self._unsteady)
        finally:
            backend.close()

    def _find_unsteady(self) -> frozenset[str]:
        """The tools that answer otherwise in a second world made like the first, a moment later."""
        world_seed, split = world_of(0), Split.TRAIN
        seen = self.survey(world_seed, split)
        backend = self._worlds.open(self._offer.toolset, world_seed, split)
        try:
            time.sleep(_TICK_S)
            return unsteady_tools(seen, backend)
        finally:
            backend.close()

    def _seal(
        self, draft: Draft, stage: LiveStage, request: ScenarioRequest, seed: int, world_seed: int
    ) -> Scenario:
        """The draft as a scenario whose solution succeeds twice, with equal answers and an equal end."""
        scenario = scenario_of(
            draft, stage, request, seed=seed, world_seed=world_seed, checks=checks_of(draft)
        )
        answers, digest = self._replay(scenario)
        if not {call.name for call in draft.expected} <= self._offer.readers:
            state = Check(kind=CheckKind.STATE, digest=digest)
            scenario = replace(scenario, checks=(*scenario.checks, state))
        again, _ = self._replay(scenario)
        for one, other in zip(answers, again, strict=True):
            if one.name not in self._unsteady and one.content != other.content:
                raise ScenarioError(
                    f"{scenario.id}: {one.name} answers two fresh servers differently; expected one answer. "
                    "Try another seed."
                )
        return scenario

    def _replay(self, scenario: Scenario) -> tuple[tuple[ToolResult, ...], str]:
        """What a fresh server answers to the reference solution, and the state in which that leaves it.

        Raises:
            ScenarioError: the solution fails.
            BackendError: the server broke.
        """
        backend = self._worlds.open(self._offer.toolset, scenario.world_seed, scenario.split)
        episode = Episode(scenario, self._offer.toolset, backend=backend)
        try:
            for turn in scenario.solution:
                episode.step(render_action(turn.content, turn.calls))
        finally:
            episode.close()
        verdict = episode.verdict
        results = tuple(result for turn in episode.trajectory().turns for result in turn.results)
        if not verdict.scorable:
            raise BackendError(verdict.why)
        refused = next((result for result in results if is_refusal(result)), None)
        if refused is not None or not verdict.success:
            why = (
                verdict.why if refused is None else f"{refused.name} answers {shorten(refused.content, 200)}"
            )
            raise ScenarioError(
                f"{scenario.id}: the reference solution fails: {why}; expected it to succeed. Try another seed."
            )
        return results, backend.digest()


def world_of(seed: int) -> int:
    """The seed of the world that a scenario's seed means."""
    return derive_seed("live world", seed % WORLDS)


def _silence(seen: Survey) -> str:
    if not seen.refused:
        return "no tool that only reads was offered, and its recipe knows no call"
    name, said = next(iter(seen.refused.items()))
    return f"no trial call was answered; {name} said {shorten(said, 120)!r}"
