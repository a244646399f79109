import asyncio
import json
from dataclasses import replace

import pytest
from mcp import Client

from inftool_env.core.errors import ConfigError
from inftool_env.core.fault import Fault, FaultKind, Strike
from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.world.backend import Backend, StatefulBackend
from inftool_env.world.faults import FaultyBackend, cut_page, rename_field
from inftool_env.world.mcp_server import build_server
from inftool_env.world.mcp_sessions import Sessions

PLACE = ToolCall(name="place_order", arguments={"customer_id": "c_1", "quantity": 2}, id="call_0")
LIST = ToolCall(name="list_orders", arguments={}, id="call_1")


def fault(kind: str, tool: str = "place_order", **details) -> Fault:
    return Fault(kind=FaultKind(kind), tool=tool, **details)


def faulty(shop: Toolset, *faults: Fault) -> FaultyBackend:
    return FaultyBackend(StatefulBackend(shop, 0), faults, shop, lambda: StatefulBackend(shop, 0))


@pytest.mark.parametrize(
    ("one", "status", "header"),
    [
        (fault("timeout"), 504, {"timeout_s": 30}),
        (fault("timeout", took_effect=True), 504, {"timeout_s": 30}),
        (fault("rate_limit", retry_after_s=5), 429, {"retry_after_s": 5}),
        (fault("server_error"), 500, {}),
        (fault("partial_batch"), 503, {}),
    ],
)
def test_a_refusing_fault_answers_once_as_a_server_would(shop, one, status, header) -> None:
    backend = faulty(shop, one)
    result = backend.call(PLACE)
    assert result.is_error
    assert (result.call_id, result.name) == (PLACE.id, PLACE.name)
    assert json.loads(result.content) == result.data
    assert result.data["error"]["status"] == status
    assert header.items() <= result.data.items()
    assert backend.strikes == (Strike(call_id=PLACE.id, fault=one),)
    assert not backend.call(PLACE).is_error
    assert len(backend.strikes) == 1


def test_both_kinds_of_time_out_read_the_same_and_only_one_took_effect(shop) -> None:
    done, lost = (faulty(shop, fault("timeout", took_effect=effect)) for effect in (True, False))
    assert done.call(PLACE) == lost.call(PLACE)
    sound = StatefulBackend(shop, 0)
    untouched = sound.digest()
    sound.call(PLACE)
    assert done.digest() == sound.digest() != untouched == lost.digest()


def test_a_stale_read_shows_the_world_before_the_episode_and_then_as_it_is(shop) -> None:
    backend = faulty(shop, fault("stale_read", "list_orders"))
    before = StatefulBackend(shop, 0).call(LIST)
    backend.call(PLACE)
    stale, fresh = backend.call(LIST), backend.call(LIST)
    assert stale.content == before.content
    assert fresh.data["total"] == stale.data["total"] + 1
    assert len(backend.strikes) == 1


def test_a_stale_read_of_an_unchanged_world_is_no_fault(shop) -> None:
    backend = faulty(shop, fault("stale_read", "list_orders"))
    assert backend.call(LIST) == StatefulBackend(shop, 0).call(LIST)
    assert backend.strikes == ()


def test_a_stale_read_needs_a_replica(shop) -> None:
    with pytest.raises(ConfigError, match=r"list_orders: found a stale_read without a replica"):
        FaultyBackend(StatefulBackend(shop, 0), [fault("stale_read", "list_orders")], shop)


def test_a_renamed_field_keeps_its_value_everywhere_under_another_name(shop) -> None:
    backend = faulty(shop, fault("renamed_field", "list_orders", field="id", renamed="order_id"))
    spoiled, sound = backend.call(LIST), backend.call(LIST)
    assert not spoiled.is_error
    assert [row["order_id"] for row in spoiled.data["items"]] == [row["id"] for row in sound.data["items"]]
    assert all("id" not in row for row in spoiled.data["items"])
    assert json.loads(spoiled.content) == spoiled.data


def test_a_truncated_page_says_that_it_is_one(shop) -> None:
    backend = faulty(shop, fault("truncated_page", "list_orders", kept=1))
    spoiled, sound = backend.call(LIST), backend.call(LIST)
    assert spoiled.data["items"] == sound.data["items"][:1]
    assert spoiled.data["truncated"] is True
    assert spoiled.data["total"] == sound.data["total"] > 1
    assert "truncated" not in sound.data


@pytest.mark.parametrize("data", [[{"id": 1}], {"items": []}, {"items": [1, 2]}, "text", None])
def test_what_holds_no_page_of_rows_is_not_cut(data) -> None:
    assert cut_page(data, 0) == data


def test_a_name_that_is_taken_is_not_given_twice() -> None:
    assert rename_field({"id": 1, "uid": 2}, "id", "uid") == {"id": 1, "uid": 2}


@pytest.fixture
def batches(shop) -> Toolset:
    item = {
        "type": "object",
        "required": ["customer_id", "quantity"],
        "properties": {"customer_id": {"type": "string"}, "quantity": {"type": "integer"}},
    }
    parameters = {
        "type": "object",
        "required": ["orders"],
        "properties": {"orders": {"type": "array", "items": item}},
    }
    place_all = ToolSpec(
        name="place_orders",
        description="Place orders.",
        parameters=parameters,
        returns=shop.get("list_orders").returns,
        effect=Effect.CREATE,
        resource="order",
        route="POST /orders/batch",
    )
    return replace(shop, tools=(*shop.tools, place_all))


def test_a_partial_batch_carries_out_the_first_items_and_names_the_rest(batches) -> None:
    orders = [{"customer_id": f"c_{number}", "quantity": number} for number in (1, 2, 3)]
    whole = ToolCall(name="place_orders", arguments={"orders": orders})
    rest = ToolCall(name="place_orders", arguments={"orders": orders[1:]})
    backend = faulty(batches, fault("partial_batch", "place_orders", field="orders", kept=1))
    result = backend.call(whole)
    assert result.is_error
    assert result.data["error"]["status"] == 207
    assert result.data["failed"] == orders[1:]
    assert len(result.data["result"]["items"]) == 1
    assert not backend.call(rest).is_error
    sound = StatefulBackend(batches, 0)
    sound.call(whole)
    assert backend.digest() == sound.digest()


def test_a_batch_of_one_cannot_fail_in_part(batches) -> None:
    backend = faulty(batches, fault("partial_batch", "place_orders", field="orders", kept=1))
    call = ToolCall(name="place_orders", arguments={"orders": [{"customer_id": "c", "quantity": 1}]})
    assert not backend.call(call).is_error
    assert backend.strikes == ()


def test_a_fault_waits_for_its_own_call_of_its_own_tool(shop) -> None:
    backend = faulty(shop, fault("server_error", "list_orders", ordinal=1), fault("timeout", "get_order"))
    sound = StatefulBackend(shop, 0)
    assert backend.call(LIST) == sound.call(LIST)
    assert backend.call(PLACE) == sound.call(PLACE)
    assert backend.call(LIST).is_error
    assert backend.call(LIST) == sound.call(LIST)
    assert [strike.fault.kind for strike in backend.strikes] == [FaultKind.SERVER_ERROR]


def test_errors_have_the_shape_that_the_document_gives_them(shop) -> None:
    schema = {
        "type": "object",
        "required": ["code", "detail"],
        "properties": {"code": {"type": "integer"}, "detail": {"type": "string"}},
        "additionalProperties": False,
    }
    tools = tuple(replace(tool, errors={"default": schema}) for tool in shop.tools)
    result = faulty(replace(shop, tools=tools), fault("rate_limit", retry_after_s=2)).call(PLACE)
    assert result.data["code"] == 429
    assert "too many requests" in result.data["detail"]
    assert result.data["retry_after_s"] == 2


def test_a_plan_is_data_that_survives_json() -> None:
    one = fault("timeout", took_effect=True, ordinal=2, probes=("list_orders",))
    assert from_json(to_json(one), Fault) == one


class FaultyWorlds:
    """Worlds in which the first order times out although it is placed, and the first page is cut."""

    def open(self, toolset: Toolset, seed: int, split: Split) -> Backend:
        faults = (fault("timeout", took_effect=True), fault("truncated_page", "list_orders", kept=1))
        return FaultyBackend(StatefulBackend(toolset, seed, split), faults, toolset)

    def close(self) -> None:
        pass


def test_over_mcp_a_fault_looks_the_same(shop) -> None:
    direct = FaultyWorlds().open(shop, 0, Split.TRAIN)

    async def talk() -> None:
        async with Client(build_server(Sessions(FaultyWorlds(), shop))) as client:
            for call in (PLACE, LIST, LIST):
                there, here = await client.call_tool(call.name, call.arguments), direct.call(call)
                assert there.content[0].text == here.content
                assert there.is_error == here.is_error

    asyncio.run(talk())
