from pathlib import Path

import pytest

from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.specs.load import read_tools
from inftool_env.world.graph import ToolGraph, tool_graph
from inftool_env.world.sources import MAX_SOURCES

SHARED = Path(__file__).parents[4] / "shared" / "specs"
ID = {"type": "string"}


def tool(
    route: str, returns: dict | None = None, *, resource: str, effect: str = "read", **given: dict
) -> ToolSpec:
    name = route.lower().replace(" /", "_").replace("/", "_").replace("{", "").replace("}", "")
    return ToolSpec(
        name=name,
        description="",
        parameters={"type": "object", "properties": given, "required": list(given)},
        returns=returns,
        effect=Effect(effect),
        resource=resource,
        route=route,
    )


def row(**fields: dict) -> dict:
    return {"type": "object", "properties": fields}


def many(**fields: dict) -> dict:
    return {"type": "array", "items": row(**fields)}


def graph_of(*tools: ToolSpec) -> ToolGraph:
    return tool_graph(Toolset(name="shop", title="Shop", tools=tools))


def edges_of(*tools: ToolSpec) -> set[tuple[str, str, str]]:
    edges = graph_of(*tools).edges
    return {
        (f"{edge.producer}.{edge.field}", f"{edge.consumer}.{edge.parameter}", edge.evidence.value)
        for edge in edges
    }


PETS = tool("GET /pets", many(id=ID, name=ID), resource="pet")
PET = tool("GET /pets/{petId}", row(id=ID), resource="pet", petId=ID)


def test_a_list_feeds_the_key_of_its_own_rows() -> None:
    assert edges_of(PETS, PET) == {("get_pets.id", "get_pets_petid.petId", "key")}


def test_a_parameter_called_after_another_resource_is_fed_by_that_resource() -> None:
    order = tool("POST /orders", row(id=ID), resource="order", effect="create", pet_id=ID)
    assert ("get_pets.id", "post_orders.pet_id", "reference") in edges_of(PETS, order)


def test_a_bare_id_is_of_what_the_route_or_the_description_names() -> None:
    visits = tool("GET /pets/{id}/visits", many(at=ID), resource="visit", id=ID)
    photo = tool(
        "GET /photos/{id}", row(url=ID), resource="photo", id={**ID, "description": "ID of the pet shown."}
    )
    assert ("get_pets.id", "get_pets_id_visits.id", "reference") in edges_of(PETS, visits)
    assert ("get_pets.id", "get_photos_id.id", "reference") in edges_of(PETS, photo)


def test_a_field_of_the_same_name_feeds_unless_the_caller_had_to_know_it() -> None:
    orders = tool("GET /orders", many(id=ID, petId=ID), resource="order")
    assert ("get_orders.petId", "get_pets_petid.petId", "field") in edges_of(orders, PET)
    known = tool("GET /orders", many(id=ID, petId=ID), resource="order", petId=ID)
    assert ("get_orders.petId", "get_pets_petid.petId", "echo") in edges_of(known, PET)


def test_a_caller_who_knew_another_id_did_not_know_this_one() -> None:
    visit = tool("GET /visits/{id}", row(id=ID, petId=ID), resource="visit", id=ID)
    pet = tool("GET /pets/{id}", row(id=ID), resource="pet", id=ID)
    assert ("get_visits_id.petId", "get_pets_id.id", "field") in edges_of(visit, pet)


def test_parts_of_a_route_are_fed_by_the_parts_of_the_row_that_they_name() -> None:
    repos = tool("GET /repos", many(id={"type": "integer"}, name=ID, owner=row(login=ID)), resource="repo")
    issues = tool("GET /repos/{owner}/{repo}/issues", many(number=ID), resource="issue", owner=ID, repo=ID)
    assert edges_of(repos, issues) == {
        ("get_repos.owner.login", "get_repos_owner_repo_issues.owner", "reference"),
        ("get_repos.name", "get_repos_owner_repo_issues.repo", "reference"),
    }


def test_a_new_rows_own_name_is_fed_by_nothing() -> None:
    users = tool("GET /users", many(username=ID), resource="user")
    made = tool("POST /users", row(username=ID), resource="user", effect="create", username=ID)
    gone = tool("DELETE /users/{username}", resource="user", effect="delete", username=ID)
    assert {consumer for _, consumer, _ in edges_of(users, made, gone)} == {"delete_users_username.username"}


def test_a_number_is_not_fed_with_text() -> None:
    pet = tool("GET /pets/{petId}", row(id=ID), resource="pet", petId={"type": "integer"})
    assert edges_of(PETS, pet) == set()


def test_where_the_document_does_not_say_what_is_returned_the_edge_is_a_guess() -> None:
    assert edges_of(tool("GET /pets", resource="pet"), PET) == {
        ("get_pets.id", "get_pets_petid.petId", "guess")
    }


def test_lists_of_one_parameter_are_bounded_and_the_nearest_are_kept() -> None:
    lists = [
        tool(f"GET /shops/{{s{n}}}/pets", many(id=ID), resource="pet", **{f"s{n}": ID}) for n in range(12)
    ]
    edges = [edge for edge in graph_of(*lists, PETS, PET).edges if edge.consumer == PET.name]
    assert len(edges) == MAX_SOURCES
    assert PETS.name in {edge.producer for edge in edges}


def test_every_tool_is_a_node_with_its_action_and_resource() -> None:
    lock = tool("POST /pets/lock", resource="pet", effect="update")
    nodes = [(node.action.value, node.resource) for node in graph_of(PETS, PET, lock).nodes]
    assert nodes == [("list", "pet"), ("get", "pet"), ("update", "pet")]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here")
@pytest.mark.parametrize(
    ("document", "edge"),
    [
        ("petstore.oas30.yaml", "findPetsByStatus.id > placeOrder.petId"),
        ("petstore.oas30.yaml", "placeOrder.id > getOrderById.orderId"),
        ("spotify.oas30.yaml", "get-queue.id > get-audio-features.id"),
        ("spotify.oas30.yaml", "get-a-users-available-devices.id > pause-a-users-playback.device_id"),
        ("notion.oas31.json", "post-page.id > retrieve-a-page.page_id"),
        ("slack-web.swagger20.json", "conversations_list.id > conversations_history.channel"),
        ("slack-web.swagger20.json", "users_info.id > conversations_kick.user"),
        ("amazon-orders.swagger20.json", "getOrders.AmazonOrderId > getOrderItems.orderId"),
    ],
)
def test_obvious_edges_of_real_documents_are_found(document: str, edge: str) -> None:
    graph = tool_graph(read_tools(SHARED / document))
    assert edge in {f"{one.producer}.{one.field} > {one.consumer}.{one.parameter}" for one in graph.edges}
