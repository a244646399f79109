"""A small tokenizer and language model made from nothing: the embedded default policy.

The recipe follows two findings. Values must have the same tokens in the request and in the JSON
arguments, or a small model cannot copy them: so words, digits, spaces and punctuation never share a
token, but the fixed runs of JSON punctuation do (``": "``), which keeps calls short. And alternating
short convolutions with attention learns far faster than attention alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import cast

import torch
from safetensors import SafetensorError
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GenerationConfig,
    Lfm2Config,
    Lfm2ForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging

from inftool_env.core.errors import CheckpointError

TINY = "tiny"
"""Names the base checkpoint that comes with InfTool, wherever a model's folder is asked for."""
BASE_FOLDER = Path(__file__).with_name("base")
PAD, START, END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CALL_TOKENS = ("<tool_call>", "</tool_call>")

# Tried in order at every character; whatever follows a value, the value's own pieces stay the same.
_PIECES = "|".join(
    (
        r'": ?(?:[\[{]+"?|")?',  # after a key
        r'", ?(?:[\[{]+"?|")?',  # after a string
        r'"?[\]}]+(?:, ?[\[{]*"?)?',  # end of an object or a list
        r', ?[\[{]*"',  # after a number
        r'[\[{]+"?',
        r'\\["\\/bfnrt]',
        r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+",  # petId is pet, Id
        r"\d{1,2}",  # 2029-09-10 is 20, 29, -, 09, -, 10
        r"[ ]+",
        r"\n",
        r".",
    )
)


def make_tokenizer(texts: Iterable[str], vocab_size: int = 2048) -> PreTrainedTokenizerBase:
    """A byte-level BPE tokenizer with a chat template; any text survives encoding and decoding.

    Args:
        texts: What to learn the merges from, as the policy will see it (signatures, requests, calls).
        vocab_size: Upper bound of the number of tokens, the special ones included.
    """
    bpe = Tokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(_PIECES), behavior="isolated")
    to_bytes = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bpe.pre_tokenizer = pre_tokenizers.Sequence([split, to_bytes])
    bpe.decoder = decoders.ByteLevel()
    special = [PAD, START, END]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - len(CALL_TOKENS),
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer)
    bpe.add_tokens([AddedToken(token, normalized=False) for token in CALL_TOKENS])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=bpe,
        pad_token=PAD,
        eos_token=END,
        additional_special_tokens=[START],
        clean_up_tokenization_spaces=False,
        padding_side="left",
        model_max_length=4096,
    )
    tokenizer.chat_template = resources.files("agents").joinpath("tiny.jinja").read_text(encoding="utf-8")
    return tokenizer


def make_model(tokenizer: PreTrainedTokenizerBase, seed: int = 0) -> Lfm2ForCausalLM:
    """A 1.1 M parameter model with random weights; the same seed gives the same weights.

    PyTorch's global generator is left as it was.
    """
    config = Lfm2Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=384,
        block_auto_adjust_ff_dim=False,
        num_hidden_layers=4,
        layer_types=["conv", "full_attention", "conv", "full_attention"],
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model: Lfm2ForCausalLM = Lfm2ForCausalLM(config)
    model.generation_config = GenerationConfig(
        do_sample=True, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id
    )
    model.eval()
    return model


def save(path: Path, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
    """Write an ordinary Hugging Face folder, which ``from_pretrained`` loads anywhere."""
    with _without_bars():
        model.save_pretrained(path)
        tokenizer.save_pretrained(path)


def load(path: str | Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Any causal language model with its tokenizer, in float32, ready to act.

    Args:
        path: A folder in Hugging Face format, a hub name that is in the local cache, or ``tiny``.

    Raises:
        CheckpointError: There is none, or it is cut short, or its tokenizer lacks a chat template.
    """
    if path == TINY:
        path = BASE_FOLDER
    try:
        with _without_bars():
            # Never from the network: a mistyped folder would be asked for there, six times over.
            tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
            loaded = AutoModelForCausalLM.from_pretrained(
                path, dtype=torch.float32, local_files_only=True, output_loading_info=True
            )
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        found = (
            _first_line(error)
            if Path(path).is_dir()
            else "neither a folder nor a hub model in the local cache"
        )
        raise CheckpointError(
            f"{path}: {found}; expected a Hugging Face folder with config.json, model.safetensors "
            "and tokenizer.json. Give another path, make one with `inftool base --out DIR`, or fetch a hub model "
            "first with `hf download NAME`."
        ) from error
    model, info = cast(
        "tuple[PreTrainedModel, dict[str, set[str]]]", loaded
    )  # since its loading info is asked for
    absent = sorted(info["missing_keys"])
    if absent:  # The library only warns, and leaves random numbers in their place.
        raise CheckpointError(
            f"{path}: the weights lack {absent[0]!r} and {len(absent) - 1} more; expected every tensor of the model. "
            "Copy the folder again from where it was made, or give another path."
        )
    if tokenizer.chat_template is None or tokenizer.eos_token_id is None:
        missing = "chat template" if tokenizer.chat_template is None else "end-of-turn token"
        raise CheckpointError(
            f"{path}: its tokenizer has no {missing}; expected an instruction-tuned model. "
            "Give the path of a chat model, or add chat_template.jinja and eos_token to the folder."
        )
    model.eval()
    return model, tokenizer


@contextmanager
def _without_bars() -> Iterator[None]:
    """No progress bars of the library: the work below takes a moment, and the terminal is the caller's."""
    were_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if were_shown:
            logging.enable_progress_bar()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
