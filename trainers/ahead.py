"""Work done ahead: while one step is learned from, the episodes of the next are played."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Made = TypeVar("Made")


class Ahead(Generic[Made]):
    """What steps need, one step after the other; the next may be begun before this one is done with.

    Nothing depends on which thread is faster: what is begun sees the weights as they were published then.

    Args:
        make: Makes what a step needs; on a thread of its own where it was begun ahead.
        publish: Gives ``make`` the weights as they are now; called on the caller's thread, before anything is made.
    """

    def __init__(self, make: Callable[[int], Made], publish: Callable[[], None]) -> None:
        self._make = make
        self._publish = publish
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead")
        self._begun: tuple[int, Future[Made]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def begin(self, step: int) -> None:
        """Make what the step needs, meanwhile."""
        assert self._begun is None, "one step is begun at a time"
        self._publish()
        self._begun = step, self._pool.submit(self._make, step)

    def take(self, step: int) -> Made:
        """What the step needs: waited for where it was begun, else made now."""
        if self._begun is None:
            self._publish()
            return self._make(step)
        begun, future = self._begun
        assert begun == step, "steps are taken in the order in which they were begun"
        self._begun = None
        return future.result()
