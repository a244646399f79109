"""A training's state on disk, from which it goes on as if it had never stopped.

A checkpoint is an ordinary Hugging Face folder, with one more file for the optimiser. It is written under
another name and then renamed, so a folder with a checkpoint's name is whole unless the disk lost some of it.
"""

import os
import pickle
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents import tiny
from inftool_env.core.errors import CheckpointError
from trainers.optimizer import PolicyOptimizer

STATE = "training_state.pt"
PREFIX = "step-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a training goes on from."""

    step: int
    """Steps that are done. All random numbers derive from a step's number, so no generator's state is kept."""
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    optimizer_state: dict[str, Any]
    """For ``PolicyOptimizer.load_state_dict``."""


def save_checkpoint(
    folder: Path,
    step: int,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    optimizer: PolicyOptimizer,
    *,
    keep: int = 2,
) -> Path:
    """Write a checkpoint, whole or not at all, and delete all but the newest ones.

    Args:
        folder: Of all checkpoints of one training.
        step: Steps that are done.
        model: With its weights after those.
        tokenizer: Of the model.
        optimizer: Of the model.
        keep: Checkpoints that remain.

    Raises:
        CheckpointError: The folder cannot be written to; the checkpoints before are as they were.
    """
    path = folder / f"{PREFIX}{step:06d}"
    temporary = folder / f".{path.name}.part"
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        tiny.save(temporary, model, tokenizer)
        torch.save({"step": step, "optimizer": optimizer.state_dict()}, temporary / STATE)
        for file in temporary.iterdir():
            _flush_to_disk(file)
        shutil.rmtree(path, ignore_errors=True)
        temporary.rename(path)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise CheckpointError(
            f"{path}: cannot be written ({error.strerror or error}); expected room and permission to write. "
            "Free some space, then go on with --resume."
        ) from error
    for old in _checkpoints(folder)[:-keep]:
        shutil.rmtree(old)
    return path


def latest_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end; None where there is none."""
    found = _checkpoints(folder)
    return found[-1] if found else None


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; nothing in it is executed.

    Raises:
        CheckpointError: It is missing, cut short or of another shape.
    """
    try:
        state = torch.load(path / STATE, map_location="cpu", weights_only=True)
        step, optimizer_state = state["step"], state["optimizer"]
    except (
        OSError,
        RuntimeError,
        EOFError,
        ValueError,
        KeyError,
        TypeError,
        pickle.UnpicklingError,
    ) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise CheckpointError(
            f"{path / STATE}: {reason}; expected the state that a training saved. "
            "Delete this checkpoint's folder to go on from the one before."
        ) from error
    model, tokenizer = tiny.load(path)
    return Checkpoint(step=step, model=model, tokenizer=tokenizer, optimizer_state=optimizer_state)


def _checkpoints(folder: Path) -> list[Path]:
    """Finished checkpoints, oldest first."""
    return sorted(path for path in folder.glob(f"{PREFIX}[0-9]*") if (path / STATE).exists())


def _flush_to_disk(file: Path) -> None:
    """Wait until the bytes are on the disk: a rename must not overtake them."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
