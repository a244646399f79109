"""A model of a few thousand weights, fresh for every test."""

from collections.abc import Callable

import pytest
import torch
from transformers import Lfm2Config, Lfm2ForCausalLM


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def toy_model() -> Lfm2ForCausalLM:
    return build_toy_model()


@pytest.fixture
def make_toy_model() -> Callable[[int], Lfm2ForCausalLM]:
    """Takes the size of the vocabulary."""
    return build_toy_model


def build_toy_model(vocab_size: int = 32) -> Lfm2ForCausalLM:
    config = Lfm2Config(
        vocab_size=vocab_size,
        hidden_size=16,
        intermediate_size=32,
        block_auto_adjust_ff_dim=False,
        num_hidden_layers=2,
        layer_types=["conv", "full_attention"],
        num_attention_heads=2,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        pad_token_id=0,
        bos_token_id=None,
        eos_token_id=1,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Lfm2ForCausalLM(config).eval()
