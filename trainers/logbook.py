"""What a training leaves behind for its reader: ``metrics.jsonl``, TensorBoard, ``trajectories.jsonl``."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from torch.utils.tensorboard import SummaryWriter

from inftool_env.core.errors import CheckpointError, RecordError
from inftool_env.core.jsonl import append_jsonl, from_json, write_atomic
from inftool_env.core.trajectory import Trajectory


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMetrics:
    """One line of ``metrics.jsonl``."""

    step: int
    metrics: dict[str, float]
    """By name, as ``area/quantity_unit``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrajectory:
    """One line of ``trajectories.jsonl``."""

    step: int
    trajectory: Trajectory
    """Without its tokens, which are many and say nothing that the text does not."""


class Logbook:
    """Writes a training's folder, line by line; what is written survives an interruption.

    Args:
        folder: Made if need be.
        first_step: Where the training begins, or goes on. Lines of this step and later ones are of a run that
            was cut off after its last checkpoint: they are removed, and so is a half-written last line.
    """

    def __init__(self, folder: Path, *, first_step: int = 0) -> None:
        self.folder = folder
        with _full_disk_explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            _drop_from(folder / "metrics.jsonl", StepMetrics, first_step)
            _drop_from(folder / "trajectories.jsonl", StepTrajectory, first_step)
            self._events = SummaryWriter(str(folder / "tensorboard"), purge_step=first_step or None)

    def write_metrics(self, step: int, metrics: Mapping[str, float]) -> None:
        """Add the numbers of one step.

        Raises:
            CheckpointError: The folder cannot be written to.
        """
        with _full_disk_explained(self.folder):
            append_jsonl(self.folder / "metrics.jsonl", [StepMetrics(step=step, metrics=dict(metrics))])
            for name, value in metrics.items():
                self._events.add_scalar(name, value, step)
            self._events.flush()

    def write_trajectories(self, step: int, trajectories: Sequence[Trajectory]) -> None:
        """Add episodes of one step, to be read by people.

        Raises:
            CheckpointError: The folder cannot be written to.
        """
        lines = [
            StepTrajectory(step=step, trajectory=without_tokens(trajectory)) for trajectory in trajectories
        ]
        with _full_disk_explained(self.folder):
            append_jsonl(self.folder / "trajectories.jsonl", lines)

    def close(self) -> None:
        """Write out what TensorBoard still holds."""
        with _full_disk_explained(self.folder):
            self._events.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def without_tokens(trajectory: Trajectory) -> Trajectory:
    """The same episode as text alone."""
    return replace(trajectory, turns=tuple(replace(turn, sample=None) for turn in trajectory.turns))


def _drop_from(path: Path, kind: type[StepMetrics] | type[StepTrajectory], first_step: int) -> None:
    """Keep the lines of earlier steps; a half line can only be the last one."""
    if not path.exists():
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept: list[str] = []
    for number, line in enumerate(lines, start=1):
        try:
            record = from_json(line, kind, where=f"{path}: line {number}")
        except RecordError:
            if number < len(lines) or line.endswith("\n"):
                raise
            break
        if record.step < first_step:
            kept.append(line)
    if len(kept) < len(lines):
        write_atomic(path, "".join(kept))


@contextmanager
def _full_disk_explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CheckpointError(
            f"{folder}: cannot be written to ({error.strerror or error}); expected room and permission to write. "
            "Free some space, then go on with --resume: all lines written so far are whole."
        ) from error
