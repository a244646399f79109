"""Results in the shape that a tool's return schema asks for, around the rows they show."""

import random
from dataclasses import dataclass, field

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, canonical
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Effect
from inftool_env.world.entities import Action, Binding, Entity
from inftool_env.world.fitting import fits, parts_of, retyped_for, shape_of
from inftool_env.world.formulas import answer
from inftool_env.world.pages import Page, envelope_values
from inftool_env.world.rows import Row
from inftool_env.world.shapes import chosen_shape, kind_of
from inftool_env.world.values import draw_value
from inftool_env.world.views import View
from inftool_env.world.vocabulary import PARAMETERS, PROPERTIES, name_words, plain

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
    seed: int
    split: Split
    shown: dict[tuple[str, str], tuple[Row, JsonObject]] = field(default_factory=dict)
    """By tool and key: a row, and what the tool shows of it; it grows."""
    _rng: random.Random | None = None
    """Made when something must be drawn: most results only show what is known."""

    def row_result(self, row: Row) -> JsonValue:
        """The result that shows one row (or says that it is gone)."""
        returns = self.binding.tool.returns
        view = self.binding.view
        if returns is None:
            if self.binding.action is Action.DELETE:
                return {"deleted": True}
            return self._visible(row)
        if view is None and _is_open_object(shape_of(returns, returns)):
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
        """A result that the arguments and the seed alone decide; arguments that it names are repeated.

        What follows from the arguments by a known formula is computed, the rest is drawn.
        """
        returns, view = self.binding.tool.returns, self.binding.view
        if returns is None:
            if self.binding.tool.effect is not Effect.READ:
                return {"status": "ok"}
            return {"result": self._drawn({"type": "string"}, self.binding.tool.name, {})}
        if view is None:
            shape = shape_of(returns, returns)
            return self._draw(returns, returns, self.binding.tool.name, self._answered(shape))
        if not view.many:
            return self._wrap(returns, view, self._project(self._answered(view.schema), view))
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

    def _answered(self, shape: JsonObject) -> JsonObject:
        """The arguments, and what follows from them, by the names that the result has for it."""
        names = tuple(shape.get("properties") or ())
        found = answer(self.binding.tool.name, self.arguments, names)
        for name, value in found.items():
            if isinstance(value, float) and kind_of(shape_of(shape["properties"][name], shape)) == "integer":
                found[name] = round(value)
        return {**self.arguments, **found}

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
        if self.entity is None or not known:
            return self._object(view.schema, view.root, known, keep_scalars=self.entity is None)
        name = (self.binding.tool.name, str(known.get(self.entity.key_column)))
        row, shown = self.shown.get(name, (None, {}))
        if row is not known:
            shown = self._object(view.schema, view.root, known, keep_scalars=False, row=name[1])
            self.shown[name] = (known, shown)
        return dict(shown)

    def _object(
        self, shape: JsonObject, root: JsonObject, known: Row, *, keep_scalars: bool, row: str | None = None
    ) -> JsonObject:
        by_plain: Row | None = None
        writes = self.binding.tool.effect is not Effect.READ
        result: JsonObject = {}
        for part in parts_of(shape, root):
            value = known.get(part.name)
            if value is None and part.name not in known:
                if by_plain is None:
                    by_plain = {plain(name): each for name, each in known.items()}
                value = by_plain.get(part.bare)
            if value is None and writes:
                value = self._receipt(part.name, known)
            if value is not None and not part.fits(value):
                value = retyped_for(part.schema, root, value)
                value = value if part.fits(value) else None
            if value is not None:
                result[part.name] = value
            elif part.is_required or (keep_scalars and len(result) < 8 and part.is_scalar):
                result[part.name] = self._drawn(part.schema, part.name, root, row)
        for name in shape.get("required") or ():
            if name not in result:
                result[name] = self._drawn({}, name, root, row)
        return result

    def _drawn(self, schema: JsonValue, name: str, root: JsonObject, row: str | None = None) -> JsonValue:
        """A value that nothing known can fill: of a row, whose key is given, the same in every answer."""
        if row is not None and self.entity is not None:
            rng = generator(self.seed, "shown", self.entity.name, row, name)
            return draw_value(schema, name, rng, self.split, root=root, sparse=True)
        if self._rng is None:
            # Of the arguments alone: equal calls are answered alike.
            self._rng = generator(self.seed, "result", self.binding.tool.name, canonical(self.arguments))
        return draw_value(schema, name, self._rng, self.split, root=root, sparse=True)

    def _receipt(self, name: str, known: Row) -> JsonValue:
        """What a confirmation says of a change: that it is done, or which row it was (``removed_id``)."""
        verb = next(iter(name_words(self.binding.tool.name)), "")
        stem = verb.removesuffix("e").removesuffix("y")
        if plain(name) in PROPERTIES["receipt"] or (
            stem and plain(name).startswith(stem) and plain(name).endswith("ed")
        ):
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
        shape = shape_of(schema, view.root)
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
                result[name] = self._drawn(part, name, view.root)
        for name in shape.get("required") or ():
            if name not in result:
                result[name] = self._drawn({}, name, view.root)
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
                inner[each] = self._drawn(part, each, root)
        return inner if inner and fits(schema, root, inner) else _UNTOLD

    def _draw(self, schema: JsonObject, root: JsonObject, name: str, known: Row) -> JsonValue:
        shape = shape_of(schema, root)
        if shape.get("properties"):
            return self._object(shape, root, known, keep_scalars=True)
        return self._drawn(schema, name, root)


def _is_open_object(shape: JsonObject) -> bool:
    """Whether any object obeys the schema, so that the row itself can be shown."""
    wide = shape.get("additionalProperties", True) in (True, {})
    return (
        shape.get("type") == "object" and wide and not shape.get("properties") and not shape.get("required")
    )
