"""Conversations that are read once, by the model's own arithmetic."""

import random
from dataclasses import replace

import pytest
import torch
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

from agents.samplers.decoder import Decoder
from agents.samplers.fitting import sampler_for
from agents.samplers.hf import HfSampler
from agents.samplers.kv import SHORTEST_OPENING, KvSampler
from agents.samplers.prefix_cache import PrefixCache
from agents.sampling import Prompt, SamplingConfig
from inftool_env.core.trajectory import TokenSample

CONFIG = SamplingConfig(max_new_tokens=24)
ARCHITECTURES = {
    "llama": (LlamaConfig, LlamaForCausalLM, {"attention_bias": True}),
    "qwen2": (Qwen2Config, Qwen2ForCausalLM, {}),
    "qwen3": (Qwen3Config, Qwen3ForCausalLM, {"head_dim": 24}),
}


def random_ids(rng: random.Random, length: int, vocab_size: int) -> tuple[int, ...]:
    return tuple(rng.randrange(5, vocab_size) for _ in range(length))


def conversations(vocab_size: int) -> list[Prompt]:
    rng = random.Random(3)
    drawn = [random_ids(rng, length, vocab_size) for length in (4, 30, 11, 30, 60)]
    return [
        Prompt(ids=ids, seed=seed, conversation=seed) for seed, ids in enumerate([*drawn, drawn[0], drawn[3]])
    ]


def go_on(prompts: list[Prompt], samples: list[TokenSample], vocab_size: int) -> list[Prompt]:
    rng = random.Random(5)
    return [
        replace(
            prompt,
            ids=sample.prompt_ids + sample.sampled_ids + random_ids(rng, rng.randrange(2, 30), vocab_size),
            seed=prompt.seed + 100,
        )
        for prompt, sample in zip(prompts, samples, strict=True)
    ]


def check_logprobs(model: PreTrainedModel, samples: list[TokenSample]) -> None:
    for sample in samples:
        logits = model(torch.tensor([sample.prompt_ids + sample.sampled_ids])).logits[0]
        start = len(sample.prompt_ids) - 1
        expected = logits.log_softmax(-1)[start:-1].gather(1, torch.tensor(sample.sampled_ids)[:, None])
        assert torch.allclose(torch.tensor(sample.logprobs), expected[:, 0], atol=2e-5)


@pytest.fixture
def sampler(model, tokenizer) -> KvSampler:
    found = sampler_for(model, tokenizer)
    assert isinstance(found, KvSampler)
    return found


def test_a_conversation_that_goes_on_is_the_same_as_one_read_anew(sampler, model, tokenizer) -> None:
    prompts = conversations(len(tokenizer))
    for _ in range(3):
        samples = sampler.sample(prompts, CONFIG)
        fresh = HfSampler(model, tokenizer).sample(prompts, CONFIG)
        assert [one.sampled_ids for one in samples] == [one.sampled_ids for one in fresh]
        check_logprobs(model, samples)
        prompts = go_on(prompts, samples, len(tokenizer))


def test_padding_may_lie_behind_the_end_of_the_longest_conversation(sampler, model, tokenizer) -> None:
    rng = random.Random(7)
    config = SamplingConfig(max_new_tokens=2)
    prompts = [
        Prompt(ids=random_ids(rng, length, len(tokenizer)), seed=length, conversation=length)
        for length in (4, 90)
    ]
    samples = sampler.sample(prompts, config)
    longer = [
        replace(prompt, ids=one.prompt_ids + one.sampled_ids + random_ids(rng, news, len(tokenizer)))
        for prompt, one, news in zip(prompts, samples, (40, 1), strict=True)
    ]
    check_logprobs(model, sampler.sample(longer, config))


def test_only_what_is_new_in_a_conversation_is_read(sampler, tokenizer, monkeypatch) -> None:
    widths: list[int] = []
    read = Decoder.read

    def spy(self, cache, tokens, counts, *, fresh=False):
        if tokens.shape[1] > 1:
            widths.append(tokens.shape[1])
        return read(self, cache, tokens, counts, fresh=fresh)

    monkeypatch.setattr(Decoder, "read", spy)
    prompts = conversations(len(tokenizer))
    samples = sampler.sample(prompts, CONFIG)
    later = go_on(prompts, samples, len(tokenizer))
    widths.clear()
    sampler.sample(later, CONFIG)
    news = [
        len(new.ids) - len(old.ids) - len(one.sampled_ids)
        for old, new, one in zip(prompts, later, samples, strict=True)
    ]
    assert widths == [max(news) + 1]  # the last sampled token was never read


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_other_architectures_give_their_own_logits(architecture, tokenizer) -> None:
    config_of, model_of, special = ARCHITECTURES[architecture]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        model = model_of(
            config_of(
                vocab_size=len(tokenizer),
                hidden_size=48,
                intermediate_size=80,
                num_hidden_layers=3,
                num_attention_heads=4,
                num_key_value_heads=2,
                initializer_range=0.4,
                pad_token_id=tokenizer.pad_token_id,
                eos_token_id=tokenizer.eos_token_id,
                **special,
            )
        ).eval()
    sampler = sampler_for(model, tokenizer)
    assert isinstance(sampler, KvSampler)
    prompts = conversations(len(tokenizer))
    for _ in range(2):
        samples = sampler.sample(prompts, CONFIG)
        check_logprobs(model, samples)
        prompts = go_on(prompts, samples, len(tokenizer))


def test_nothing_is_remembered_of_weights_that_have_changed(sampler, model, tokenizer) -> None:
    prompts = conversations(len(tokenizer))
    samples = sampler.sample(prompts, CONFIG)
    weight = next(model.parameters())
    before = weight.detach().clone()
    try:
        with torch.no_grad():
            weight.add_(0.05)
        check_logprobs(model, sampler.sample(go_on(prompts, samples, len(tokenizer)), CONFIG))
    finally:
        with torch.no_grad():
            weight.copy_(before)


def test_a_conversations_name_is_a_hint_that_is_checked(sampler, model, tokenizer) -> None:
    prompts = conversations(len(tokenizer))
    sampler.sample(prompts, CONFIG)
    renamed = [replace(prompt, conversation=6 - prompt.seed) for prompt in prompts]
    check_logprobs(model, sampler.sample(renamed, CONFIG))


def test_a_long_continuation_is_read_anew_and_a_large_cache_is_not_kept(
    sampler, model, tokenizer, monkeypatch
) -> None:
    prompts = conversations(len(tokenizer))
    samples = sampler.sample(prompts, CONFIG)
    monkeypatch.setattr("agents.samplers.kv.LONGEST_CONTINUATION", 4)
    monkeypatch.setattr("agents.samplers.kv.KEPT_BYTES", 0)
    monkeypatch.setattr("agents.samplers.kv.READ_TOGETHER", 64)
    later = go_on(prompts, samples, len(tokenizer))
    again = sampler.sample(later, CONFIG)
    check_logprobs(model, again)
    check_logprobs(model, sampler.sample(go_on(later, again, len(tokenizer)), CONFIG))


def test_an_architecture_that_is_not_known_is_left_to_its_library(model, tokenizer) -> None:
    class Unknown:
        config = type("Config", (), {"model_type": "gpt2", "num_hidden_layers": 1, "hidden_act": "gelu"})()

    assert Decoder.of(Unknown()) is None
    layer = model.model.layers[0].feed_forward
    kept = layer.w1
    layer.w1 = torch.nn.Sequential(kept)  # as an adapter wraps it
    try:
        assert isinstance(sampler_for(model, tokenizer), HfSampler)
    finally:
        layer.w1 = kept


def chats(sampler: KvSampler, vocab_size: int) -> list[Prompt]:
    """Prompts of two sets of tools, as a server's strangers send them: no conversation is named."""
    rng = random.Random(7)
    end = min(sampler.stop_ids)
    sets = [(*random_ids(rng, SHORTEST_OPENING + length, vocab_size), end) for length in (3, 40)]
    return [
        Prompt(ids=sets[seed % 2] + random_ids(rng, 4 + 5 * seed, vocab_size), seed=seed) for seed in range(6)
    ]


def test_remembered_beginnings_change_no_answer(sampler, model, tokenizer) -> None:
    prefixes = PrefixCache(2**28)
    remembering = sampler_for(model, tokenizer, prefixes)
    prompts = chats(sampler, len(tokenizer))
    for _ in range(3):
        samples = remembering.sample(prompts, CONFIG)
        fresh = sampler.sample([replace(prompt, conversation=None) for prompt in prompts], CONFIG)
        assert [one.sampled_ids for one in samples] == [one.sampled_ids for one in fresh]
        check_logprobs(model, samples)
        prompts = go_on(prompts, samples, len(tokenizer))
    tools = 4 * (SHORTEST_OPENING + 22)  # of the first round: all but the first prompt of each set
    assert prefixes.tokens_found > tools + sum(len(one.prompt_ids) for one in samples)
    assert len(prefixes) == 2 + 3 * len(prompts)


def test_beginnings_are_forgotten_with_the_weights_they_were_read_by(sampler, model, tokenizer) -> None:
    prefixes = PrefixCache(2**28)
    remembering = sampler_for(model, tokenizer, prefixes)
    prompts = chats(sampler, len(tokenizer))
    remembering.sample(prompts, CONFIG)
    with torch.no_grad():
        for weight in model.parameters():
            weight.mul_(1.5)
    samples = remembering.sample(prompts, CONFIG)
    check_logprobs(model, samples)
    assert len(prefixes) == 2 + len(prompts)


def test_the_least_recently_used_beginnings_make_room(sampler, model, tokenizer) -> None:
    decoder = Decoder.of(model)
    assert decoder is not None
    cache = decoder.empty(1, 8)
    cache.lengths[:] = 8
    size = decoder.empty(1, 8).num_bytes
    prefixes = PrefixCache(2 * size)
    for first in (1, 2, 1, 3):
        prefixes.keep((first,) * 8, decoder, cache, 0)
    assert prefixes.longest((1,) * 9) is not None
    assert prefixes.longest((2,) * 9) is None
    assert prefixes.longest((3,) * 8) is None, (
        "the whole prompt is no beginning of itself: its logits are gone"
    )
    assert prefixes.num_bytes == 2 * size
    prefixes.keep((4,) * 100, decoder, cache, 0)
    assert len(prefixes) == 2, "what is larger than all room is not kept"
    prefixes.clear()
    assert prefixes.num_bytes == 0
    assert prefixes.longest((1,) * 9) is None
