"""The documents that are broken: those of the catalogue, and a small one of every format."""

import json
from pathlib import Path

import inftool_env
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.specs.document import read_value

_PET: JsonObject = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 30},
        "kind": {"enum": ["cat", "dog"], "default": "cat"},
        "born": {"type": "string", "format": "date"},
        "weight_kg": {"type": "number", "minimum": 0, "exclusiveMaximum": 100},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 4},
        "mother": {"$ref": "#/components/schemas/Pet"},
        "owner": {"oneOf": [{"$ref": "#/components/schemas/Person"}, {"type": "null"}]},
    },
}
_PERSON: JsonObject = {
    "allOf": [{"type": "object", "properties": {"email": {"type": "string", "format": "email"}}}]
}
_PETS_31: JsonObject = {
    "openapi": "3.1.0",
    "info": {"title": "Pets", "version": "1", "description": "Pets <b>and</b> their **people**."},
    "paths": {
        "/pets": {
            "get": {
                "operationId": "listPets",
                "tags": ["pets"],
                "parameters": [
                    {"name": "kind", "in": "query", "schema": {"type": "string", "enum": ["cat", "dog"]}},
                    {"name": "X-Trace", "in": "header", "schema": {"type": ["string", "null"]}},
                    {
                        "name": "page",
                        "in": "cookie",
                        "content": {"application/json": {"schema": {"type": "integer"}}},
                    },
                ],
                "responses": {"200": {"$ref": "#/components/responses/Pets"}},
            },
            "post": {
                "operationId": "addPet",
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}
                },
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
                },
            },
        },
        "/pets/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {
                "summary": "One pet",
                "responses": {
                    "2XX": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}
                },
            },
            "patch": {
                "operationId": "changePet",
                "requestBody": {
                    "content": {
                        "multipart/form-data": {
                            "schema": {
                                "type": "object",
                                "properties": {"photo": {"type": "string", "format": "binary"}},
                                "additionalProperties": {"type": "string"},
                            }
                        }
                    }
                },
            },
            "delete": {"operationId": "deletePet", "deprecated": True},
        },
    },
    "components": {
        "schemas": {"Pet": _PET, "Person": _PERSON},
        "responses": {
            "Pets": {
                "content": {
                    "application/json": {
                        "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
                    }
                }
            }
        },
        "securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "key"}},
    },
}
_BOOKS_20: JsonObject = {
    "swagger": "2.0",
    "info": {"title": "Books"},
    "basePath": "/v1",
    "paths": {
        "/books/{isbn}/copies": {
            "get": {
                "parameters": [
                    {"$ref": "#/parameters/isbn"},
                    {"name": "limit", "in": "query", "type": "integer", "maximum": 50, "default": 10},
                    {
                        "name": "ids",
                        "in": "query",
                        "type": "array",
                        "items": {"type": "string"},
                        "collectionFormat": "csv",
                    },
                ],
                "responses": {200: {"schema": {"type": "array", "items": {"$ref": "#/definitions/Copy"}}}},
            },
            "post": {
                "consumes": ["application/x-www-form-urlencoded"],
                "parameters": [
                    {"$ref": "#/parameters/isbn"},
                    {"name": "cover", "in": "formData", "type": "file"},
                    {"name": "shelf", "in": "formData", "type": "string", "required": True},
                ],
                "responses": {201: {"schema": {"$ref": "#/definitions/Copy"}}},
            },
            "put": {"parameters": [{"name": "copy", "in": "body", "schema": {"$ref": "#/definitions/Copy"}}]},
        }
    },
    "parameters": {"isbn": {"name": "isbn", "in": "path", "type": "string", "required": True}},
    "definitions": {
        "Copy": {
            "properties": {
                "isbn": {"type": "string"},
                "shelf": {"type": "string", "x-nullable": True},
                "next": {"$ref": "#/definitions/Copy"},
            }
        }
    },
}
_ARGUMENTS: JsonObject = {
    "type": "object",
    "properties": {
        "path": {"type": "string", "description": "Where."},
        "lines": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
        "edits": {"type": "array", "items": {"$ref": "#/$defs/Edit"}},
    },
    "required": ["path"],
    "additionalProperties": False,
    "$defs": {
        "Edit": {"type": "object", "properties": {"old": {"type": "string"}, "new": {"type": "string"}}}
    },
}
_PYTHON_ARGUMENTS: JsonObject = {
    "type": "dict",
    "properties": {
        "city": {"type": "string"},
        "days": {"type": "float", "default": 1.0},
        "extra": {"type": "any"},
    },
    "required": ["city"],
}
_SMALL: dict[str, JsonValue] = {
    "openapi31.json": _PETS_31,
    "swagger20.json": _BOOKS_20,
    "mcp.json": {
        "tools": [
            {
                "name": "read_file",
                "description": "Read.",
                "inputSchema": _ARGUMENTS,
                "annotations": {"readOnlyHint": True},
            },
            {
                "name": "edit_file",
                "inputSchema": _ARGUMENTS,
                "outputSchema": {"type": "object", "properties": {"ok": {"type": "boolean"}}},
            },
        ]
    },
    "openai.json": [
        {"type": "function", "function": {"name": "find", "parameters": _ARGUMENTS, "strict": True}}
    ],
    "anthropic.json": {"tools": [{"name": "find", "description": "Find it.", "input_schema": _ARGUMENTS}]},
    "discovery.json": {
        "kind": "discovery#restDescription",
        "name": "notes",
        "version": "v1",
        "title": "Notes",
        "schemas": {
            "Note": {
                "id": "Note",
                "type": "object",
                "properties": {"text": {"type": "string"}, "next": {"$ref": "Note"}},
            }
        },
        "resources": {
            "notes": {
                "methods": {
                    "get": {
                        "id": "notes.get",
                        "path": "notes/{+name}",
                        "httpMethod": "GET",
                        "parameters": {"name": {"type": "string", "location": "path", "required": True}},
                        "response": {"$ref": "Note"},
                    },
                    "insert": {
                        "id": "notes.insert",
                        "path": "notes",
                        "httpMethod": "POST",
                        "request": {"$ref": "Note"},
                    },
                },
                "resources": {
                    "tags": {
                        "methods": {
                            "list": {"id": "notes.tags.list", "path": "notes/tags", "httpMethod": "GET"}
                        }
                    }
                },
            }
        },
    },
    "postman.json": {
        "info": {
            "name": "Tasks",
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "item": [
            {
                "name": "Lists",
                "item": [
                    {
                        "name": "Add a task",
                        "request": {
                            "method": "POST",
                            "url": {
                                "raw": "{{base}}/lists/:list/tasks?dry=true",
                                "path": ["lists", ":list", "tasks"],
                                "query": [{"key": "dry", "value": "true"}],
                                "variable": [{"key": "list", "value": "1"}],
                            },
                            "header": [{"key": "X-Team", "value": "a"}],
                            "body": {"mode": "raw", "raw": '{"title": "Buy milk", "done": false}'},
                        },
                        "response": [{"code": 200, "body": '{"id": 1, "title": "Buy milk"}'}],
                    }
                ],
            },
            {"name": "All", "request": "https://example.com/tasks"},
        ],
    },
    "graphql.json": {
        "data": {
            "__schema": {
                "queryType": {"name": "Query"},
                "mutationType": None,
                "types": [
                    {
                        "kind": "OBJECT",
                        "name": "Query",
                        "fields": [
                            {
                                "name": "film",
                                "args": [
                                    {
                                        "name": "id",
                                        "type": {
                                            "kind": "NON_NULL",
                                            "ofType": {"kind": "SCALAR", "name": "ID"},
                                        },
                                    }
                                ],
                                "type": {"kind": "OBJECT", "name": "Film"},
                            }
                        ],
                    },
                    {
                        "kind": "OBJECT",
                        "name": "Film",
                        "fields": [
                            {"name": "title", "args": [], "type": {"kind": "SCALAR", "name": "String"}},
                            {"name": "sequel", "args": [], "type": {"kind": "OBJECT", "name": "Film"}},
                        ],
                    },
                    {"kind": "SCALAR", "name": "ID"},
                    {"kind": "SCALAR", "name": "String"},
                ],
            }
        }
    },
}
_YAML = """\
openapi: 3.0.3
info: {title: Rooms, version: 2024-01-01}
x-common: &common
  parameters: [&id {name: id, in: path, required: true, schema: {type: string}}]
paths:
  /rooms/{id}:
    get:
      <<: *common
      operationId: getRoom
      responses: {200: {description: on, content: {application/json: {schema: &room {type: object,
        properties: {id: {type: string}, open: {type: string, example: 12:30}, floor: {type: integer, minimum: 0o7}}}}}}}
    put:
      parameters: [*id]
      requestBody:
        content: {application/json: {schema: *room}}
      description: |
        Change a room.

        - *carefully*
"""


def documents() -> list[tuple[str, bytes]]:
    """Every document with a file name, in a fixed order; small ones stand several times."""
    catalogue = sorted((Path(inftool_env.__file__).parent / "envs" / "catalogue").glob("*.yaml"))
    found: list[tuple[str, bytes]] = []
    for path in catalogue:
        found.append((f"{path.stem}.json", json.dumps(read_value(path)).encode()))
        found.append((path.name, path.read_bytes()))
    small = [(name, json.dumps(value).encode()) for name, value in _SMALL.items()]
    small.append(("rooms.yaml", _YAML.encode()))
    lines = [{"name": name, "description": "It.", "parameters": _PYTHON_ARGUMENTS} for name in ("go", "stay")]
    small.append(("bfcl.json", "\n".join(json.dumps(line) for line in lines).encode()))
    return found + small * 4
