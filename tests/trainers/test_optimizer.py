import pytest
import torch
from transformers import Lfm2ForCausalLM

from inftool_env.core.errors import ConfigError
from trainers.optimizer import PolicyOptimizer, part_parameters


def test_muon_gets_the_hidden_matrices_and_nothing_else(toy_model: Lfm2ForCausalLM) -> None:
    matrices, others = part_parameters(toy_model)
    named = {id(weight): name for name, weight in toy_model.named_parameters()}
    muon = {named[id(weight)] for weight in matrices}
    assert {name.rsplit(".", 2)[-2] for name in muon} == {
        *("q_proj", "k_proj", "v_proj", "out_proj"),
        *("in_proj", "w1", "w2", "w3"),
    }
    assert muon | {named[id(weight)] for weight in others} == set(named.values())


def test_the_rate_warms_up_stays_and_decays_to_nothing(toy_model: Lfm2ForCausalLM) -> None:
    optimizer = PolicyOptimizer(toy_model, learning_rate=1.0, warmup_steps=4, decay_share=0.3)
    rates = []
    for step in range(10):
        rates.append(round(optimizer.rate(step / 10), 6))
        optimizer.step(step / 10)
    assert rates == [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, round(0.2 / 0.3, 6), round(0.1 / 0.3, 6)]
    assert optimizer.rate(1.0) == 0


@pytest.mark.parametrize("use_muon", [True, False])
def test_a_step_goes_downhill_and_forgets_the_gradients(toy_model: Lfm2ForCausalLM, use_muon: bool) -> None:
    tokens = torch.tensor([[1, 2, 3, 4]])
    optimizer = PolicyOptimizer(toy_model, learning_rate=1e-3, use_muon=use_muon, warmup_steps=0)
    losses = []
    for _ in range(3):
        loss = toy_model(input_ids=tokens, labels=tokens).loss
        loss.backward()
        losses.append(loss.item())
        assert optimizer.step(0.0) > 0
    assert losses[0] > losses[1] > losses[2]
    assert all(weight.grad is None for weight in toy_model.parameters())


def test_a_gradient_that_is_not_a_number_changes_no_weight(toy_model: Lfm2ForCausalLM) -> None:
    optimizer = PolicyOptimizer(toy_model)
    before = toy_model.lm_head.weight.clone()
    (toy_model(input_ids=torch.tensor([[1, 2]])).logits.sum() * float("nan")).backward()
    with pytest.raises(RuntimeError, match="non-finite"):
        optimizer.step(0.0)
    assert torch.equal(toy_model.lm_head.weight, before)


def test_a_learning_rate_of_nothing_is_refused(toy_model: Lfm2ForCausalLM) -> None:
    with pytest.raises(ConfigError, match="learning_rate=0"):
        PolicyOptimizer(toy_model, learning_rate=0)
