import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inftool_env.core.schema import JsonObject

Save = Callable[..., Path]

BOOK: JsonObject = {
    "type": "object",
    "required": ["id", "title"],
    "properties": {"id": {"type": "integer"}, "title": {"type": "string"}, "year": {"type": "integer"}},
}
IN_PATH: JsonObject = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def answer(schema: JsonObject) -> JsonObject:
    return {"200": {"description": "Yes.", "content": {"application/json": {"schema": schema}}}}


@pytest.fixture
def library() -> JsonObject:
    """Five tools; one takes an object, one lists at least one book, ids are numbers here and texts there."""
    body = {
        "type": "object",
        "required": ["title", "publisher"],
        "properties": {
            "title": {"type": "string"},
            "publisher": {
                "type": "object",
                "required": ["name", "city"],
                "properties": {"name": {"type": "string"}, "city": {"type": "string"}},
            },
        },
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Library API", "version": "1"},
        "paths": {
            "/books": {
                "get": {
                    "operationId": "list_books",
                    "parameters": [{"name": "title", "in": "query", "schema": {"type": "string"}}],
                    "responses": answer({"type": "array", "minItems": 1, "items": BOOK}),
                },
                "post": {
                    "operationId": "create_book",
                    "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                    "responses": answer(BOOK),
                },
            },
            "/books/{id}": {
                "get": {"operationId": "get_book", "parameters": [IN_PATH], "responses": answer(BOOK)},
                "delete": {"operationId": "delete_book", "parameters": [IN_PATH], "responses": {}},
            },
            "/quote": {
                "get": {"operationId": "get_quote", "responses": answer({"type": "string", "minLength": 5})}
            },
        },
    }


@pytest.fixture
def too_much() -> JsonObject:
    """An operation that nobody could ask for in one message."""
    names = [f"field_{number}" for number in range(40)]
    body = {
        "type": "object",
        "required": names,
        "properties": {name: {"type": "string"} for name in names},
    }
    return {
        "operationId": "fill_the_form",
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": answer(BOOK),
    }


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Writes a document into a folder of its own."""

    def write(document: JsonObject, name: str = "library.json") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return write
