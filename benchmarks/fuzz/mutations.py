"""Ways to break a document, each a function of the value or the text and a seeded generator."""

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inftool_env.core.schema import JsonValue

_ODD: tuple[JsonValue, ...] = (
    *(None, True, False, 0, -1, 2**63, 10**400, 0.5, 1e308, float("nan"), float("inf"), -0.0),
    *("", " ", "\x00", "\ud800", "\u202e", "é" * 300, "a" * 20_000, "__class__", "null", "1e999", "9" * 5000),
    *(
        [],
        {},
        [[]],
        [None],
        [{}],
        {"": None},
        {"$ref": "#"},
        {"$ref": "#/"},
        {"allOf": [{"$ref": "#"}]},
        [[[[[]]]]],
    ),
    *("(a+)+$", "(", "^.*.*.*.*x$", r"\p{L}+", "^(?=x)", "[bold]x[/nope]", "<b>" * 500, "**" * 900, "{x}{"),
)
"""What nobody expects where a document has something else."""
_REFS = (
    *(
        "#",
        "#/",
        "#/paths",
        "#/components/schemas",
        "#/definitions/nothing",
        "#/%7E1/~2",
        "#anchor",
        "?x",
        "",
    ),
    *(
        "../../../etc/passwd",
        "/dev/zero",
        "file:///etc/passwd",
        "http://127.0.0.1:1/a",
        "//host/a",
        "a\x00b",
        "%",
    ),
)
_WORDS = (
    *(
        "type",
        "properties",
        "items",
        "required",
        "enum",
        "const",
        "default",
        "anyOf",
        "oneOf",
        "allOf",
        "not",
        "if",
    ),
    *(
        "additionalProperties",
        "patternProperties",
        "prefixItems",
        "$ref",
        "$defs",
        "nullable",
        "discriminator",
    ),
    *("minimum", "maximum", "exclusiveMinimum", "multipleOf", "minLength", "maxLength", "pattern", "format"),
    *(
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "readOnly",
        "example",
        "examples",
    ),
    *(
        "paths",
        "get",
        "post",
        "parameters",
        "requestBody",
        "responses",
        "content",
        "schema",
        "name",
        "in",
        "200",
    ),
    *(
        "operationId",
        "summary",
        "description",
        "tags",
        "servers",
        "info",
        "title",
        "components",
        "securitySchemes",
    ),
    *(
        "tools",
        "functions",
        "function",
        "inputSchema",
        "outputSchema",
        "openapi",
        "swagger",
        "definitions",
        "host",
    ),
)
_TOKENS = (
    *(
        b"&a ",
        b"*a",
        b"<<: *a\n",
        b"!!python/object/apply:os.system [x]",
        b"!!binary ",
        b"? ",
        b"- ",
        b": ",
        b"|\n",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b'"',
        b"'",
        b",",
        b"\x00",
        b"\t",
        b"\r",
        b"\n",
        b"---\n",
        b"...\n",
        b"\xef\xbb\xbf",
    ),
    *(
        b"\xff\xfe",
        b"\xc3",
        b"\xed\xa0\x80",
        b"1e999",
        b"NaN",
        b"-Infinity",
        b"0x",
        b"2001-01-01",
        b"on",
        b"~",
        b"#",
    ),
    *(
        b"[" * 300,
        b"{a: " * 300,
        b"- " * 300,
        b"9" * 5000,
        b"\\ud800",
        b"\\u0000",
        b"%YAML 9.9\n",
        b"\xe2\x80\xa8",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where a value stands in the one that holds it."""

    holder: dict[str, JsonValue] | list[JsonValue]
    key: str | int

    @property
    def value(self) -> JsonValue:
        return self.holder[self.key]  # type: ignore[index]  # the key is the holder's own

    def put(self, value: JsonValue) -> None:
        self.holder[self.key] = value  # type: ignore[index]  # the key is the holder's own


def mutate(text: bytes, others: Sequence[bytes], rng: random.Random) -> bytes:
    """A document with one to eight things wrong: mostly in its structure, else in its bytes.

    Args:
        text: A JSON document (its structure can be changed too), or any other.
        others: Documents to take parts from.
        rng: The only source of chance.
    """
    value = _parsed(text)
    if value is not None and rng.random() < 0.85:
        for _ in range(_count(rng)):
            value = _change(value, others, rng)
        text = json.dumps(value).encode()
        if rng.random() < 0.8:
            return text
    for _ in range(_count(rng)):
        text = rng.choice(_BYTES)(text, rng)
    return text


def _count(rng: random.Random) -> int:
    return min(8, 1 + int(rng.expovariate(0.5)))


def _parsed(text: bytes) -> JsonValue:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _change(root: JsonValue, others: Sequence[bytes], rng: random.Random) -> JsonValue:
    spots = _spots(root)
    if not spots:
        return rng.choice(_ODD)
    spot = rng.choice(spots)
    match rng.randrange(11):
        case 0 | 1:
            spot.put(_copy(rng.choice(_ODD)))
        case 2:
            del spot.holder[spot.key]  # type: ignore[arg-type]  # the key is the holder's own
        case 3:
            _repeat(spot, rng)
        case 4:
            other = rng.choice(spots)
            here, there = _copy(spot.value), _copy(other.value)
            spot.put(there)
            other.put(here)
        case 5:
            spot.put(_nested(spot.value, rng))
        case 6:
            _rename(spot, rng)
        case 7:
            parts = _spots(_parsed(rng.choice(others)))
            spot.put(_copy(rng.choice(parts).value) if parts else None)
        case 8:
            spot.put({"$ref": _reference(root, rng)})
        case 9:
            refs = [one for one in spots if one.key == "$ref"]
            (rng.choice(refs) if refs else spot).put(_reference(root, rng))
        case _:
            if isinstance(spot.value, dict):
                spot.value[rng.choice(_WORDS)] = _copy(rng.choice(rng.choice((_ODD, spots))))
    return root


def _copy(value: JsonValue) -> JsonValue:
    if isinstance(value, _Spot):
        value = value.value
    return json.loads(json.dumps(value))


def _spots(root: JsonValue) -> list[_Spot]:
    found: list[_Spot] = []
    holders = [root]
    while holders:
        holder = holders.pop()
        keys = holder if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            found.append(_Spot(holder=holder, key=key))
            holders.append(holder[key])
    return found


def _repeat(spot: _Spot, rng: random.Random) -> None:
    times = rng.choice((1, 1, 2, 60))
    if isinstance(spot.holder, list):
        spot.holder.extend(_copy(spot.value) for _ in range(times))
    else:
        for number in range(times):
            spot.holder[f"{spot.key}{number}"] = _copy(spot.value)


def _nested(value: JsonValue, rng: random.Random) -> JsonValue:
    for _ in range(rng.choice((1, 2, 30, 250))):
        kind = rng.choice(("list", "object", "allOf", "anyOf", "properties", "items", "schema"))
        match kind:
            case "list":
                value = [value]
            case "allOf" | "anyOf":
                value = {kind: [value]}
            case "properties":
                value = {"type": "object", "properties": {"a": value}}
            case _:
                value = {kind: value}
    return value


def _rename(spot: _Spot, rng: random.Random) -> None:
    if isinstance(spot.holder, dict):
        value = spot.holder.pop(str(spot.key))
        spot.holder[rng.choice((*_WORDS, "", "\x00", "a" * 5000, "{id}", "/{a}/{a}", "é", "1", "a b"))] = (
            value
        )


def _reference(root: JsonValue, rng: random.Random) -> str:
    if rng.random() < 0.4:
        return rng.choice(_REFS)
    pointer, value = "#", root
    while isinstance(value, (dict, list)) and value and rng.random() < 0.85:
        key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
        pointer += "/" + str(key).replace("~", "~0").replace("/", "~1")
        value = value[key]
    return pointer


def _at(text: bytes, rng: random.Random) -> int:
    return rng.randrange(len(text) + 1)


def _flip(text: bytes, rng: random.Random) -> bytes:
    at = _at(text, rng)
    return text[:at] + bytes([rng.randrange(256)]) + text[at + 1 :]


def _cut_out(text: bytes, rng: random.Random) -> bytes:
    at = _at(text, rng)
    return text[:at] + text[at + rng.choice((1, 5, 60, 2000)) :]


def _double(text: bytes, rng: random.Random) -> bytes:
    at = _at(text, rng)
    return text[:at] + text[at : at + rng.choice((5, 60, 2000))] * rng.choice((2, 3, 40)) + text[at:]


def _insert(text: bytes, rng: random.Random) -> bytes:
    at = _at(text, rng)
    return text[:at] + rng.choice(_TOKENS) + text[at:]


def _truncate(text: bytes, rng: random.Random) -> bytes:
    return text[: _at(text, rng)]


def _indent(text: bytes, rng: random.Random) -> bytes:
    at = text.find(b"\n", _at(text, rng)) + 1
    return text[:at] + b" " * rng.randrange(1, 5) + text[at:]


def _recode(text: bytes, rng: random.Random) -> bytes:
    try:
        return text.decode().encode(rng.choice(("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7")))
    except ValueError:
        return text


def _other_line_ends(text: bytes, rng: random.Random) -> bytes:
    return text.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n")))


_BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    *(_flip, _flip, _cut_out, _double, _insert, _insert, _insert),
    *(_truncate, _indent, _recode, _other_line_ends),
)
