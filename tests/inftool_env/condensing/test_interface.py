from inftool_env.condensing.interface import match_names, takes_calls_of


def test_a_name_matches_itself_before_its_plural() -> None:
    assert match_names(["colors", "color"], ["color", "colors"], frozenset()) == {
        "color": "color",
        "colors": "colors",
    }


def test_one_name_never_stands_for_two() -> None:
    assert match_names(["id"], ["pet_id", "petId"], frozenset({"pet"})) == {"pet_id": "id"}


def test_the_id_of_another_thing_is_another_parameter() -> None:
    assert match_names(["id"], ["owner_id"], frozenset({"pet"})) == {}


def test_a_structure_may_also_be_spelled_as_text(make_tool) -> None:
    plain = {"type": "object", "properties": {"page_id": {"type": "string"}}}
    kept = make_tool("move_page", "parent!", types={"parent": plain})
    for loose in ({"anyOf": [plain, {"type": "string"}]}, {"type": ["object", "string"]}):
        assert takes_calls_of(kept, make_tool("move_page", "parent!", types={"parent": loose}), ()) is None


def test_every_alternative_of_the_other_must_be_taken(make_tool) -> None:
    kept = make_tool("set_price", "price!", types={"price": {"type": "number"}})
    other = make_tool(
        "set_price", "price!", types={"price": {"anyOf": [{"type": "integer"}, {"type": "boolean"}]}}
    )
    assert takes_calls_of(kept, other, ()) == "'price' does not take the values of its 'price'"
    assert (
        takes_calls_of(other, make_tool("set_price", "price!", types={"price": {"type": "integer"}}), ())
        is None
    )


def test_members_of_a_structure_are_compared_as_parameters_are(make_tool) -> None:
    def order(required: list[str]) -> dict[str, object]:
        schema = {"type": "object", "properties": {"sku": {}, "count": {}}, "required": required}
        return {"lines": {"type": "array", "items": schema}}

    strict = make_tool("place_order", "lines", types=order(["sku", "count"]))
    loose = make_tool("place_order", "lines", types=order(["sku"]))
    assert takes_calls_of(loose, strict, ()) is None
    assert takes_calls_of(strict, loose, ()) is not None
