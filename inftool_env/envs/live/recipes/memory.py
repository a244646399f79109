"""``@modelcontextprotocol/server-memory``: a knowledge graph of people, places and projects."""

import hashlib
import json
import random
from itertools import pairwise
from pathlib import Path

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject, canonical
from inftool_env.envs.live.recipe import Known, Recipe, on_side
from inftool_env.envs.live.writing import sentence, title, word

_FILE = "memory.jsonl"
_ENTITIES = 8
_KINDS = ("person", "project", "place", "company")
_RELATIONS = ("knows", "works on", "lives in", "belongs to", "pays for")


def prepare(folder: Path, rng: random.Random, split: Split) -> Known:
    """A graph of named entities with observations, and a relation from each to the next."""

    def entity(name: str) -> JsonObject:
        observations = [sentence(rng, split) for _ in range(rng.randint(1, 3))]
        return {"name": name, "entityType": rng.choice(_KINDS), "observations": observations}

    names = list(dict.fromkeys(title(rng, split) for _ in range(_ENTITIES)))
    entities = [entity(name) for name in names]
    relations = [
        {"from": one, "to": other, "relationType": rng.choice(_RELATIONS)} for one, other in pairwise(names)
    ]
    lines = [{"type": "entity", **each} for each in entities]
    lines += [{"type": "relation", **each} for each in relations]
    (folder / _FILE).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    added = on_side(lambda: f"{title(rng, split)} {word(rng, split)}", split)
    return Known(
        values={"names": tuple(names), "query": (*names, *_KINDS)},
        calls=(
            ToolCall(name="create_entities", arguments={"entities": [entity(added)]}),
            ToolCall(
                name="create_relations",
                arguments={"relations": [{"from": names[-1], "to": names[0], "relationType": "knows"}]},
            ),
            ToolCall(
                name="add_observations",
                arguments={
                    "observations": [{"entityName": names[0], "contents": [sentence(rng, split)]}],
                },
            ),
            *(ToolCall(name="delete_entities", arguments={"entityNames": [name]}) for name in names[:3]),
            ToolCall(name="delete_relations", arguments={"relations": [relations[0]]}),
        ),
    )


def digest(folder: Path) -> str:
    """The graph's entities and relations, in whatever order the file holds them."""
    file = folder / _FILE
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    parts = sorted(canonical(json.loads(line)) for line in lines if line.strip())
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


RECIPE = Recipe(
    name="memory",
    programs=("server-memory", "mcp-server-memory"),
    environment={"MEMORY_FILE_PATH": "{folder}/" + _FILE},
    prepare=prepare,
    digest=digest,
    keeps_nothing=True,
    closed=frozenset((*_KINDS, *_RELATIONS)),
)
