import pytest

from inftool_env.core.tool import Effect
from inftool_env.specs.load import read_spec, read_tools


def named(name, kind="OBJECT"):
    return {"kind": kind, "name": name}


def required(kind):
    return {"kind": "NON_NULL", "ofType": kind}


def many(kind):
    return {"kind": "LIST", "ofType": kind}


def field(name, kind, *args):
    return {"name": name, "type": kind, "args": list(args)}


TYPES = [
    {"kind": "SCALAR", "name": "String"},
    {"kind": "SCALAR", "name": "ID"},
    {"kind": "SCALAR", "name": "DateTime"},
    {"kind": "ENUM", "name": "Order", "enumValues": [{"name": "ASC"}, {"name": "DESC"}]},
    {"kind": "OBJECT", "name": "UserConnection", "fields": [field("nodes", many(named("User")))]},
    {
        "kind": "OBJECT",
        "name": "User",
        "fields": [
            field("id", required(named("ID"))),
            field("born", named("DateTime")),
            field("friends", required(many(required(named("User"))))),
            field("avatar", named("String"), field("size", required(named("String")))),
        ],
    },
    {
        "kind": "INPUT_OBJECT",
        "name": "CreateUserInput",
        "inputFields": [
            field("name", required(named("String"))),
            {**field("order", required(named("Order"))), "defaultValue": "ASC"},
            field("parent", named("CreateUserInput")),
            field("clientMutationId", named("String")),
        ],
    },
]


@pytest.fixture
def read_fields(save):
    """Reads fields of the query type and of the mutation type."""

    def read(queries=(), mutations=()):
        roots = [
            {"kind": "OBJECT", "name": "Root", "fields": list(queries)},
            {"kind": "OBJECT", "name": "Changes", "fields": list(mutations)},
        ]
        schema = {
            "queryType": {"name": "Root"},
            "mutationType": {"name": "Changes"},
            "types": [*roots, *TYPES],
        }
        return read_tools(save({"__schema": schema})).tools

    return read


def test_a_query_reads_what_its_type_names(read_fields) -> None:
    order = {**field("order", named("Order")), "description": "Which way."}
    (tool,) = read_fields([field("viewer", named("UserConnection"), order)])
    assert (tool.effect, tool.resource, tool.place) == (Effect.READ, "user", "Root.viewer")
    assert tool.properties == {
        "order": {"type": "string", "enum": ["ASC", "DESC"], "description": "Which way."}
    }


def test_results_hold_the_fields_that_need_no_arguments_to_a_bounded_depth(read_fields) -> None:
    (tool,) = read_fields([field("user", named("User"))])
    assert tool.returns is not None
    assert list(tool.returns["properties"]) == ["id", "born", "friends"]
    assert tool.returns["properties"]["born"] == {"type": "string", "format": "date-time"}
    assert tool.returns["required"] == ["id", "friends"]
    assert tool.returns["properties"]["friends"]["items"]["type"] == "object"


def test_the_input_of_a_mutation_is_taken_apart(read_fields) -> None:
    whole = field("input", required(named("CreateUserInput", "INPUT_OBJECT")))
    (tool,) = read_fields(mutations=[field("createUser", named("User"), whole)])
    assert (tool.effect, tool.resource) == (Effect.CREATE, "user")
    assert list(tool.properties) == ["name", "order", "parent"]
    assert tool.required == ("name",)
    assert tool.wire["name"].name == "input.name"


def test_a_mutation_changes_something_whatever_it_is_called(read_fields) -> None:
    tools = read_fields(mutations=[field("findOut", named("User")), field("deleteUser", named("ID"))])
    assert [tool.effect for tool in tools] == [Effect.UPDATE, Effect.DELETE]


def test_a_type_that_is_missing_costs_only_what_needs_it(save) -> None:
    lost = field("lost", named("User"), field("by", named("Nobody")))
    types = [{"kind": "OBJECT", "name": "Root", "fields": [lost, field("user", named("User"))]}, *TYPES]
    schema = {"queryType": {"name": "Root"}, "mutationType": {"name": "Gone"}, "types": types}
    reading = read_spec(save({"data": {"__schema": schema}}))
    assert reading.toolset.names == ("user",)
    assert [one.place for one in reading.skipped] == ["Root.lost", "__schema.mutationType"]
    assert reading.skipped[0].reason.startswith("Root.lost(by:): $ref '#/Nobody' leads nowhere")
