"""Long lists come in pages, in every style that documents declare."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool_env.core.message import ToolCall
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.world.backend import StatefulBackend

NOTE = {
    "type": "object",
    "required": ["id", "title", "stars"],
    "properties": {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "stars": {"type": "integer", "minimum": 1, "maximum": 3},
        "created_at": {"type": "string", "format": "date-time"},
    },
}
WHOLE = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}


def notes(envelope: dict, /, **parameters: dict) -> StatefulBackend:
    """A world of notes that are listed with these parameters, in that envelope."""
    returns = {"type": "object", "properties": {"notes": {"type": "array", "items": NOTE}, **envelope}}
    tools = (
        ToolSpec(
            name="list_notes",
            description="",
            parameters={"type": "object", "properties": parameters},
            returns=returns,
            resource="note",
            route="GET /notes",
        ),
        ToolSpec(
            name="add_note",
            description="",
            parameters={"type": "object", "properties": {"title": TEXT}, "required": ["title"]},
            returns=NOTE,
            effect=Effect.CREATE,
            resource="note",
            route="POST /notes",
        ),
        ToolSpec(
            name="delete_note",
            description="",
            parameters={"type": "object", "properties": {"note_id": TEXT}, "required": ["note_id"]},
            effect=Effect.DELETE,
            resource="note",
            route="DELETE /notes/{note_id}",
        ),
    )
    return StatefulBackend(Toolset(name="notes-api", title="Notes", tools=tools), seed=2)


def call(world: StatefulBackend, tool: str, /, **arguments):
    result = world.call(ToolCall(name=tool, arguments=arguments))
    assert not result.is_error, result.content
    return result.data


def ids(page: dict) -> list[str]:
    return [note["id"] for note in page["notes"]]


NEXT = {"next_cursor": {"type": ["string", "null"]}, "has_more": {"type": "boolean"}}


@settings(max_examples=25, deadline=None)
@given(
    size=st.integers(1, 9),
    added=st.integers(0, 6),
    order=st.sampled_from(["", "title", "-stars", "stars,-title"]),
)
def test_every_style_of_paging_shows_each_row_once(size, added, order):
    styles = {
        "page": {"page": {"type": "integer", "minimum": 1}, "page_size": WHOLE},
        "page_index": {"page": {"type": "integer", "default": 0}, "page_size": WHOLE},
        "offset": {"offset": WHOLE, "page_size": WHOLE},
        "cursor": {"cursor": TEXT, "page_size": WHOLE},
    }
    for style, parameters in styles.items():
        world = notes(NEXT, sort=TEXT, **parameters)
        for number in range(added):
            call(world, "add_note", title=f"note {number}")
        everything = {row["id"] for row in world.rows("list_notes")}
        arguments = {"page_size": size, **({"sort": order} if order else {})}
        seen: list[str] = []
        for number in range(len(everything)):
            page = call(world, "list_notes", **arguments)
            seen += ids(page)
            if not page["has_more"]:
                break
            if style == "cursor":
                arguments["cursor"] = page["next_cursor"]
            elif style == "offset":
                arguments["offset"] = len(seen)
            else:
                arguments["page"] = number + (2 if style == "page" else 1)
        assert len(seen) == len(set(seen)) == len(everything)


def test_a_cursor_neither_repeats_nor_hides_what_others_leave_alone():
    world = notes(NEXT, cursor=TEXT, limit=WHOLE)
    rows = [row["id"] for row in world.rows("list_notes")]
    first = call(world, "list_notes", limit=2)
    call(world, "delete_note", note_id=rows[0])
    call(world, "delete_note", note_id=rows[1])  # the row that the cursor stands for
    made = call(world, "add_note", title="late")["id"]
    rest = call(world, "list_notes", limit=50, cursor=first["next_cursor"])
    assert ids(rest) == [*rows[2:], made]
    assert (rest["has_more"], rest["next_cursor"]) == (False, None)


@pytest.mark.parametrize("cursor", ["abc", "!!", "W10", "é", "WyIiLDAsW11d"])
def test_a_text_that_is_no_cursor_of_the_list_is_refused(cursor):
    world = notes(NEXT, cursor=TEXT, limit=WHOLE)
    result = world.call(ToolCall(name="list_notes", arguments={"cursor": cursor}))
    assert result.data["error"] == {
        "status": 422,
        "message": f"invalid parameter 'cursor': '{cursor}' is no cursor of this list",
    }


def test_a_cursor_of_another_question_is_refused():
    world = notes(NEXT, cursor=TEXT, limit=WHOLE, stars=WHOLE)
    cursor = call(world, "list_notes", limit=1)["next_cursor"]
    assert world.call(ToolCall(name="list_notes", arguments={"cursor": cursor, "stars": 2})).is_error


def test_the_envelope_tells_what_it_declares():
    wrapped = {
        "meta": {
            "type": "object",
            "properties": {"total": WHOLE, "page": WHOLE, "total_pages": WHOLE, "per_page": WHOLE, "x": TEXT},
        },
        "links": {"type": "object", "properties": {"next": {"type": ["string", "null"]}, "prev": TEXT}},
        "next_page": {"type": ["integer", "null"]},
    }
    world = notes(wrapped, page={"type": "integer", "minimum": 1}, per_page=WHOLE)
    total = len(world.rows("list_notes"))
    page = call(world, "list_notes", page=2, per_page=2)
    assert page["meta"] == {"total": total, "page": 2, "total_pages": -(-total // 2), "per_page": 2}
    assert page["links"] == {"next": "/notes?page=3&per_page=2", "prev": "/notes?page=1&per_page=2"}
    assert page["next_page"] == 3
    last = call(world, "list_notes", page=-(-total // 2), per_page=2)
    assert (last["links"]["next"], last["next_page"]) == (None, None) or last["links"]["next"] == ""


def test_a_list_without_paging_shows_everything_and_one_with_it_the_declared_size():
    assert len(ids(call(notes({}), "list_notes"))) == len(notes({}).rows("list_notes"))
    world = notes({}, limit={"type": "integer", "default": 3})
    assert len(ids(call(world, "list_notes"))) == 3


def test_an_id_of_a_row_is_a_cursor_too():
    world = notes({}, starting_after=TEXT, limit=WHOLE)
    rows = [row["id"] for row in world.rows("list_notes")]
    assert ids(call(world, "list_notes", starting_after=rows[1], limit=2)) == rows[2:4]


@pytest.mark.parametrize(
    ("arguments", "key", "down"),
    [
        ({"sort": "title"}, "title", False),
        ({"sort": "-title"}, "title", True),
        ({"sort": "title:desc"}, "title", True),
        ({"sort": "title_asc"}, "title", False),
        ({"sort": "title", "order": "desc"}, "title", True),
        ({"sort": "oldest"}, "created_at", False),
        ({"sort": "newest"}, "created_at", True),
        ({"order": "desc"}, "created_at", True),
        ({"sort": "createdAt"}, "created_at", False),
    ],
)
def test_rows_come_in_the_order_asked_for(arguments, key, down):
    world = notes({}, sort=TEXT, order={"enum": ["asc", "desc"]})
    call(world, "add_note", title="A first title")
    shown = call(world, "list_notes", **arguments)["notes"]
    known = [note[key].casefold() for note in shown]
    assert known == sorted(known, reverse=down)
    assert len(shown) == len(world.rows("list_notes"))


def test_an_order_by_nothing_known_is_the_order_of_making():
    world = notes({}, sort=TEXT)
    assert ids(call(world, "list_notes", sort="colour")) == [row["id"] for row in world.rows("list_notes")]
