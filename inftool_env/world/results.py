"""Results in the shape that a tool's return schema asks for, around the rows they show."""

import random
from dataclasses import dataclass

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Effect
from inftool_env.world.entities import Action, Binding, Entity
from inftool_env.world.fitting import fits, retyped_for
from inftool_env.world.pages import Page, envelope_values
from inftool_env.world.rows import Row
from inftool_env.world.shapes import chosen_shape
from inftool_env.world.values import draw_value
from inftool_env.world.views import View
from inftool_env.world.vocabulary import PARAMETERS, PROPERTIES, plain

MOST_COMPUTED = 5
Told = dict[str, tuple[JsonValue, ...]]
"""What an envelope may tell of its rows, by kind of property: the first value that fits is told."""
_UNTOLD: JsonValue = object()
_KINDS_BY_NAME: dict[str, tuple[str, ...]] = {}
for _kind in (
    "total",
    "has_more",
    "has_previous",
    "next_cursor",
    "next",
    "previous",
    "page",
    "size",
    "start",
    "pages",
):
    for _name in PROPERTIES[_kind]:
        _KINDS_BY_NAME[_name] = (*_KINDS_BY_NAME.get(_name, ()), _kind)


@dataclass(slots=True, kw_only=True)
class Shaper:
    """Builds the result of one call."""

    binding: Binding
    entity: Entity | None
    arguments: JsonObject
    rng: random.Random
    split: Split

    def row_result(self, row: Row) -> JsonValue:
        """The result that shows one row (or says that it is gone)."""
        returns = self.binding.tool.returns
        view = self.binding.view
        if returns is None:
            if self.binding.action is Action.DELETE:
                return {"deleted": True}
            return self._visible(row)
        if view is None and _is_open_object(chosen_shape(returns, returns)):
            return self._visible(row)
        if view is None:
            return self._draw(returns, returns, self.binding.tool.name, {**row, **self.arguments})
        inner = self._project(row, view)
        return self._wrap(returns, view, self._within(view, [inner]) if view.many else inner)

    def list_result(self, rows: list[Row], page: Page | None = None) -> JsonValue:
        """The result that shows these rows, the part of a longer list that ``page`` tells of."""
        returns, view = self.binding.tool.returns, self.binding.view
        if returns is None:
            return [self._visible(row) for row in rows]
        if view is None or not view.many:
            return self.computed_result()
        items = self._within(view, [self._project(row, view) for row in rows])
        return self._wrap(returns, view, items, page or len(items))

    def computed_result(self) -> JsonValue:
        """A result made from the arguments and the seed alone; arguments that it names are repeated."""
        returns, view = self.binding.tool.returns, self.binding.view
        if returns is None:
            if self.binding.tool.effect is not Effect.READ:
                return {"status": "ok"}
            return {"result": draw_value({"type": "string"}, self.binding.tool.name, self.rng, self.split)}
        if view is None:
            return self._draw(returns, returns, self.binding.tool.name, self.arguments)
        if not view.many:
            return self._wrap(returns, view, self._project(self.arguments, view))
        count = next(
            (
                value
                for name, value in self.arguments.items()
                if plain(name) in PARAMETERS["how_many"] and isinstance(value, int)
            ),
            3,
        )
        count = max(min(max(count, 1), MOST_COMPUTED), view.least)
        items = self._within(view, [self._project(self.arguments, view) for _ in range(count)])
        return self._wrap(returns, view, items, len(items))

    def _within(self, view: View, items: list[JsonObject]) -> list[JsonObject]:
        """As many items as the document allows; made up where it demands more."""
        more = [self._project({}, view) for _ in range(view.least - len(items))]
        return [*items, *more][: view.most]

    def _visible(self, row: Row) -> Row:
        """The row without what the server keeps to itself, unless that is all there is."""
        columns = {} if self.entity is None else self.entity.columns
        shown = {name for name, column in columns.items() if not column.hidden}
        return {name: value for name, value in row.items() if name in (shown or columns)}

    def _project(self, known: Row, view: View) -> JsonObject:
        return self._object(view.schema, view.root, known, keep_scalars=self.binding.entity is None)

    def _object(self, shape: JsonObject, root: JsonObject, known: Row, *, keep_scalars: bool) -> JsonObject:
        by_plain = {plain(name): value for name, value in known.items()}
        required = set(shape.get("required") or ())
        result: JsonObject = {}
        declared = shape.get("properties") or {}
        for name, schema in declared.items():
            if schema is False:
                continue
            value = known[name] if name in known else by_plain.get(plain(name))
            if value is None and self.binding.tool.effect is not Effect.READ:
                value = self._receipt(name, known)
            if value is not None and fits(schema, root, value := retyped_for(schema, root, value)):
                result[name] = value
            elif name in required or (keep_scalars and len(result) < 8 and _is_plain_scalar(schema, root)):
                result[name] = draw_value(schema, name, self.rng, self.split, root=root, sparse=True)
        for name in shape.get("required") or ():
            if name not in result:
                result[name] = draw_value({}, name, self.rng, self.split, root=root, sparse=True)
        return result

    def _receipt(self, name: str, known: Row) -> JsonValue:
        """What a confirmation says of a change: that it is done, or which row it was (``removed_id``)."""
        if plain(name) in PROPERTIES["receipt"]:
            return True
        if self.entity is not None and plain(name).removesuffix("id") in PROPERTIES["receipt"]:
            return known.get(self.entity.key_column)
        return None

    def _wrap(self, schema: JsonValue, view: View, inner: JsonValue, page: Page | int = 1) -> JsonValue:
        """The rows in their envelope; ``page`` is what it tells of them, or how many there are."""
        told = {"total": (page,)} if isinstance(page, int) else envelope_values(page)
        return self._wrap_at(schema, view, inner, told, 0)

    def _wrap_at(self, schema: JsonValue, view: View, inner: JsonValue, told: Told, depth: int) -> JsonValue:
        if depth == len(view.path):
            return inner
        shape = chosen_shape(schema, view.root)
        required = set(shape.get("required") or ())
        by_plain = {plain(name): value for name, value in self.arguments.items()}
        result: JsonObject = {}
        for name, part in shape["properties"].items():
            if name == view.path[depth]:
                result[name] = self._wrap_at(part, view, inner, told, depth + 1)
                continue
            value = self._paged(part, name, view.root, told)
            if value is _UNTOLD and plain(name) in by_plain and fits(part, view.root, by_plain[plain(name)]):
                value = by_plain[plain(name)]
            if value is not _UNTOLD:
                result[name] = value
            elif name in required:
                result[name] = draw_value(part, name, self.rng, self.split, root=view.root, sparse=True)
        for name in shape.get("required") or ():
            if name not in result:
                result[name] = draw_value({}, name, self.rng, self.split, sparse=True)
        return result

    def _paged(self, schema: JsonValue, name: str, root: JsonObject, told: Told) -> JsonValue:
        """What a property beside the rows tells of them, or ``_UNTOLD``."""
        for kind in _KINDS_BY_NAME.get(plain(name), ()):
            for value in told.get(kind, ()):
                if fits(schema, root, value):
                    return value
        shape = chosen_shape(schema, root)
        if plain(name) not in PROPERTIES["page_wrapper"] or not shape.get("properties"):
            return _UNTOLD
        parts = shape["properties"]
        inner = {each: self._paged(part, each, root, told) for each, part in parts.items()}
        inner = {each: value for each, value in inner.items() if value is not _UNTOLD}
        for each in shape.get("required") or () if inner else ():
            if each not in inner:
                part = parts.get(each, {})
                inner[each] = draw_value(part, each, self.rng, self.split, root=root, sparse=True)
        return inner if inner and fits(schema, root, inner) else _UNTOLD

    def _draw(self, schema: JsonObject, root: JsonObject, name: str, known: Row) -> JsonValue:
        shape = chosen_shape(schema, root)
        if shape.get("properties"):
            return self._object(shape, root, known, keep_scalars=True)
        return draw_value(schema, name, self.rng, self.split, root=root, sparse=True)


def _is_plain_scalar(schema: JsonValue, root: JsonObject) -> bool:
    shape = chosen_shape(schema, root)
    return shape.get("type") in ("string", "integer", "number", "boolean") or "enum" in shape


def _is_open_object(shape: JsonObject) -> bool:
    """Whether any object obeys the schema, so that the row itself can be shown."""
    wide = shape.get("additionalProperties", True) in (True, {})
    return (
        shape.get("type") == "object" and wide and not shape.get("properties") and not shape.get("required")
    )
