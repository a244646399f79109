import math

import pytest

from inftool_env.core.trajectory import StopReason, TokenSample, Trajectory, Turn
from inftool_env.core.verdict import FailureKind, Verdict
from trainers.batch import Row, example_row, make_batch, micro_batches, trajectory_row


def make_trajectory(*samples: tuple[tuple[int, ...], tuple[int, ...]]) -> Trajectory:
    """An episode whose turns are (prompt, sampled)."""
    turns = tuple(
        Turn(
            observed=(),
            action="",
            message={"role": "assistant", "content": ""},
            calls=(),
            results=(),
            sample=TokenSample(
                prompt_ids=prompt, sampled_ids=sampled, logprobs=(-0.5,) * len(sampled), finish_reason="stop"
            ),
        )
        for prompt, sampled in samples
    )
    verdict = Verdict(gates=(), checks=(), score=1.0, failure=FailureKind.NONE, why="")
    return Trajectory(
        env_id="InfTool/toy-api-v0",
        scenario_id="toy",
        category="simple",
        seed=0,
        tools=(),
        turns=turns,
        final=(),
        stop=StopReason.SATISFIED,
        verdict=verdict,
        reward=1.0,
    )


def test_the_mask_marks_what_the_policy_wrote_and_nothing_it_read() -> None:
    trajectory = make_trajectory(((1, 2), (3, 4)), ((1, 2, 3, 4, 5, 6), (7,)))
    row = trajectory_row(trajectory, 0.5)
    assert row is not None
    assert row.ids == (1, 2, 3, 4, 5, 6, 7)
    assert row.mask == (False, False, True, True, False, False, True)
    assert [not math.isnan(logprob) for logprob in row.logprobs] == list(row.mask)


def test_a_prompt_that_forgets_what_was_sampled_is_refused() -> None:
    with pytest.raises(AssertionError, match="begins with what was before"):
        trajectory_row(make_trajectory(((1, 2), (3, 4)), ((1, 2, 3, 9, 5), (7,))), 1.0)


def test_an_episode_in_which_nothing_was_written_has_no_row() -> None:
    assert trajectory_row(make_trajectory(((1, 2), ())), 1.0) is None


def test_every_field_of_a_batch_is_padded_on_the_right() -> None:
    row = Row(ids=(5, 6), mask=(False, True), advantage=-2.0, logprobs=(math.nan, -0.25))
    batch = make_batch([row, example_row(([7, 8, 9], [0, 0, 1]))], pad_id=0)
    assert batch.tokens.tolist() == [[5, 6, 0], [7, 8, 9]]
    assert batch.mask.tolist() == [[False, True, False], [False, False, True]]
    assert batch.advantages.tolist() == [[0, -2, 0], [0, 0, 1]]
    assert batch.old_logprobs[0, 1] == -0.25
    assert batch.old_logprobs.isnan().sum() == 5


def test_micro_batches_hold_every_row_once_within_the_budget() -> None:
    lengths = [3, 9, 4, 4, 12, 3, 8]
    rows = [example_row(([length] * length, [0] + [1] * (length - 1))) for length in lengths]
    batches = micro_batches(rows, max_tokens=10, pad_id=0)
    shapes = [tuple(batch.tokens.shape) for batch in batches]
    assert shapes == [(1, 12), (1, 9), (1, 8), (2, 4), (2, 3)]  # only a row that is too long exceeds it
    assert sorted(int(first) for batch in batches for first in batch.tokens[:, 0]) == sorted(lengths)


def test_the_first_token_cannot_be_trained() -> None:
    with pytest.raises(AssertionError, match="nothing before it"):
        example_row(([1, 2], [1, 1]))
