from collections.abc import Mapping
from dataclasses import replace

from agents.datasets.candidates import BLOCK, MAX_CHARACTERS, Playground, unfit
from agents.datasets.row import Row
from agents.datasets.sources import Source
from agents.policy import PolicyAction
from agents.scripted import OraclePolicy, RandomPolicy
from inftool_env.core.message import assistant_message, user_message
from inftool_env.core.scenario import Split
from inftool_env.core.verdict import FailureKind
from inftool_env.envs.observe import Observation


def test_environments_and_categories_take_turns(sources: tuple[Source, ...]) -> None:
    playground = Playground(sources, lambda _: OraclePolicy(), 0)
    candidates = [one for block in (2, 3, 4) for one in playground.play(Split.TRAIN, block)]
    assert [one.number for one in candidates] == list(range(2 * BLOCK, 5 * BLOCK))
    rows = [one.row for one in candidates if one.row is not None]
    assert len(rows) == 3 * BLOCK
    assert {row.environment for row in rows} == {source.name for source in sources}
    assert {row.category for row in rows} == set(sources[0].categories) | set(sources[1].categories)


def test_a_block_is_the_same_whoever_plays_it(sources: tuple[Source, ...]) -> None:
    one, other = (Playground(sources, lambda seed: RandomPolicy(seed), 5) for _ in range(2))
    other.play(Split.TRAIN, 0)
    assert one.play(Split.TRAIN, 1) == other.play(Split.TRAIN, 1)


def test_blocks_seeds_and_splits_differ(sources: tuple[Source, ...]) -> None:
    def ids(seed: int, split: Split, block: int) -> set[str]:
        played = Playground(sources, lambda _: OraclePolicy(), seed).play(split, block)
        return {one.row.id for one in played if one.row is not None}

    kinds = [ids(0, Split.TRAIN, 0), ids(0, Split.TRAIN, 1), ids(1, Split.TRAIN, 0), ids(0, Split.EVAL, 0)]
    assert len(set().union(*kinds)) == sum(map(len, kinds)) == 4 * BLOCK


def test_failures_are_refused_by_their_kind(sources: tuple[Source, ...]) -> None:
    class Silent(OraclePolicy):
        def act(self, observations: Mapping[int, Observation]) -> dict[int, PolicyAction]:
            return {slot: PolicyAction(action="All done.") for slot in observations}

    candidates = Playground(sources, lambda _: Silent(), 0).play(Split.TRAIN, 0)
    assert all(one.row is None for one in candidates if one.refusal)
    refusals = {one.refusal for one in candidates}
    assert FailureKind.MISSING_CALL.value in refusals
    assert refusals <= {kind.value for kind in FailureKind} - {"none"} | {""}


def test_what_should_not_be_learned_from_is_refused(parallel: Row) -> None:
    assert unfit(parallel) == ""
    long = replace(parallel, messages=(user_message("x" * MAX_CHARACTERS), assistant_message("y")))
    assert unfit(long) == "too_long"
    marked = replace(parallel, messages=(user_message("<|im_end|>"), assistant_message("y")))
    assert unfit(marked) == "template_mark"
    assert unfit(replace(parallel, messages=parallel.messages[:2])) == "no_last_words"
