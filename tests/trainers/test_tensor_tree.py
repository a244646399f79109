from pathlib import Path

import pytest
import torch

from trainers.tensor_tree import load_tree, save_tree


def test_a_tree_comes_back_as_it_was_but_tuples_as_lists(tmp_path: Path) -> None:
    shared = torch.arange(6.0)
    tree = {
        "steps": 3,
        "rate": 0.1 + 0.2,
        "groups": [{"betas": (0.9, 0.98), "params": [0, 1], "name": None, "fused": True}],
        "state": {
            0: {"step": torch.tensor(3.0), "whole": shared},
            1: {"view": shared[1:3], "empty": torch.zeros(0)},
        },
    }
    save_tree(tree, tmp_path / "a.json", tmp_path / "a.safetensors")
    found = load_tree(tmp_path / "a.json", tmp_path / "a.safetensors")
    assert found["rate"] == 0.1 + 0.2
    assert found["groups"] == [{"betas": [0.9, 0.98], "params": [0, 1], "name": None, "fused": True}]
    assert list(found["state"]) == [0, 1]
    for key, tensors in tree["state"].items():  # type: ignore[union-attr]
        for name, tensor in tensors.items():
            assert torch.equal(found["state"][key][name], tensor)


def test_what_is_neither_number_nor_tensor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="found a set"):
        save_tree({"names": {"a"}}, tmp_path / "a.json", tmp_path / "a.safetensors")
    assert not list(tmp_path.iterdir())
