"""A value that the first call returns is an argument of the second."""

from collections.abc import Sequence
from dataclasses import replace

from inftool_env.core.errors import ScenarioError
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.flow import Link, column_phrase, first_row, links
from inftool_env.scenarios.stage import HopelessError, PlannedCall, Stage, closing_words
from inftool_env.scenarios.telling import is_tellable
from inftool_env.users.language.replies import pattern
from inftool_env.users.language.requests import close, phrase_of
from inftool_env.users.language.wishes import fill
from inftool_env.users.phrasing import goal_phrase, humanise
from inftool_env.world.entities import Action, EntityMap


def draft(stage: Stage) -> Draft:
    """Two dependent calls; the linking value is in no message of the user."""
    usable = {tool.name for tool in stage.usable}
    able = [
        link for link in links(stage.toolset) if link.producer.name in usable and link.consumer.name in usable
    ]
    return chain(stage, able)


def chain(stage: Stage, able: Sequence[Link]) -> Draft:
    """Two dependent calls that one of the links joins."""
    if not able:
        raise HopelessError("no usable tool's result feeds another")
    link = stage.rng.choice(able)
    first = stage.plan(link.producer)
    row = first_row(stage.backend.call(first.call).data)
    value = row.get(link.column) if row is not None else None
    if not isinstance(value, str | int) or isinstance(value, bool) or value in first.arguments.values():
        raise ScenarioError(
            f"{stage.toolset.name}.{link.producer.name}: returned no new {link.column}; expected a value to hand on. "
            "Try another seed."
        )
    second = stage.plan(link.consumer, given={link.parameter: value})
    rest = PlannedCall(
        tool=second.tool,
        arguments={name: given for name, given in second.arguments.items() if name != link.parameter},
    )
    return Draft(
        goal=f"{goal_phrase(first.tool)}: {first.arguments}; then {goal_phrase(second.tool)}: {second.arguments}",
        opening=_ask(stage, link, first, rest),
        facts=stage.facts(first, rest),
        solution=(
            SolutionTurn(calls=(first.call,)),
            SolutionTurn(calls=(ToolCall(name=second.tool.name, arguments=second.arguments),)),
            SolutionTurn(content=closing_words({second.tool.effect})),
        ),
        expected=(first.expected, second.expected),
        visible=stage.show([first.tool, second.tool], stage.rng.randint(0, 1 + stage.difficulty)),
    )


def obstacle(toolset: Toolset, entities: EntityMap) -> str | None:  # noqa: ARG001 - one signature for all
    """There must be a tool whose result another takes."""
    tellable = {tool.name for tool in toolset.tools if is_tellable(tool)}
    if any(link.producer.name in tellable and link.consumer.name in tellable for link in links(toolset)):
        return None
    return "no tool's result is another's argument"


def _ask(stage: Stage, link: Link, first: PlannedCall, rest: PlannedCall) -> str:
    """The request: the first goal with its facts, then the second with a reference to the first's result."""
    entities, voice = stage.backend.entities, stage.voice
    made, taken = entities.binding(link.producer.name), entities.binding(link.consumer.name)
    noun = humanise(made.entity or "one")
    rows = {
        Action.CREATE: ("the new one", f"the new {noun}"),
        Action.LIST: ("the first result", "the first one you find", f"the first {noun}"),
    }
    row = voice.choose(rows.get(made.action, ("the result",)))
    refer = {link.parameter: row} if made.entity == taken.entity and made.action in rows else {}
    wish = fill(rest.tool, rest.told, voice, refer=refer)
    if not wish.refers:
        column = column_phrase(link)
        reference = voice.choose(
            (f"the {humanise(link.parameter)} of {row}", f"the {column} from {row}", f"{row}'s {column}")
        )
        after = voice.choose((f" using {reference}", f" with {reference}", f", taking {reference}"))
        wish = replace(wish, goal=wish.goal + after)
    return stage.opening(first.tool, first.told, close(pattern("then", voice, goal=phrase_of(wish))))
