import json
import subprocess
import sys
import time
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonValue
from inftool_env.world.backend import StatefulBackend, spell
from inftool_env.world.values import split_of


def call(backend: StatefulBackend, tool: str, /, **arguments):
    return backend.call(ToolCall(name=tool, arguments=arguments, id="call_1"))


@pytest.fixture
def backend(shop) -> StatefulBackend:
    return StatefulBackend(shop, seed=0)


def test_a_row_is_given_by_its_key(backend):
    order = backend.rows("get_order")[0]
    result = call(backend, "get_order", order_id=order["id"])
    assert result.data == order
    assert json.loads(result.content) == order
    assert (result.call_id, result.name, result.is_error) == ("call_1", "get_order", False)


def test_an_unknown_key_is_not_found(backend):
    result = call(backend, "get_order", order_id=1)
    assert result.is_error
    assert result.data == {"error": {"status": 404, "message": "order '1' not found"}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"customer_id": "c"}, "missing required parameter 'quantity'"),
        (
            {"customer_id": "c", "quantity": 21},
            "invalid parameter 'quantity': 21 is greater than the maximum of 20",
        ),
        ({"customer_id": 5, "quantity": 2}, "invalid parameter 'customer_id': 5 is not of type 'string'"),
        ({"customer_id": "c", "quantity": 2, "gift": True}, "'gift' was unexpected"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(backend, arguments, message):
    result = call(backend, "place_order", **arguments)
    assert result.is_error
    assert result.data["error"]["status"] == 422
    assert message in result.data["error"]["message"]
    assert backend.state.snapshot().changes == {}


def test_an_unknown_tool_is_an_error_result(backend):
    assert call(backend, "teleport").data["error"]["message"] == "unknown tool 'teleport'"


def test_lists_hold_what_matches_every_filter(backend):
    orders = backend.rows("list_orders")
    wanted = [order for order in orders if order["status"] == "shipped" and order["quantity"] >= 5]
    assert call(backend, "list_orders", status="shipped", min_quantity=5).data["items"] == wanted


def test_free_text_is_looked_for_in_every_column(backend):
    note = backend.rows("list_orders")[2]["note"]
    found = call(backend, "list_orders", q=note.upper()).data["items"]
    assert [order["note"] for order in found] == [note]


def test_pages_cut_a_list_and_total_counts_all(shop):
    backend = StatefulBackend(shop, seed=3)
    orders = backend.rows("list_orders")
    second = call(backend, "list_orders", limit=2, page=2).data
    assert second == {"items": orders[2:4], "total": len(orders)}
    assert len(call(backend, "list_orders").data["items"]) <= 5


def test_a_created_row_is_echoed_and_found_again(backend):
    made = call(backend, "place_order", customer_id="cus_1", quantity=3, note="ring twice").data
    assert (made["customer_id"], made["quantity"], made["note"]) == ("cus_1", 3, "ring twice")
    assert (made["status"], 10000 <= made["id"] <= 99999) == ("pending", True)
    assert call(backend, "get_order", order_id=made["id"]).data == made


def test_a_taken_id_is_a_conflict(store):
    backend = StatefulBackend(store, seed=0)
    taken = backend.rows("get_customer")[0]["id"]
    result = call(backend, "register_customer", id=taken, name="Bo")
    assert result.data["error"] == {"status": 409, "message": f"customer '{taken}' already exists"}


def test_an_update_merges_and_a_deletion_removes(backend):
    order = backend.rows("get_order")[0]
    assert call(backend, "change_order", order_id=order["id"], quantity=7).data == {**order, "quantity": 7}
    assert call(backend, "cancel_order", order_id=order["id"]).data == {"deleted": True}
    assert call(backend, "get_order", order_id=order["id"]).is_error
    assert call(backend, "cancel_order", order_id=order["id"]).is_error


def test_a_receipt_names_the_row_that_is_gone(shop):
    receipt = {
        "properties": {"removed_id": {"type": "integer"}, "deleted": {"type": "boolean"}},
        "type": "object",
    }
    cancel = replace(shop.get("cancel_order"), returns=receipt)
    tools = tuple(cancel if tool.name == "cancel_order" else tool for tool in shop.tools)
    backend = StatefulBackend(replace(shop, tools=tools), seed=0)
    key = backend.rows("get_order")[0]["id"]
    assert call(backend, "cancel_order", order_id=key).data == {"removed_id": key, "deleted": True}


def test_a_computation_repeats_its_arguments_and_depends_on_them_alone(shop):
    first, later = StatefulBackend(shop, seed=0), StatefulBackend(shop, seed=0)
    call(later, "place_order", customer_id="c", quantity=1)
    answers = [call(world, "convert_price", amount=9.5, currency="EUR").data for world in (first, later)]
    assert answers[0] == answers[1]
    assert (answers[0]["amount"], answers[0]["currency"]) == (9.5, "EUR")


def test_parallel_calls_in_any_order_end_in_one_state(shop):
    one, other = StatefulBackend(shop, seed=0), StatefulBackend(shop, seed=0)
    for quantity in (2, 3):
        call(one, "place_order", customer_id="c", quantity=quantity)
    for quantity in (3, 2):
        call(other, "place_order", customer_id="c", quantity=quantity)
    assert one.state.digest() == other.state.digest()
    call(other, "place_order", customer_id="c", quantity=3)
    assert one.state.digest() != other.state.digest()


def test_first_rows_do_not_depend_on_the_order_of_access(store):
    one, other = StatefulBackend(store, seed=5), StatefulBackend(store, seed=5)
    orders = one.rows("get_order")
    customers = one.rows("get_customer")
    assert (other.rows("get_customer"), other.rows("get_order")) == (customers, orders)


def test_foreign_keys_point_at_rows(store):
    backend = StatefulBackend(store, seed=0)
    customers = {customer["id"] for customer in backend.rows("get_customer")}
    assert {order["customer_id"] for order in backend.rows("get_order")} <= customers


def test_tables_hold_four_to_eight_rows_with_unique_keys(shop):
    for seed in range(20):
        ids = [order["id"] for order in StatefulBackend(shop, seed).rows("get_order")]
        assert 4 <= len(ids) == len(set(ids)) <= 8


@pytest.mark.parametrize("split", list(Split))
def test_open_values_of_a_world_lie_on_its_side(store, split):
    backend = StatefulBackend(store, seed=1, split=split)
    call(backend, "place_order", customer_id=backend.rows("get_customer")[0]["id"], quantity=2)
    call(backend, "register_customer", name=backend.rows("get_customer")[0]["name"])
    closed = {"pending", "shipped", "returned"}
    for rows in backend.state.tables.values():
        values = [value for row in rows for value in row.values() if value not in closed]
        assert {split_of(value) for value in values} <= {split, None}


def test_a_verb_alone_changes_the_state(shop):
    ship = replace(shop.get("cancel_order"), name="ship_order", effect=shop.get("change_order").effect)
    backend = StatefulBackend(replace(shop, tools=(*shop.tools, ship)), seed=0)
    order = backend.rows("get_order")[1]
    assert call(backend, "ship_order", order_id=order["id"]).data["status"] == "shipped"


def test_an_act_that_no_table_holds_still_changes_the_digest(shop):
    ring = replace(shop.get("convert_price"), name="ring_bell", effect=shop.get("change_order").effect)
    backend = StatefulBackend(replace(shop, tools=(ring,)), seed=0)
    before = backend.state.digest()
    call(backend, "ring_bell", amount=1.0, currency="EUR")
    assert backend.state.digest() != before


def test_another_process_gives_the_same_bytes(store):
    backend = StatefulBackend(store, seed=0)
    script = (
        "from inftool_env.core.jsonl import from_json\n"
        "from inftool_env.core.tool import Toolset\n"
        "from inftool_env.world.backend import StatefulBackend, spell\n"
        "import sys\n"
        "backend = StatefulBackend(from_json(sys.stdin.buffer.read(), Toolset), seed=0)\n"
        "print(spell([backend.rows('get_order'), backend.rows('get_customer')]))\n"
    )

    told = subprocess.run(
        [sys.executable, "-c", script], input=msgspec.json.encode(store), capture_output=True, check=True
    )
    assert told.stdout.decode().strip() == spell([backend.rows("get_order"), backend.rows("get_customer")])


def test_worlds_are_made_and_asked_in_a_moment(shop):
    backend = StatefulBackend(shop, seed=0)
    call(backend, "list_orders", status="shipped")
    start = time.process_time()
    for seed in range(100):
        StatefulBackend(shop, seed)
    made = time.process_time()
    for _ in range(100):
        call(backend, "list_orders", status="shipped")
    assert (made - start) / 100 < 3e-3
    assert (time.process_time() - made) / 100 < 2e-3  # 0.2 ms on an idle machine


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63)
        | st.floats(-1e6, 1e6).map(lambda x: round(x, 4))
        | st.text(),
        lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
    )
)
def test_an_answer_is_written_as_pythons_json_writes_it_and_reads_back_the_same(value: JsonValue) -> None:
    assert json.loads(spell(value)) == value
    assert spell(value) == json.dumps(value, ensure_ascii=False)


def test_an_answer_may_repeat_half_of_a_surrogate_pair() -> None:
    assert json.loads(spell({"said": "\ud800"})) == {"said": "\ud800"}
