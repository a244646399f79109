import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

from agents.tiny import load, make_model, make_tokenizer, save
from inftool_env.core.errors import CheckpointError


def encode(tokenizer, text: str) -> list[int]:
    return tokenizer.encode(text, add_special_tokens=False)


@given(text=st.text())
@settings(max_examples=100, deadline=None)
def test_any_text_survives_encoding_and_decoding(tokenizer, text: str) -> None:
    assert tokenizer.decode(encode(tokenizer, text)) == text


@pytest.mark.parametrize(
    "value",
    ["Paris", "São Paulo", "2026-11-21", "+44 20", "a@b.com", "Hi!", "petId", "HTTPServer", "x_1", "Él"],
)
def test_a_value_has_the_same_tokens_in_the_request_and_in_the_call(tokenizer, value: str) -> None:
    ids = tuple(encode(tokenizer, value))
    for text in (
        f"for {value}, please",
        f'("{value}")',
        f"is {value}.",
        json.dumps({"a": [value]}, ensure_ascii=False),
    ):
        whole = tuple(encode(tokenizer, text))
        assert any(whole[start : start + len(ids)] == ids for start in range(len(whole))), text


def test_json_punctuation_takes_one_token(tokenizer) -> None:
    pieces = [
        tokenizer.decode([token])
        for token in encode(tokenizer, '{"city": "Rome", "days": 3, "at": {"x": 1}}')
    ]
    assert pieces == [
        '{"',
        "city",
        '": "',
        "Rome",
        '", "',
        "days",
        '": ',
        "3",
        ', "',
        "at",
        '": {"',
        "x",
        '": ',
        "1",
        "}}",
    ]


def test_the_prompt_shows_one_short_line_for_each_tool(tokenizer, tools) -> None:
    messages = [{"role": "user", "content": "Hello"}]
    text = tokenizer.apply_chat_template(
        messages, tools=list(tools), tokenize=False, add_generation_prompt=True
    )
    assert text == (
        "<|im_start|>system\n"
        "get_forecast(city*,days:int,unit*:celsius|fahrenheit) Forecast of the weather of a city.\n"
        "ping()<|im_end|>\n"
        "<|im_start|>user\nHello<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


SCHEMAS = st.recursive(
    st.sampled_from(
        [
            True,
            {},
            {"type": "string"},
            {"type": ["null", "number"]},
            {"enum": [1, None, "a"]},
            {"$ref": "#/x"},
        ]
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(st.text(min_size=1, max_size=5), inner)}
        ),
    ),
    max_leaves=8,
)


@given(schema=SCHEMAS)
@settings(max_examples=50, deadline=None)
def test_every_schema_can_be_shown(tokenizer, schema) -> None:
    parameters = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": parameters}}
    text = tokenizer.apply_chat_template([{"role": "user", "content": ""}], tools=[tool], tokenize=False)
    assert "\nf(a*" in text


def test_the_same_seed_gives_the_same_weights_and_leaves_the_global_generator_alone(tokenizer) -> None:
    before = torch.get_rng_state()
    first, second, other = (make_model(tokenizer, seed) for seed in (1, 1, 2))
    assert torch.equal(before, torch.get_rng_state())
    name = "model.embed_tokens.weight"
    assert torch.equal(first.state_dict()[name], second.state_dict()[name])
    assert not torch.equal(first.state_dict()[name], other.state_dict()[name])


def test_a_full_vocabulary_gives_the_advertised_size() -> None:
    words = [f"{a}{b}{c}" for a in "bcdfghklmnprst" for b in "aeiou" for c in "bcdfghklmnprst"]
    texts = [" ".join(words[start:] + words[:start]) for start in range(0, 900, 100)]
    tokenizer = make_tokenizer(texts, vocab_size=1000)
    assert len(tokenizer) == 1000


def test_transformers_alone_loads_the_folder(tmp_path: Path, tokenizer, model) -> None:
    save(tmp_path, model, tokenizer)
    again, text = AutoTokenizer.from_pretrained(tmp_path), '<tool_call>\n{"a": "petId é"}<|im_end|>'
    assert encode(again, text) == encode(tokenizer, text)
    assert again.chat_template == tokenizer.chat_template
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path)
    ids = torch.tensor([[5, 6, 7]])
    assert torch.equal(loaded(ids).logits, model(ids).logits)


def cut_in_half(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[: weights.stat().st_size // 2])


def lose_a_tensor(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    del weights["model.layers.1.self_attn.q_proj.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


@pytest.mark.parametrize(
    "spoil",
    [
        cut_in_half,
        lose_a_tensor,
        lambda folder: (folder / "model.safetensors").unlink(),
        lambda folder: (folder / "config.json").write_text("{"),
        lambda folder: (folder / "tokenizer.json").write_text('{"version": '),
        lambda folder: (folder / "chat_template.jinja").unlink(),
    ],
    ids=[
        "cut weights",
        "a tensor lost",
        "no weights",
        "broken config",
        "broken tokenizer",
        "no chat template",
    ],
)
def test_a_spoilt_checkpoint_is_refused_with_the_place_and_a_remedy(
    tmp_path: Path, tokenizer, model, spoil
) -> None:
    save(tmp_path, model, tokenizer)
    spoil(tmp_path)
    with pytest.raises(CheckpointError) as caught:
        load(tmp_path)
    message = str(caught.value)
    assert str(tmp_path) in message
    assert "expected" in message


def test_loading_gives_the_saved_model_and_leaves_the_global_generator_alone(
    tmp_path: Path, tokenizer, model
) -> None:
    save(tmp_path, model, tokenizer)
    before = torch.get_rng_state()
    loaded, _ = load(tmp_path)
    assert torch.equal(before, torch.get_rng_state())
    assert not loaded.training
    expected = model.state_dict()
    assert all(torch.equal(weight, expected[name]) for name, weight in loaded.state_dict().items())


def test_an_absent_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="nowhere"):
        load(tmp_path / "nowhere")
