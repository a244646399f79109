"""Looking up the key of a row that the user knows by something else: by calls that list rows, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from inftool_env.core.errors import ScenarioError
from inftool_env.core.same import Same
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect, Toolset, argument_validator
from inftool_env.scenarios.flow import Link, links
from inftool_env.scenarios.looking import rows_in
from inftool_env.scenarios.stage import PlannedCall, Stage
from inftool_env.scenarios.telling import is_tellable
from inftool_env.users.phrasing import humanise
from inftool_env.world.entities import Action, entity_map
from inftool_env.world.listing import listing_of
from inftool_env.world.pages import Paging

_MOST_PAGES = 4
_MOST_LABEL = 60
"""Characters of a text that a user names a row by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """How a row that the user names is found."""

    link: Link
    pages: tuple[PlannedCall, ...]
    """The calls that list rows, the first one as the user words it; the last one's answer shows the row."""
    label: str
    """The column that the user names the row by."""
    value: JsonValue
    """What stands there, in this row alone."""
    key: JsonValue

    @property
    def phrase(self) -> str:
        """The column in the user's words."""
        return humanise(self.label)


def lookup_links(toolset: Toolset) -> tuple[Link, ...]:
    """The pairs of a tool that lists rows and one that takes the key of such a row."""
    bindings = entity_map(toolset).bindings
    return tuple(
        link
        for link in links(toolset)
        if bindings[link.producer.name].action is Action.LIST
        and link.producer.effect is Effect.READ
        and bindings[link.producer.name].entity == bindings[link.consumer.name].entity
        and is_tellable(link.producer)
        and is_tellable(link.consumer)
    )


def find_lookup(stage: Stage, link: Link, *, deep: bool = False) -> Lookup:
    """A row of the link's list that one of its values names.

    Args:
        stage: Where the scenario is written.
        link: The list, and what takes the key.
        deep: Choose a row as many pages on as can be.

    Raises:
        ScenarioError: no row can be told from the others.
    """
    first = stage.plan(link.producer)
    if deep:  # whatever narrows the list makes it shorter
        required = {name: value for name, value in first.arguments.items() if name in link.producer.required}
        first = replace(first, arguments=required)
    pages = list(_pages(stage, first)) if deep else [(first, _rows(stage, first))]
    entity = stage.backend.entities.binding(link.producer.name).entity
    table = stage.backend.state.rows(entity) if entity is not None else []
    for at in reversed(range(len(pages))):
        rows = pages[at][1]
        stage.rng.shuffle(rows)
        for row in rows:
            labels = [name for name in row if _names(name, row, link, first, table)]
            key = row.get(link.column)
            if labels and isinstance(key, str | int) and key not in first.arguments.values():
                label = stage.rng.choice(labels)
                calls = tuple(plan for plan, _ in pages[: at + 1])
                return Lookup(link=link, pages=calls, label=label, value=row[label], key=key)
    raise ScenarioError(
        f"{stage.toolset.name}.{link.producer.name}: no row that one of its values names; expected one. "
        "Try another seed."
    )


def _names(name: str, row: JsonObject, link: Link, first: PlannedCall, table: list[JsonObject]) -> bool:
    """Whether a column tells this row from all others, in a few words."""
    value = row[name]
    if name == link.column or isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    if humanise(name).split()[-1:] == ["id"] or value in first.arguments.values():
        return False
    if isinstance(value, str) and not 0 < len(value) <= _MOST_LABEL:
        return False
    alike = [other for other in table if other.get(name) == value]
    return len(alike) == 1


def _rows(stage: Stage, plan: PlannedCall) -> list[JsonObject]:
    """The rows that a list shows: objects in its first list of them."""
    data = stage.backend.call(plan.call).data
    view = stage.backend.entities.binding(plan.tool.name).view
    path = view.path if view is not None else ()
    for name in path:
        data = data.get(name) if isinstance(data, dict) else None
    if isinstance(data, list):
        return [row for row in data if isinstance(row, dict)]
    return []


def _pages(stage: Stage, first: PlannedCall) -> Iterator[tuple[PlannedCall, list[JsonObject]]]:
    """A list's pages from the first one on, as far as its parameters allow."""
    plan, seen = first, 0
    binding = stage.backend.entities.binding(first.tool.name)
    paging = None
    if binding.entity is not None:
        entity = stage.backend.entities.entities[binding.entity]
        paging = listing_of(Same(binding), Same(entity)).paging
    shown: list[JsonObject] = []
    for number in range(_MOST_PAGES):
        rows = _rows(stage, plan)
        if not rows or rows == shown:
            return
        yield plan, list(rows)
        shown, seen = rows, seen + len(rows)
        step = None if paging is None else _next(stage, plan, paging, number, seen)
        if step is None:
            return
        plan = replace(first, arguments={**first.arguments, **step})
        if not argument_validator(plan.tool).is_valid(plan.arguments):
            return


def _next(stage: Stage, plan: PlannedCall, paging: Paging, number: int, seen: int) -> JsonObject | None:
    """The argument that asks for the page after this one; None where there is none."""
    if paging.number is not None:
        start = paging.defaults.get(paging.number)
        return {paging.number: (start if isinstance(start, int) else 1) + number + 1}
    if paging.start is not None:
        return {paging.start: seen}
    if paging.cursor is None:
        return None
    for row in rows_in(stage.backend.call(plan.call).data):
        for value in row.values():
            if isinstance(value, str) and len(value) > 8 and "://" not in value:
                trial = replace(plan, arguments={**plan.arguments, paging.cursor: value})
                if argument_validator(plan.tool).is_valid(trial.arguments) and _rows(stage, trial):
                    return {paging.cursor: value}
        break
    return None
