"""What is right depends on the data: the assistant must look before it acts."""

from collections.abc import Mapping
from dataclasses import dataclass

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Check, CheckKind, SolutionTurn
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import HopelessError, PlannedCall, Stage, closing_words
from inftool_env.scenarios.telling import is_tellable
from inftool_env.scenarios.traps import Turns, at_once, distractor
from inftool_env.users.language.replies import pattern, reply
from inftool_env.users.language.requests import close, imperative
from inftool_env.users.phrasing import goal_phrase, humanise, spell
from inftool_env.world.entities import Action, EntityMap
from inftool_env.world.shapes import chosen_shape, kind_of

_LEAST = 8
"""The smallest number that a decision rests on."""
_TRIES = 8
"""Draws of an action that differs from the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One of the things that may turn out, and what is to be done then."""

    words: str
    """As ``the status is paid``."""
    holds: bool
    plan: PlannedCall


def draft(stage: Stage) -> Draft:
    """A look, and one or two cases: at 1 one case of a choice, at 2 two of them, from 3 on also of numbers.

    At 4 there is a third way out, nothing of the kind; at 5 the tools in sight are the nearest look-alikes.
    """
    looks = {tool.name: found for tool in stage.usable if (found := deciding_fields(tool))}
    if not looks or len(stage.usable) < 2:
        raise HopelessError("no usable tool shows what another's call could depend on")
    look = stage.plan(stage.pick([tool for tool in stage.usable if tool.name in looks], "that shows a state"))
    answer = stage.backend.call(look.call)
    field, value = _decisive(stage, look, answer.data, looks[look.tool.name])
    cases = _cases(stage, look, field, value, looks[look.tool.name][field])
    done = next((case.plan for case in cases if case.holds), None)
    needed = [look.tool, *(case.plan.tool for case in cases)]
    visible = _visible(stage, look.tool, needed)
    phrase = humanise(field)
    outcome = _truth(phrase, said=value) if isinstance(value, bool) else f"the {phrase} is {spell(value)}"
    closing = closing_words({done.tool.effect}) if done else f"I looked: {outcome}. That is all."
    solution = (
        SolutionTurn(calls=(look.call,)),
        *((SolutionTurn(calls=(done.call,)),) if done else ()),
        SolutionTurn(content=closing),
    )
    expected = (look.expected, *((done.expected,) if done else ()))
    told = Check(kind=CheckKind.TOLD, fact=phrase, value=value)
    return Draft(
        goal=f"{goal_phrase(look.tool)}: {look.arguments}; then what the {phrase} calls for",
        opening=_ask(stage, look, cases, phrase, value),
        facts=stage.facts(look, *(case.plan for case in cases)),
        solution=solution,
        expected=expected,
        checks=(Check(kind=CheckKind.STEPWISE),) if done else (told,),
        visible=visible,
        traps=(*_traps(solution, cases), *distractor(stage, visible, solution)),
    )


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:  # noqa: ARG001 - one signature for all
    """There must be a tool whose answer can decide something, and another to be called."""
    tellable = [tool for tool in toolset.tools if is_tellable(tool)]
    if not any(map(deciding_fields, tellable)):
        return "no reading tool's result has a choice, a truth value or a number that could decide what to do"
    return None if len(tellable) >= 2 else "there is no second tool whose call could depend on the first"


def deciding_fields(tool: ToolSpec) -> Mapping[str, JsonObject]:
    """The fields of a reading tool's single result that a decision can rest on, with their schemas."""
    if tool.effect is not Effect.READ or tool.returns is None:
        return {}
    shape = chosen_shape(tool.returns, tool.returns)
    parts = {
        name: chosen_shape(schema, tool.returns) for name, schema in (shape.get("properties") or {}).items()
    }
    if any(
        kind_of(part) == "array" and kind_of(part.get("items", {})) == "object" for part in parts.values()
    ):
        return {}  # a list of rows is no state
    found: dict[str, JsonObject] = {}
    for name, part in parts.items():
        kind = part.get("type")
        is_choice = (
            isinstance(part.get("enum"), list) and sum(isinstance(one, str) for one in part["enum"]) > 1
        )
        is_number = kind in ("integer", "number") and not humanise(name).endswith("id")
        if name not in tool.properties and (is_choice or kind == "boolean" or is_number):
            found[name] = part
    return found


def _decisive(
    stage: Stage, look: PlannedCall, answer: JsonValue, fields: Mapping[str, JsonObject]
) -> tuple[str, JsonValue]:
    """A field of the answer and its value; numbers only from difficulty 3 on, unless there is nothing else."""
    row = answer if isinstance(answer, dict) else {}
    key = stage.backend.entities.binding(look.tool.name).key_column
    told = list(look.arguments.values())
    found = {
        name: row[name]
        for name in fields
        if name != key and _decides(row.get(name)) and (isinstance(row[name], bool) or row[name] not in told)
    }
    plain = {name: value for name, value in found.items() if isinstance(value, str | bool)}
    able = found if stage.difficulty >= 3 or not plain else plain
    if not able:
        raise ScenarioError(
            f"{stage.toolset.name}.{look.tool.name}: its answer decides nothing; expected one of {', '.join(fields)}. "
            "Try another seed."
        )
    name = stage.rng.choice(list(able))
    return name, able[name]


def _decides(value: JsonValue) -> bool:
    """Whether a value can be told from others in a few words; small numbers leave no room for limits."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return (
        abs(value) >= _LEAST
        if is_number
        else isinstance(value, bool) or (isinstance(value, str) and value != "")
    )


def _cases(
    stage: Stage, look: PlannedCall, field: str, value: JsonValue, schema: JsonObject
) -> tuple[Case, ...]:
    """One case at difficulty 1, otherwise two; which of them holds, if any, is drawn."""
    count = 1 if stage.difficulty == 1 else 2
    ways = count + (stage.difficulty in (1, 4, 5) and _can_miss(count, value, schema))
    right = stage.rng.randrange(ways)
    wordings = _wordings(stage, humanise(field), value, schema, count, right)
    plans: list[PlannedCall] = []
    for _ in wordings:
        plans.append(_action(stage, look, plans))
    return tuple(
        Case(words=words, holds=at == right, plan=plan)
        for at, (words, plan) in enumerate(zip(wordings, plans, strict=True))
    )


def _can_miss(count: int, value: JsonValue, schema: JsonObject) -> bool:
    """Whether none of so many cases need hold."""
    if isinstance(value, str):
        return sum(isinstance(one, str) for one in schema["enum"]) > count
    return count == 1 or not isinstance(value, bool)


def _truth(phrase: str, *, said: bool) -> str:
    """A truth value in words.

    >>> _truth("is favorite", said=False), _truth("gift wrap", said=True)
    ('it is not favorite', 'gift wrap is true')
    """
    if phrase.startswith("is "):
        return f"it {phrase}" if said else f"it is not {phrase.removeprefix('is ')}"
    return f"{phrase} is {spell(said)}"


def _wordings(
    stage: Stage, phrase: str, value: JsonValue, schema: JsonObject, count: int, right: int
) -> list[str]:
    """Conditions that exclude each other, of which the one at ``right`` holds, and none beyond the last."""
    if isinstance(value, bool):
        first = value if right == 0 else not value
        return [_truth(phrase, said=said) for said in (first, not first)[:count]]
    if isinstance(value, str):
        others = [one for one in schema["enum"] if isinstance(one, str) and one != value]
        said = stage.rng.sample(others, min(count, len(others)))
        if right < count:
            said = [*said[: count - 1], value]
            said[right], said[-1] = said[-1], said[right]
        return [f"the {phrase} is {spell(one)}" for one in said]
    assert isinstance(value, int | float), "a field that decides holds a choice, a truth value or a number"
    step = max(1, round(abs(value) / 4))
    base = round(value)
    if right >= count:  # between the two, or not above the one
        low, high = base - step, base + step
    elif right == 0:
        low, high = base - 3 * step, base - step
    else:
        low, high = base + step, base + 3 * step
    return [f"the {phrase} is above {high}", f"the {phrase} is below {low}"][:count]


def _action(stage: Stage, look: PlannedCall, others: list[PlannedCall]) -> PlannedCall:
    """A call unlike the others; most often one that changes the row that was looked at."""
    entities = stage.backend.entities
    seen = entities.binding(look.tool.name)
    near = [
        tool
        for tool in stage.usable
        if tool.name != look.tool.name
        and seen.entity is not None
        and (binding := entities.binding(tool.name)).entity == seen.entity
        and binding.action in (Action.UPDATE, Action.DELETE)
        and binding.key_column == seen.key_column
    ]
    far = [
        tool
        for tool in stage.usable
        if tool.name != look.tool.name and not _reads_same(stage, look.tool, tool)
    ]
    for _ in range(_TRIES):
        tool = stage.pick(near if near and stage.rng.random() < 0.7 else far or near, "to act with")
        key = entities.binding(tool.name).key
        is_near = tool in near and key is not None and seen.key in look.arguments
        plan = stage.plan(tool, given={str(key): look.arguments[str(seen.key)]} if is_near else None)
        if all(plan.call != other.call for other in others):
            return plan
    raise ScenarioError(
        f"{stage.toolset.name}: no other call for another case; expected one. Try another seed."
    )


def _reads_same(stage: Stage, look: ToolSpec, tool: ToolSpec) -> bool:
    """Whether a tool may show what the look shows."""
    entities = stage.backend.entities
    entity = entities.binding(look.name).entity
    return (
        tool.name != look.name
        and tool.effect is Effect.READ
        and entity is not None
        and entities.binding(tool.name).entity == entity
    )


def _visible(stage: Stage, look: ToolSpec, needed: list[ToolSpec]) -> tuple[str, ...]:
    """The needed tools and some others, of which none shows the state in another way."""
    names = {tool.name for tool in needed}
    shown = stage.show(needed, stage.rng.randint(0, 1 + stage.difficulty), alike=stage.difficulty == 5)
    return tuple(
        tool.name
        for tool in stage.toolset.subset(shown).tools
        if tool.name in names or not _reads_same(stage, look, tool)
    )


def _ask(stage: Stage, look: PlannedCall, cases: tuple[Case, ...], phrase: str, value: JsonValue) -> str:
    is_truth = isinstance(value, bool)
    is_complete = is_truth and len(cases) == 2
    voice = stage.voice
    sentences: list[str] = []
    for case, lead in zip(cases, ("If", pattern("else_if", voice)), strict=False):
        sentences.append(close(f"{lead} {case.words}, {imperative(case.plan.tool, case.plan.told, voice)}"))
    if not is_complete:
        sentences.append(reply("otherwise", voice, what="so" if is_truth else f"the {phrase}"))
    return stage.opening(look.tool, look.told, *sentences)


def _traps(solution: Turns, cases: tuple[Case, ...]) -> list[Turns]:
    """Acting without looking, in every way; guessing while looking; and doing what another case calls for."""
    look, *_, end = solution
    acts = [SolutionTurn(calls=(case.plan.call,)) for case in cases]
    wrong = [(look, act, end) for act, case in zip(acts, cases, strict=True) if not case.holds]
    idle = [(look, end)] if any(case.holds for case in cases) else []
    blind = [(act, end) for act in acts]
    guess = (
        [at_once(solution)]
        if any(case.holds for case in cases)
        else [(look, SolutionTurn(content="It is done."))]
    )
    return [*wrong, *idle, *blind, *guess]
