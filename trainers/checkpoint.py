"""A training's state on disk, from which it goes on as if it had never stopped.

A checkpoint is an ordinary Hugging Face folder, with two more files for the optimiser. It is written under
another name and then renamed, so a folder with a checkpoint's name is whole unless the disk lost some of it.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents import tiny
from inftool_env.core.errors import CheckpointError
from inftool_env.core.schema import JsonObject
from trainers.optimizer import PolicyOptimizer
from trainers.tensor_tree import load_tree, save_tree

STATE = "training_state.json"
TENSORS = "optimizer.safetensors"
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
    notes: JsonObject
    """What else the training wrote down."""


def save_checkpoint(
    folder: Path,
    step: int,
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    optimizer: PolicyOptimizer,
    *,
    keep: int = 2,
    score: float | None = None,
    notes: JsonObject | None = None,
) -> Path:
    """Write a checkpoint, whole or not at all, and delete all but the newest ones and the best.

    Args:
        folder: Of all checkpoints of one training.
        step: Steps that are done.
        model: With its weights after those.
        tokenizer: Of the model.
        optimizer: Of the model.
        keep: Newest checkpoints that remain; 1 or more.
        score: How good the policy is; the checkpoint with the highest score remains, too. None looks at no score.
        notes: What else the training needs to go on; none where it needs nothing.

    Raises:
        CheckpointError: The folder cannot be written to; the checkpoints before are as they were.
    """
    path = folder / f"{PREFIX}{step:06d}"
    temporary = folder / f".{path.name}.part"
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        tiny.save(temporary, model, tokenizer)
        state = {"step": step, "score": score, "notes": notes or {}, "optimizer": optimizer.state_dict()}
        save_tree(state, temporary / STATE, temporary / TENSORS)
        for file in (*temporary.iterdir(), temporary):
            _flush_to_disk(file)
        shutil.rmtree(path, ignore_errors=True)
        temporary.rename(path)
        _flush_to_disk(folder)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise CheckpointError(
            f"{path}: cannot be written ({error.strerror or error}); expected room and permission to write. "
            "Free some space, then go on with --resume."
        ) from error
    kept = best_checkpoint(folder) if score is not None else None
    for old in _checkpoints(folder)[:-keep]:
        if old != kept:
            shutil.rmtree(old)
    return path


def latest_checkpoint(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end; None where there is none."""
    found = _checkpoints(folder)
    return found[-1] if found else None


def best_checkpoint(folder: Path) -> Path | None:
    """The checkpoint with the highest score, the newest of several; None where none has a score."""
    scored = [(score, path) for path in _checkpoints(folder) if (score := _score(path)) is not None]
    return max(scored)[1] if scored else None


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; nothing in it is executed.

    Raises:
        CheckpointError: It is missing, cut short or of another shape.
    """
    state = _read_state(path)
    model, tokenizer = tiny.load(path)
    return Checkpoint(
        step=state["step"],
        model=model,
        tokenizer=tokenizer,
        optimizer_state=state["optimizer"],
        notes=state["notes"],
    )


def _read_state(path: Path) -> dict[str, Any]:
    try:
        state = load_tree(path / STATE, path / TENSORS)
        return {name: state[name] for name in ("step", "score", "notes", "optimizer")}
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise CheckpointError(
            f"{path / STATE}: {reason}; expected the state that a training saved, with {TENSORS} beside it. "
            "Delete this checkpoint's folder to go on from the one before."
        ) from error


def _score(path: Path) -> float | None:
    """What the checkpoint was saved with; None also where its state cannot be read."""
    try:
        score = json.loads((path / STATE).read_text(encoding="utf-8"))["score"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return float(score) if isinstance(score, int | float) else None


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
