"""A planned call with another value in one place: what a user may change their mind about, or ask for next."""

from collections.abc import Collection
from dataclasses import dataclass

from inftool_env.core.errors import ScenarioError
from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import ToolSpec, argument_validator
from inftool_env.grading.matching import fulfils
from inftool_env.scenarios.stage import PlannedCall, Stage
from inftool_env.scenarios.telling import is_sayable
from inftool_env.users.language.parameters import parameters_of

TRIES = 8
"""Plans that are drawn to find another value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A valid call that differs from another in one argument."""

    plan: PlannedCall
    """With the new value."""
    name: str
    old: JsonValue

    @property
    def phrase(self) -> str:
        """The argument in the user's words."""
        return parameters_of(self.plan.tool)[self.name].spoken

    @property
    def new(self) -> JsonValue:
        """The new value."""
        return self.plan.arguments[self.name]


def variable_names(stage: Stage, tool: ToolSpec, *, keep_row: bool = False) -> list[str]:
    """Names of the parameters whose values a user can tell, and so change.

    Args:
        stage: Knows what names a row.
        tool: Whose parameters.
        keep_row: Leave out what names the row that a call works on.
    """
    binding = stage.backend.entities.binding(tool.name)
    fixed = {binding.key, *binding.parents} if keep_row else set()
    return [name for name, schema in tool.properties.items() if name not in fixed and is_sayable(schema)]


def vary(
    stage: Stage, plan: PlannedCall, names: Collection[str], others: Collection[PlannedCall] = ()
) -> Variation:
    """The plan with another value for one of the arguments.

    Args:
        stage: Draws the value.
        plan: The call to vary.
        names: Arguments that may change; those that the plan lacks are passed over.
        others: Calls that the new one must not equal.

    Raises:
        ScenarioError: no other value was found.
    """
    for _ in range(TRIES):
        other = stage.plan(plan.tool)
        able = [
            name
            for name in names
            if name in plan.arguments
            and name in other.arguments
            and plan.arguments[name] is not None
            and other.arguments[name] not in plan.arguments.values()
        ]
        if not able:
            continue
        name = stage.rng.choice(able)
        varied = PlannedCall(tool=plan.tool, arguments={**plan.arguments, name: other.arguments[name]})
        if argument_validator(plan.tool).is_valid(varied.arguments) and not any(
            fulfils(varied.call, past.expected, past.tool) for past in (plan, *others)
        ):
            return Variation(plan=varied, name=name, old=plan.arguments[name])
    raise ScenarioError(
        f"{stage.toolset.name}.{plan.tool.name}: its arguments do not vary in this world; expected another value. "
        "Try another seed."
    )
