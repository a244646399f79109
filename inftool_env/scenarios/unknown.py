"""What the user does not know themselves: values that nobody can tell, and rows that they can only describe."""

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Check, CheckKind, Fact, SolutionTurn
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.lookup import Lookup
from inftool_env.scenarios.stage import PlannedCall, Stage, closing_words
from inftool_env.scenarios.traps import distractor, invented
from inftool_env.users.language.replies import having, pattern, reply
from inftool_env.users.language.requests import traits
from inftool_env.users.phrasing import finish, goal_phrase, humanise, spell

SPARE_LOOKS = 1
"""Calls beyond the needed ones that looking a row up may take."""


def unknown_fact(stage: Stage, parameter: str, name: str = "") -> Fact:
    """A value that the user may be asked for, and does not know.

    Args:
        stage: Where the scenario is written.
        parameter: What needs the value.
        name: Of the fact, where it is not the parameter's.
    """
    phrase = humanise(parameter)
    said = reply("unknown", stage.voice, phrase=phrase)
    return Fact(name=name or parameter, phrase=phrase, value=None, told=False, reveal=said)


def wish_about(stage: Stage, found: Lookup, visible: tuple[str, ...]) -> Draft:
    """A wish about a row that the user describes: its key must be looked up, and may not be made up.

    Raises:
        ScenarioError: the words would tell the key, or describe the row by what is to change.
    """
    link = found.link
    plan = stage.plan(link.consumer, given={link.parameter: found.key})
    rest = PlannedCall(
        tool=plan.tool,
        arguments={name: value for name, value in plan.arguments.items() if name != link.parameter},
    )
    if found.key in rest.arguments.values() or found.label in rest.arguments:
        raise ScenarioError(
            f"{stage.toolset.name}.{plan.tool.name}: takes what describes the row; expected another value. "
            "Try another seed."
        )
    first = found.pages[0]
    looks = tuple(SolutionTurn(calls=(page.call,)) for page in found.pages)
    act = SolutionTurn(calls=(plan.call,))
    done = SolutionTurn(content=closing_words({plan.tool.effect}))
    wrong = SolutionTurn(calls=(invented(stage, plan, [link.parameter]).call,))
    told = stage.facts(first, rest)
    taken = any(fact.name == link.parameter for fact in told)
    unknown = unknown_fact(stage, link.parameter, f"{link.parameter}#0" if taken else "")
    return Draft(
        goal=f"{goal_phrase(plan.tool)}: {plan.arguments}, the {humanise(link.parameter)} to be looked up",
        opening=_ask(stage, found, rest),
        facts=(*told, unknown),
        solution=(*looks, act, done),
        expected=(plan.expected,),
        checks=(
            Check(kind=CheckKind.NOT_INVENTED, fact=link.parameter),
            Check(kind=CheckKind.FEW_CALLS, limit=len(looks) + 1 + SPARE_LOOKS),
        ),
        may_look=True,
        visible=visible,
        traps=(
            (act, done),
            (wrong, done),
            (*looks, wrong, done),
            (*looks, done),
            *distractor(stage, visible, (looks[0], done)),
        ),
    )


def _ask(stage: Stage, found: Lookup, rest: PlannedCall) -> str:
    """The wish, what the row is known by, and where it is to be found."""
    entity = stage.backend.entities.binding(found.link.producer.name).entity
    noun, first = humanise(entity or "one"), found.pages[0]
    phrase = found.phrase.removeprefix(f"{noun} ")
    known = pattern("known_by", stage.voice, noun=noun, having=having(phrase, spell(found.value)))
    where = f", among those{traits(first.tool, first.told, stage.voice)}" if first.told else ""
    unknown = reply("not_known", stage.voice, phrase=humanise(found.link.parameter))
    return stage.opening(rest.tool, rest.told, finish(known + where), unknown)
