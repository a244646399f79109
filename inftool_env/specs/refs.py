"""Where a ``$ref`` leads: inside the document or its folder, and further only where that is allowed."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from inftool_env.core.errors import SpecError
from inftool_env.core.schema import JsonValue
from inftool_env.specs.access import LOCAL, Access
from inftool_env.specs.document import parse_value, read_value
from inftool_env.specs.reading import BrokenPartError

MAX_LINKED_BYTES = 128 * 1024 * 1024
"""Of all files and addresses that one document refers to."""
MAX_FETCHES = 50
MAX_SCHEMAS = 500_000
"""Read in one document; the largest real ones with a thousand operations take a tenth of it."""
_MAX_HOPS = 20
_MAX_HINTS = 50
_MAX_COMPARED = 300
_MAX_PLACE = 400
"""Characters of the path that says where a value stands."""


@dataclass(slots=True, eq=False)
class DocumentStore:
    """What the references of one document may lead to, each file and address read once."""

    root: Path | None = None
    """The document's own folder, resolved; None where references to files are not followed."""
    access: Access = LOCAL
    known: "dict[str, Source | str]" = field(default_factory=dict)
    """By path or address; a text says why it cannot be had."""
    bytes_left: int = MAX_LINKED_BYTES
    fetches_left: int = MAX_FETCHES
    schemas_left: int = MAX_SCHEMAS
    """How many more are read, each as often as references lead to it."""
    hints: dict[tuple[str, str], str] = field(default_factory=dict)
    """What the first broken references may have meant, by place and token; comparing takes long."""

    def open(self, path: Path) -> "Source":
        """The file at a resolved path, in the document's folder or an allowed one.

        Raises:
            BrokenPartError: it lies outside, cannot be read, or all files together are too large.
        """
        return self._once(str(path), lambda: self._read(path))

    def fetch(self, url: str) -> "Source":
        """The document at a web address.

        Raises:
            BrokenPartError: the network is not allowed, or the document cannot be had.
        """
        return self._once(url, lambda: self._fetch(url))

    def count_schema(self) -> None:
        """Note that one more schema is read.

        Raises:
            BrokenPartError: it is one too many for a document.
        """
        self.schemas_left -= 1
        if self.schemas_left < 0:
            raise BrokenPartError(
                f"with all references written out, the document has more than {MAX_SCHEMAS:,} schemas; "
                "expected at most that. Cut it down to the operations that are needed."
            )

    def _once(self, place: str, read: "Callable[[], Source]") -> "Source":
        if place not in self.known:
            try:
                self.known[place] = read()
            except BrokenPartError as error:
                self.known[place] = str(error)
        found = self.known[place]
        if isinstance(found, str):
            raise BrokenPartError(found)
        return found

    def _read(self, path: Path) -> "Source":
        assert self.root is not None, "only a document with a folder leads to files"
        is_inside = path.is_relative_to(self.root)
        if not is_inside and not self.access.allows(path):
            raise BrokenPartError(
                f"leads out of the document's folder; expected a file in it. Allow {str(path.parent)!r} with "
                "--allow-dir (folders=... in Python) if you trust the document"
            )
        try:
            self._count(path.stat().st_size)
            value = read_value(path)
        except (OSError, SpecError) as error:
            raise BrokenPartError(f"leads to a file that cannot be read ({error})") from error
        label = path.relative_to(self.root).as_posix() if is_inside else path.as_posix()
        return Source(value=value, base=path, store=self, label=f"{label}#")

    def _fetch(self, url: str) -> "Source":
        if not self.access.allow_remote:
            raise BrokenPartError(
                "is remote and is not fetched; expected a target in the document or its folder. "
                "Allow it with --allow-remote (allow_remote=True in Python) if you trust the document"
            )
        self.fetches_left -= 1
        if self.fetches_left < 0:
            raise BrokenPartError(f"is one address too many: at most {MAX_FETCHES} are fetched")
        from inftool_env.specs.remote import Fetcher

        try:
            fetched = Fetcher().fetch(url)
            self._count(len(fetched.body))
            value = parse_value(fetched.body, url)
        except SpecError as error:
            raise BrokenPartError(f"leads to an address that cannot be read ({error})") from error
        return Source(value=value, base=fetched.url, store=self, label=f"{url}#")

    def _count(self, size_bytes: int) -> None:
        self.bytes_left -= size_bytes
        if self.bytes_left < 0:
            raise BrokenPartError(
                f"is one too many: all that the document refers to holds over {MAX_LINKED_BYTES:,} bytes"
            )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """One value that ``#/...`` pointers start from."""

    value: JsonValue
    base: Path | str | None = None
    """The file or the web address that relative references start from."""
    store: DocumentStore = field(default_factory=DocumentStore)
    label: str = ""

    @classmethod
    def of_file(cls, path: Path, value: JsonValue, access: Access = LOCAL) -> "Source":
        """The main document, free to refer to files of its own folder and to what ``access`` allows."""
        resolved = path.resolve()
        store = DocumentStore(resolved.parent, access)
        source = cls(value=value, base=resolved, store=store)
        store.known[str(resolved)] = source
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
            return Node(value=self.value[key], source=self.source, place=f"{self._short_place}[{key}]")
        value = self.value.get(key) if isinstance(self.value, dict) else None
        name = _shorten(key)
        return Node(
            value=value, source=self.source, place=f"{self._short_place}.{name}" if self.place else name
        )

    @property
    def _short_place(self) -> str:
        # Long keys, many levels deep, over many siblings: places could outgrow the document by far.
        place = self.place
        return (
            place if len(place) <= _MAX_PLACE else f"{place[: _MAX_PLACE // 2]}…{place[-_MAX_PLACE // 2 :]}"
        )

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
        base, store = self.source.base, self.source.store
        if base is None:
            raise BrokenPartError("names a file; expected a target in the same schema")
        try:
            if isinstance(base, str):
                file = urljoin(base, file)
            parts = urlsplit(file)
            if parts.scheme in ("http", "https"):
                return store.fetch(file)
            if parts.scheme or parts.netloc or isinstance(base, str):
                raise BrokenPartError(
                    "is no file and no web address; expected a target in the document or its folder"
                )
            path = (base.parent / unquote(parts.path)).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            raise BrokenPartError(f"names no file ({error})") from error
        return store.open(path)


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
    where, spelled = node.place or "the document", _shorten(token)
    hints = node.source.store.hints
    if (where, spelled) not in hints and len(hints) < _MAX_HINTS:
        names = (
            [_shorten(key) for key in islice(node.value, _MAX_COMPARED)]
            if isinstance(node.value, dict)
            else []
        )
        close = difflib.get_close_matches(spelled, names, n=1)
        hints[where, spelled] = f"Did you mean '{close[0]}'?" if close else ""
    hint = hints.get((where, spelled)) or "Add it, or correct the reference."
    return f"leads nowhere: {where} has no '{spelled}'. {hint}"


def _shorten(text: str, length: int = 120) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
