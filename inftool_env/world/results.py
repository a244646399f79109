"""Results in the shape that a tool's return schema asks for, around the rows they show."""

import random
from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue, SchemaValidator
from inftool_env.core.tool import Effect
from inftool_env.world.entities import Action, Binding, Entity
from inftool_env.world.retyped import retyped
from inftool_env.world.rows import Row
from inftool_env.world.shapes import chosen_shape
from inftool_env.world.values import draw_value
from inftool_env.world.views import View
from inftool_env.world.vocabulary import PARAMETERS, PROPERTIES, plain

MOST_COMPUTED = 5


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
        return self._wrap(returns, view, self._within(view, [inner]) if view.many else inner, total=1)

    def list_result(self, rows: list[Row], *, total: int) -> JsonValue:
        """The result that shows these rows out of ``total`` matching ones."""
        returns, view = self.binding.tool.returns, self.binding.view
        if returns is None:
            return [self._visible(row) for row in rows]
        if view is None or not view.many:
            return self.computed_result()
        items = self._within(view, [self._project(row, view) for row in rows])
        return self._wrap(returns, view, items, total=total)

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
            return self._wrap(returns, view, self._project(self.arguments, view), total=1)
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
        return self._wrap(returns, view, items, total=len(items))

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

    def _wrap(self, schema: JsonValue, view: View, inner: JsonValue, *, total: int) -> JsonValue:
        return self._wrap_at(schema, view, inner, total, 0)

    def _wrap_at(self, schema: JsonValue, view: View, inner: JsonValue, total: int, depth: int) -> JsonValue:
        if depth == len(view.path):
            return inner
        shape = chosen_shape(schema, view.root)
        required = set(shape.get("required") or ())
        by_plain = {plain(name): value for name, value in self.arguments.items()}
        result: JsonObject = {}
        for name, part in shape["properties"].items():
            if name == view.path[depth]:
                result[name] = self._wrap_at(part, view, inner, total, depth + 1)
            elif plain(name) in PROPERTIES["total"] and fits(part, view.root, total):
                result[name] = total
            elif plain(name) in by_plain and fits(part, view.root, by_plain[plain(name)]):
                result[name] = by_plain[plain(name)]
            elif name in required:
                result[name] = draw_value(part, name, self.rng, self.split, root=view.root, sparse=True)
        for name in shape.get("required") or ():
            if name not in result:
                result[name] = draw_value({}, name, self.rng, self.split, sparse=True)
        return result

    def _draw(self, schema: JsonObject, root: JsonObject, name: str, known: Row) -> JsonValue:
        shape = chosen_shape(schema, root)
        if shape.get("properties"):
            return self._object(shape, root, known, keep_scalars=True)
        return draw_value(schema, name, self.rng, self.split, root=root, sparse=True)


def fits(schema: JsonValue, root: JsonObject, value: JsonValue) -> bool:
    """Whether a value obeys a part of a document."""
    if not isinstance(schema, dict):
        return schema is not False
    kind = _BARE_KINDS.get(str(schema.get("type")))
    if kind is not None and schema.keys() <= _ANNOTATIONS:
        return isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool)
    return _validator(Same(schema), Same(root)).is_valid(value)


def retyped_for(schema: JsonValue, root: JsonObject, value: JsonValue) -> JsonValue:
    """The value as a part of a document spells it, as text or as a number; unchanged where neither fits."""
    if not isinstance(schema, dict) or fits(schema, root, value):
        return value
    other = retyped(value, _validator(Same(schema), Same(root)))
    return value if other is None else other


_BARE_KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
_ANNOTATIONS = frozenset(
    ("type", "description", "title", "default", "example", "examples", "readOnly", "format")
)


@lru_cache(maxsize=8192)
def _validator(schema: Same[JsonObject], root: Same[JsonObject]) -> SchemaValidator:
    return SchemaValidator({"$defs": root.held.get("$defs", {}), **schema.held})


def _is_plain_scalar(schema: JsonValue, root: JsonObject) -> bool:
    shape = chosen_shape(schema, root)
    return shape.get("type") in ("string", "integer", "number", "boolean") or "enum" in shape


def _is_open_object(shape: JsonObject) -> bool:
    """Whether any object obeys the schema, so that the row itself can be shown."""
    wide = shape.get("additionalProperties", True) in (True, {})
    return (
        shape.get("type") == "object" and wide and not shape.get("properties") and not shape.get("required")
    )
