import re

from jsonschema import Draft202012Validator

from inftool_env.core.scenario import Split
from inftool_env.core.tool import Effect
from inftool_env.specs.invent import Naming, Vocabulary, invent_toolset

WORDS = Vocabulary(
    nouns=(
        "lantern",
        "harbor",
        "violin",
        "copper",
        "meadow",
        "engine",
        "pillow",
        "saddle",
        "kettle",
        "basket",
        "ticket",
        "anchor",
    ),
    verbs=("polish", "gather", "unfold", "sharpen"),
    adjectives=("quiet", "amber", "steady", "hollow", "narrow"),
)


def test_the_same_seed_invents_the_same_toolset() -> None:
    assert invent_toolset(3, WORDS).digest == invent_toolset(3, WORDS).digest
    assert invent_toolset(3, WORDS).digest != invent_toolset(4, WORDS).digest


def test_invented_tools_are_legal_and_varied() -> None:
    toolsets = [invent_toolset(seed, WORDS) for seed in range(80)]
    tools = [tool for toolset in toolsets for tool in toolset.tools]
    assert all(2 <= len(toolset.tools) <= 12 for toolset in toolsets)
    for tool in tools:
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", tool.name)
        Draft202012Validator.check_schema(tool.parameters)
        assert set(tool.required) <= set(tool.properties)
    assert {tool.effect for tool in tools} == set(Effect)
    assert len({tool.name for tool in tools}) > 300


def test_the_two_sides_of_a_vocabulary_share_no_word() -> None:
    train, held_out = WORDS.side(Split.TRAIN), WORDS.side(Split.EVAL)
    assert not set(train.nouns) & set(held_out.nouns)
    assert set(train.nouns) | set(held_out.nouns) == set(WORDS.nouns)


def test_identifiers_are_spelt_in_four_ways() -> None:
    spelt = [naming.spell(["get", "amber", "lantern"]) for naming in Naming]
    assert spelt == ["get_amber_lantern", "getAmberLantern", "GetAmberLantern", "get-amber-lantern"]
