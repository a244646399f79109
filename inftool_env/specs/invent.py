"""Toolsets from nothing: endless APIs whose names are drawn from a vocabulary.

A policy trained on a few real APIs remembers their names; one trained on names that never repeat
has to read them. The vocabulary is handed in, so nothing here needs a word list.
"""

import hashlib
import random
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.core.seeds import generator
from inftool_env.core.tool import Effect, Toolset, ToolSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Lower-case words by their part of speech."""

    nouns: tuple[str, ...]
    verbs: tuple[str, ...]
    adjectives: tuple[str, ...]

    def side(self, split: Split) -> "Vocabulary":
        """The words of one split: a stable quarter is kept for evaluation."""
        return Vocabulary(
            nouns=tuple(word for word in self.nouns if _split_of_word(word) is split),
            verbs=tuple(word for word in self.verbs if _split_of_word(word) is split),
            adjectives=tuple(word for word in self.adjectives if _split_of_word(word) is split),
        )


class Naming(StrEnum):
    """How an API spells identifiers."""

    SNAKE = "snake"
    CAMEL = "camel"
    PASCAL = "pascal"
    KEBAB = "kebab"

    def spell(self, words: list[str]) -> str:
        """The words as one identifier."""
        match self:
            case Naming.SNAKE:
                return "_".join(words)
            case Naming.KEBAB:
                return "-".join(words)
            case Naming.PASCAL:
                return "".join(word.capitalize() for word in words)
            case Naming.CAMEL:
                return words[0] + "".join(word.capitalize() for word in words[1:])


IDIOM_SHARE = 0.4
"""Of the fields with names of their own."""
SYNONYM_SHARE = 0.4
"""Of the tools whose description may use another verb than their name."""

_STYLES = {Naming.SNAKE: 60, Naming.CAMEL: 28, Naming.KEBAB: 6, Naming.PASCAL: 6}
"""How often, in percent, an API spells in each way."""

_COMMON_FIELDS: tuple[tuple[str, JsonObject], ...] = (
    ("name", {"type": "string"}),
    ("title", {"type": "string"}),
    ("city", {"type": "string"}),
    ("country", {"type": "string"}),
    ("email", {"type": "string", "format": "email"}),
    ("date", {"type": "string", "format": "date"}),
    ("start date", {"type": "string", "format": "date"}),
    ("end date", {"type": "string", "format": "date"}),
    ("amount", {"type": "number", "minimum": 0, "maximum": 5000}),
    ("price", {"type": "number", "minimum": 0, "maximum": 900}),
    ("quantity", {"type": "integer", "minimum": 1, "maximum": 60}),
    ("count", {"type": "integer", "minimum": 1, "maximum": 500}),
    ("limit", {"type": "integer", "minimum": 1, "maximum": 100}),
    ("days", {"type": "integer", "minimum": 1, "maximum": 30}),
    ("description", {"type": "string"}),
    ("note", {"type": "string"}),
    ("message", {"type": "string"}),
    ("category", {"type": "string"}),
    ("location", {"type": "string"}),
    ("phone", {"type": "string"}),
    ("color", {"type": "string"}),
    ("user name", {"type": "string"}),
    ("owner", {"type": "string"}),
    ("query", {"type": "string"}),
    ("tags", {"type": "array", "items": {"type": "string"}}),
    ("active", {"type": "boolean"}),
    ("duration", {"type": "integer", "minimum": 1, "maximum": 240}),
    ("weight", {"type": "number", "minimum": 0, "maximum": 100}),
)

_VERBS: dict[str, tuple[str, ...]] = {
    "create": (
        "create",
        "add",
        "register",
        "open",
        "make",
        "submit",
        "book",
        "start",
        "post",
        "save",
        "place",
    ),
    "get": ("get", "fetch", "show", "read", "retrieve", "view", "check", "load"),
    "list": ("list", "find", "search", "browse", "query", "filter", "look", "get"),
    "update": ("update", "change", "edit", "modify", "set", "adjust", "move", "rename"),
    "delete": ("delete", "remove", "cancel", "drop", "close", "clear", "discard"),
    "compute": ("calculate", "compute", "estimate", "convert", "compare", "measure", "predict", "check"),
}

_DESCRIPTIONS: dict[str, tuple[str, ...]] = {
    "create": (
        "{Verb} a {entity}",
        "{Verb} a new {entity}",
        "{Verb} a {entity} for a {noun}",
        "{Verbs} one {entity}",
        "{Verb} a {entity} with its {field}",
    ),
    "get": (
        "{Verb} a {entity} by {key}",
        "{Verb} one {entity}",
        "{Verbs} the {entity} of a {noun}",
        "{Verb} {entity}",
        "The {entity} with this {key}",
        "{Verb} the {field} and all else of a {entity}",
    ),
    "list": (
        "{Verb} {plural}",
        "{Verb} {plural} by {field}",
        "{Verbs} all {plural} in a {noun}",
        "{Verb} the {plural}",
        "The {plural} of a {noun}",
        "{Verb} {plural} by {field} or {noun}",
        "{Verb} the {plural} that a {noun} has",
    ),
    "update": (
        "{Verb} a {entity}",
        "{Verb} the {field} of a {entity}",
        "{Verbs} an existing {entity}",
        "{Verb} {entity}",
        "{Verb} what is known of a {entity}",
    ),
    "delete": (
        "{Verb} a {entity}",
        "{Verb} one {entity} by {key}",
        "{Verbs} the {entity} for good",
        "{Verb} {entity}",
    ),
    "compute": (
        "{Verb} the {field} of a {noun}",
        "{Verb} {field} from {noun}",
        "{Verbs} a {noun} {field}",
        "The {field} of a {noun}",
    ),
    "act": ("{Verb} a {entity}", "{Verb} the {entity} of a {noun}", "{Verbs} one {entity}"),
}

_IDIOMS: dict[str, tuple[str, ...]] = {
    "boolean": ("is *", "has *", "include *", "* only", "allow *", "* enabled", "with *"),
    "integer": ("max *", "min *", "* count", "* limit", "* minutes", "* hours", "num *", "total *"),
    "number": ("max *", "min *", "* price", "* amount", "* rate", "* km", "average *"),
    "date": ("* date", "* on", "* day", "from *", "until *", "start *", "end *"),
    "string": ("* name", "* type", "* code", "from *", "to *", "* note", "* status", "new *", "* city"),
}
"""How names tell of their values' kind; the star stands for the thing."""

_EFFECTS = {"create": Effect.CREATE, "update": Effect.UPDATE, "act": Effect.UPDATE, "delete": Effect.DELETE}


def invent_toolset(seed: int, vocabulary: Vocabulary) -> Toolset:
    """An API that nobody has seen: 4 to 12 tools on one to three kinds of things.

    Args:
        seed: Fixes the toolset, together with the vocabulary.
        vocabulary: Where the names come from; pass one side of the split.
    """
    inventor = _Inventor(generator("invent", seed), vocabulary)
    tools: dict[str, ToolSpec] = {}
    for _ in range(inventor.rng.randint(1, 3)):
        for tool in inventor.entity_tools():
            tools.setdefault(tool.name, tool)
    for _ in range(inventor.rng.randint(0, 3)):
        tool = inventor.computation()
        tools.setdefault(tool.name, tool)
    chosen = list(tools.values())
    inventor.rng.shuffle(chosen)
    return Toolset(name=f"invented-{seed}", title=f"Invented {seed}", tools=tuple(chosen[:12]))


Words = list[str]
Field = tuple[Words, JsonObject]


class _Inventor:
    """Draws the parts of one toolset."""

    def __init__(self, rng: random.Random, vocabulary: Vocabulary) -> None:
        self.rng = rng
        self._words = vocabulary
        self._style: Naming = rng.choices(list(_STYLES), list(_STYLES.values()))[0]

    def entity_tools(self) -> list[ToolSpec]:
        """Two to six tools that act on one kind of thing."""
        entity = self._compound()
        key = self._key(entity)
        fields = self._fields(self.rng.randint(3, 6), avoid={tuple(key[0])})
        row: JsonObject = {
            "type": "object",
            "properties": {self._style.spell(key[0]) if self.rng.random() < 0.5 else "id": key[1]}
            | {self._style.spell(words): schema for words, schema in fields},
        }
        kinds = self.rng.sample(["create", "get", "list", "update", "delete", "act"], self.rng.randint(2, 5))
        return [self._tool(kind, entity, key, fields, row) for kind in kinds]

    def computation(self) -> ToolSpec:
        """A tool that reads nothing and changes nothing but computes."""
        fields = self._fields(self.rng.randint(1, 4))
        words = [self.rng.choice(_VERBS["compute"]), *self._compound()]
        result = {self._style.spell(name): schema for name, schema in self._fields(self.rng.randint(1, 3))}
        return ToolSpec(
            name=self._style.spell(words)[:64],
            description=self._describe("compute", words[0], words[1:], fields, ["value"]),
            parameters=self._parameters(fields, self.rng.randint(1, len(fields))),
            returns={"type": "object", "properties": result, "required": list(result)},
            place="invented",
        )

    def _tool(self, kind: str, entity: Words, key: Field, fields: list[Field], row: JsonObject) -> ToolSpec:
        verb = self.rng.choice(_VERBS[kind]) if kind in _VERBS else self.rng.choice(self._words.verbs)
        if kind in ("create", "update", "get") and self.rng.random() < 0.15:
            verb = self.rng.choice(self._words.verbs)
        plural = [*entity[:-1], _plural(entity[-1])] if kind == "list" else entity
        name = [verb, *plural] if self.rng.random() < 0.85 else [*plural, verb]
        some = self.rng.sample(fields, min(len(fields), self.rng.randint(1, 4)))
        match kind:
            case "create":
                parameters = self._parameters(some, self.rng.randint(1, len(some)))
            case "list":
                parameters = self._parameters(some[:3], self.rng.randint(0, min(2, len(some))))
            case "update":
                parameters = self._parameters([key, *some[:3]], self.rng.randint(1, 1 + len(some[:3])))
            case "act":
                extra = some[: self.rng.randint(0, 2)]
                parameters = self._parameters([key, *extra], 1 + len(extra))
            case _:
                parameters = self._parameters([key], 1)
        returns: JsonObject = row
        if kind == "list":
            returns = {"type": "array", "items": row}
            if self.rng.random() < 0.4:
                returns = {"type": "object", "properties": {"items": returns}, "required": ["items"]}
        return ToolSpec(
            name=self._style.spell(name)[:64],
            description=self._describe(kind, verb, entity, fields, key[0]),
            parameters=parameters,
            returns=returns,
            effect=_EFFECTS.get(kind, Effect.READ),
            resource="_".join(entity),
            place="invented",
            route=self._route(kind, entity, key),
        )

    def _route(self, kind: str, entity: Words, key: Field) -> str:
        collection = "/" + "_".join([*entity[:-1], _plural(entity[-1])])
        one = f"{collection}/{{{self._style.spell(key[0])}}}"
        return {
            "create": f"POST {collection}",
            "list": f"GET {collection}",
            "get": f"GET {one}",
            "delete": f"DELETE {one}",
        }.get(kind, f"PATCH {one}")

    def _describe(self, kind: str, verb: str, entity: Words, fields: list[Field], key: Words) -> str:
        if kind in _VERBS and self.rng.random() < SYNONYM_SHARE:
            verb = self.rng.choice(_VERBS[kind])
        text = self.rng.choice(_DESCRIPTIONS[kind]).format(
            Verb=verb.capitalize(),
            Verbs=_plural(verb).capitalize(),
            entity=" ".join(entity),
            plural=" ".join([*entity[:-1], _plural(entity[-1])]),
            noun=self.rng.choice(self._words.nouns),
            field=" ".join(self.rng.choice(fields)[0]),
            key=" ".join(key),
        )
        return text + self.rng.choice((".", ".", ""))

    def _parameters(self, fields: list[Field], required: int) -> JsonObject:
        names = [self._style.spell(words) for words, _ in fields]
        parameters: JsonObject = {
            "type": "object",
            "properties": {name: schema for name, (_, schema) in zip(names, fields, strict=True)},
        }
        if required:
            parameters["required"] = names[:required]
        return parameters

    def _key(self, entity: Words) -> Field:
        schema: JsonObject = {"type": self.rng.choice(("string", "string", "integer"))}
        if schema["type"] == "integer":
            schema["minimum"] = 1000
        name = self.rng.choice(([*entity, "id"], [entity[-1], "id"], ["id"], [*entity, "code"]))
        return list(name), schema

    def _fields(self, count: int, avoid: Collection[tuple[str, ...]] = ()) -> list[Field]:
        fields: dict[tuple[str, ...], JsonObject] = {}
        while len(fields) < count:
            if self.rng.random() < 0.35:
                name, schema = self.rng.choice(_COMMON_FIELDS)
                words = tuple(name.split())
            else:
                schema = self._schema()
                words = self._name(schema)
            if words not in avoid:
                fields[words] = schema
        return [(list(words), schema) for words, schema in fields.items()]

    def _name(self, schema: JsonObject) -> tuple[str, ...]:
        """A field's name; some tell of its kind, as those of real APIs do (``is_amber``, ``maxLantern``)."""
        kind = "date" if schema.get("format") == "date" else schema["type"]
        words = self._compound()
        if kind == "boolean" and self.rng.random() < 0.5:
            words = [self.rng.choice(self._words.adjectives)]
        if kind in _IDIOMS and "enum" not in schema and self.rng.random() < IDIOM_SHARE:
            before, _, after = self.rng.choice(_IDIOMS[kind]).partition("*")
            words = [*before.split(), *words, *after.split()]
        return tuple(words)

    def _schema(self) -> JsonObject:
        kind = self.rng.random()
        if kind < 0.48:
            return {"type": "string"}
        if kind < 0.62:
            return {"type": "integer", "minimum": 1, "maximum": self.rng.choice((10, 100, 1000, 90000))}
        if kind < 0.74:
            least, most = self.rng.choice(
                ((0, 1), (0, 100), (0, 10000), (-90, 90), (-180, 180), (-1000, 1000))
            )
            return {"type": "number", "minimum": least, "maximum": most}
        if kind < 0.82:
            return {"type": "boolean"}
        if kind < 0.91:
            return {"type": "string", "enum": self.rng.sample(self._words.adjectives, self.rng.randint(2, 5))}
        if kind < 0.97:
            return {"type": "string", "format": "date"}
        return {"type": "array", "items": {"type": "string"}}

    def _compound(self) -> Words:
        noun = self.rng.choice(self._words.nouns)
        kind = self.rng.random()
        if kind < 0.55:
            return [noun]
        if kind < 0.8:
            return [self.rng.choice(self._words.nouns), noun]
        return [self.rng.choice(self._words.adjectives), noun]


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in {"a", "e", "i", "o", "u"}:
        return noun[:-1] + "ies"
    return noun + "s"


def _split_of_word(word: str) -> Split:
    digest = hashlib.blake2b(word.encode(), digest_size=1).digest()[0]
    return Split.EVAL if digest < 64 else Split.TRAIN
