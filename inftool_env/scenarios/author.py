"""Who writes scenarios: the seam, and the default author, which needs no model."""

from collections.abc import Callable
from typing import Protocol

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Check, CheckKind, ExpectedCall, Scenario, SolutionTurn, Split
from inftool_env.core.seeds import derive_seed, generator
from inftool_env.core.tool import Effect, Toolset
from inftool_env.scenarios.categories import REGISTRY
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.faulting import with_faults
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.sealing import checks_of, scenario_of
from inftool_env.scenarios.solve import replay
from inftool_env.scenarios.stage import HopelessError, Stage
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.entities import entity_map
from inftool_env.world.rows import FULL_WORLD

CATEGORIES: tuple[str, ...] = tuple(REGISTRY)
"""Names of all categories."""

ATTEMPTS = 12


class Author(Protocol):
    """Writes scenarios to order."""

    def write(self, toolset: Toolset, request: ScenarioRequest, seed: int, split: Split) -> Scenario:
        """One solvable scenario, the same for the same arguments.

        Raises:
            ScenarioError: The toolset admits none of that kind.
        """
        ...


class TemplateAuthor:
    """Writes scenarios from the toolset's own words, and replays each before handing it out.

    Args:
        on_rejected: Told the category and the reason of every attempt that came to nothing.
    """

    def __init__(
        self, on_rejected: Callable[[str, ScenarioError], None] = lambda _category, _why: None
    ) -> None:
        self._on_rejected = on_rejected

    def write(self, toolset: Toolset, request: ScenarioRequest, seed: int, split: Split) -> Scenario:
        """The first of a few attempts that the reference solution solves and silence does not.

        Raises:
            ScenarioError: Unknown category, difficulty out of range, or no attempt succeeded.
        """
        category = REGISTRY.get(request.category)
        if category is None:
            raise ScenarioError(
                f"request: category {request.category!r} is unknown; expected one of {', '.join(CATEGORIES)}. "
                "Correct the name."
            )
        if not 1 <= request.difficulty <= 5:
            raise ScenarioError(
                f"request: difficulty {request.difficulty}; expected 1 to 5. Correct the number."
            )
        reason = "no attempt was made"
        for attempt in range(ATTEMPTS):
            world_seed = derive_seed("world", toolset.name, seed, attempt)
            if category.full_world:
                world_seed |= FULL_WORLD
            backend = StatefulBackend(toolset, world_seed, split)
            stage = Stage(
                toolset=toolset,
                backend=backend,
                rng=generator(
                    "author", toolset.name, request.category, request.difficulty, seed, attempt, split.value
                ),
                split=split,
                difficulty=request.difficulty,
                usable=request.tools,
            )
            try:
                draft = category.draft(stage)
                scenario = _seal(draft, stage, toolset, request, seed, world_seed)
                if draft.fault_level is None:
                    return scenario
                # What this wish cannot meet another may; after some attempts the faults become easier.
                level = draft.fault_level - attempt * draft.fault_level // ATTEMPTS
                return with_faults(scenario, toolset, stage.rng, level=level)
            except HopelessError as error:
                self._on_rejected(request.category, error)
                raise HopelessError(
                    f"{toolset.name}: no {request.category} scenario can be written, since {error}; "
                    "expected one. Leave this category out for this API, or allow more tools."
                ) from error
            except ScenarioError as error:
                self._on_rejected(request.category, error)
                reason = str(error)
        raise ScenarioError(
            f"{toolset.name}: no {request.category} scenario after {ATTEMPTS} attempts (last: {reason}); "
            "expected one. Leave this category out for this API, or allow more tools."
        )


def admitted_categories(toolset: Toolset) -> tuple[str, ...]:
    """Names of the categories that the toolset admits, in the usual order."""
    return tuple(name for name, reason in obstacles(toolset).items() if reason is None)


def obstacles(toolset: Toolset) -> dict[str, str | None]:
    """For every category why the toolset does not admit it, or None where it does."""
    entities = entity_map(toolset)
    return {name: category.obstacle(toolset, entities) for name, category in REGISTRY.items()}


def _seal(
    draft: Draft, stage: Stage, toolset: Toolset, request: ScenarioRequest, seed: int, world_seed: int
) -> Scenario:
    """The draft as a scenario that has been replayed: the solution succeeds, and doing nothing fails."""
    scenario = scenario_of(
        draft,
        stage,
        request,
        seed=seed,
        world_seed=world_seed,
        checks=_checks(draft, toolset, stage.split, world_seed),
    )
    verdict = replay(scenario, toolset, scenario.solution)
    if not verdict.success:
        raise ScenarioError(
            f"{scenario.id}: the reference solution fails: {verdict.why} Expected it to succeed."
        )
    idle = replay(scenario, toolset, (SolutionTurn(content=scenario.solution[-1].content),))
    if idle.success and (draft.expected or draft.asked):
        raise ScenarioError(f"{scenario.id}: doing nothing succeeds; expected it to fail.")
    for trap in draft.traps:
        if replay(scenario, toolset, trap).success:
            raise ScenarioError(
                f"{scenario.id}: a solution that must fail succeeds: {trap}; expected none. Try another seed."
            )
    return scenario


def _checks(draft: Draft, toolset: Toolset, split: Split, world_seed: int) -> tuple[Check, ...]:
    digest = _final_digest(draft, toolset, split, world_seed)
    # A spelled-out default may leave another trace in the world than a default left out.
    if any(_changes_state(toolset, call) for call in draft.expected) and not any(
        call.optional for call in draft.expected
    ):
        return (*checks_of(draft), Check(kind=CheckKind.STATE, digest=digest))
    return checks_of(draft)


def _final_digest(draft: Draft, toolset: Toolset, split: Split, world_seed: int) -> str:
    """The world's digest after the solution; ScenarioError when the server refuses one of its calls."""
    backend = StatefulBackend(toolset, world_seed, split)
    for turn in draft.solution:
        for call in turn.calls:
            result = backend.call(call)
            if result.is_error:
                raise ScenarioError(
                    f"{toolset.name}.{call.name}: the server answers {result.content}; expected a success. "
                    "Try another seed."
                )
    return backend.state.digest()


def _changes_state(toolset: Toolset, call: ExpectedCall) -> bool:
    tool = toolset.get(call.name)
    return tool is not None and tool.effect is not Effect.READ
