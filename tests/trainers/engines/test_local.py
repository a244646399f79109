import copy
import math

import pytest
import torch
from transformers import Lfm2ForCausalLM

from inftool_env.core.errors import ConfigError
from trainers.batch import Row, example_row, make_batch
from trainers.config import Averaging, PolicyLoss
from trainers.engines.local import LocalEngine
from trainers.logprobs import written_logprobs
from trainers.optimizer import PolicyOptimizer


def make_engine(model: Lfm2ForCausalLM, *, max_tokens: int = 64, **options: object) -> LocalEngine:
    optimizer = PolicyOptimizer(model, learning_rate=1e-3, warmup_steps=0)
    return LocalEngine(model, optimizer, pad_id=0, max_tokens=max_tokens, **options)  # type: ignore[arg-type]


def make_rows(model: Lfm2ForCausalLM) -> list[Row]:
    """Rows of several lengths, each sampled by the model and with an advantage of its own."""
    rows = []
    for length, advantage in ((9, 1.5), (4, -0.5), (6, -1.0), (7, 0.25)):
        ids = tuple(2 + (length * position) % 29 for position in range(length))
        mask = (False, False) + (True,) * (length - 2)
        batch = make_batch([Row(ids=ids, mask=mask, advantage=0.0, logprobs=(math.nan,) * length)], 0)
        logprobs, _ = written_logprobs(model, batch)
        rows.append(
            Row(ids=ids, mask=mask, advantage=advantage, logprobs=(math.nan, math.nan, *logprobs.tolist()))
        )
    return rows


def test_the_ratio_is_exactly_one_on_the_first_pass_and_moves_on_the_second(
    toy_model: Lfm2ForCausalLM,
) -> None:
    rows = make_rows(toy_model)
    # With no room at all every token whose ratio is not exactly 1 would be clipped.
    loss = PolicyLoss(clip_low=0.0, clip_high=0.0, passes=2)
    first, second = make_engine(toy_model).reinforce(rows, loss, progress=0.0)
    assert first.clip_fraction == 0.0
    assert second.clip_fraction > 0.9
    assert first.mismatch < 1e-5


def test_the_first_loss_is_minus_the_mean_advantage_of_the_tokens(toy_model: Lfm2ForCausalLM) -> None:
    rows = make_rows(toy_model)
    (report,) = make_engine(toy_model).reinforce(rows, PolicyLoss(), progress=0.0)
    assert report.num_tokens == 7 + 2 + 4 + 5
    assert report.loss == pytest.approx(-(7 * 1.5 - 2 * 0.5 - 4 * 1.0 + 5 * 0.25) / 18, abs=1e-6)


@pytest.mark.parametrize("averaging", list(Averaging))
def test_cutting_an_update_into_micro_batches_changes_nothing(
    toy_model: Lfm2ForCausalLM, averaging: Averaging
) -> None:
    rows = make_rows(toy_model)
    loss = PolicyLoss(averaging=averaging)
    other = copy.deepcopy(toy_model)
    (whole,) = make_engine(toy_model, max_tokens=1000).reinforce(rows, loss, progress=0.0)
    (cut,) = make_engine(other, max_tokens=1).reinforce(rows, loss, progress=0.0)
    assert cut.loss == pytest.approx(whole.loss, abs=1e-6)
    assert cut.gradient_norm == pytest.approx(whole.gradient_norm, rel=1e-4)


def test_a_demonstration_teaches_the_same_in_either_way(toy_model: Lfm2ForCausalLM) -> None:
    rows = [example_row(([2, 3, 4, 5], [0, 0, 1, 1])), example_row(([6, 7, 8], [0, 1, 1]))]
    other = copy.deepcopy(toy_model)
    make_engine(toy_model).imitate(rows, progress=0.0)
    make_engine(other).reinforce(rows, PolicyLoss(), progress=0.0)
    for ours, theirs in zip(toy_model.parameters(), other.parameters(), strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_imitation_makes_the_examples_likelier(toy_model: Lfm2ForCausalLM) -> None:
    engine = make_engine(toy_model)
    rows = [example_row(([2, 3, 4, 5], [0, 0, 1, 1]))]
    losses = [engine.imitate(rows, progress=0.0).loss for _ in range(8)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx(math.log(32), abs=0.5)


def test_a_price_on_divergence_holds_the_policy_near_its_reference(toy_model: Lfm2ForCausalLM) -> None:
    rows = make_rows(toy_model)
    divergence = {}
    for price in (0.0, 10.0):
        model = copy.deepcopy(toy_model)
        engine = make_engine(model, reference=toy_model)
        engine.reinforce(rows, PolicyLoss(kl_coefficient=price, passes=20), progress=0.0)
        watch = PolicyLoss(kl_coefficient=1e-9)
        divergence[price] = engine.reinforce(rows, watch, progress=0.0)[0].kl
    assert 0 <= divergence[10.0] < divergence[0.0] / 2


def test_a_price_on_divergence_needs_a_reference(toy_model: Lfm2ForCausalLM) -> None:
    with pytest.raises(ConfigError, match="no reference"):
        make_engine(toy_model).reinforce(make_rows(toy_model), PolicyLoss(kl_coefficient=0.1), progress=0.0)


def test_bfloat16_computes_more_coarsely_and_keeps_the_weights_in_float32(toy_model: Lfm2ForCausalLM) -> None:
    rows = make_rows(toy_model)
    coarse = make_engine(copy.deepcopy(toy_model), bfloat16=True)
    report = coarse.imitate(rows, progress=0.0)
    exact = make_engine(toy_model).imitate(rows, progress=0.0)
    assert report.loss == pytest.approx(exact.loss, rel=0.02)
    assert report.loss != exact.loss
    assert {weight.dtype for weight in coarse.model.parameters()} == {torch.float32}
