import pytest
import torch
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    Lfm2ForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from inftool_env.core.errors import ConfigError
from trainers.batch import example_row, make_batch
from trainers.logprobs import check_head, written_logprobs

SMALL = {
    "vocab_size": 32,
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 8,
    "pad_token_id": 0,
    "bos_token_id": None,
    "eos_token_id": 1,
}


@pytest.fixture(params=["lfm2", "qwen3", "llama"])
def model(request: pytest.FixtureRequest, toy_model: Lfm2ForCausalLM) -> PreTrainedModel:
    if request.param == "lfm2":
        return toy_model
    if request.param == "qwen3":
        return Qwen3ForCausalLM(Qwen3Config(**SMALL)).eval()
    return LlamaForCausalLM(LlamaConfig(**SMALL)).eval()


def test_they_are_the_softmax_of_the_whole_model_at_the_written_tokens(model: PreTrainedModel) -> None:
    rows = [example_row(([2, 3, 4, 5, 6], [0, 0, 1, 0, 1])), example_row(([7, 8, 9], [0, 1, 1]))]
    batch = make_batch(rows, pad_id=0)
    found, entropies = written_logprobs(model, batch, temperature=0.7)
    expected = []
    for row in rows:
        logits = model(input_ids=torch.tensor([row.ids])).logits[0] / 0.7
        written = [position for position, mark in enumerate(row.mask) if mark]
        expected += [logits[position - 1].log_softmax(-1)[row.ids[position]] for position in written]
    assert torch.allclose(found, torch.stack(expected), atol=1e-5)
    assert found.requires_grad
    assert ((entropies > 0) & (entropies <= torch.tensor(32.0).log() + 1e-6)).all()


def test_a_part_of_the_logits_at_a_time_gives_the_same_numbers_and_gradients(
    model: PreTrainedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [example_row(([2, 3, 4, 5, 6], [0, 1, 1, 0, 1])), example_row(([7, 8, 9], [0, 1, 1]))]
    batch = make_batch(rows, pad_id=0)

    def measured() -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor]]:
        model.zero_grad()
        logprobs, entropies = written_logprobs(model, batch, temperature=0.7)
        (logprobs * torch.arange(5)).sum().backward()
        return logprobs, entropies, [weight.grad.clone() for weight in model.parameters()]

    whole = measured()
    vocabulary = model.get_input_embeddings().weight.shape[0]
    monkeypatch.setattr("trainers.logprobs.LOGITS_AT_ONCE", 2 * vocabulary)
    parts = measured()
    assert torch.allclose(whole[0], parts[0], atol=1e-6)
    assert torch.allclose(whole[1], parts[1], atol=1e-6)
    for expected, found in zip(whole[2], parts[2], strict=True):
        assert torch.allclose(expected, found, atol=1e-6)


def test_models_with_plain_heads_pass_the_check(model: PreTrainedModel) -> None:
    check_head(model)


def test_a_model_that_caps_its_logits_is_refused() -> None:
    capped = Gemma2ForCausalLM(Gemma2Config(**SMALL, final_logit_softcapping=0.01)).eval()
    with pytest.raises(ConfigError, match="Gemma2ForCausalLM"):
        check_head(capped)
