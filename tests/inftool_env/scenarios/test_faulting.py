from collections import Counter
from dataclasses import replace

import pytest

from inftool_env.core.errors import ScenarioError
from inftool_env.core.fault import FaultKind
from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import CheckKind, Scenario, SolutionTurn, Split
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.registry import load_toolset
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.faulting import COUNTS, fault_obstacles, with_faults
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.solve import replay
from inftool_env.scenarios.stage import HopelessError
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.faults import put_faults

AUTHOR = TemplateAuthor()
SHOP = load_toolset("shop-api")
TRIPS = load_toolset("trips-api")
CLOSING = SolutionTurn(content="It is done.")


def write(toolset: Toolset, category: str, seed: int, difficulty: int = 1) -> Scenario:
    request = ScenarioRequest(category=category, difficulty=difficulty)
    return AUTHOR.write(toolset, request, seed, Split.EVAL if seed % 2 else Split.TRAIN)


def spoil(
    kind: FaultKind, category: str, toolset: Toolset = TRIPS, *, effect: bool | None = None
) -> list[Scenario]:
    """Scenarios of the category that meet the kind of fault, of the first seeds that admit it."""
    found = []
    for seed in range(80):
        scenario = write(toolset, category, seed)
        try:
            faulty = with_faults(scenario, toolset, generator("test", seed), kinds=[kind])
        except ScenarioError:
            continue
        if effect is None or faulty.faults[0].took_effect == effect:
            found.append(faulty)
        if len(found) == 3:
            break
    return found


def names(scenario: Scenario) -> list[list[str]]:
    return [[call.name for call in turn.calls] for turn in scenario.solution]


@pytest.mark.parametrize(
    ("kind", "category"),
    [
        (FaultKind.TIMEOUT, "simple"),
        (FaultKind.RATE_LIMIT, "missing_param"),
        (FaultKind.SERVER_ERROR, "multiple"),
        (FaultKind.STALE_READ, "multi_step"),
        (FaultKind.PARTIAL_BATCH, "parallel"),
        (FaultKind.RENAMED_FIELD, "multi_step"),
    ],
)
def test_every_kind_of_fault_is_got_over_and_giving_up_fails(kind: FaultKind, category: str) -> None:
    scenarios = spoil(kind, category)
    assert len(scenarios) == 3
    for scenario in scenarios:
        assert {fault.kind for fault in scenario.faults} == {kind}
        assert replay(scenario, TRIPS, scenario.solution).success
        assert not replay(scenario, TRIPS, (scenario.solution[-1],)).success
        assert from_json(to_json(scenario), Scenario) == scenario


def test_a_page_is_read_again_when_it_was_truncated() -> None:
    (scenario, *_) = spoil(FaultKind.TRUNCATED_PAGE, "simple", SHOP)
    first, second, _ = scenario.solution
    assert first == second
    assert replay(scenario, SHOP, (first, CLOSING)).failure is FailureKind.DID_NOT_RETRY


def test_a_change_that_timed_out_is_looked_after_and_repeated_only_where_it_was_lost() -> None:
    for took_effect in (True, False):
        for scenario in spoil(FaultKind.TIMEOUT, "simple", SHOP, effect=took_effect):
            if not scenario.faults[0].probes:  # a reading call
                continue
            (change,), (look,), *rest = names(scenario)
            assert look in scenario.faults[0].probes
            assert look in scenario.tools
            assert rest == ([[]] if took_effect else [[change], []])


def test_doing_a_creation_again_that_took_effect_fails() -> None:
    created = {tool.name for tool in SHOP.tools if tool.effect is Effect.CREATE}
    tried = 0
    for scenario in spoil(FaultKind.TIMEOUT, "simple", SHOP, effect=True):
        change, look, closing = scenario.solution
        if change.calls[0].name in created:
            tried += 1
            blind = replay(scenario, SHOP, (change, change, closing))
            assert blind.failure is FailureKind.REPEATED_CHANGE
            assert (
                replay(scenario, SHOP, (change, look, change, closing)).failure is FailureKind.REPEATED_CHANGE
            )
            assert replay(scenario, SHOP, (change, closing)).failure is FailureKind.DID_NOT_LOOK
    assert tried


def test_a_look_tells_the_world_in_which_the_change_happened_from_the_other() -> None:
    for scenario in spoil(FaultKind.TIMEOUT, "simple", SHOP, effect=True):
        answers = []
        for took_effect in (True, False):
            fault = replace(scenario.faults[0], took_effect=took_effect)
            world = StatefulBackend(SHOP, scenario.world_seed, scenario.split)
            backend = put_faults(world, replace(scenario, faults=(fault,)), SHOP)
            (change,), (look,) = (turn.calls for turn in scenario.solution[:2])
            answers.append((backend.call(change).content, backend.call(look).content))
        (done_error, done), (lost_error, lost) = answers
        assert done_error == lost_error
        assert done != lost


def test_a_scenario_without_room_for_the_fault_says_so() -> None:
    scenario = write(SHOP, "irrelevance", 0)
    with pytest.raises(
        HopelessError, match=r"irrelevance-1/train/0: no call of the solution can meet rate_limit"
    ):
        with_faults(scenario, SHOP, generator(0), kinds=[FaultKind.RATE_LIMIT])


def test_the_harder_the_more_faults_and_the_worse() -> None:
    states_to_look_at = Counter()
    for difficulty in range(1, 6):
        for seed in range(12):
            scenario = write(SHOP, "error_recovery", seed, difficulty)
            kinds = {fault.kind for fault in scenario.faults}
            assert len(scenario.faults) >= COUNTS[difficulty - 1] - (difficulty > 3)
            assert replay(scenario, SHOP, scenario.solution).success
            if difficulty == 1:
                assert kinds <= {FaultKind.RATE_LIMIT, FaultKind.SERVER_ERROR}
            states_to_look_at[difficulty] += any(
                fault.kind is FaultKind.TIMEOUT and fault.probes for fault in scenario.faults
            )
    assert states_to_look_at[1] == states_to_look_at[2] == 0
    assert min(states_to_look_at[difficulty] for difficulty in (3, 4, 5)) >= 2


def test_a_solution_waits_for_nothing_and_has_room_for_its_detours() -> None:
    for seed in range(10):
        scenario = write(TRIPS, "error_recovery", seed, 5)
        assert scenario.max_turns >= len(scenario.solution) + 2
        assert CheckKind.RECOVERED in [check.kind for check in scenario.checks]


def test_the_rest_of_a_batch_is_all_that_is_sent_again() -> None:
    text = {"type": "string"}
    pet = {"type": "object", "required": ["name", "kind"], "properties": {"name": text, "kind": text}}
    pets = {"type": "array", "items": pet}
    add = ToolSpec(
        name="add_pets",
        description="Add pets.",
        effect=Effect.CREATE,
        resource="pet",
        route="POST /pets/batch",
        parameters={"type": "object", "required": ["pets"], "properties": {"pets": pets}},
        returns={"type": "array", "items": {**pet, "properties": {"id": text, **pet["properties"]}}},
    )
    farm = Toolset(name="farm", title="Farm", tools=(add,))
    scenarios = spoil(FaultKind.PARTIAL_BATCH, "simple", farm)
    assert scenarios
    for scenario in scenarios:
        whole, rest = (turn.calls[0].arguments["pets"] for turn in scenario.solution[:2])
        assert rest == whole[scenario.faults[0].kept :]
        again = (scenario.solution[0], scenario.solution[0], CLOSING)
        assert replay(scenario, farm, again).failure is FailureKind.REPEATED_CHANGE


def test_what_cannot_go_wrong_is_explained() -> None:
    ping = ToolSpec(name="ping", description="Ping.", parameters={"type": "object"})
    reasons = fault_obstacles(Toolset(name="bare", title="Bare", tools=(ping,)))
    assert {kind for kind, reason in reasons.items() if reason is None} == {
        FaultKind.TIMEOUT,
        FaultKind.RATE_LIMIT,
        FaultKind.SERVER_ERROR,
    }
    assert reasons[FaultKind.STALE_READ] == "no tool reads what another has changed just before"
    assert set(fault_obstacles(SHOP).values()) == {None}


def test_hammering_in_one_message_fails() -> None:
    (scenario, *_) = spoil(FaultKind.SERVER_ERROR, "simple", SHOP)
    first = scenario.solution[0]
    flood = SolutionTurn(calls=tuple(ToolCall(name=c.name, arguments=c.arguments) for c in first.calls * 4))
    verdict = replay(scenario, SHOP, (first, flood, CLOSING))
    assert verdict.failure in (FailureKind.REPEATED_CALL, FailureKind.REPEATED_CHANGE)
