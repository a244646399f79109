"""Our loss against TRL's, on the same model, completions, advantages and settings."""

from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models
from torch import Tensor
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from trainers.batch import Batch, Row, make_batch
from trainers.config import Averaging, KlEstimator, PolicyLoss, RatioLevel
from trainers.logprobs import written_logprobs
from trainers.losses import (
    importance_ratios,
    kl_estimates,
    mismatch_weights,
    surrogate_losses,
    token_weights,
)

trl = pytest.importorskip("trl")
datasets = pytest.importorskip("datasets")

PROMPT = 3
COMPLETIONS = ([5, 6, 7, 8, 9, 1], [9, 4, 1], [7, 7, 2, 3, 1], [4, 1])
READ = [(0, 2), (2, 1)]
"""(row, position in the completion) of tokens that a tool wrote."""
ADVANTAGES = (1.2, -0.7, 0.4, -0.9)


@pytest.fixture
def qwen() -> Qwen3ForCausalLM:
    config = Qwen3Config(
        vocab_size=16,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
        initializer_range=0.3,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Qwen3ForCausalLM(config).eval()


def their_inputs(old: Tensor, reference: Tensor) -> dict[str, Tensor]:
    """A batch as TRL makes it: prompts and completions apart, completions padded on the right."""
    shape = (len(COMPLETIONS), max(map(len, COMPLETIONS)))
    completion_ids, completion_mask = torch.zeros(shape, dtype=torch.long), torch.zeros(shape)
    for row, completion in enumerate(COMPLETIONS):
        completion_ids[row, : len(completion)] = torch.tensor(completion)
        completion_mask[row, : len(completion)] = 1
    tool_mask = torch.ones(shape)
    for row, position in READ:
        tool_mask[row, position] = 0
    return {
        "prompt_ids": torch.tensor([[2, 3, 4]] * len(COMPLETIONS)),
        "prompt_mask": torch.ones((len(COMPLETIONS), PROMPT)),
        "completion_ids": completion_ids,
        "completion_mask": completion_mask,
        "tool_mask": tool_mask,
        "advantages": torch.tensor(ADVANTAGES),
        "old_per_token_logps": old[:, PROMPT:],
        "ref_per_token_logps": reference[:, PROMPT:],
        "num_items_in_batch": (completion_mask * tool_mask).sum(),
    }


def their_loss(model: Qwen3ForCausalLM, inputs: dict[str, Tensor], folder: Path, **settings: Any) -> Tensor:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel({str(i): i for i in range(16)}, unk_token="0")),
        pad_token="0",
        eos_token="1",
    )
    arguments = trl.GRPOConfig(
        output_dir=str(folder),
        per_device_train_batch_size=len(COMPLETIONS),
        num_generations=len(COMPLETIONS),
        report_to="none",
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        temperature=1.0,
        **settings,
    )
    # With a price on divergence TRL loads the reference by the model's name.
    model.save_pretrained(folder)
    model.config._name_or_path = str(folder)
    trainer = trl.GRPOTrainer(
        model=model,
        reward_funcs=lambda completions, **_: [0.0] * len(completions),
        args=arguments,
        train_dataset=datasets.Dataset.from_list([{"prompt": "2 3 4"}] * len(COMPLETIONS)),
        processing_class=tokenizer,
    )
    trainer.current_gradient_accumulation_steps = 1
    trainer.use_vllm = "importance_sampling_ratio" in inputs  # only another sampler needs such weights
    trainer.model.train()
    return trainer.compute_loss(trainer.model, inputs)


def our_batch(old: Tensor) -> Batch:
    rows = []
    for row, completion in enumerate(COMPLETIONS):
        written = [(row, position) not in READ for position in range(len(completion))]
        ids = (2, 3, 4, *completion)
        rows.append(
            Row(
                ids=ids,
                mask=(False,) * PROMPT + tuple(written),
                advantage=ADVANTAGES[row],
                logprobs=tuple(old[row, : len(ids)].tolist()),
            )
        )
    return make_batch(rows, pad_id=0)


def our_loss(
    model: Qwen3ForCausalLM, batch: Batch, reference: Tensor, sampled: Tensor, loss: PolicyLoss
) -> Tensor:
    logprobs, _ = written_logprobs(model, batch)
    mask = batch.mask
    old = batch.old_logprobs[mask]
    ratios = importance_ratios(logprobs, old, mask.nonzero()[:, 0], loss.ratio)
    losses = surrogate_losses(
        ratios, batch.advantages[mask], clip_low=loss.clip_low, clip_high=loss.clip_high
    )
    if loss.importance_cap is not None:
        losses = losses * mismatch_weights(old, sampled[mask], loss.importance_cap)
    kl = kl_estimates(logprobs, old, reference[mask], loss.kl_estimator)
    losses = losses + loss.kl_coefficient * kl
    weights = token_weights(mask, loss, num_rows=len(mask), num_tokens=int(mask.sum()))
    return (weights[mask] * losses).sum()


def gradients(model: Qwen3ForCausalLM, loss: Tensor) -> Tensor:
    grads = torch.autograd.grad(loss, list(model.parameters()))
    return torch.cat([grad.flatten() for grad in grads])


@pytest.mark.slow
@pytest.mark.parametrize("beta", [0.0, 0.3])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("grpo", Averaging.GRPO),
        ("bnpo", Averaging.DAPO),  # the same as long as an update is one micro-batch
        ("dapo", Averaging.DAPO),
        ("dr_grpo", Averaging.DR_GRPO),
    ],
)
def test_loss_and_gradients_are_those_of_trl(
    qwen: Qwen3ForCausalLM, tmp_path: Path, theirs: str, ours: Averaging, beta: float
) -> None:
    # Far enough from the current log-probabilities for some ratios to be clipped on either side.
    generator = torch.Generator().manual_seed(1)
    shape = (len(COMPLETIONS), PROMPT + max(map(len, COMPLETIONS)))
    near = -2.8 + 0.5 * torch.randn(shape, generator=generator)
    reference = -2.8 + 0.5 * torch.randn(shape, generator=generator)
    settings = {"epsilon": 0.2, "epsilon_high": 0.28, "beta": beta, "loss_type": theirs}

    expected = their_loss(qwen, their_inputs(near, reference), tmp_path, max_completion_length=9, **settings)
    expected_gradients = gradients(qwen, expected)
    loss = PolicyLoss(averaging=ours, clip_low=0.2, clip_high=0.28, kl_coefficient=beta, constant_length=9)
    actual = our_loss(qwen, our_batch(near), reference, near, loss)

    assert actual.item() == pytest.approx(expected.item(), abs=1e-5)
    assert expected_gradients.norm() > 0.1
    assert torch.allclose(gradients(qwen, actual), expected_gradients, rtol=0, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "loss"),
    [
        (
            {"importance_sampling_level": "sequence", "loss_type": "grpo", "beta": 0.0},
            {"ratio": RatioLevel.SEQUENCE},
        ),
        (
            {"loss_type": "grpo", "beta": 0.3, "use_bias_correction_kl": False},
            {"kl_coefficient": 0.3, "kl_estimator": KlEstimator.K3},
        ),
        (
            {"loss_type": "grpo", "beta": 0.3, "use_bias_correction_kl": True},
            {"kl_coefficient": 0.3, "importance_cap": 1.5},
        ),
    ],
    ids=["gspo", "k3", "importance"],
)
def test_variants_of_the_loss_are_those_of_trl(
    qwen: Qwen3ForCausalLM, tmp_path: Path, settings: dict[str, Any], loss: dict[str, Any]
) -> None:
    generator = torch.Generator().manual_seed(2)
    shape = (len(COMPLETIONS), PROMPT + max(map(len, COMPLETIONS)))
    near, reference, sampled = (-2.8 + 0.5 * torch.randn(shape, generator=generator) for _ in range(3))
    inputs = their_inputs(near, reference)
    if "importance_cap" in loss:
        weights = torch.exp(near - sampled).clamp(max=loss["importance_cap"])
        inputs["importance_sampling_ratio"] = weights[:, PROMPT:]
    settings = {"epsilon": 0.2, "epsilon_high": 0.28, **settings}

    expected = their_loss(qwen, inputs, tmp_path, max_completion_length=9, **settings)
    expected_gradients = gradients(qwen, expected)
    ours = PolicyLoss(averaging=Averaging.GRPO, clip_low=0.2, clip_high=0.28, **loss)
    actual = our_loss(qwen, our_batch(near), reference, sampled, ours)

    assert actual.item() == pytest.approx(expected.item(), abs=1e-5)
    assert expected_gradients.norm() > 0.1
    assert torch.allclose(gradients(qwen, actual), expected_gradients, rtol=0, atol=1e-5)
