"""First rows of a table, drawn from its columns and a seed."""

import random
from collections.abc import Callable

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.seeds import generator
from inftool_env.world.coherence import make_coherent
from inftool_env.world.columns import Column
from inftool_env.world.entities import Entity
from inftool_env.world.fitting import fits
from inftool_env.world.values import draw_value
from inftool_env.world.vocabulary import plain

Row = JsonObject
"""Column name to value; never edited, always replaced."""
KeySource = Callable[[str], list[JsonValue] | None]
"""The keys of the first rows of an entity by name; None where there is no such entity."""

FEWEST_ROWS, MOST_ROWS = 4, 8
FULL_WORLD = 1 << 63
"""A world whose seed has this bit, which no derived seed has, holds many rows in every table."""
_FEWEST_IN_FULL, _MOST_IN_FULL = 24, 48


def draw_keys(entity: Entity, seed: int, split: Split) -> list[JsonValue]:
    """The unique keys of an entity's first rows; they depend on no other table."""
    rng = generator(seed, "keys", entity.name)
    fewest, most = (_FEWEST_IN_FULL, _MOST_IN_FULL) if seed & FULL_WORLD else (FEWEST_ROWS, MOST_ROWS)
    count = 1 if entity.singleton else rng.randint(fewest, most)
    column = entity.columns[entity.key_column]
    keys: dict[str, JsonValue] = {}
    for _ in range(count * 20):
        key = draw_column(entity, column, rng, split)
        keys.setdefault(str(key), key)
        if len(keys) == count:
            break
    return list(keys.values())


def draw_rows(entity: Entity, seed: int, split: Split, keys_of: KeySource) -> list[Row]:
    """An entity's first rows; foreign keys point at first rows of the tables they name."""
    keys = keys_of(entity.name) or []
    rng = generator(seed, "rows", entity.name)
    links = {
        name: pool
        for name in entity.columns
        if name != entity.key_column and (pool := _linked_keys(name, keys_of)) is not None
    }
    rows = []
    for key in keys:
        row: Row = {}
        for name, column in entity.columns.items():
            if name == entity.key_column:
                row[name] = key
            elif name in links:
                row[name] = rng.choice(links[name])
            else:
                row[name] = draw_column(entity, column, rng, split)
        rows.append(row)
    _link_more(entity, rows, [name for name in entity.links if name not in links], seed, keys_of)
    free = [name for name in entity.columns if name not in (entity.key_column, *entity.links, *entity.asked)]
    rng = generator(seed, "coherence", entity.name)
    return [_fitting(entity, row, make_coherent(row, free=free, rng=rng, split=split)) for row in rows]


def _fitting(entity: Entity, row: Row, changed: Row) -> Row:
    """The changed row, except for values that their columns cannot hold."""
    return {
        name: value
        if value == row[name] or fits(entity.columns[name].schema, entity.columns[name].root, value)
        else row[name]
        for name, value in changed.items()
    }


def _link_more(entity: Entity, rows: list[Row], columns: list[str], seed: int, keys_of: KeySource) -> None:
    """Point columns at rows whose table their names tell less plainly: ``from_account_id``, ``customerId``."""
    for name in columns:
        pool = keys_of(entity.links[name])
        rng = generator(seed, "links", entity.name, name)
        for row in rows if pool else ():
            row[name] = rng.choice(pool or [])


def draw_column(entity: Entity, column: Column, rng: random.Random, split: Split) -> JsonValue:
    """A value for one column; the entity's name tells a product's name from a person's."""
    name = column.name
    if plain(name) in ("id", "name", "title", "key", "code", "number"):
        name = f"{entity.name}_{name}"
    return draw_value(column.schema, name, rng, split, root=column.root, sparse=True)


def _linked_keys(column: str, keys_of: KeySource) -> list[JsonValue] | None:
    for ending in ("_id", "Id", "ID"):
        if column.endswith(ending):
            return keys_of(column.removesuffix(ending))
    return None
