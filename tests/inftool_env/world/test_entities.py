import pytest

from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.world.entities import Action, entity_map

PET = {
    "type": "object",
    "required": ["name"],
    "properties": {"id": {"type": "integer"}, "name": {"type": "string"}},
}
ID = {"type": "integer"}


def tool(name: str, effect: Effect = Effect.READ, *, returns: dict | None = None, **more) -> ToolSpec:
    required = more.pop("required", [])
    parameters = {"type": "object", "properties": more.pop("properties", {}), "required": required}
    return ToolSpec(name=name, description="", parameters=parameters, returns=returns, effect=effect, **more)


def bind(*tools: ToolSpec) -> dict:
    found = entity_map(Toolset(name="x-api", title="X", tools=tools))
    return {spec.name: found.binding(spec.name) for spec in tools}


def test_each_tool_of_a_store_has_its_action(store):
    found = entity_map(store)
    assert {name: (binding.entity, binding.action) for name, binding in found.bindings.items()} == {
        "get_order": ("order", Action.GET),
        "list_orders": ("order", Action.LIST),
        "place_order": ("order", Action.CREATE),
        "change_order": ("order", Action.UPDATE),
        "cancel_order": ("order", Action.DELETE),
        "get_customer": ("customer", Action.GET),
        "register_customer": ("customer", Action.CREATE),
        "convert_price": (None, Action.COMPUTE),
    }


def test_a_key_names_the_column_that_identifies_a_row(shop):
    binding = entity_map(shop).binding("change_order")
    assert (binding.key, binding.key_column) == ("order_id", "id")
    assert binding.columns == {"quantity": "quantity", "note": "note"}


def test_filters_name_columns_and_paging_names_none(shop):
    assert entity_map(shop).binding("list_orders").columns == {"status": "status", "min_quantity": "quantity"}


def test_an_update_whose_body_holds_the_id_is_keyed_by_it():
    update = tool(
        "updatePet",
        Effect.UPDATE,
        properties={"id": ID, "name": {"type": "string"}},
        required=["name"],
        returns=PET,
        resource="pet",
        route="PUT /pet",
    )
    get = tool(
        "getPetById",
        properties={"petId": ID},
        required=["petId"],
        returns=PET,
        resource="pet",
        route="GET /pet/{petId}",
    )
    bound = bind(update, get)
    assert (bound["updatePet"].action, bound["updatePet"].key) == (Action.UPDATE, "id")
    assert bound["getPetById"].key_column == "id"


@pytest.mark.parametrize(
    ("name", "effect", "properties", "action"),
    [
        ("get_ticket", Effect.READ, {"ticket_id": ID}, Action.GET),
        ("list_tickets", Effect.READ, {}, Action.LIST),
        ("create_ticket", Effect.CREATE, {"title": {"type": "string"}}, Action.CREATE),
        ("update_ticket", Effect.UPDATE, {"ticket_id": ID, "title": {"type": "string"}}, Action.UPDATE),
        ("close_ticket", Effect.UPDATE, {"ticket_id": ID}, Action.UPDATE),
        ("delete_ticket", Effect.DELETE, {"ticket_id": ID}, Action.DELETE),
    ],
)
def test_tools_without_route_and_result_are_told_by_their_verb(name, effect, properties, action):
    create = tool("add_ticket", Effect.CREATE, properties={"title": {"type": "string"}})
    binding = bind(create, tool(name, effect, properties=properties, required=list(properties)))[name]
    assert (binding.entity, binding.action) == ("ticket", action)


@pytest.mark.parametrize("wrapper", ["items", "data", "results", "pets", "whatever"])
def test_lists_are_found_inside_wrappers(wrapper):
    returns = {"type": "object", "properties": {wrapper: {"type": "array", "items": PET}, "total": ID}}
    binding = bind(tool("list_pets", returns=returns, resource="pet"))["list_pets"]
    assert (binding.action, binding.view.path, binding.view.many) == (Action.LIST, (wrapper,), True)


def test_a_row_is_found_inside_a_wrapper():
    returns = {"type": "object", "properties": {"data": {"type": "object", "properties": {"pet": PET}}}}
    get = tool("get_pet", properties={"pet_id": ID}, required=["pet_id"], returns=returns, resource="pet")
    assert bind(get)["get_pet"].view.path == ("data", "pet")


def test_tools_that_show_one_shape_work_on_one_table():
    order = {
        "type": "object",
        "properties": {name: {"type": "string"} for name in ("id", "buyer", "status", "total")},
    }
    key = {"id": {"type": "string"}}
    get = tool("get_order", properties=key, required=["id"], returns=order, resource="order")
    place = tool(
        "checkout", Effect.CREATE, properties={"buyer": {"type": "string"}}, returns=order, resource="order"
    )
    odd = tool("find_by_status", returns={"type": "array", "items": order}, resource="find_by_status")
    assert bind(get, place, odd)["find_by_status"].entity == "order"


def test_settings_without_a_key_are_one_row():
    shape = {"type": "object", "properties": {"volume": ID}}
    put = tool("set_volume", Effect.UPDATE, properties={"volume": ID}, required=["volume"], resource="player")
    get = tool("get_player", returns=shape, resource="player")
    found = entity_map(Toolset(name="x-api", title="X", tools=(put, get)))
    assert found.entities["player"].singleton
    assert found.binding("get_player").action is Action.GET


def test_an_act_on_part_of_a_thing_changes_the_thing():
    lamp = {"type": "object", "properties": {"id": {"type": "string"}, "brightness": ID}}
    key = {"lamp_id": {"type": "string"}}
    get = tool(
        "get_lamp",
        properties=key,
        required=["lamp_id"],
        returns=lamp,
        resource="lamp",
        route="GET /lamps/{lamp_id}",
    )
    dim = tool(
        "dim",
        Effect.UPDATE,
        properties={**key, "brightness": ID},
        required=["lamp_id"],
        resource="brightness",
        route="PUT /lamps/{lamp_id}/brightness",
    )
    binding = bind(get, dim)["dim"]
    assert (binding.entity, binding.key, binding.columns) == ("lamp", "lamp_id", {"brightness": "brightness"})


def test_a_toolset_is_mapped_once(shop):
    assert entity_map(shop) is entity_map(shop)
