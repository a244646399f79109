import pytest
import torch

from agents.tiny import make_model, make_tokenizer
from trainers.base import batches, written_token_loss
from trainers.packing import PADDING, TRUNK, Pack, collate, pack

ONE = ([5, 6, 7, 8, 9], [0, 0, 0, 1, 1])
TWO = ([5, 6, 10, 11], [0, 0, 0, 1])


def test_a_pack_keeps_the_common_tokens_once() -> None:
    packed = pack([ONE, TWO], trunk_tokens=2)
    assert packed == Pack(trunk=(5, 6), branches=(((7, 8, 9), (0, 1, 1)), ((10, 11), (0, 1))))
    assert packed.num_tokens == 7


def test_episodes_without_the_common_tokens_are_refused() -> None:
    with pytest.raises(ValueError, match="first 3 tokens differ"):
        pack([ONE, TWO], trunk_tokens=3)


def test_positions_go_on_from_the_trunk_in_every_branch() -> None:
    batch = collate([pack([ONE, TWO], 2), pack([TWO], 2)], pad_id=0)
    assert batch.tokens.tolist() == [[5, 6, 7, 8, 9, 10, 11], [5, 6, 10, 11, 0, 0, 0]]
    assert batch.positions[0].tolist() == [0, 1, 2, 3, 4, 2, 3]
    assert batch.branch.tolist() == [
        [TRUNK, TRUNK, 1, 1, 1, 2, 2],
        [TRUNK, TRUNK, 1, 1, PADDING, PADDING, PADDING],
    ]
    assert batch.mask[0].tolist() == [False, False, False, True, True, False, True]


def test_a_branch_sees_the_trunk_and_itself_up_to_now() -> None:
    seen = collate([pack([ONE, TWO], 2)], pad_id=0).attention()[0, 0]
    assert seen[6].tolist() == [True, True, False, False, False, True, True]
    assert seen[3].tolist() == [True, True, True, True, False, False, False]


def test_a_branch_is_predicted_as_if_it_stood_alone() -> None:
    tokenizer = make_tokenizer(["find the pets of Rome"], vocab_size=300)
    model = make_model(tokenizer, seed=0)
    trunk = [40, 41, 42]
    # The convolutions look back two tokens, so what precedes each branch is the same as what ends the trunk.
    ends = [50, 51, *trunk[-2:]]
    first = (trunk + ends, [0, 0, 0, 1, 1, 0, 0])
    second = ([*trunk, 60, 61], [0, 0, 0, 0, 1])
    with torch.no_grad():
        packed = written_token_loss(model, collate([pack([first, second], 3)], pad_id=0))
        alone = [written_token_loss(model, collate([pack([each], 3)], pad_id=0)) for each in (first, second)]
    assert packed.item() == pytest.approx((2 * alone[0].item() + alone[1].item()) / 3, rel=1e-3)


def test_batches_are_cut_from_windows_sorted_by_length() -> None:
    packs = [Pack(trunk=(1,) * length, branches=()) for length in range(1, 49)]
    cut = list(batches(packs, tokens_per_step=100, pad_id=0))
    assert sum(tokens for _, tokens in cut) == sum(range(1, 49))
    assert all(batch.tokens.numel() <= 100 for batch, _ in cut)
    widths = [batch.tokens.shape[1] for batch, _ in cut]
    assert widths == sorted(widths, reverse=True)
