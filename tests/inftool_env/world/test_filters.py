import pytest

from inftool_env.world.filters import comparison, filters_of, matching

ROW = {
    "id": 7,
    "city": "Oslo",
    "price": 20,
    "day": "2030-05-02T10:00:00Z",
    "tags": ["red", "blue"],
    "is_new": True,
}


@pytest.mark.parametrize(
    ("param", "column", "wanted", "answer"),
    [
        ("city", "city", "oslo", True),
        ("city", "city", ["Bern", "Oslo"], True),
        ("city", "city", "bern,oslo", True),
        ("city", "city", "bern", False),
        ("ids", "id", "5, 7", True),
        ("ids", "id", [5, 8], False),
        ("tag", "tags", "red", True),
        ("is_new", "is_new", False, False),
        ("min_price", "price", 20, True),
        ("price_gt", "price", 20, False),
        ("price[lt]", "price", 21, True),
        ("max_price", "price", 19, False),
        ("price", "price", {"gte": 10, "lt": 20}, False),
        ("price", "price", {"gte": 10, "lte": 20}, True),
        ("day_after", "day", "2030-05-02", True),
        ("day_before", "day", "2030-05-01", False),
        ("exclude_city", "city", "Oslo", False),
        ("city_contains", "city", "sl", True),
        ("city_prefix", "city", "sl", False),
        ("colour", "colour", "red", False),
        ("min_weight", "weight", 1, False),
    ],
)
def test_a_row_is_chosen_as_the_parameter_says(param, column, wanted, answer):
    filters = filters_of({param: column}, (param,))
    assert matching([(4, ROW)], filters, {param: wanted}) == ([(4, ROW)] if answer else [])
    assert matching([(4, ROW)], filters, {}) == [(4, ROW)]


@pytest.mark.parametrize(
    ("text", "answer"), [("OSLO blue", True), ("oslo green", False), ("7", False), ("", True)]
)
def test_free_text_is_every_word_somewhere_in_the_texts_of_a_row(text, answer):
    found = matching([(4, ROW)], filters_of({}, ("q", "limit")), {"q": text, "limit": 1})
    assert found == ([(4, ROW)] if answer else [])


def test_a_column_of_the_same_name_is_compared_for_equality():
    assert comparison("start_date", "start_date") == "same"
    assert comparison("start_date", "date") == "lower_bound"
