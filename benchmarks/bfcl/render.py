"""A single-turn item of BFCL as a scenario of ours, so that our grader can judge answers to it.

The possible answers become expected calls, with every right value written out; the order of calls does not matter, and
no other call may be made. Where the truth accepts a value that the function's own document forbids (null for a
number, another spelling of a choice), the tool's schema is widened. Nothing is asked about where values come from, nor
about words: BFCL's truths hold what the questions do not say, and its checkers read no text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.bfcl.items import Item
from benchmarks.bfcl.literals import Language, right_texts
from benchmarks.bfcl.possible import RightValues, right_values
from inftool_env.core.errors import SpecError
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import (
    Check,
    CheckKind,
    ExpectedCall,
    FollowUp,
    Likeness,
    Scenario,
    SolutionTurn,
    Split,
)
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.core.trajectory import StopReason
from inftool_env.core.verdict import Verdict
from inftool_env.grading.grader import EpisodeRecord, grade
from inftool_env.specs.found import FoundOperation
from inftool_env.specs.functions import FUNCTIONS
from inftool_env.specs.names import unique_name
from inftool_env.specs.reader import ApiSpec
from inftool_env.specs.reading import BrokenPartError

Answer = tuple[ToolCall, ...]
"""The calls of one message; none where it is nothing but words."""
_LANGUAGES = {"simple_java": Language.JAVA, "simple_javascript": Language.JAVASCRIPT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """An item as our grader takes it."""

    scenario: Scenario
    toolset: Toolset
    official_names: Mapping[str, str]
    """What the official checker calls each of the tools."""
    answer: Answer
    """The ground truth: the first right value of everything that has to be given."""

    def judge(self, answer: Answer) -> Verdict:
        """Our verdict on an answer."""
        record = EpisodeRecord(
            calls=answer,
            format_errors=(),
            asked=frozenset(),
            state_digest="",
            stop=StopReason.SATISFIED,
        )
        return grade(self.scenario, self.toolset, record)


def render(item: Item) -> Rendering:
    """The item as a scenario.

    Raises:
        SpecError: a function of the item cannot be read, or the truth names none of them.
    """
    names, tools = read_tools(item.functions, item.id)
    expected = [_expected(item, names, call) for call in item.truth or ()]
    tools = tuple(widened(tool, [call for call, _ in expected]) for tool in tools)
    toolset = Toolset(name="bfcl", title="BFCL", tools=tools)
    answer = tuple(call for _, call in expected)
    scenario = scenario_of(
        item,
        toolset,
        opening=text_of([message for turn in item.question for message in turn]),
        solution=(answer,) if answer else (),
        checks=(
            *(Check(kind=CheckKind.CALLED, call=call) for call, _ in expected),
            Check(kind=CheckKind.NO_OTHER_CALLS),
        ),
    )
    official = {name: bfcl.replace(".", "_") for bfcl, name in names.items()}
    return Rendering(scenario=scenario, toolset=toolset, official_names=official, answer=answer)


def scenario_of(
    item: Item,
    toolset: Toolset,
    *,
    opening: str,
    solution: Sequence[Answer],
    checks: tuple[Check, ...],
    follow_ups: tuple[FollowUp, ...] = (),
) -> Scenario:
    """What every scenario of BFCL has in common: no world, no facts, and a turn for each message of the solution."""
    return Scenario(
        id=f"bfcl/{item.id}",
        toolset=toolset.name,
        category=item.category,
        difficulty=1,
        split=Split.EVAL,
        world_seed=0,
        tools=toolset.names,
        goal="",
        opening=opening,
        facts=(),
        solution=tuple(SolutionTurn(calls=calls) for calls in solution),
        checks=checks,
        max_turns=max(1, len(solution)),
        follow_ups=follow_ups,
    )


def text_of(messages: Sequence[JsonObject]) -> str:
    """All that some messages say."""
    return "\n\n".join(str(message.get("content", "")) for message in messages)


def right_calls(item: Item) -> Answer:
    """The calls of the ground truth under the official names, first right values throughout.

    Raises:
        SpecError: the truth names no function of the item.
    """
    own = {str(function["name"]): str(function["name"]) for function in item.functions}
    calls = [_expected(item, own, call)[1] for call in item.truth or ()]
    return tuple(replace(call, name=call.name.replace(".", "_")) for call in calls)


def read_tools(functions: Sequence[JsonObject], source: str) -> tuple[dict[str, str], tuple[ToolSpec, ...]]:
    """BFCL's functions as tools, and the tools' names by those of the functions.

    Raises:
        SpecError: a function cannot be read.
    """
    names: dict[str, str] = {}
    tools: dict[str, ToolSpec] = {}
    document = ApiSpec(source=Path(source), reader=FUNCTIONS, version="", raw=list(functions))
    for found in FUNCTIONS.find(document) if functions else ():
        try:
            if not isinstance(found, FoundOperation):
                raise found
            name = unique_name(found.name, tools)
            tools[name] = found.read(name).tool
            names[found.labels[0]] = name
            _check_parameters(tools[name], functions, found.labels[0])
        except BrokenPartError as error:
            raise SpecError(f"BFCL {source}: {error}") from error
    return names, tuple(tools.values())


def _check_parameters(tool: ToolSpec, functions: Sequence[JsonObject], function: str) -> None:
    """Refuse a tool that calls its parameters otherwise than the truth does.

    Raises:
        BrokenPartError: it does.
    """
    declared = next(one for one in functions if one["name"] == function)["parameters"].get("properties", {})
    renamed = [name for name in declared if name not in tool.properties]
    if renamed:
        raise BrokenPartError(
            f"{function}: the parameter {renamed[0]!r} has no legal name for a tool; expected letters, digits, - and _"
        )


def _expected(item: Item, names: Mapping[str, str], call: JsonObject) -> tuple[ExpectedCall, ToolCall]:
    """What has to be called, and the call that a model would make of it first."""
    ((function, possible),) = call.items()
    if function not in names:
        raise SpecError(f"BFCL {item.id}: the truth calls {function!r}; expected one of {sorted(names)}.")
    declared = next(one for one in item.declared if one["name"] == function)["parameters"]
    right: dict[str, RightValues] = {}
    for name, values in possible.items():
        if name in declared["properties"] or "" not in values:
            right[name] = _right(item, values, declared["properties"].get(name, {}))
    right = {name: one for name, one in right.items() if one.values}
    given = {
        name: one.values[0]
        for name, one in right.items()
        if one.values[0] != "" or not one.may_be_missing or name in declared.get("required", ())
    }
    expected = ExpectedCall(
        name=names[function],
        arguments={name: one.values[0] for name, one in right.items()},
        optional=tuple(name for name, one in right.items() if one.may_be_missing),
        accepted={name: one.values[1:] for name, one in right.items() if one.values[1:]},
        likeness={name: one.likeness for name, one in right.items() if one.likeness is not None},
    )
    return expected, ToolCall(name=expected.name, arguments=given)


def _right(item: Item, possible: Sequence[JsonValue], declared: JsonObject) -> RightValues:
    language = _LANGUAGES.get(item.category)
    return right_values(possible, declared) if language is None else right_texts(possible, declared, language)


def widened(tool: ToolSpec, expected: Sequence[ExpectedCall]) -> ToolSpec:
    """The tool with a schema that allows every right value of its calls, however it may be written."""
    properties = dict(tool.properties)
    for call in expected:
        for name in call.arguments if call.name == tool.name else ():
            schema = properties.get(name, {})
            if call.likeness.get(name) is Likeness.LOOSE:
                schema = _unlisted(schema)
            right = (call.arguments[name], *call.accepted.get(name, ()))
            refused = [value for value in right if not SchemaValidator(schema).is_valid(value)]
            properties[name] = {"anyOf": [schema, {"enum": refused}]} if refused else schema
    return replace(tool, parameters={**tool.parameters, "properties": properties})


def _unlisted(schema: JsonValue) -> JsonValue:
    """The schema without its lists of choices, which know one spelling of each."""
    if isinstance(schema, list):
        return [_unlisted(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _unlisted(member) for name, member in value.items()}
        if key == "properties"
        else _unlisted(value)
        for key, value in schema.items()
        if not (key == "enum" and isinstance(value, list))
    }
