"""References lead to rows, what is unique stays so, and the server keeps its own columns."""

from dataclasses import replace

import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.entities import entity_map
from inftool_env.world.wall import split_of

TEXT = {"type": "string"}
TIME = {"type": "string", "format": "date-time"}
USER = {
    "type": "object",
    "required": ["id", "email"],
    "properties": {"id": TEXT, "email": {**TEXT, "format": "email"}, "created_at": TIME, "updated_at": TIME},
}
ITEM = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": TEXT, "name": TEXT, "fromUserId": TEXT},
}


def tool(
    title: str, route: str, effect: Effect, required: tuple[str, ...], returns: dict, /, **properties: dict
):
    parameters = {"type": "object", "properties": properties, "required": list(required)}
    resource = "item" if "items" in route else "user"
    return ToolSpec(
        name=title,
        description="",
        parameters=parameters,
        returns=returns,
        effect=effect,
        resource=resource,
        route=route,
    )


@pytest.fixture(scope="module")
def club() -> Toolset:
    """Users, and the items that belong to them."""
    listed = {"type": "array", "items": ITEM}
    tools = (
        tool("get_user", "GET /users/{user_id}", Effect.READ, ("user_id",), USER, user_id=TEXT),
        tool("add_user", "POST /users", Effect.CREATE, ("email",), USER, email=TEXT),
        tool(
            "edit_user", "PUT /users/{user_id}", Effect.UPDATE, ("user_id",), USER, user_id=TEXT, email=TEXT
        ),
        tool("drop_user", "DELETE /users/{user_id}", Effect.DELETE, ("user_id",), USER, user_id=TEXT),
        tool("list_items", "GET /users/{id}/items", Effect.READ, ("id",), listed, id=TEXT),
        tool(
            "add_item",
            "POST /users/{id}/items",
            Effect.CREATE,
            ("id", "name"),
            ITEM,
            id=TEXT,
            name=TEXT,
            fromUserId=TEXT,
        ),
        tool(
            "get_item",
            "GET /users/{user_id}/items/{item_id}",
            Effect.READ,
            ("user_id", "item_id"),
            ITEM,
            user_id=TEXT,
            item_id=TEXT,
        ),
    )
    return Toolset(name="club-api", title="Club", tools=tools)


@pytest.fixture
def world(club) -> StatefulBackend:
    return StatefulBackend(club, seed=1)


def call(world: StatefulBackend, tool: str, /, **arguments):
    return world.call(ToolCall(name=tool, arguments=arguments))


def status(result) -> int:
    return result.data["error"]["status"]


def test_a_parameter_without_a_name_of_its_own_is_of_the_segment_before_it(club):
    found = entity_map(club)
    assert found.binding("list_items").columns == {"id": "user_id"}
    assert found.binding("add_item").parents == ("id",)
    assert found.entities["item"].links == {"user_id": "user", "fromUserId": "user"}


def test_first_rows_refer_to_first_rows(world):
    users = {row["id"] for row in world.rows("get_user")}
    assert {row[column] for row in world.rows("get_item") for column in ("user_id", "fromUserId")} <= users


def test_nested_rows_belong_to_their_parent(world):
    user, other = (row["id"] for row in world.rows("get_user")[:2])
    made = call(world, "add_item", id=user, name="Lamp").data["id"]
    assert made in [item["id"] for item in call(world, "list_items", id=user).data]
    assert made not in [item["id"] for item in call(world, "list_items", id=other).data]
    assert call(world, "get_item", user_id=user, item_id=made).data["name"] == "Lamp"
    assert status(call(world, "get_item", user_id=other, item_id=made)) == 404


def test_what_leads_through_a_missing_parent_is_not_found(world):
    for tool, more in (("list_items", {}), ("add_item", {"name": "Lamp"})):
        result = call(world, tool, id="nobody", **more)
        assert result.data["error"] == {"status": 404, "message": "user 'nobody' not found"}


def test_a_reference_to_nothing_is_refused(world):
    user = world.rows("get_user")[0]["id"]
    result = call(world, "add_item", id=user, name="Lamp", fromUserId="nobody")
    assert result.data["error"] == {
        "status": 422,
        "message": "invalid parameter 'fromUserId': user 'nobody' does not exist",
    }
    assert world.state.snapshot().changes == {}


def test_rows_go_with_their_parent(world):
    user = world.rows("get_user")[0]["id"]
    made = call(world, "add_item", id=user, name="Lamp").data["id"]
    call(world, "drop_user", user_id=user)
    assert world.state.get("item", made) is None
    assert user not in {row["user_id"] for row in world.rows("get_item")}


def test_an_address_is_taken_once(world):
    first, second = world.rows("get_user")[:2]
    assert status(call(world, "add_user", email=first["email"].upper())) == 409
    assert status(call(world, "edit_user", user_id=second["id"], email=first["email"])) == 409
    assert not call(world, "edit_user", user_id=first["id"], email=first["email"]).is_error


def test_a_column_that_the_document_calls_unique_is(club):
    name = {**ITEM["properties"]["name"], "description": "Unique within the club"}
    item = {**ITEM, "properties": {**ITEM["properties"], "name": name}}
    tools = tuple(replace(each, returns=item) for each in club.tools if each.returns == ITEM)
    assert entity_map(replace(club, tools=tools)).entities["item"].unique == ("name",)


def test_times_come_from_the_worlds_clock_and_only_go_on(world):
    made = [
        call(world, "add_user", email=f"{name}@x.org", created_at="1999-01-01T00:00:00Z").data
        for name in "abc"
    ]
    times = [user["created_at"] for user in made]
    assert times == sorted(set(times))
    assert times[0] > max(row["created_at"] for row in world.rows("get_user")[: -len(made)])
    changed = call(world, "edit_user", user_id=made[0]["id"], email="d@x.org").data
    assert changed["created_at"] == times[0]
    assert changed["updated_at"] > times[-1]
    again = call(world, "edit_user", user_id=made[0]["id"], email="d@x.org").data
    assert again == changed


@pytest.mark.parametrize("split", list(Split))
def test_times_lie_on_the_worlds_side_of_the_wall(club, split):
    world = StatefulBackend(club, seed=5, split=split)
    made = [call(world, "add_user", email=f"{name}@x.org").data["created_at"] for name in "abcdef"]
    assert {split_of(time) for time in made} == {split}


def test_a_world_that_differs_in_order_alone_has_the_same_digest(club):
    one, other = StatefulBackend(club, seed=1), StatefulBackend(club, seed=1)
    for world, names in ((one, "ab"), (other, "ba")):
        for name in names:
            call(world, "add_user", email=f"{name}@x.org")
    assert one.digest() == other.digest()
    assert one.state.snapshot() != other.state.snapshot()
