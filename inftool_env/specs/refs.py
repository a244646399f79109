"""Where a ``$ref`` leads: inside the document or its folder, never over the network."""

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import JsonValue
from inftool_env.specs.document import read_value
from inftool_env.specs.reading import BrokenPartError

_MAX_HOPS = 20


@dataclass(slots=True, eq=False)
class Folder:
    """The files that a document may refer to: those beside it and below, each read once."""

    root: Path
    files: dict[Path, "Source"] = field(default_factory=dict)

    def open(self, path: Path) -> "Source":
        """The file at a resolved path inside the folder.

        Raises:
            BrokenPartError: it lies outside, or cannot be read.
        """
        if path not in self.files:
            if not path.is_relative_to(self.root):
                raise BrokenPartError("leads out of the document's folder")
            try:
                value = read_value(path)
            except SpecError as error:
                raise BrokenPartError(f"leads to a file that cannot be read ({error})") from error
            label = f"{path.relative_to(self.root).as_posix()}#"
            self.files[path] = Source(value=value, path=path, folder=self, label=label)
        return self.files[path]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """One value that ``#/...`` pointers start from."""

    value: JsonValue
    path: Path | None = None
    folder: Folder | None = None
    """None when the value may refer to itself alone."""
    label: str = ""

    @classmethod
    def of_file(cls, path: Path, value: JsonValue) -> "Source":
        """The main document, free to refer to files of its own folder."""
        resolved = path.resolve()
        folder = Folder(resolved.parent)
        source = cls(value=value, path=resolved, folder=folder)
        folder.files[resolved] = source
        return source

    def node(self) -> "Node":
        """The whole value."""
        return Node(value=self.value, source=self, place=self.label)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """A value in a document, with where it stands."""

    value: JsonValue
    source: Source
    place: str

    def child(self, key: str | int) -> "Node":
        """The value under a key or an index; None's node when there is none."""
        if isinstance(key, int):
            return Node(value=self.value[key], source=self.source, place=f"{self.place}[{key}]")
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(value=value, source=self.source, place=f"{self.place}.{key}" if self.place else key)

    def children(self) -> "list[Node]":
        """The values of a list, in order; none for anything else."""
        return [self.child(index) for index in range(len(self.value))] if isinstance(self.value, list) else []

    def items(self) -> "list[tuple[str, Node]]":
        """The members of an object, in order; none for anything else."""
        return [(key, self.child(key)) for key in self.value] if isinstance(self.value, dict) else []

    def members(self) -> "list[Node]":
        """The values of an object, in order; none for anything else."""
        return [node for _, node in self.items()]

    @property
    def ref(self) -> str | None:
        """The ``$ref`` that stands here, or None; a *property* may also be named ``$ref``."""
        found = self.value.get("$ref") if isinstance(self.value, dict) else None
        return found if isinstance(found, str) else None

    def target(self) -> "Node":
        """What the ``$ref`` of this node leads to.

        Raises:
            BrokenPartError: it leads nowhere, over the network, or out of the folder.
        """
        ref = self.ref
        assert ref is not None, "target() is asked of references only"
        file, _, pointer = ref.partition("#")
        try:
            source = self._open(file) if file else self.source
            return _point(source, unquote(pointer))
        except BrokenPartError as error:
            raise BrokenPartError(f"{self.place}: $ref '{_shorten(ref)}' {error}") from error

    def resolved(self) -> "Node":
        """This node, or what its ``$ref``s lead to in the end.

        Raises:
            BrokenPartError: a reference is broken or turns in a circle.
        """
        node = self
        for _ in range(_MAX_HOPS):
            if node.ref is None:
                return node
            node = node.target()
        raise BrokenPartError(f"{self.place}: $ref '{_shorten(self.ref or '')}' turns in a circle")

    def _open(self, file: str) -> Source:
        parts = urlsplit(file)
        if parts.scheme or parts.netloc:
            raise BrokenPartError(
                "is remote and is not fetched; expected a target in the document or its folder"
            )
        if self.source.path is None or self.source.folder is None:
            raise BrokenPartError("names a file; expected a target in the same schema")
        try:
            path = (self.source.path.parent / unquote(parts.path)).resolve()
        except (OSError, ValueError) as error:
            raise BrokenPartError(f"names no file ({error})") from error
        return self.source.folder.open(path)


def _point(source: Source, pointer: str) -> Node:
    node = source.node()
    if not pointer:
        return node
    if not pointer.startswith("/"):
        raise BrokenPartError("is no JSON pointer; expected '#/' and the keys that lead to the target")
    for raw in pointer[1:].split("/"):
        token = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(node.value, dict) and token in node.value:
            node = node.child(token)
        elif isinstance(node.value, list) and token.isdecimal() and int(token) < len(node.value):
            node = node.child(int(token))
        else:
            raise BrokenPartError(_nowhere(node, token))
    return node


def _nowhere(node: Node, token: str) -> str:
    where = node.place or "the document"
    names = [str(key) for key in node.value][:5000] if isinstance(node.value, dict) else []
    close = difflib.get_close_matches(token, names, n=1)
    hint = f" Did you mean '{_shorten(close[0])}'?" if close else " Add it, or correct the reference."
    return f"leads nowhere: {where} has no '{_shorten(token)}'.{hint}"


def _shorten(text: str, length: int = 120) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
