from inftool_env.condensing.merging import condense
from inftool_env.condensing.parting import toolsets_of
from inftool_env.condensing.tfidf import TfidfEmbedder


def names(sources) -> dict[str, tuple[str, ...]]:
    made = toolsets_of(sources, condense(sources, TfidfEmbedder()))
    return {one.toolset.name: one.toolset.names for one in made}


def test_what_is_left_of_a_document_joins_the_one_that_it_went_into(make_tool, make_source) -> None:
    pets = [make_tool("get_pet", "id!"), make_tool("delete_pet", "id!"), make_tool("feed_pet", "id!")]
    first = make_source("a", *pets, title="Pets")
    second = make_source("b", *pets[:2], make_tool("wash_pet", "id!"), title="Pets")
    assert names([first, second]) == {"a": ("get_pet", "delete_pet", "feed_pet", "wash_pet")}


def test_a_document_that_lost_little_keeps_the_rest_to_itself(make_tool, make_source) -> None:
    pets = [make_tool(f"{verb}_pet", "id!") for verb in ("get", "delete", "feed")]
    first = make_source("a", *pets, title="Pets")
    others = [make_tool(f"{verb}_pet", "id!") for verb in ("wash", "walk", "sell")]
    second = make_source("b", pets[0], *others, title="Pets")
    assert names([first, second]) == {
        "a": ("get_pet", "delete_pet", "feed_pet"),
        "b": ("wash_pet", "walk_pet", "sell_pet"),
    }


def test_a_name_that_is_taken_gets_a_number(make_tool, make_source) -> None:
    shared = [make_tool(f"{verb}_pet", "id!") for verb in ("get", "delete")]
    first = make_source("a", *shared, make_tool("upload", "body!"), title="Pets")
    second = make_source("b", *shared, make_tool("upload", "file!"), title="Pets")
    assert names([first, second]) == {"a": ("get_pet", "delete_pet", "upload", "upload_2")}


def test_toolsets_of_one_title_are_told_apart(make_tool, make_source) -> None:
    sources = [
        make_source("x", make_tool(f"{verb}_it"), title="X (beta)") for verb in ("feed", "wash", "walk")
    ]
    made = toolsets_of(sources, condense(sources, TfidfEmbedder()))
    assert [(one.toolset.name, one.toolset.title) for one in made] == [
        ("x", "X (beta)"),
        ("x-2", "X (beta) (2)"),
        ("x-3", "X (beta) (3)"),
    ]


def test_no_toolset_takes_the_name_of_another_file(make_tool, make_source) -> None:
    assert list(names([make_source("summary", make_tool("get_it"))])) == ["summary-2"]
