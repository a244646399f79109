from collections.abc import Sequence

import numpy as np
import pytest

from inftool_env.condensing.candidate import Source
from inftool_env.condensing.merging import Fate, condense
from inftool_env.condensing.tfidf import TfidfEmbedder

PET = "id name species age_years owner"


def merged(*sources: Source) -> list[tuple[str, str]]:
    """Which tool went into which."""
    fates = condense(sources, TfidfEmbedder())
    return [(fate.tool.name, into(fate, fates).tool.name) for fate in fates if fate.merged_into is not None]


def into(fate: Fate, fates: tuple[Fate, ...]) -> Fate:
    assert fate.merged_into is not None
    return fates[fate.merged_into]


SAME = {
    "the same tool": (("get_pet", "pet_id!"), ("get_pet", "pet_id!")),
    "another spelling of the same words": (("getPetById", "petId!"), ("get_pet_by_id", "pet_id!")),
    "another order of verb and noun": (("users_profile_get", "user!"), ("get_user_profile", "user_id!")),
    "another verb of the same sense": (("create_invoice", "amount!"), ("add_invoice", "amount!")),
    "another verb of reading": (("get_pet_by_id", "id!"), ("find_pet_by_id", "id!")),
    "fewer options": (("list_pets", "limit cursor species"), ("list_pets", "limit cursor")),
    "a parameter without the thing's name": (("delete_pet", "pet_id!"), ("delete_pet", "id!")),
    "what the other requires is optional": (("search_pets", "name"), ("search_pets", "name!")),
    "another version": (("v2_get_pet", "pet_id!"), ("v1_get_pet", "pet_id!")),
}
DISTINCT = {
    "another effect": (("get_pet", "pet_id!"), ("delete_pet", "pet_id!")),
    "another noun": (("list_followers", "user!"), ("list_following", "user!")),
    "a comment on something else": (
        ("createIssueComment", "owner! repo! body!"),
        ("createCommitComment", "owner! repo! body!"),
    ),
    "the opposite": (("lock_conversation", "id!"), ("unlock_conversation", "id!")),
    "the opposite direction": (
        ("convert_celsius_to_fahrenheit", "value!"),
        ("convert_fahrenheit_to_celsius", "value!"),
    ),
    "one and many": (("get_pet", "owner!"), ("list_pets", "owner!")),
    "more than the kept one takes": (("search_pets", "name"), ("search_pets", "name species")),
    "less than the kept one requires": (("book_visit", "pet! day!"), ("book_visit", "pet!")),
    "by another key": (("get_user_by_id", "id!"), ("get_user_by_email", "email!")),
    "another owner": (("list_repos_for_user", "name!"), ("list_repos_for_team", "name!")),
    "another verb that changes": (("archive_project", "id!"), ("restore_project", "id!")),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_tools_of_one_api_that_do_the_same_become_one(pair, make_tool, make_source) -> None:
    one, other = (make_tool(name, parameters) for name, parameters in pair)
    padding = [make_tool(f"feed_{animal}", "amount!") for animal in ("cats", "dogs", "owls")]
    first = make_source("a", one, *padding, title="Pets")
    second = make_source("b", other, *padding, title="Pets")
    assert (other.name, one.name) in merged(first, second)


def test_the_name_of_the_api_in_front_of_every_tool_says_nothing(make_tool, make_source) -> None:
    bare = make_source("a", make_tool("list_rooms", "cursor"), make_tool("get_guest", "id!"), title="Hotel")
    named = [make_tool("hotel_list_rooms", "cursor"), make_tool("hotel_get_guest", "id!")]
    assert len(merged(bare, make_source("b", *named, title="Hotel server"))) == 2


@pytest.mark.parametrize("is_one_document", [True, False])
@pytest.mark.parametrize("pair", DISTINCT.values(), ids=DISTINCT)
def test_distinct_tools_are_kept_however_alike_they_read(
    pair, is_one_document, make_tool, make_source
) -> None:
    one, other = (make_tool(*words, text="Works on things of the shop.") for words in pair)
    if is_one_document:
        assert merged(make_source("a", one, other, title="Pets")) == []
    else:
        assert merged(make_source("a", one, title="Pets"), make_source("b", other, title="Pets")) == []


@pytest.mark.parametrize(
    "types",
    [
        [{"type": "integer"}, {"type": "string"}],
        [{"type": "string", "enum": ["open"]}, {"type": "string", "enum": ["open", "sold"]}],
        [{"type": "string", "enum": ["open"]}, {"type": "string"}],
        [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}],
        [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        [
            {"type": "object", "properties": {"from": {}}},
            {"type": "object", "properties": {"from": {}, "until": {}}},
        ],
    ],
)
def test_a_tool_is_kept_when_no_other_takes_its_values(types, make_tool, make_source) -> None:
    kept, other = (make_tool("find_pets", "filter", types={"filter": schema}) for schema in types)
    assert merged(make_source("a", kept, title="Pets"), make_source("b", other, title="Pets")) == []


def test_a_tool_is_kept_when_the_other_tells_less(make_tool, make_source) -> None:
    kept = make_source(
        "a", make_tool("get_pet", "id!", result="id name", text="Get a pet." * 9), title="Pets"
    )
    other = make_source("b", make_tool("get_pet", "id!", result=PET), title="Pets")
    assert merged(kept, other) == []


def test_the_same_words_in_another_api_are_about_other_things(make_tool, make_source) -> None:
    tools = [make_tool(f"{verb}_webhook", "webhook_id!", result=PET) for verb in ("get", "delete", "create")]
    assert merged(make_source("a", *tools, title="Box"), make_source("b", *tools, title="Discord")) == []


def test_a_convention_of_many_apis_makes_no_two_of_them_one(make_tool, make_source) -> None:
    convention = make_tool("list_operations", "version!", text="Lists all operations.", result="name origin")
    titles = ("Storage", "Compute", "Network", "Billing", "Search", "Queue", "Storage")
    assert merged(*(make_source(str(at), convention, title=title) for at, title in enumerate(titles))) == []


def test_two_versions_in_one_document_are_one_only_where_it_says_so(make_tool, make_source) -> None:
    words = {"text": "The games of one day."}
    told = [make_tool(f"get_{version}_games", "day!", **words) for version in ("v1", "v2")]
    assert merged(make_source("a", *told)) == [("get_v1_games", "get_v2_games")]
    other = make_tool("get_v1_games", "day!", text="The scores of one day.")
    assert merged(make_source("a", other, told[1])) == []
    silent = [make_tool(f"get_{version}_games", "day!") for version in ("v1", "v2")]
    assert merged(make_source("a", *silent)) == []


def test_what_is_deprecated_goes_into_what_is_not_when_all_else_is_alike(make_tool, make_source) -> None:
    pins = "/channels/{channel}/messages/pins"
    old = make_tool("deprecated_delete_pin", "channel! id!", route="DELETE /channels/{channel}/pins/{id}")
    new = make_tool("delete_pin", "channel! id!", route=f"DELETE {pins}/{{id}}")
    wider = make_tool("list_pins", "channel! limit", route=f"GET {pins}")
    narrower = make_tool("deprecated_list_pins", "channel!", route="GET /channels/{channel}/pins")
    assert merged(make_source("a", old, new, narrower, wider)) == [("deprecated_delete_pin", "delete_pin")]


def test_to_replace_is_not_to_change_a_part(make_tool, make_source) -> None:
    put = make_tool("update_pet", "id! name", route="PUT /pets/{id}")
    patch = make_tool("patch_pet", "id! name", route="PATCH /pets/{id}")
    assert merged(make_source("a", put, title="Pets"), make_source("b", patch, title="Pets")) == []


def test_the_best_documented_source_stands_in(make_tool, make_source) -> None:
    bare = make_tool("get_pet", "id!")
    told = make_tool("get_pet", "id!", text="Everything that is known of one pet.", result=PET)
    sources = [make_source("a", bare, title="Pets"), make_source("b", told, title="Pets")]
    fates = condense(sources, TfidfEmbedder())
    assert [(fate.source, fate.merged_into) for fate in fates] == [(0, 1), (1, None)]


def test_every_tool_goes_into_one_that_is_kept(make_tool, make_source) -> None:
    sources = [make_source(str(at), make_tool("get_pet", "id!"), title="Pets") for at in range(600)]
    fates = condense(sources, TfidfEmbedder())
    assert [fate.merged_into for fate in fates] == [None, *[0] * 599]


def test_a_kept_tool_says_what_it_was_compared_with_and_why_it_stays(make_tool, make_source) -> None:
    first = make_source("a", make_tool("search_pets", "name", result=PET), title="Pets")
    second = make_source("b", make_tool("search_pets", "name tag"), title="Pets")
    fate = condense([first, second], TfidfEmbedder())[1]
    assert (fate.merged_into, fate.nearest, fate.why) == (None, 0, "nothing takes its 'tag'")
    assert 0.5 < fate.similarity < 1.0


def test_a_dense_embedder_serves_as_a_sparse_one_does(make_tool, make_source) -> None:
    class Dense:
        name = "dense"

        def embed(self, texts: Sequence[str]) -> np.ndarray:
            return np.array([[1.0, 0.0] if "pet" in text else [0.0, 1.0] for text in texts], dtype=np.float32)

    tools = [make_tool("get_pet", "id!"), make_tool("send_mail", "to!")]
    fates = condense([make_source("a", *tools, title="X"), make_source("b", *tools, title="X")], Dense())
    assert [(fate.merged_into, fate.similarity) for fate in fates[2:]] == [(0, 1.0), (1, 1.0)]
