from dataclasses import replace

import pytest

from inftool_env.core.tool import Effect, Toolset, ToolSpec

ORDER = {
    "type": "object",
    "required": ["id", "customer_id", "status", "quantity"],
    "properties": {
        "id": {"type": "integer", "minimum": 10000, "maximum": 99999},
        "customer_id": {"type": "string"},
        "status": {"enum": ["pending", "shipped", "returned"]},
        "quantity": {"type": "integer", "minimum": 1, "maximum": 20},
        "note": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
    },
}
CUSTOMER = {
    "type": "object",
    "required": ["id", "name", "city"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}, "city": {"type": "string"}},
}


def parameters(required: list[str], **properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def listed(row: dict) -> dict:
    items = {"type": "array", "items": row}
    return {
        "type": "object",
        "required": ["items"],
        "properties": {"items": items, "total": {"type": "integer"}},
    }


@pytest.fixture(scope="session")
def store(shop: Toolset) -> Toolset:
    """The shop, where orders are of customers that it knows."""
    customers = (
        ToolSpec(
            name="get_customer",
            description="Show a customer.",
            parameters=parameters(["customer_id"], customer_id={"type": "string"}),
            returns=CUSTOMER,
            resource="customer",
            route="GET /customers/{customer_id}",
        ),
        ToolSpec(
            name="register_customer",
            description="Register a customer.",
            parameters=parameters(
                ["name"], id={"type": "string"}, name={"type": "string"}, city={"type": "string"}
            ),
            returns=CUSTOMER,
            effect=Effect.CREATE,
            resource="customer",
            route="POST /customers",
        ),
    )
    return replace(shop, name="store-api", tools=(*shop.tools, *customers))


@pytest.fixture(scope="session")
def shop() -> Toolset:
    """Orders of anybody, and one computation."""
    order_id = {"type": "integer"}
    tools = (
        ToolSpec(
            name="get_order",
            description="Show an order.",
            parameters=parameters(["order_id"], order_id=order_id),
            returns=ORDER,
            resource="order",
            route="GET /orders/{order_id}",
        ),
        ToolSpec(
            name="list_orders",
            description="List orders.",
            parameters=parameters(
                [],
                status={"enum": ["pending", "shipped", "returned"]},
                min_quantity={"type": "integer"},
                q={"type": "string"},
                limit={"type": "integer", "minimum": 1},
                page={"type": "integer", "minimum": 1},
            ),
            returns=listed(ORDER),
            resource="order",
            route="GET /orders",
        ),
        ToolSpec(
            name="place_order",
            description="Place an order.",
            parameters=parameters(
                ["customer_id", "quantity"],
                customer_id={"type": "string"},
                quantity={"type": "integer", "minimum": 1, "maximum": 20},
                note={"type": "string"},
            ),
            returns=ORDER,
            effect=Effect.CREATE,
            resource="order",
            route="POST /orders",
        ),
        ToolSpec(
            name="change_order",
            description="Change an order.",
            parameters=parameters(
                ["order_id"],
                order_id=order_id,
                quantity={"type": "integer", "minimum": 1},
                note={"type": "string"},
            ),
            returns=ORDER,
            effect=Effect.UPDATE,
            resource="order",
            route="PATCH /orders/{order_id}",
        ),
        ToolSpec(
            name="cancel_order",
            description="Cancel an order.",
            parameters=parameters(["order_id"], order_id=order_id),
            effect=Effect.DELETE,
            resource="order",
            route="DELETE /orders/{order_id}",
        ),
        ToolSpec(
            name="convert_price",
            description="Convert a price.",
            parameters=parameters(
                ["amount", "currency"], amount={"type": "number"}, currency={"type": "string"}
            ),
            returns={
                "type": "object",
                "required": ["amount", "currency", "converted"],
                "properties": {
                    "amount": {"type": "number"},
                    "currency": {"type": "string"},
                    "converted": {"type": "number"},
                },
            },
        ),
    )
    return Toolset(name="shop-api", title="Shop", tools=tools)
