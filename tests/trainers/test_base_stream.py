from itertools import islice

from agents.chat_template import ChatTemplate
from agents.tiny import make_tokenizer
from inftool_env.core.scenario import Split
from inftool_env.scenarios.categories import FIRST_CATEGORIES
from trainers.base import corpus
from trainers.base_stream import HELD_OUT_APIS, BaseStream, demonstrations
from trainers.vocabulary import english

SEEDS = range(60)


def test_every_demonstration_succeeds_and_shows_the_same_tools() -> None:
    for seed in SEEDS:
        toolset, played = demonstrations(seed)
        assert all(trajectory.verdict.success for _, trajectory in played)
        assert all(trajectory.tools == toolset.names for _, trajectory in played)


def test_every_category_is_demonstrated_and_no_held_out_api_or_value_is() -> None:
    categories = set()
    for seed in SEEDS:
        toolset, played = demonstrations(seed)
        assert toolset.name not in HELD_OUT_APIS
        categories |= {scenario.category for scenario, _ in played}
        assert all(scenario.split is Split.TRAIN for scenario, _ in played)
    assert categories == set(FIRST_CATEGORIES)


def test_invented_names_come_from_the_training_side_of_the_vocabulary() -> None:
    held_out = english().side(Split.EVAL)
    train = english().side(Split.TRAIN)
    assert not set(held_out.nouns) & set(train.nouns)
    assert 0.15 < len(held_out.nouns) / len(english().nouns) < 0.35
    invented = [toolset for toolset, _ in map(demonstrations, SEEDS) if toolset.name.startswith("invented")]
    assert len(invented) > len(SEEDS) / 2
    resources = {
        word for toolset in invented for tool in toolset.tools for word in (tool.resource or "").split("_")
    }
    common = set(train.nouns) | set(train.adjectives)
    assert not resources & (set(held_out.nouns) | set(held_out.adjectives)) - common


def test_the_stream_is_the_same_for_the_same_seed_and_goes_on_from_any_place() -> None:
    template = ChatTemplate(make_tokenizer(corpus(0, packs=10), vocab_size=600))
    whole = list(islice(BaseStream(template, 0), 6))
    assert list(islice(BaseStream(template, 0, first=3), 3)) == whole[3:]
    assert whole != list(islice(BaseStream(template, 1), 6))


def test_the_trunk_is_the_system_block() -> None:
    tokenizer = make_tokenizer(corpus(0, packs=10), vocab_size=600)
    for packed in islice(BaseStream(ChatTemplate(tokenizer), 0), 5):
        text = tokenizer.decode(packed.trunk)
        assert text.startswith("<|im_start|>system\n")
        assert text.endswith("<|im_end|>\n")
        assert all(tokenizer.decode(ids).startswith("<|im_start|>user\n") for ids, _ in packed.branches)
