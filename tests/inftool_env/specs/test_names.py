import re

from hypothesis import given
from hypothesis import strategies as st

from inftool_env.specs.names import legal_name, name_of_route, slugify, unique_name


@given(st.text(max_size=200))
def test_a_legal_name_is_legal_or_empty(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", legal_name(text))


@given(st.text(max_size=200))
def test_a_slug_can_stand_in_an_environment_id(text: str) -> None:
    slug = slugify(text)
    assert slug == "" or (re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug) and len(slug) <= 48)


def test_taken_names_are_numbered_within_the_length() -> None:
    long = "n" * 64
    assert unique_name(long, [long]) == "n" * 62 + "_2"
    assert unique_name("a", ["a", "a_2"]) == "a_3"


def test_a_route_becomes_words() -> None:
    assert name_of_route("get", "/v1/points/{lat},{lon}/nearBy") == "get_v_1_points_by_lat_by_lon_near_by"
    assert name_of_route("post", "/") == "post"
