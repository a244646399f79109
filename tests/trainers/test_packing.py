import pytest
import torch

from agents.tiny import make_model, make_tokenizer
from trainers.base import token_losses
from trainers.packing import ECHO, PADDING, TRUNK, Pack, collate, pack

ONE = ([5, 6, 7, 8, 9], [0, 0, 0, 1, 1])
TWO = ([5, 6, 10, 11], [0, 0, 0, 1])


def test_a_pack_keeps_the_common_tokens_once() -> None:
    packed = pack([ONE, TWO], trunk_tokens=2)
    assert packed == Pack(trunk=(5, 6), branches=(((7, 8, 9), (0, 1, 1)), ((10, 11), (0, 1))))
    assert packed.num_tokens == 9  # the second branch stands behind an echo of the trunk


def test_episodes_without_the_common_tokens_are_refused() -> None:
    with pytest.raises(ValueError, match="first 3 tokens differ"):
        pack([ONE, TWO], trunk_tokens=3)


def test_positions_go_on_from_the_trunk_in_every_branch() -> None:
    batch = collate([pack([ONE, TWO], 2), pack([TWO], 2)], pad_id=0)
    assert batch.tokens.tolist() == [[5, 6, 7, 8, 9, 5, 6, 10, 11], [5, 6, 10, 11, 0, 0, 0, 0, 0]]
    assert batch.positions[0].tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3]
    assert batch.branch.tolist() == [
        [TRUNK, TRUNK, 1, 1, 1, ECHO, ECHO, 2, 2],
        [TRUNK, TRUNK, 1, 1, *[PADDING] * 5],
    ]
    assert batch.mask[0].tolist() == [False, False, False, True, True, False, False, False, True]


def test_a_branch_sees_the_trunk_and_itself_up_to_now() -> None:
    seen = collate([pack([ONE, TWO], 2)], pad_id=0).attention()[0, 0]
    assert seen[8].nonzero().flatten().tolist() == [0, 1, 7, 8]
    assert seen[3].nonzero().flatten().tolist() == [0, 1, 2, 3]
    assert seen[5].nonzero().flatten().tolist() == [0]  # the echo of the first token sees what that one sees


def test_a_branch_is_predicted_exactly_as_if_it_stood_alone() -> None:
    tokenizer = make_tokenizer(["find the pets of Rome"], vocab_size=300)
    model = make_model(tokenizer, seed=0)
    trunk = [40, 41, 42, 43, 44, 45]
    examples = [
        ([*trunk, 50, 51, 52, 53], [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]),
        ([*trunk, 60, 61], [0, 0, 0, 0, 0, 0, 1, 1]),
        ([*trunk, 70, 71, 72], [0, 0, 0, 0, 0, 0, 0, 1, 1]),
    ]
    with torch.no_grad():
        packed, read = token_losses(model, collate([pack(examples[::-1], len(trunk))], pad_id=0))
        alone = [token_losses(model, collate([pack([each], len(trunk))], pad_id=0)) for each in examples]
    mean = (alone[0][0] + alone[1][0] + alone[2][0]) / 3  # each wrote two tokens
    assert packed.item() == pytest.approx(mean.item(), abs=1e-6)
    # Only the first read more than the trunk and one token that no other token of its branch stands before.
    assert read.item() == pytest.approx(alone[0][1].item(), abs=1e-6)
    assert alone[1][1].item() == pytest.approx(alone[2][1].item(), abs=1e-6) != read.item()
