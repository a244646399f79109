"""Requests that follow others in one conversation, and how each refers back to what was said or shown before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from inftool_env.core.errors import ScenarioError
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.grading.matching import fulfils
from inftool_env.scenarios.flow import Link, column_phrase, links
from inftool_env.scenarios.stage import PlannedCall, Stage
from inftool_env.scenarios.varying import variable_names, vary
from inftool_env.users.language.parameters import parameters_of
from inftool_env.users.language.replies import pattern
from inftool_env.users.language.requests import close, phrase_of
from inftool_env.users.language.wishes import Wish, fill
from inftool_env.users.phrasing import goal_phrase, humanise, spell
from inftool_env.world.entities import Action

_PLACES = ("first", "second", "third")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One of a user's requests, and what came of it."""

    plan: PlannedCall
    text: str
    told: tuple[str, ...]
    """Names of the arguments that the text says; the others have to be found in what came before."""
    result: JsonValue = None
    """What the server answers."""
    refers: bool = False
    """Whether the text can only be understood from what came before."""


def first_request(stage: Stage) -> Request:
    """A request that tells all that its call needs; often one whose answer can be pointed at."""
    producers = {link.producer.name for link in links(stage.toolset)}
    bindings = stage.backend.entities.bindings
    shown = [
        tool
        for tool in stage.usable
        if tool.name in producers and bindings[tool.name].action in (Action.LIST, Action.CREATE)
    ]
    among = shown if shown and stage.rng.random() < 0.6 else stage.usable
    plan = stage.plan(stage.pick(among, "that a user could ask for"))
    text = stage.opening(plan.tool, plan.told)
    return _made(stage, Request(plan=plan, text=text, told=tuple(plan.arguments)))


def next_request(stage: Stage, past: Sequence[Request]) -> Request:
    """What the user asks for after other requests: something that refers to them, where that can be.

    Raises:
        ScenarioError: nothing was found that can be done after them.
    """
    ways: list[Callable[[Stage, Sequence[Request]], Request | None]] = [_pointing, _same_value]
    stage.rng.shuffle(ways)
    # Nearly anything can be done again, so that is tried last most often.
    ways.insert(0 if stage.rng.random() < 0.2 else len(ways), _again)
    trouble: ScenarioError | None = None
    for way in (*ways, _afresh):
        try:
            request = way(stage, past)
            if request is not None and not _is_repeated(request, past):
                return _made(stage, request)
        except ScenarioError as error:
            trouble = error
    raise ScenarioError(
        f"{stage.toolset.name}: nothing can be asked for after {len(past)} requests; expected another request. "
        "Try another seed."
    ) from trouble


def _made(stage: Stage, request: Request) -> Request:
    """The request with the server's answer, which later ones may refer to."""
    answer = stage.backend.call(request.plan.call)
    if answer.is_error:
        raise ScenarioError(
            f"{stage.toolset.name}.{request.plan.tool.name}: the server answers {answer.content}; expected a success. "
            "Try another seed."
        )
    return Request(
        plan=request.plan, text=request.text, told=request.told, result=answer.data, refers=request.refers
    )


def _is_repeated(request: Request, past: Sequence[Request]) -> bool:
    return any(
        fulfils(request.plan.call, other.plan.expected, other.plan.tool)
        or fulfils(other.plan.call, request.plan.expected, other.plan.tool)
        for other in past
    )


def _again(stage: Stage, past: Sequence[Request]) -> Request | None:
    """The last request once more with another value: "the same with city Paris"."""
    last = past[-1].plan
    names = variable_names(stage, last.tool)
    if not names or (len(past) > 1 and past[-2].plan.tool.name == last.tool.name):
        return None
    changed = vary(stage, last, names, [request.plan for request in past])
    text = close(pattern("again", stage.voice, phrase=changed.phrase, value=spell(changed.new)))
    return Request(plan=changed.plan, text=text, told=(changed.name,), refers=True)


def _same_value(stage: Stage, past: Sequence[Request]) -> Request | None:
    """Another tool that takes a value told before: "for the same city"."""
    known = _unambiguous(past)
    done = {request.plan.tool.name for request in past}
    able = [
        (tool, name)
        for tool in stage.usable
        if tool.name not in done
        for name in tool.required
        if name in known
        and not humanise(name).endswith((" with", " on", " by", " at", " to", " in", " from"))
        and (tool.effect is Effect.READ or _names_a_row(stage, tool, name))
    ]
    if not able:
        return None
    tool, name = stage.rng.choice(able)
    plan = stage.plan(tool, given={name: known[name]})
    if plan.arguments[name] != known[name]:
        return None
    same = f"the same {parameters_of(tool)[name].label}"
    wish = fill(tool, plan.told_but([name]), stage.voice, refer={name: same})
    after = "" if wish.refers else f" for the same {humanise(name)}"
    text = _next(stage, replace(wish, goal=wish.goal + after))
    return Request(
        plan=plan, text=text, told=tuple(key for key in plan.arguments if key != name), refers=True
    )


def _pointing(stage: Stage, past: Sequence[Request]) -> Request | None:
    """A tool that takes what an answer holds: "the second one", "the new one"."""
    usable = {tool.name for tool in stage.usable}
    pointers = [
        (link, words, value)
        for link in links(stage.toolset)
        if link.consumer.name in usable
        for words, value in _pointers(stage, link, past)
    ]
    if not pointers:
        return None
    link, words, value = stage.rng.choice(pointers)
    plan = stage.plan(link.consumer, given={link.parameter: value})
    entities = stage.backend.entities
    made, taken = entities.binding(link.producer.name), entities.binding(link.consumer.name)
    is_row = made.entity == taken.entity
    wish = fill(
        plan.tool,
        plan.told_but([link.parameter]),
        stage.voice,
        refer={
            link.parameter: words
            if is_row
            else f"the {parameters_of(plan.tool)[link.parameter].label} of {words}"
        },
    )
    reference = words if is_row else f"the {column_phrase(link)} of {words}"
    after = "" if wish.refers else f" for {reference}"
    text = _next(stage, replace(wish, goal=wish.goal + after))
    told = tuple(name for name in plan.arguments if name != link.parameter)
    return Request(plan=plan, text=text, told=told, refers=True)


def _afresh(stage: Stage, past: Sequence[Request]) -> Request | None:
    """A request of its own, with a tool that has not been asked for."""
    done = {request.plan.tool.name for request in past}
    rest = [tool for tool in stage.usable if tool.name not in done]
    plan = stage.plan(stage.rng.choice(rest or stage.usable))
    text = _next(stage, fill(plan.tool, plan.told, stage.voice))
    return Request(plan=plan, text=text, told=tuple(plan.arguments))


def _pointers(stage: Stage, link: Link, past: Sequence[Request]) -> list[tuple[str, str | int]]:
    """Words that point at a row of an earlier answer, each with the value that the link hands on."""
    action = stage.backend.entities.binding(link.producer.name).action
    if action is Action.LIST and past[-1].plan.tool.name == link.producer.name:
        rows = listed_rows(past[-1].result)
        places = list(zip(_PLACES, rows, strict=False)) if len(rows) > 1 else []
        pointed = [(f"the {place} one", row.get(link.column)) for place, row in places]
    elif action is Action.CREATE:
        entity = stage.backend.entities.binding(link.producer.name).entity or ""
        made = [
            request.result
            for request in past
            if stage.backend.entities.binding(request.plan.tool.name).action is Action.CREATE
            and stage.backend.entities.binding(request.plan.tool.name).entity == entity
        ]
        is_one = len(made) == 1 and any(request.plan.tool.name == link.producer.name for request in past)
        pointed = (
            [(f"the new {humanise(entity)}", made[0].get(link.column))]
            if is_one and isinstance(made[0], dict)
            else []
        )
    else:
        pointed = []
    return [
        (words, value)
        for words, value in pointed
        if isinstance(value, str | int) and not isinstance(value, bool)
    ]


def listed_rows(data: JsonValue) -> list[JsonObject]:
    """The rows that a list shows: its objects, or those of its only list; none where it is no list."""
    if isinstance(data, dict):
        lists = [value for value in data.values() if isinstance(value, list)]
        data = lists[0] if len(lists) == 1 else []
    rows = data if isinstance(data, list) else []
    return rows if all(isinstance(row, dict) for row in rows) else []


def _unambiguous(past: Sequence[Request]) -> dict[str, JsonValue]:
    """Arguments of earlier requests of which there was one value only: "the same" can mean nothing else."""
    values: dict[str, list[JsonValue]] = {}
    for request in past:
        for name, value in request.plan.arguments.items():
            if isinstance(value, str | int) and not isinstance(value, bool) and name in request.told:
                known = values.setdefault(name, [])
                known += [] if value in known else [value]
    return {name: known[0] for name, known in values.items() if len(known) == 1}


def _names_a_row(stage: Stage, tool: ToolSpec, name: str) -> bool:
    """Whether the parameter says which row a call works on, or whose; a new value is hardly an old one."""
    binding = stage.backend.entities.binding(tool.name)
    return name == binding.key or name in binding.parents


def _next(stage: Stage, wish: Wish) -> str:
    """A wish after others."""
    return close(pattern("next", stage.voice, goal=phrase_of(wish)))


def summary(requests: Sequence[Request]) -> str:
    """What all the requests come to, for people reading the record."""
    return "; then ".join(
        f"{goal_phrase(request.plan.tool)}: {request.plan.arguments}" for request in requests
    )
