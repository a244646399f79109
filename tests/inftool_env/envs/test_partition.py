import random
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.envs.apis import catalogue_apis, is_slug, load_toolset
from inftool_env.envs.grouping import FEWEST_TOOLS, MOST_TOOLS
from inftool_env.envs.partition import api_name, partition, take_group
from inftool_env.specs.load import read_tools

SPECS = Path(__file__).parents[4] / "shared" / "specs"
CRUD = (
    ("list", "GET /{0}s", Effect.READ),
    ("get", "GET /{0}s/{{id}}", Effect.READ),
    ("create", "POST /{0}s", Effect.CREATE),
    ("update", "PUT /{0}s/{{id}}", Effect.UPDATE),
    ("delete", "DELETE /{0}s/{{id}}", Effect.DELETE),
)
FRUIT = ("apple", "pear", "plum", "fig", "grape", "lemon", "melon", "peach", "quince", "cherry")


def crud(noun: str, tag: str | None = None, verbs: int = 5) -> list[ToolSpec]:
    """The usual tools over one kind of thing."""
    return [
        ToolSpec(
            name=f"{verb}_{noun}",
            description=f"{verb} {noun}",
            parameters={"type": "object", "properties": {"id": {"type": "string"}}},
            effect=effect,
            resource=noun,
            route=route.format(noun),
            tags=(tag,) if tag else (),
        )
        for verb, route, effect in CRUD[:verbs]
    ]


def make(tools: Iterable[ToolSpec], title: str = "Fruit API") -> Toolset:
    return Toolset(name="fruit-api", title=title, tools=tuple(tools))


def by_name(toolset: Toolset) -> dict[str, tuple[str, ...]]:
    return {group.name: group.tools for group in partition(toolset)}


def test_a_small_api_stays_whole_under_its_own_name() -> None:
    toolset = make(crud("apple") + crud("pear"))
    (group,) = partition(toolset)
    assert (group.name, group.tools) == ("fruit-api", toolset.names)
    assert take_group(toolset, group) is toolset


def test_the_built_in_apis_stay_whole() -> None:
    for slug in catalogue_apis():
        assert [group.name for group in partition(load_toolset(slug))] == [slug]


def test_tags_part_a_large_api() -> None:
    toolset = make(
        tool for noun in FRUIT for tool in crud(noun, "Stone fruit" if noun in FRUIT[:5] else "Others")
    )
    assert {name: len(tools) for name, tools in by_name(toolset).items()} == {
        "fruit-stone": 25,
        "fruit-others": 25,
    }


def test_paths_part_an_api_that_has_no_tags_or_one_for_all() -> None:
    for tag in (None, "Fruit"):
        groups = by_name(make(tool for noun in FRUIT for tool in crud(noun, tag)))
        assert groups["fruit-apples"] == (
            "list_apple",
            "get_apple",
            "create_apple",
            "update_apple",
            "delete_apple",
        )
        assert len(groups) == len(FRUIT)


def test_tools_without_routes_are_parted_by_what_they_are_about() -> None:
    def functions(noun: str) -> list[ToolSpec]:
        return [
            ToolSpec(name=f"{verb}_{noun}", description="", parameters={}, resource=noun) for verb, *_ in CRUD
        ]

    assert set(by_name(make(tool for noun in FRUIT for tool in functions(noun)))) == {
        f"fruit-{noun}" for noun in FRUIT
    }


def test_a_small_group_joins_the_one_that_is_about_the_same_things() -> None:
    tools = [tool for noun in FRUIT[:6] for tool in crud(noun)]
    pips = ToolSpec(
        name="count_pips",
        description="",
        parameters={},
        route="GET /apples/{id}/pips",
        resource="pip",
        tags=("Pips",),
    )
    groups = by_name(make([*tools, pips]))
    assert "count_pips" in groups["fruit-apples"]


def test_unrelated_leftovers_come_together() -> None:
    tools = [tool for noun in FRUIT[:6] for tool in crud(noun)]
    odd = [tool for noun in ("zebra", "vase", "stool") for tool in crud(noun, verbs=2)]
    assert by_name(make([*tools, *odd]))["fruit-other"] == tuple(tool.name for tool in odd)


def test_an_operation_added_elsewhere_renames_nothing() -> None:
    tools = [tool for noun in FRUIT for tool in crud(noun)]
    added = [*tools[:7], *crud("kiwi"), *tools[7:]]
    before, after = by_name(make(tools)), by_name(make(added))
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {"fruit-kiwis"}


def test_another_name_for_the_api_stands_before_every_group() -> None:
    toolset = make(tool for noun in FRUIT for tool in crud(noun))
    assert api_name(toolset) == "fruit"
    assert [group.tools for group in partition(toolset, "basket")] == [
        group.tools for group in partition(toolset)
    ]
    assert all(group.name.startswith("basket-") for group in partition(toolset, "basket"))


def test_a_group_is_a_toolset_of_its_own() -> None:
    toolset = make(tool for noun in FRUIT for tool in crud(noun))
    group = partition(toolset)[0]
    taken = take_group(toolset, group)
    assert (taken.name, taken.title, taken.names) == ("fruit-apples", "Fruit API: apples", group.tools)


words = st.sampled_from((*FRUIT, "a", "v2", "search", "1", "Ünï", ""))
routes = st.lists(st.one_of(words, st.just("{id}")), max_size=5).map(lambda parts: "GET /" + "/".join(parts))
shapes = st.tuples(
    st.one_of(st.none(), routes),
    st.lists(words, max_size=2).map(tuple),
    st.one_of(st.none(), st.sampled_from(FRUIT)),
    st.sampled_from(Effect),
    st.booleans(),
)


@settings(max_examples=25)
@given(st.lists(shapes, min_size=MOST_TOOLS + 1, max_size=100), st.sampled_from(("Fruit API", "API", "?")))
def test_any_large_api_comes_out_in_groups_of_a_playable_size(shapes: list[tuple], title: str) -> None:
    hard = {"type": "object", "properties": {"x": {"type": "object"}}, "required": ["x"]}
    toolset = make(
        (
            ToolSpec(
                name=f"t{number}",
                description="",
                parameters=hard if is_hard else {},
                route=route,
                tags=tags,
                resource=resource,
                effect=effect,
            )
            for number, (route, tags, resource, effect, is_hard) in enumerate(shapes)
        ),
        title,
    )
    groups = partition(toolset)
    assert sorted(name for group in groups for name in group.tools) == sorted(toolset.names)
    assert all(FEWEST_TOOLS <= len(group.tools) <= MOST_TOOLS for group in groups)
    assert len({group.name for group in groups}) == len(groups)
    assert all(is_slug(group.name) for group in groups)
    order = {name: place for place, name in enumerate(toolset.names)}
    assert all(list(group.tools) == sorted(group.tools, key=order.__getitem__) for group in groups)
    again = Toolset(name=toolset.name, title=toolset.title, tools=toolset.tools)
    assert partition(again) == groups


@pytest.mark.skipif(not SPECS.is_dir(), reason="the shared documents are not here")
@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (
            "slack-web.swagger20.json",
            {"slack-conversations", "slack-files", "slack-admin-users", "slack-chat"},
        ),
        (
            "docker-engine.swagger20.yaml",
            {"docker-engine-container", "docker-engine-volume", "docker-engine-network"},
        ),
        ("spotify.oas30.yaml", {"spotify-player", "spotify-playlists", "spotify-albums", "spotify-tracks"}),
        ("discourse.oas31.json", {"discourse-topics", "discourse-posts", "discourse-users"}),
    ],
)
def test_real_documents_give_groups_with_names_that_hold_when_one_operation_goes(
    file: str, expected: set[str]
) -> None:
    toolset = read_tools(SPECS / file)
    names = set(by_name(toolset))
    assert expected <= names
    rng = random.Random(0)
    for _ in range(5):
        gone = rng.choice(toolset.names)
        assert len(names - set(by_name(toolset.subset(name for name in toolset.names if name != gone)))) <= 2
