"""Faults in a scenario's way: which calls of the reference solution they can strike, and how it gets over them."""

import random
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from inftool_env.core.errors import ScenarioError
from inftool_env.core.fault import Fault, FaultKind
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Check, CheckKind, Scenario, SolutionTurn
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Effect, Toolset, argument_validator
from inftool_env.scenarios.flow import links
from inftool_env.scenarios.looking import Look, find_look, readers_of, rows_in
from inftool_env.scenarios.solve import replay
from inftool_env.scenarios.stage import HopelessError
from inftool_env.scenarios.telling import is_tellable
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.entities import Binding, entity_map
from inftool_env.world.faults import cut_page, put_faults, strikes_of

REFUSALS = (FaultKind.RATE_LIMIT, FaultKind.SERVER_ERROR)
"""Faults that can strike any call, and one call several times in a row."""
COUNTS = (1, 1, 1, 2, 3)
"""Faults in an episode, by difficulty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a fault can strike the reference solution."""

    turn: int
    calls: tuple[int, ...]
    """Which calls of the turn."""
    fault: Fault
    """For the first of the calls; tool and ordinal are filled in when it is placed."""
    look: ToolCall | None = None
    """What shows whether a change that timed out took effect."""
    level: int
    """1: refused, so made again. 2: what came back is not what was asked for. 3: the state of the world must be
    looked at, or put together from parts."""


def with_faults(
    scenario: Scenario,
    toolset: Toolset,
    rng: random.Random,
    *,
    kinds: Collection[FaultKind] = tuple(FaultKind),
    level: int | None = None,
) -> Scenario:
    """The scenario with faults in the way, and a reference solution that has been replayed to full score.

    There are as many as the scenario's difficulty says (``COUNTS``), fewer where there is no room. Tools with which
    one can look whether a change took effect are shown where it timed out.

    Args:
        scenario: One that has none yet.
        toolset: The whole one that it was written for.
        rng: Chooses faults and places.
        kinds: Of faults to choose among.
        level: Of the first fault, the others are no harder; of any level when None.

    Raises:
        HopelessError: none of the kinds fits any call of the reference solution.
        ScenarioError: there is none of the level, or the solution does not get over the faults that were drawn.
    """
    places = [
        place
        for place in _places(scenario, toolset, rng)
        if place.fault.kind in kinds and (level is None or place.level <= level)
    ]
    if not places:
        raise HopelessError(
            f"{scenario.id}: no call of the solution can meet {', '.join(sorted(kinds))}; expected one that can. "
            "Try another seed, or allow other faults."
        )
    first = [place for place in places if level in (None, place.level)]
    if not first:
        raise ScenarioError(
            f"{scenario.id}: no call of the solution can meet a fault of level {level}; expected one that can. "
            "Try another seed."
        )
    chosen = [_choose(first, rng)]
    for _ in range(COUNTS[scenario.difficulty - 1] - 1):
        room = [place for place in places if _has_room(place, chosen)]
        if not room:
            break
        chosen.append(_choose(room, rng))
    return _seal(scenario, toolset, chosen, rng)


def fault_obstacles(toolset: Toolset) -> dict[FaultKind, str | None]:
    """For every kind of fault why no scenario of the toolset can meet it; None where some can."""
    tools = [tool for tool in toolset.tools if is_tellable(tool)]
    names = {tool.name for tool in tools}
    bindings = entity_map(toolset).bindings
    flows = [link for link in links(toolset) if {link.producer.name, link.consumer.name} <= names]
    batches = any(tool.properties or bindings[tool.name].batch for tool in tools)
    views = [bindings[tool.name].view for tool in tools if tool.effect is Effect.READ]
    seen = any(link.producer.effect is not Effect.READ is link.consumer.effect for link in flows)
    reasons = {
        FaultKind.STALE_READ: None if seen else "no tool reads what another has changed just before",
        FaultKind.PARTIAL_BATCH: None if batches else "no tool can be called several times at once",
        FaultKind.RENAMED_FIELD: None if flows else "no tool's result is another's argument",
        FaultKind.TRUNCATED_PAGE: (
            None
            if any(view is not None and view.many and view.path for view in views)
            else "no tool answers with a list of rows in an object"
        ),
    }
    anywhere = None if tools else "no operation's required parameters can be told in a few words"
    return {kind: anywhere or reasons.get(kind) for kind in FaultKind}


def _choose(places: Sequence[Place], rng: random.Random) -> Place:
    """A place of a kind drawn first, so that kinds with few places are not rare."""
    kind = rng.choice(list(dict.fromkeys(place.fault.kind for place in places)))
    return rng.choice([place for place in places if place.fault.kind is kind])


def _has_room(place: Place, chosen: Sequence[Place]) -> bool:
    """Whether the place is free: a call may be refused before it meets something else, and only then."""
    met = [one for one in chosen if one.turn == place.turn and set(one.calls) & set(place.calls)]
    return not met or (place.fault.kind in REFUSALS and all(len(one.calls) == 1 for one in met))


def _places(scenario: Scenario, toolset: Toolset, rng: random.Random) -> Iterator[Place]:
    """Every fault that each call of the reference solution can meet."""
    fresh = StatefulBackend(toolset, scenario.world_seed, scenario.split)
    world = StatefulBackend(toolset, scenario.world_seed, scenario.split)
    for number, turn in enumerate(scenario.solution):
        if len(turn.calls) > 1:
            size = rng.randint(1, len(turn.calls) - 1)
            failing = tuple(sorted(rng.sample(range(len(turn.calls)), size)))
            yield Place(turn=number, calls=failing, fault=_fault(FaultKind.PARTIAL_BATCH), level=2)
        handed_on = _handed_on(scenario, number)
        for index, call in enumerate(turn.calls):
            binding = world.entities.binding(call.name)
            result = world.call(call)
            met = list(_anywhere(binding, result.data, handed_on, rng))
            look = None
            if binding.tool.effect is Effect.READ:
                is_stale = fresh.call(call).content != result.content
                met += _reading(
                    result.data, rng, is_stale=is_stale, is_last=number + 2 >= len(scenario.solution)
                )
            else:
                look = find_look(scenario, toolset, number, index)
                met += _changing(binding, call, look, handed_on, rng)
            for level, fault in met:
                shown = look.call if look is not None and fault.kind is FaultKind.TIMEOUT else None
                yield Place(turn=number, calls=(index,), fault=fault, look=shown, level=level)


def _handed_on(scenario: Scenario, turn: int) -> frozenset[str]:
    """Values of later calls that the user never tells, as text."""
    said = [fact for follow_up in scenario.follow_ups for fact in follow_up.facts]
    told = [fact.value for fact in (*scenario.facts, *said)]
    return frozenset(
        str(value)
        for each in scenario.solution[turn + 1 :]
        for call in each.calls
        for value in call.arguments.values()
        if isinstance(value, str | int) and not isinstance(value, bool) and value not in told
    )


def _fault(kind: FaultKind, **details: Any) -> Fault:
    """A fault of which it is not yet known which call it strikes."""
    return Fault(kind=kind, tool="", **details)


Met = Iterator[tuple[int, Fault]]
"""What one call can meet, with its level."""


def _anywhere(binding: Binding, data: JsonValue, handed_on: frozenset[str], rng: random.Random) -> Met:
    """What any call can meet."""
    yield 1, _fault(FaultKind.RATE_LIMIT, retry_after_s=rng.choice((1, 2, 5, 10, 30)))
    yield 1, _fault(FaultKind.SERVER_ERROR)
    field = _field_with(data, handed_on)
    if field is not None:
        renamed = _renamed(field, binding.entity, data)
        yield 2, _fault(FaultKind.RENAMED_FIELD, field=field, renamed=renamed)


def _reading(data: JsonValue, rng: random.Random, *, is_stale: bool, is_last: bool) -> Met:
    """What a reading call can meet beside."""
    yield 2, _fault(FaultKind.TIMEOUT)
    rows = next(kept for kept in count() if cut_page(data, kept) == data)
    if rows:
        # A row that later calls need would make it unclear whether the rest has to be asked for.
        yield 2, _fault(FaultKind.TRUNCATED_PAGE, kept=rng.randrange(rows) if is_last else 0)
    if is_stale:
        yield 3, _fault(FaultKind.STALE_READ)


def _changing(
    binding: Binding, call: ToolCall, look: Look | None, handed_on: frozenset[str], rng: random.Random
) -> Met:
    """What a changing call can meet beside; a time-out only where one can see whether it took effect."""
    if look is not None:
        yield 3, _fault(FaultKind.TIMEOUT, took_effect=rng.random() < 0.5 and handed_on <= look.shown)
    if binding.batch is not None and (cuts := _cuts(binding, call)):
        yield 3, _fault(FaultKind.PARTIAL_BATCH, field=binding.batch, kept=rng.choice(cuts))


def _cuts(binding: Binding, call: ToolCall) -> list[int]:
    """Where the batch can be cut such that both parts can be sent on their own."""
    batch, validator = str(binding.batch), argument_validator(binding.tool)
    items = call.arguments.get(batch, ())
    return [
        at
        for at in range(1, len(items))
        if all(validator.is_valid({**call.arguments, batch: part}) for part in (items[:at], items[at:]))
    ]


def _field_with(data: JsonValue, values: frozenset[str]) -> str | None:
    """The field of a result's first fitting row whose value is handed on to a later call."""
    for row in rows_in(data):
        for name, value in row.items():
            if isinstance(value, str | int) and str(value) in values:
                return name
    return None


def _renamed(field: str, noun: str | None, data: JsonValue) -> str:
    """What a careless release makes of a name: the other way of writing it, or a longer one."""
    head, *tail = field.split("_")
    camel = head + "".join(word.capitalize() for word in tail)
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in field)
    taken = {name for row in rows_in(data) for name in row}
    names = (camel, snake, f"{noun}_{field}" if noun else "", f"{field}_value", f"{field}_value_2")
    return next(name for name in names if name and name not in taken)


def _seal(scenario: Scenario, toolset: Toolset, chosen: Sequence[Place], rng: random.Random) -> Scenario:
    """The scenario with the chosen faults, once its solution is known to get over them and nothing less does."""
    shown = list(scenario.tools)
    for place in chosen:
        if place.look is not None and place.look.name not in shown:
            shown.insert(rng.randint(0, len(shown)), place.look.name)
    course = _Course(toolset, shown, chosen)
    for number, turn in enumerate(scenario.solution):
        course.take(number, turn)
    faulty = replace(
        scenario,
        tools=tuple(shown),
        solution=tuple(course.turns),
        faults=tuple(course.faults),
        max_turns=scenario.max_turns + len(course.turns) - len(scenario.solution),
    )
    world = StatefulBackend(toolset, scenario.world_seed, scenario.split)
    backend = put_faults(world, faulty, toolset)
    for turn in faulty.solution:
        for call in turn.calls:
            backend.call(call)
    checks = [
        replace(check, digest=world.digest()) if check.kind is CheckKind.STATE else check
        for check in scenario.checks
    ]
    faulty = replace(faulty, checks=(*checks, Check(kind=CheckKind.RECOVERED)))
    if len(strikes_of(backend)) < len(faulty.faults):
        raise ScenarioError(f"{scenario.id}: a fault strikes nothing; expected all to. Try another seed.")
    verdict = replay(faulty, toolset, faulty.solution)
    if not verdict.success:
        raise ScenarioError(
            f"{scenario.id}: the solution does not get over the faults: {verdict.why} Expected it to. Try another seed."
        )
    if faulty.solution != scenario.solution and replay(faulty, toolset, scenario.solution).success:
        raise ScenarioError(f"{scenario.id}: giving up succeeds; expected it to fail. Try another seed.")
    return faulty


class _Course:
    """The reference solution on its way through the faults."""

    def __init__(self, toolset: Toolset, shown: Sequence[str], chosen: Sequence[Place]) -> None:
        self._toolset = toolset
        self._shown = shown
        self._meets: dict[tuple[int, int], list[Place]] = {}
        # What refuses comes first: after anything else the call is not made again.
        for place in sorted(chosen, key=lambda one: one.fault.kind not in REFUSALS):
            for index in place.calls:
                self._meets.setdefault((place.turn, index), []).append(place)
        self._made: Counter[str] = Counter()
        self.turns: list[SolutionTurn] = []
        self.faults: list[Fault] = []

    def take(self, number: int, turn: SolutionTurn) -> None:
        """Make the turn's calls until all are done; look first whether what timed out took effect."""
        self.turns.append(turn)
        open_calls = [(call, self._meets.get((number, index), [])) for index, call in enumerate(turn.calls)]
        while open_calls:
            looks: list[ToolCall] = []
            again: list[tuple[ToolCall, list[Place]]] = []
            for call, meets in open_calls:
                ordinal = self._made[call.name]
                self._made[call.name] += 1
                if not meets:
                    continue
                place, *rest = meets
                probes = readers_of(call, self._toolset, self._shown)
                self.faults.append(replace(place.fault, tool=call.name, ordinal=ordinal, probes=probes))
                if place.look is not None:
                    looks.append(place.look)
                remaining = _left_to_do(call, place.fault)
                if remaining is not None:
                    again.append((remaining, rest))
            for look in looks:
                self._made[look.name] += 1
            self.turns += [SolutionTurn(calls=tuple(looks))] if looks else []
            self.turns += [SolutionTurn(calls=tuple(call for call, _ in again))] if again else []
            open_calls = again


def _left_to_do(call: ToolCall, fault: Fault) -> ToolCall | None:
    """The call to make after the fault; None where nothing is left to do."""
    if fault.kind is FaultKind.RENAMED_FIELD or fault.took_effect:
        return None
    if fault.kind is FaultKind.PARTIAL_BATCH and fault.field:
        rest = call.arguments[fault.field][fault.kept :]
        return replace(call, arguments={**call.arguments, fault.field: rest})
    return call
