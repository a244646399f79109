"""What the user says fits two rows of the world: the assistant must look, and ask which of them is meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inftool_env.core.errors import ScenarioError
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Check, CheckKind, Fact, SolutionTurn
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, Toolset, argument_validator
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.flow import Link, links
from inftool_env.scenarios.referring import listed_rows
from inftool_env.scenarios.stage import HopelessError, PlannedCall, Stage, closing_words
from inftool_env.scenarios.telling import is_tellable
from inftool_env.scenarios.unknown import SPARE_LOOKS
from inftool_env.users.language.replies import having, reply
from inftool_env.users.phrasing import enumerate_facts, goal_phrase, humanise, spell
from inftool_env.world.entities import Action, EntityMap
from inftool_env.world.shapes import chosen_shape, kind_of

TRIES = 3
"""Draws of what to list, for each way from a list to a change."""
_LONGEST = 60
"""Characters of a value that a person would tell rows apart by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Two rows that one description fits."""

    link: Link
    listing: PlannedCall
    """Shows both."""
    described: tuple[tuple[str, JsonValue], ...]
    """What the user says of the row they mean, beside what the listing's arguments say."""
    meant: JsonObject
    other: JsonObject
    telling: str
    """The column that tells the two apart."""


def draft(stage: Stage) -> Draft:
    """A change or deletion of one of two rows that share all that the user says of it."""
    able = [link for link in _ways(stage.toolset, stage.backend.entities) if _is_usable(stage, link)]
    if not able:
        raise HopelessError(
            "no usable tool changes or deletes one of several rows that another one lists and that can be alike"
        )
    stage.rng.shuffle(able)
    choice = next((found for link in able for found in _choices(stage, link)), None)
    if choice is None:
        raise ScenarioError(
            f"{stage.toolset.name}: no two listed rows are alike in this world; expected some that are. "
            "Try another seed."
        )
    return _drafted(stage, choice)


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:
    """There must be rows that one tool lists and another changes or deletes."""
    if any(is_tellable(link.producer) and is_tellable(link.consumer) for link in _ways(toolset, entities)):
        return None
    return "no tool changes or deletes one of several rows that another one lists and that can be alike"


def _drafted(stage: Stage, choice: Choice) -> Draft:
    link = choice.link
    noun = humanise(stage.backend.entities.binding(link.producer.name).entity or "one")
    plan = stage.plan(link.consumer, given={link.parameter: choice.meant[link.column]})
    described = enumerate_facts(
        [(_said(name), value) for name, value in (*choice.listing.told, *choice.described)]
    )
    fact = Fact(
        name=link.parameter,
        phrase=humanise(choice.telling),
        value=choice.meant[choice.telling],
        told=False,
        reveal=reply(
            "meant_one",
            stage.voice,
            having=having(humanise(choice.telling), spell(choice.meant[choice.telling])),
        ),
        cues=(noun, "which", "do you mean", "did you mean", "do you want", "the first or"),
    )
    told = tuple(
        stage.fact(plan.tool, name, value) for name, value in plan.arguments.items() if name != link.parameter
    )
    look = SolutionTurn(calls=(choice.listing.call,))
    ask = SolutionTurn(content=_question(noun, choice))
    act = SolutionTurn(calls=(ToolCall(name=plan.tool.name, arguments=plan.arguments),))
    wrong = SolutionTurn(
        calls=(
            ToolCall(
                name=plan.tool.name,
                arguments={**plan.arguments, link.parameter: choice.other[link.column]},
            ),
        )
    )
    end = SolutionTurn(content=closing_words({plan.tool.effect}))
    return Draft(
        goal=f"{goal_phrase(plan.tool)}: {plan.arguments}, of two {noun} rows with {described}",
        opening=stage.opening(
            plan.tool,
            plan.told_but([link.parameter]),
            reply("meant", stage.voice, noun=noun, facts=described),
        ),
        facts=(*told, fact),
        solution=(look, ask, act, end),
        expected=(plan.expected,),
        checks=(
            Check(kind=CheckKind.ASKED, fact=fact.name, tool=plan.tool.name),
            # Looking is free, but trying to do it twice is not, even where the server refuses.
            Check(kind=CheckKind.FEW_CALLS, tool=plan.tool.name, limit=1),
            Check(kind=CheckKind.FEW_CALLS, limit=2 + SPARE_LOOKS),
        ),
        may_look=True,
        visible=stage.show([link.producer, plan.tool], stage.rng.randint(0, 1 + stage.difficulty)),
        traps=((look, act, end), (look, act, ask, end), (look, ask, wrong, end), (look, ask, end)),
    )


def _question(noun: str, choice: Choice) -> str:
    one, other = (
        having(humanise(choice.telling), spell(row[choice.telling])) for row in (choice.meant, choice.other)
    )
    # In an order that does not give away which one is meant.
    first, second = sorted((one, other))
    return f"There are two that fit, one {first} and one {second}. Which {noun} do you mean?"


def _said(column: str) -> str:
    """A column in words behind "with": "with shared false"."""
    return humanise(column).removeprefix("is ")


def _ways(toolset: Toolset, entities: EntityMap) -> list[Link]:
    """From a tool that lists rows, of which several can be alike, to one that changes or deletes one of them."""
    return [
        link
        for link in links(toolset)
        if entities.binding(link.producer.name).action is Action.LIST
        and link.consumer.effect in (Effect.UPDATE, Effect.DELETE)
        and entities.binding(link.consumer.name).entity == entities.binding(link.producer.name).entity
        and _can_be_alike(entities, link)
    ]


def _can_be_alike(entities: EntityMap, link: Link) -> bool:
    """Whether rows share what the list must be asked for, and what a user may say of them."""
    binding = entities.binding(link.producer.name)
    entity = entities.entities[binding.entity or ""]
    shared = {
        name
        for name, column in entity.columns.items()
        if name in entity.links or _is_closed(chosen_shape(column.schema, column.root))
    }
    needed = {binding.columns.get(name) for name in link.producer.required}
    return bool(shared) and needed <= shared


def _is_closed(shape: JsonObject) -> bool:
    return "enum" in shape or kind_of(shape) == "boolean"


def _is_usable(stage: Stage, link: Link) -> bool:
    names = {tool.name for tool in stage.usable}
    return {link.producer.name, link.consumer.name} <= names


def _choices(stage: Stage, link: Link) -> Iterator[Choice]:
    """Pairs of listed rows that one description fits, from a few lists."""
    whole = stage.backend.rows(link.producer.name)
    for listing in _listings(stage, link):
        answer = stage.backend.call(listing.call)
        rows = [] if answer.is_error else listed_rows(answer.data)
        for one, other, described in _pairs(stage, rows, listing):
            telling = _telling(stage, one, other, link.column, whole)
            if telling is not None and one.get(link.column) != other.get(link.column):
                yield Choice(
                    link=link, listing=listing, described=described, meant=one, other=other, telling=telling
                )


def _listings(stage: Stage, link: Link) -> Iterator[PlannedCall]:
    """Calls of the tool that lists: each with what it needs, and with one filter more or none."""
    tool = link.producer
    binding = stage.backend.entities.binding(tool.name)
    for _ in range(TRIES):
        planned = stage.plan(tool).arguments
        needed = {name: planned[name] for name in planned if name in tool.required}
        # How many to show, or in what order, describes no row.
        filters = [name for name in planned if name not in needed and name in binding.columns]
        for arguments in ({**needed, name: planned[name]} for name in filters):
            yield PlannedCall(tool=tool, arguments=arguments)
        if argument_validator(tool).is_valid(needed):
            yield PlannedCall(tool=tool, arguments=needed)


def _pairs(
    stage: Stage, rows: Sequence[JsonObject], listing: PlannedCall
) -> Iterator[tuple[JsonObject, JsonObject, tuple[tuple[str, JsonValue], ...]]]:
    """Two rows, the meant one first, and what they share that no third row of the list does."""
    said = [value for value in listing.arguments.values() if isinstance(value, str | int | float)]
    columns = [name for name in (rows[0] if rows else ()) if not name.startswith("_")]
    stage.rng.shuffle(columns)
    if len(rows) == 2 and listing.arguments:
        one, other = stage.rng.sample(rows, 2)
        yield one, other, ()
    for column in columns:
        values = [row.get(column) for row in rows]
        for value in dict.fromkeys(value for value in values if _is_sayable(value) and value not in said):
            fitting = [row for row in rows if row.get(column) == value]
            if len(fitting) == 2 < len(rows):
                one, other = stage.rng.sample(fitting, 2)
                yield one, other, ((humanise(column), value),)


def _telling(
    stage: Stage, one: JsonObject, other: JsonObject, key: str, whole: Sequence[JsonObject]
) -> str | None:
    """A column in which the two differ, and the first from all other rows; never the key, which people do not know."""
    able = [
        name
        for name, value in one.items()
        if name != key
        and _is_sayable(value)
        and _is_sayable(other.get(name))
        and spell(value) != spell(other[name])
        and sum(row.get(name) == value for row in whole) <= 1
    ]
    return stage.rng.choice(able) if able else None


def _is_sayable(value: JsonValue) -> bool:
    is_word = isinstance(value, str) and 0 < len(value) <= _LONGEST
    return is_word or (isinstance(value, int | float) and not isinstance(value, bool))
