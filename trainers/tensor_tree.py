"""Trees of numbers and tensors on disk: the tensors as safetensors, all else as JSON; nothing in them is executed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from inftool_env.core.jsonl import write_atomic

_TENSOR = "$tensor"
"""The only key of what stands for a tensor: its name in the other file."""
_ITEMS = "$items"
"""The only key of what stands for a dict whose keys are no texts: its keys and values in pairs."""


def save_tree(tree: Any, words: Path, tensors: Path) -> None:
    """Write a tree of dicts, lists, tuples, numbers, texts, truth values, None and tensors.

    Args:
        tree: Tuples come back as lists.
        words: Gets the JSON.
        tensors: Gets the tensors.

    Raises:
        TypeError: something else is in it.
        OSError: a file cannot be written.
    """
    found: dict[str, Tensor] = {}
    shape = _part(tree, found)
    save_file(found, tensors)
    write_atomic(words, json.dumps(shape))


def load_tree(words: Path, tensors: Path) -> Any:
    """Read what ``save_tree`` wrote, onto the CPU.

    Raises:
        OSError, ValueError, KeyError, SafetensorError: a file is missing, cut short or of another shape.
    """
    with safe_open(tensors, framework="pt") as file:
        held = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
    return _joined(json.loads(words.read_text(encoding="utf-8")), held)


def _part(value: Any, found: dict[str, Tensor]) -> Any:
    match value:
        case Tensor():
            name = f"{len(found):06d}"
            # A copy, since two names of one storage are refused.
            found[name] = value.detach().clone().contiguous()
            return {_TENSOR: name}
        case dict() if all(isinstance(key, str) for key in value):
            return {key: _part(part, found) for key, part in value.items()}
        case dict():
            return {_ITEMS: [[key, _part(part, found)] for key, part in value.items()]}
        case list() | tuple():
            return [_part(part, found) for part in value]
        case None | bool() | int() | float() | str():
            return value
        case _:
            raise TypeError(f"found a {type(value).__name__}; expected numbers, texts and tensors")


def _joined(value: Any, held: dict[str, Tensor]) -> Any:
    if isinstance(value, list):
        return [_joined(part, held) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {_TENSOR}:
        return held[value[_TENSOR]]
    if value.keys() == {_ITEMS}:
        return dict(_pairs(value[_ITEMS], held))
    return {key: _joined(part, held) for key, part in value.items()}


def _pairs(items: list[list[Any]], held: dict[str, Tensor]) -> Iterator[tuple[Any, Any]]:
    for key, part in items:
        yield key, _joined(part, held)
