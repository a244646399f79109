import pytest

from inftool_env.core.scenario import Split
from inftool_env.world.mcp_names import WORLD_META, Choice, ChoiceError, choice_in_meta, choice_in_url


@pytest.mark.parametrize(
    ("path", "query", "choice"),
    [
        ("/mcp", "", Choice()),
        ("/mcp/a-b_9", "", Choice(token="a-b_9")),
        ("/mcp/a", "seed=7&split=eval", Choice(token="a", seed=7, split=Split.EVAL)),
        ("/mcp", "seed=0&other=1", Choice(seed=0)),
    ],
)
def test_a_url_names_token_seed_and_split(path, query, choice):
    assert choice_in_url(path, query) == choice


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/mcp/",
        "/mcp//",
        "/mcp/../mcp",
        "/mcp/a/b",
        "/mcp/a/",
        "/mcpx",
        "/mcp/ä",
        "/mcp/a\n",
        "/mcp/" + "a" * 129,
    ],
)
def test_other_paths_are_no_worlds(path):
    assert choice_in_url(path, "") is None


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("seed=-1", "seed is no integer"),
        ("seed=", "seed is no integer"),
        ("seed=1e3", "seed is no integer"),
        ("seed=٣", "seed is no integer"),
        ("seed=18446744073709551616", "seed is no integer"),
        ("seed=" + "9" * 10_000, "seed is no integer"),
        ("split=test", "split is none of train, eval"),
        ("a&" * 40, "more than 32 fields"),
    ],
)
def test_what_a_url_says_wrong_is_named(query, reason):
    with pytest.raises(ChoiceError, match=reason):
        choice_in_url("/mcp/a", query)


def test_a_requests_meta_names_a_world_too():
    said = {WORLD_META: {"token": "a", "seed": 7, "split": "eval"}, "progressToken": 1}
    assert choice_in_meta(said) == Choice(token="a", seed=7, split=Split.EVAL)
    assert choice_in_meta({WORLD_META: {}}) == Choice()
    assert choice_in_meta({"progressToken": 1}) is None
    assert choice_in_meta(None) is None


@pytest.mark.parametrize(
    "said",
    [
        1,
        [],
        {"token": "../a"},
        {"token": 1},
        {"seed": True},
        {"seed": "1"},
        {"seed": -1},
        {"split": 1},
        {"split": []},
    ],
)
def test_what_meta_says_wrong_is_refused(said):
    with pytest.raises(ChoiceError):
        choice_in_meta({WORLD_META: said})
