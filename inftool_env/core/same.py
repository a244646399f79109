"""Objects compared by identity, so that caches need not hash what they hold."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """A cache key that equals another only when both hold the very same object, which it keeps alive.

    >>> first, second = [1], [1]
    >>> Same(first) == Same(first), Same(first) == Same(second)
    (True, False)
    """

    __slots__ = ("held",)

    def __init__(self, held: T) -> None:
        self.held = held

    def __hash__(self) -> int:
        return id(self.held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.held is self.held
