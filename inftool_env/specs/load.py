"""Any document of an API as a ``Toolset``."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from inftool_env.core.errors import SpecError
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.specs.access import LOCAL, Access
from inftool_env.specs.budget import count_tokens, fit_tool
from inftool_env.specs.found import FoundOperation
from inftool_env.specs.names import slugify, unique_name
from inftool_env.specs.reader import ApiSpec
from inftool_env.specs.readers import read_document
from inftool_env.specs.reading import BrokenPartError, SkippedOperation, SpecReading
from inftool_env.specs.text import leading_sentences, plain_text

MAX_OPERATIONS = 50_000
MAX_PARAMETERS = 100_000
"""Of all tools together; operations beyond it are skipped."""
MAX_ROUTE = 2_000
"""Characters of a method and a path."""
_MAX_PLACE = 200
_MAX_TITLE = 80
_MAX_DESCRIPTION = 300
_MAX_REASONS = 5


def read_tools(source: str | Path, *, skip: Collection[str] = (), access: Access = LOCAL) -> Toolset:
    """The tools that a document describes, in its order.

    Args:
        source: A document of one of the ``READERS``, as JSON, JSON Lines or YAML.
        skip: Operations to leave out, each by its tool's name, operationId, or ``GET /path``.
        access: What the document's references may reach besides the folder that it lies in.

    Raises:
        SpecError: the file cannot be read, describes no API, or none of its operations can be read.
    """
    return read_spec(source, skip=skip, access=access).toolset


def read_spec(source: str | Path, *, skip: Collection[str] = (), access: Access = LOCAL) -> SpecReading:
    """The tools that a document describes, with what was left out and why.

    Args:
        source: As for ``read_tools``.
        skip: As for ``read_tools``.
        access: As for ``read_tools``.

    Raises:
        SpecError: as for ``read_tools``.
    """
    return read_operations(read_document(source, access=access), source=str(source), skip=skip)


def read_operations(spec: ApiSpec, *, source: str, skip: Collection[str] = ()) -> SpecReading:
    """The tools of a document that is at hand already, whether from a file or from a live server.

    Args:
        spec: The document.
        source: What the person named, for messages.
        skip: As for ``read_tools``.

    Raises:
        SpecError: it describes no API, or none of its operations can be read.
    """
    found = list(islice(spec.reader.find(spec), MAX_OPERATIONS + 1))
    if len(found) > MAX_OPERATIONS:
        raise SpecError(
            f"{source}: describes more than {MAX_OPERATIONS:,} operations; expected at most that. "
            "Cut the document down to those that are needed."
        )
    _check_skip(skip, found, source)
    gathered = _gather(found, frozenset(skip))
    if not gathered.tools:
        raise SpecError(_no_tools(source, spec, gathered.skipped))
    about = spec.reader.about(spec.raw)
    title = plain_text(about.title, _MAX_TITLE) or plain_text(spec.source.stem, _MAX_TITLE)
    toolset = Toolset(
        name=slugify(title) or slugify(spec.source.stem) or "api",
        title=title,
        description=leading_sentences(about.description, _MAX_DESCRIPTION),
        tools=tuple(gathered.tools),
    )
    return SpecReading(
        toolset=toolset,
        source=source,
        format=spec.format,
        operations=len(found),
        skipped=tuple(gathered.skipped),
        warnings=tuple(dict.fromkeys(gathered.warnings)),
    )


@dataclass(slots=True)
class _Gathered:
    tools: list[ToolSpec] = field(default_factory=list)
    skipped: list[SkippedOperation] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def _gather(found: Iterable[FoundOperation | BrokenPartError], skip: frozenset[str]) -> _Gathered:
    gathered = _Gathered()
    names: dict[str, None] = {}
    parameters = 0
    for operation in found:
        if isinstance(operation, BrokenPartError):
            place, _, reason = str(operation).partition(": ")
            gathered.skipped.append(SkippedOperation(place=place, reason=reason))
            continue
        if skip & set(_labels(operation)):
            gathered.skipped.append(
                SkippedOperation(place=operation.place, reason="left out as asked by skip")
            )
            continue
        if parameters > MAX_PARAMETERS:
            reason = f"the operations before it have {parameters:,} parameters; expected at most {MAX_PARAMETERS:,}"
            gathered.skipped.append(SkippedOperation(place=operation.place, reason=reason))
            continue
        name = unique_name(operation.name, names)
        try:
            read = operation.read(name)
        except BrokenPartError as error:
            gathered.skipped.append(SkippedOperation(place=operation.place, reason=str(error)))
            continue
        if name != operation.name:
            gathered.warnings.append(
                f"{operation.place}: the name '{operation.name}' is taken; called '{name}'"
            )
        route = read.tool.route or ""
        if len(route) > MAX_ROUTE:
            reason = f"the path has {len(route):,} characters; expected at most {MAX_ROUTE:,}. Shorten it."
            gathered.skipped.append(SkippedOperation(place=operation.place[:_MAX_PLACE], reason=reason))
            continue
        names[name] = None
        parameters += len(read.tool.properties)
        tool = fit_tool(read.tool)
        if tool is not read.tool:
            gathered.warnings.append(
                f"{name}: parameters cut back from {count_tokens(read.tool):,} to {count_tokens(tool):,} tokens"
            )
        gathered.tools.append(tool)
        gathered.warnings.extend(f"{name}: result: {warning}" for warning in read.warnings)
    return gathered


def _labels(operation: FoundOperation) -> tuple[str, ...]:
    return (operation.name, operation.place, *operation.labels)


def _check_skip(
    skip: Collection[str], found: Iterable[FoundOperation | BrokenPartError], source: str
) -> None:
    if not skip:
        return
    known = [
        label for operation in found if isinstance(operation, FoundOperation) for label in _labels(operation)
    ]
    for name in skip:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else "'inftool inspect' lists them."
            raise SpecError(f"{source}: skip names {name!r}; expected the name of an operation. {hint}")


def _no_tools(source: str, spec: ApiSpec, skipped: list[SkippedOperation]) -> str:
    if not skipped:
        return (
            f"{source}: this {spec.reader.name} document has no operations; expected at least one "
            f"under {spec.reader.where}. Is it a part of a larger document?"
        )
    reasons = "".join(f"\n  {one.place}: {one.reason}" for one in skipped[:_MAX_REASONS])
    more = f"\n  ... and {len(skipped) - _MAX_REASONS} more" if len(skipped) > _MAX_REASONS else ""
    return f"{source}: none of its {len(skipped)} operations can be read; expected at least one. Mend one of:{reasons}{more}"
