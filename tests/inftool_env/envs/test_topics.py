from inftool_env.core.tool import Effect, ToolSpec
from inftool_env.envs.topics import SCOPE_TOOLS, Topic, mentions_of, topics_of


def tool(name: str, route: str | None = None, **given: object) -> ToolSpec:
    parameters = {"type": "object", "properties": {}}
    return ToolSpec(name=name, description=name, **{"parameters": parameters, "route": route, **given})  # type: ignore[arg-type]


def topic(one: ToolSpec, *others: ToolSpec) -> Topic:
    return topics_of((one, *others), ["shop"])[one.name]


def test_a_tag_comes_before_the_path() -> None:
    found = topic(tool("a", "GET /api/v2/orders/{id}/refunds", tags=("Orders",), resource="refund"))
    assert found.address == ("orders", "refunds")
    assert {"order", "refund"} <= found.subjects


def test_words_that_tell_nothing_are_left_out_of_a_tag() -> None:
    found = topic(tool("a", "GET /baskets", tags=("ShopV1BasketService",), resource="basket"))
    assert found.address == ("basket",)


def test_an_rpc_path_is_parted_at_its_dots() -> None:
    assert topic(tool("a", "POST /admin.emoji.add")).address == ("admin", "emoji", "add")


def test_a_path_with_much_below_it_is_an_owner_and_no_topic() -> None:
    parts = [tool(f"t{number}", f"GET /repos/{{repo}}/part{number}/x") for number in range(SCOPE_TOOLS + 1)]
    whole = tool("whole", "GET /repos/{repo}", resource="repo")
    assert topic(parts[3], *parts[:3], *parts[4:], whole).address == ("part3", "x")
    alone = topic(whole, *parts)
    assert (alone.address, alone.scope, alone.subjects) == (("repos",), "repos", frozenset())


def test_a_tool_without_a_route_is_about_its_resource() -> None:
    assert topic(tool("add_note", resource="sticky_note")).address == ("sticky-note",)
    assert topic(tool("compute")).address == ()


def test_a_number_stays_with_its_word() -> None:
    assert topic(tool("a", "GET /oauth2/keys")).address == ("oauth2", "keys")


def test_required_keys_name_what_a_tool_speaks_of() -> None:
    parameters = {"type": "object", "properties": {"folderId": {"type": "string"}}, "required": ["folderId"]}
    assert "folder" in topic(tool("a", "POST /search", parameters=parameters)).subjects


def test_rows_mention_what_they_refer_to() -> None:
    row = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "name": {"type": "string"},
            "author_id": {"type": "string"},
            "publisher": {"type": "object", "properties": {"name": {"type": "string"}}},
        },
    }
    assert mentions_of(tool("get_book", resource="book", returns=row, effect=Effect.READ)) == {
        "author",
        "publisher",
    }
    assert mentions_of(tool("get_book")) == frozenset()
