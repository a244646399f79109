"""Which sampler a model gets."""

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents.samplers.decoder import Decoder
from agents.samplers.hf import HfSampler
from agents.samplers.kv import KvSampler
from agents.samplers.prefix_cache import PrefixCache
from agents.samplers.turn_sampler import TurnSampler


def sampler_for(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prefixes: PrefixCache | None = None
) -> TurnSampler:
    """The fastest sampler in this process that knows the model's architecture.

    Args:
        model: Its weights may be changed between calls.
        tokenizer: Of the model.
        prefixes: Where a ``KvSampler`` remembers beginnings of prompts.
    """
    decoder = Decoder.of(model)
    return HfSampler(model, tokenizer) if decoder is None else KvSampler(model, tokenizer, decoder, prefixes)
