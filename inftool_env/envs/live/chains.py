"""Two calls in one request, the second of which takes a value that only the first one's answer shows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import SolutionTurn
from inftool_env.core.schema import JsonValue, canonical
from inftool_env.envs.live.found import FoundValue, Scalar
from inftool_env.envs.live.stage import LiveStage
from inftool_env.envs.live.survey import Probe, is_same_name
from inftool_env.scenarios.draft import Draft
from inftool_env.scenarios.stage import HopelessError, PlannedCall, closing_words
from inftool_env.users.language.replies import pattern
from inftool_env.users.language.requests import close, phrase_of
from inftool_env.users.language.wishes import fill
from inftool_env.users.phrasing import goal_phrase, humanise
from inftool_env.world.vocabulary import singular

_SHORTEST = 3
"""Characters of a text that can hardly stand in a result by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A value that one call's result shows and another call takes."""

    first: Probe
    second: Probe
    parameter: str
    """Of the second call."""
    shown: FoundValue
    """Where the first result shows it."""


def chains(probes: Sequence[Probe], closed: Collection[JsonValue]) -> tuple[Chain, ...]:
    """Every pair of calls that hang together, where a user can say without naming the value which one is meant.

    Args:
        probes: Calls that work.
        closed: Texts that anybody could guess.
    """
    found: list[Chain] = []
    for second in probes:
        for parameter, value in _single(second):
            for first in probes:
                shown = next((each for each in first.found if each.value == value and each.rank == 0), None)
                if (
                    shown is not None
                    and first.tool != second.tool
                    and value not in closed
                    and _is_telling(shown, parameter)
                    and not _holds(list(first.arguments.values()), value)
                    and not _holds(
                        [each for name, each in second.arguments.items() if name != parameter], value
                    )
                ):
                    found.append(Chain(first=first, second=second, parameter=parameter, shown=shown))
    return tuple(found)


def draft(stage: LiveStage) -> Draft:
    """Two dependent calls; the linking value is in no message of the user.

    Raises:
        HopelessError: no answer of this world feeds another tool.
    """
    able = chains(stage.probes, stage.closed)
    if not able:
        raise HopelessError("no answer of a usable tool holds a value that another one takes")
    pairs = sorted({(chain.first.tool, chain.second.tool) for chain in able})
    pair = stage.rng.choice(pairs)
    chain = stage.rng.choice([chain for chain in able if (chain.first.tool, chain.second.tool) == pair])
    first, second = stage.planned(chain.first), stage.planned(chain.second)
    rest = PlannedCall(
        tool=second.tool,
        arguments={
            name: value
            for name, value in second.arguments.items()
            if name != chain.parameter and first.arguments.get(name) != value
        },
    )
    return Draft(
        goal=f"{goal_phrase(first.tool)}: {first.arguments}; then {goal_phrase(second.tool)}: {second.arguments}",
        opening=_ask(stage, chain, first, rest),
        facts=stage.facts(first, rest),
        solution=(
            SolutionTurn(calls=(first.call,)),
            SolutionTurn(calls=(ToolCall(name=second.tool.name, arguments=second.arguments),)),
            SolutionTurn(content=closing_words({first.tool.effect, second.tool.effect})),
        ),
        expected=(first.expected, second.expected),
        visible=stage.show([first.tool, second.tool], stage.rng.randint(0, 1 + stage.difficulty)),
    )


def _ask(stage: LiveStage, chain: Chain, first: PlannedCall, rest: PlannedCall) -> str:
    """The request: the first goal with its facts, then the second with a reference to the first's result."""
    value = chain.second.arguments[chain.parameter]
    label = humanise(chain.shown.key or chain.parameter)
    if isinstance(value, list) and not chain.shown.key:
        label = singular(label)
    if chain.shown.of == 1:
        references = (f"the {label} from the result", f"the {label} that this shows")
    else:
        references = (f"the first {label} of the result", f"the {label} that comes first")
    same = "the same " + " and ".join(
        humanise(name)
        for name, value in chain.second.arguments.items()
        if name != chain.parameter and first.arguments.get(name) == value
    )
    voice = stage.voice
    wish = fill(rest.tool, rest.told, voice)
    reference = voice.choose(references)
    after = voice.choose((f" with {reference} as the {humanise(chain.parameter)}", f" for {reference}"))
    if same != "the same ":
        after += f" and {same}"
    follow = pattern("then", voice, goal=phrase_of(replace(wish, goal=wish.goal + after)))
    return stage.opening(first.tool, first.told, close(follow))


def _single(probe: Probe) -> Iterator[tuple[str, Scalar]]:
    """The arguments that are one value each, or a list of one."""
    for name, value in probe.arguments.items():
        one = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(one, str | int | float) and not isinstance(one, bool):
            yield name, one


def _is_telling(shown: FoundValue, parameter: str) -> bool:
    """Whether the value is there for a reason, and not by chance as a small number may be."""
    if isinstance(shown.value, str) and len(shown.value) >= _SHORTEST:
        return True
    return is_same_name(parameter, shown.key)


def _holds(arguments: list[JsonValue], value: Scalar) -> bool:
    """Whether the user tells the value anyway, alone or as a part of another."""
    return str(value) in canonical(arguments)
