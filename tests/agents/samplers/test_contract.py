"""What every sampler in this process promises."""

import random

import pytest
import torch

from agents.samplers.decoder import Decoder
from agents.samplers.hf import HfSampler
from agents.samplers.kv import KvSampler
from agents.samplers.turn_sampler import TurnSampler
from agents.sampling import Prompt, SamplingConfig
from inftool_env.core.errors import ConfigError

CONFIG = SamplingConfig(max_new_tokens=40)


def make_kv(model, tokenizer) -> KvSampler:
    decoder = Decoder.of(model)
    assert decoder is not None
    return KvSampler(model, tokenizer, decoder)


@pytest.fixture(scope="module", params=[HfSampler, make_kv], ids=["hf", "kv"])
def make_sampler(request, model, tokenizer):
    return lambda: request.param(model, tokenizer)


@pytest.fixture(scope="module")
def sampler(make_sampler) -> TurnSampler:
    return make_sampler()


@pytest.fixture(scope="module")
def prompts(tokenizer) -> list[Prompt]:
    rng = random.Random(0)
    lengths = (3, 20, 50, 7, 20)
    drawn = [tuple(rng.randrange(5, len(tokenizer)) for _ in range(length)) for length in lengths]
    return [Prompt(ids=ids, seed=seed) for seed, ids in enumerate([*drawn, drawn[1]])]


def test_greedy_tokens_are_those_of_generate(sampler, prompts) -> None:
    samples = sampler.sample(prompts, SamplingConfig(greedy=True, max_new_tokens=40))
    for prompt, sample in zip(prompts, samples, strict=True):
        ids = torch.tensor([prompt.ids])
        expected = sampler.model.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=40, do_sample=False
        )[0, len(prompt.ids) :]
        assert list(sample.sampled_ids) == expected.tolist()


def test_a_prompt_gives_the_same_tokens_alone_and_in_a_batch(sampler, prompts) -> None:
    together = sampler.sample(prompts, CONFIG)
    alone = [sampler.sample([prompt], CONFIG)[0] for prompt in prompts]
    assert [sample.sampled_ids for sample in together] == [sample.sampled_ids for sample in alone]


def test_rows_that_end_leave_the_others_as_they_are(make_sampler, prompts) -> None:
    sampler = make_sampler()
    sampler.stop_ids = frozenset()
    free = sampler.sample(prompts, CONFIG)
    stop = free[0].sampled_ids[5], free[2].sampled_ids[9]
    sampler.stop_ids = frozenset(stop)
    stopped = sampler.sample(prompts, CONFIG)
    for whole, part in zip(free, stopped, strict=True):
        assert part.sampled_ids == whole.sampled_ids[: len(part.sampled_ids)]
        assert part.finish_reason == ("stop" if part.sampled_ids[-1] in stop else "length")
        assert not set(part.sampled_ids[:-1]) & set(stop)
    assert len(stopped[0].sampled_ids) < 40


def test_logprobs_are_those_of_a_plain_forward_pass_at_the_temperature(sampler, prompts) -> None:
    for sample in sampler.sample(prompts, SamplingConfig(max_new_tokens=30, temperature=0.7)):
        logits = sampler.model(torch.tensor([sample.prompt_ids + sample.sampled_ids])).logits[0] / 0.7
        start = len(sample.prompt_ids) - 1
        expected = logits.log_softmax(-1)[start:-1].gather(1, torch.tensor(sample.sampled_ids)[:, None])
        assert torch.allclose(torch.tensor(sample.logprobs), expected[:, 0], atol=1e-4)


def test_equal_prompts_with_other_seeds_differ_and_the_same_seed_repeats(sampler, prompts) -> None:
    ids = prompts[0].ids
    group = [Prompt(ids=ids, seed=seed) for seed in (1, 2, 1)]
    first, second, third = sampler.sample(group, CONFIG)
    assert first == third
    assert first.sampled_ids != second.sampled_ids


def test_sampled_frequencies_follow_the_model(sampler, prompts) -> None:
    ids = prompts[0].ids
    group = [Prompt(ids=ids, seed=seed) for seed in range(1500)]
    samples = sampler.sample(group, SamplingConfig(max_new_tokens=1, temperature=0.5))
    probabilities = (sampler.model(torch.tensor([ids])).logits[0, -1] / 0.5).softmax(-1)
    top = int(probabilities.argmax())
    share = sum(sample.sampled_ids == (top,) for sample in samples) / len(samples)
    assert share == pytest.approx(probabilities[top].item(), abs=0.05)


def test_a_prompt_without_room_gets_an_empty_turn(make_sampler, prompts) -> None:
    sampler = make_sampler()
    sampler.stop_ids = frozenset()
    config = SamplingConfig(max_new_tokens=40, max_context_tokens=20)
    samples = sampler.sample(prompts, config)
    assert [len(sample.sampled_ids) for sample in samples] == [17, 0, 0, 13, 0, 0]
    assert samples[1].finish_reason == "length"


def test_the_global_generator_and_the_models_mode_stay_as_they_were(sampler, prompts) -> None:
    before = torch.get_rng_state()
    sampler.model.train()
    sampler.sample(prompts[:1], CONFIG)
    assert sampler.model.training
    sampler.model.eval()
    assert torch.equal(before, torch.get_rng_state())


def test_no_prompts_give_no_samples(sampler) -> None:
    assert sampler.sample([], CONFIG) == []


@pytest.mark.parametrize(
    "wrong", [{"temperature": 0.0}, {"max_new_tokens": 0}, {"temperature": float("nan")}]
)
def test_an_impossible_config_is_refused_before_any_work(wrong) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        SamplingConfig(**wrong)
