"""What a category writes with: a toolset, its world, a seeded generator, and plans of calls."""

import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from inftool_env.core.errors import ScenarioError
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import ExpectedCall, Fact, Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, Toolset, ToolSpec, argument_validator
from inftool_env.scenarios.telling import is_sayable, is_tellable
from inftool_env.users.language.messages import message
from inftool_env.users.language.replies import reveal
from inftool_env.users.language.requests import request
from inftool_env.users.language.voice import Voice
from inftool_env.users.persona import draw_persona, draw_register
from inftool_env.users.phrasing import Told, goal_phrase, humanise
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.entities import Action, Binding
from inftool_env.world.fitting import retyped_for
from inftool_env.world.values import draw_value

MAX_VISIBLE = 8

_PAGING = re.compile(
    r"(?i)^(?:.*cursor.*|.*page.*|offset|skip|fields|expand|include|locale|starting_?after)$"
)
_LABELS = frozenset({"name", "title"})
_WORD = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCall:
    """A call with the arguments the user has in mind."""

    tool: ToolSpec
    arguments: JsonObject

    @property
    def call(self) -> ToolCall:
        """The call as the assistant makes it."""
        return ToolCall(name=self.tool.name, arguments=self.arguments)

    @property
    def expected(self) -> ExpectedCall:
        """The call as it is judged: spelling out a default changes nothing."""
        defaults = {
            name: schema["default"]
            for name, schema in self.tool.properties.items()
            if "default" in schema and name not in self.tool.required
        }
        unsaid = {name: value for name, value in defaults.items() if name not in self.arguments}
        idle = [
            name for name in self.arguments if name in defaults and self.arguments[name] == defaults[name]
        ]
        return ExpectedCall(
            name=self.tool.name, arguments={**self.arguments, **unsaid}, optional=(*idle, *unsaid)
        )

    @property
    def told(self) -> list[Told]:
        """The arguments as values to be told."""
        return self.told_but(())

    def told_but(self, names: Collection[str]) -> list[Told]:
        """The arguments as values to be told, all but some."""
        return [Told(name, value) for name, value in self.arguments.items() if name not in names]


class HopelessError(ScenarioError):
    """The toolset admits none, whatever the seed; its text is the reason alone, for the author's message."""


class Stage:
    """One scenario's workbench. Everything drawn here comes from one generator."""

    def __init__(
        self,
        *,
        toolset: Toolset,
        backend: StatefulBackend,
        rng: random.Random,
        split: Split,
        difficulty: int,
        usable: Collection[str] = (),
    ) -> None:
        self.toolset = toolset
        self.backend = backend
        self.rng = rng
        self.split = split
        self.difficulty = difficulty
        # A generator of their own, so that what they want stays the same when they say it in other words.
        words = random.Random(rng.getrandbits(64))
        persona = draw_persona(words)
        self.voice = Voice(
            words, persona=persona, register=draw_register(words, persona), difficulty=difficulty
        )
        """How the user talks."""
        allowed = frozenset(usable)
        self.usable: tuple[ToolSpec, ...] = tuple(
            tool for tool in toolset.tools if is_tellable(tool) and (not allowed or tool.name in allowed)
        )
        """Tools that the solution may use."""

    def pick(self, among: Sequence[ToolSpec], need: str) -> ToolSpec:
        """One of the tools; HopelessError naming the need when there is none."""
        if not among:
            raise HopelessError(f"there is no usable tool {need}")
        return self.rng.choice(among)

    def plan(self, tool: ToolSpec, *, given: JsonObject | None = None) -> PlannedCall:
        """A call of the tool that will succeed in this world.

        Args:
            tool: The tool to call.
            given: Arguments that are already decided (a value that an earlier call returned).
        """
        given = given or {}
        binding = self.backend.entities.binding(tool.name)
        rows = self.backend.rows(tool.name)
        row = self.rng.choice(rows) if rows and binding.action is not Action.CREATE else {}
        arguments: JsonObject = {}
        for name in self._chosen(tool):
            schema = tool.properties.get(name, {})
            column = binding.key_column if name == binding.key else binding.columns.get(name)
            if name in given:
                arguments[name] = retyped_for(schema, tool.parameters, given[name])
            elif name == binding.key and row:
                arguments[name] = self._from_row(row, column, tool, name)
            elif rows and name.lower().endswith(("_id", "id")) and self._may_repeat(binding, column):
                arguments[name] = self._from_row(self.rng.choice(rows), column, tool, name)
            elif row and binding.action is Action.LIST and self.rng.random() < 0.8:
                arguments[name] = self._from_row(row, column, tool, name)
            else:
                # "name" alone reads as a person's; "pet name" does not.
                label = f"{binding.entity}_{name}" if name in _LABELS and binding.entity else name
                arguments[name] = self._draw(tool, schema, label)
        if not argument_validator(tool).is_valid(arguments):
            raise ScenarioError(
                f"{self.toolset.name}.{tool.name}: drew the arguments {arguments!r}, which its schema refuses; "
                "expected a valid call. Simplify the parameters' schema, or skip this operation."
            )
        return PlannedCall(tool=tool, arguments=arguments)

    def show(self, needed: Sequence[ToolSpec], others: int, *, alike: bool = False) -> tuple[str, ...]:
        """Names of the needed tools and of some others, shuffled.

        Args:
            needed: Tools of the solution.
            others: How many distractors, as far as the toolset has them.
            alike: Prefer distractors that resemble the needed tools.
        """
        names = {tool.name for tool in needed}
        goals = {goal_phrase(tool) for tool in needed}
        rest = [
            tool for tool in self.toolset.tools if tool.name not in names and goal_phrase(tool) not in goals
        ]
        self.rng.shuffle(rest)
        if alike:
            rest.sort(key=lambda tool: -max(resemblance(tool, wanted) for wanted in needed))
        shown = [tool.name for tool in needed]
        shown = list(dict.fromkeys(shown)) + [tool.name for tool in rest[: max(0, others)]]
        self.rng.shuffle(shown)
        return tuple(shown)

    def opening(self, tool: ToolSpec, told: Sequence[Told], *more: str) -> str:
        """The first message: a request for a call of the tool, and whatever sentences follow it."""
        first = request(tool, told, self.voice, may_date=True)
        return message([first, *more], self.voice, tool)

    def fact(
        self, tool: ToolSpec, name: str, value: JsonValue, *, told: bool = True, is_alone: bool = False
    ) -> Fact:
        """A fact about a parameter, with the sentence that reveals it.

        Args:
            tool: Whose parameter it is.
            name: The parameter.
            value: What the user knows.
            told: Whether the opening says it.
            is_alone: Whether nothing else is left to be asked for, so that the value may do for an answer.
        """
        said = reveal(tool, name, value, self.voice, named=not is_alone)
        return Fact(name=name, phrase=humanise(name), value=value, told=told, reveal=said)

    def facts(self, *plans: PlannedCall) -> tuple[Fact, ...]:
        """Every argument of the plans as a told fact; names made unique by a number."""
        found: list[Fact] = []
        names: dict[str, int] = {}
        for plan in plans:
            for name, value in plan.arguments.items():
                names[name] = names.get(name, 0) + 1
                number = names[name]
                fact = self.fact(plan.tool, name, value)
                if number > 1:
                    fact = Fact(
                        name=f"{name}#{number}",
                        phrase=fact.phrase,
                        value=value,
                        told=True,
                        reveal=fact.reveal,
                    )
                found.append(fact)
        return tuple(found)

    def _chosen(self, tool: ToolSpec) -> list[str]:
        """The parameters to use: the required ones and, with the difficulty, some optional ones."""
        optional = [
            name
            for name, schema in tool.properties.items()
            if name not in tool.required and is_sayable(schema) and not _PAGING.match(name)
        ]
        low, high = ((0, 0), (0, 1), (1, 1), (1, 2), (2, 3))[self.difficulty - 1]
        if not tool.required:
            low, high = low + 1, high + 1
        count = min(len(optional), self.rng.randint(low, high))
        used = {*tool.required, *self.rng.sample(optional, count)}
        binding = self.backend.entities.binding(tool.name)
        if binding.key is not None and binding.action is not Action.CREATE:
            used.add(binding.key)  # some documents forget to require what names the row
        return [name for name in tool.properties if name in used]

    def _from_row(self, row: JsonObject, column: str | None, tool: ToolSpec, name: str) -> JsonValue:
        value = row.get(column) if column is not None else None
        schema = tool.properties.get(name, {})
        if isinstance(value, str | int | float) and value != "":
            return retyped_for(schema, tool.parameters, value)
        return self._draw(tool, schema, name)

    def _may_repeat(self, binding: Binding, column: str | None) -> bool:
        """Whether an id may be one that is there already: a new row's own may not."""
        if binding.action is Action.CREATE and binding.entity is not None:
            return column != self.backend.entities.entities[binding.entity].key_column
        return binding.action is not Action.COMPUTE

    def _draw(self, tool: ToolSpec, schema: JsonObject, label: str) -> JsonValue:
        """A value for a parameter; of an object no more than it must have, since all of it is to be told."""
        sparse = not is_sayable(schema)
        return draw_value(schema, label, self.rng, self.split, root=tool.parameters, sparse=sparse)


def resemblance(one: ToolSpec, other: ToolSpec) -> float:
    """How easily two tools are mistaken for each other, in [0, 1]: shared words of name and description."""
    words = [
        set(_WORD.findall(humanise(tool.name) + " " + tool.description.lower())) for tool in (one, other)
    ]
    union = len(words[0] | words[1])
    return len(words[0] & words[1]) / union if union else 0.0


def closing_words(effects: Collection[Effect]) -> str:
    """What the assistant says when the calls are done."""
    return "Here is what I found." if set(effects) <= {Effect.READ} else "It is done."
