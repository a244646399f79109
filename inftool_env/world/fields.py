"""Which single values the rows of a result show, and by which names other tools ask for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from inftool_env.core.schema import JsonObject
from inftool_env.world.shapes import chosen_shape, kind_of
from inftool_env.world.views import View
from inftool_env.world.vocabulary import plain

SURE_IDENTITIES = ("id", "uuid", "guid", "uid", "gid")
"""Plain names of properties that are there to tell one row from another."""
IDENTITIES = (*SURE_IDENTITIES, "key", "code", "slug", "login", "username", "handle", "name")
"""Plain names of properties that tell one row from another, the surest first."""
KINDS = frozenset(("string", "integer", "number"))
"""Types of values that can be handed on."""
_ENVELOPES = frozenset(("metadata", "attributes"))
"""Parts that hold the row's own fields: ``metadata.name`` as in Kubernetes, ``attributes`` as in JSON:API."""
_MOST_PROPERTIES = 200
"""Properties of a row that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One value of a row."""

    path: str
    """From the row: ``id``, or ``owner.login`` for what names another row."""
    kind: str
    """``string``, ``integer`` or ``number``."""
    names: tuple[str, ...]
    """The plain names of parameters that it answers."""
    is_own: bool = True
    """Whether it tells of the row itself rather than naming another one."""


def shown_fields(view: View) -> tuple[Field, ...]:
    """The single values of a row, then those by which its parts name other rows."""
    own: list[Field] = []
    inner: list[Field] = []
    for name, schema in list(view.schema["properties"].items())[:_MOST_PROPERTIES]:
        shape = chosen_shape(schema, view.root)
        if isinstance(shape.get("properties"), dict) and name.lower() in _ENVELOPES:
            own += _enveloped(name, shape, view.root)
        elif isinstance(shape.get("properties"), dict):
            inner += _identities(name, shape, view.root)
        elif kind_of(shape) in KINDS and "const" not in shape:
            own.append(Field(path=name, kind=kind_of(shape), names=(plain(name),)))
    return (*own, *inner)


def _identities(name: str, shape: JsonObject, root: JsonObject) -> Iterator[Field]:
    """``customer.id`` answers to ``customer_id`` and ``customer``."""
    by_plain = {plain(inner): inner for inner in shape["properties"]}
    for bare in IDENTITIES:
        if bare in by_plain:
            inner = by_plain[bare]
            kind = kind_of(chosen_shape(shape["properties"][inner], root))
            if kind in KINDS:
                yield Field(
                    path=f"{name}.{inner}", kind=kind, names=(plain(name) + bare, plain(name)), is_own=False
                )


def _enveloped(name: str, shape: JsonObject, root: JsonObject) -> Iterator[Field]:
    for inner, schema in list(shape["properties"].items())[:_MOST_PROPERTIES]:
        part = chosen_shape(schema, root)
        if kind_of(part) in KINDS and "properties" not in part:
            yield Field(path=f"{name}.{inner}", kind=kind_of(part), names=(plain(inner),))
