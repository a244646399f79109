"""Where a declared parameter travels in the real request, and how its value is written there."""

from collections.abc import Mapping

from inftool_env.core.schema import JsonValue
from inftool_env.core.tool import Location, Wire
from inftool_env.specs.refs import Node

_PLACES = {
    "path": Location.PATH,
    "query": Location.QUERY,
    "querystring": Location.QUERYSTRING,
    "header": Location.HEADER,
    "cookie": Location.COOKIE,
    "formData": Location.FORM,
}
"""What ``in`` says, but for ``body``, which is no single value."""
_STYLES = {
    Location.PATH: "simple",
    Location.HEADER: "simple",
    Location.QUERY: "form",
    Location.COOKIE: "form",
    Location.FORM: "form",
}
"""The style that OpenAPI 3 takes where a parameter names none."""
_EXPLODED = ("form", "cookie")
"""The styles that explode where nothing is said."""
_COLLECTION_FORMATS = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "tsv": ("tabDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
"""How Swagger 2.0 writes lists, in the words of OpenAPI 3, which has none for tabs."""


def parameter_wire(parameter: Node) -> Wire | None:
    """The way of a resolved parameter object; None for a place that no request has."""
    given: Mapping[str, JsonValue] = parameter.value
    kind, name = given["in"], given["name"]
    if kind not in _PLACES:
        return None
    location = _PLACES[kind]
    media = next((kind for kind, _ in parameter.child("content").items()), "")
    if media or location is Location.QUERYSTRING:
        return Wire(location=location, name=name, media=media)
    style, explode = _written(given, location)
    return Wire(location=location, name=name, style=style, explode=explode)


def field_wire(name: str, *, media: str, encoding: Node | None = None) -> Wire:
    """The way of a body's member, or of the whole body where ``name`` is empty.

    Args:
        name: As the API spells it.
        media: The body's media type.
        encoding: The member's own encoding object, where the document has one.
    """
    location = body_location(media)
    given = encoding.value if encoding is not None and isinstance(encoding.value, dict) else {}
    style, explode = ("", False) if location is Location.BODY or not name else _written(given, location)
    return Wire(location=location, name=name, media=media, style=style, explode=explode)


def body_location(media: str) -> Location:
    """The kind of body that a media type makes."""
    kind = media.lower()
    if "x-www-form-urlencoded" in kind:
        return Location.FORM
    return Location.MULTIPART if kind.startswith("multipart/") else Location.BODY


def _written(given: Mapping[str, JsonValue], location: Location) -> tuple[str, bool]:
    """The style, and whether it explodes."""
    collection = given.get("collectionFormat")
    if isinstance(collection, str) and collection in _COLLECTION_FORMATS:
        style, explode = _COLLECTION_FORMATS[collection]
        return (_STYLES.get(location, style) if style == "form" else style), explode
    style = given["style"] if isinstance(given.get("style"), str) else _STYLES.get(location, "")
    is_exploded: bool = given["explode"] if isinstance(given.get("explode"), bool) else style in _EXPLODED
    return style, is_exploded
