"""Faults on purpose: a backend whose answers go wrong as a plan says, and as those of real servers do."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from inftool_env.core.errors import ConfigError
from inftool_env.core.fault import Fault, FaultKind, Strike
from inftool_env.core.message import ToolCall, ToolResult
from inftool_env.core.scenario import Scenario
from inftool_env.core.schema import JsonObject, JsonValue
from inftool_env.core.tool import Toolset
from inftool_env.world.backend import Backend, StatefulBackend, close_backend, digest_of, spell
from inftool_env.world.problems import Problem, problem_body

TIMEOUT_S = 30
"""How long a client is said to have waited; nothing really waits."""


class FaultyBackend:
    """Any backend with faults in the way; what no fault strikes is answered by the inner one, untouched.

    A fault that finds nothing to spoil (a page without rows, a batch of one item, an answer that a stale one
    equals) does not strike.

    Args:
        inner: Answers the calls, and is digested and closed with this one.
        faults: The plan; of two for the same call the first counts.
        toolset: Whose document says what errors look like.
        replica: Opens the world as it was at the beginning; needed for stale reads alone.

    Raises:
        ConfigError: a stale read is planned without a replica.
    """

    def __init__(
        self,
        inner: Backend,
        faults: Iterable[Fault],
        toolset: Toolset,
        replica: Callable[[], Backend] | None = None,
    ) -> None:
        self._inner = inner
        self._toolset = toolset
        self._replica = replica
        self._plan: dict[tuple[str, int], Fault] = {}
        for fault in faults:
            self._plan.setdefault((fault.tool, fault.ordinal), fault)
            if fault.kind is FaultKind.STALE_READ and replica is None:
                raise ConfigError(
                    f"faults: {fault.tool}: found a {fault.kind} without a replica; expected one that opens "
                    "the world as it was. Pass replica=, or leave the fault out."
                )
        self._calls: Counter[str] = Counter()
        self._strikes: list[Strike] = []

    @property
    def strikes(self) -> tuple[Strike, ...]:
        """The faults that came true so far, in order."""
        return tuple(self._strikes)

    def call(self, call: ToolCall) -> ToolResult:
        """Answer one call, spoiled where a fault strikes it.

        Raises:
            BackendError: the inner backend is broken, gone or too late.
        """
        fault = self._plan.get((call.name, self._calls[call.name]))
        self._calls[call.name] += 1
        if fault is None:
            return self._inner.call(call)
        result, has_struck = self._answer(call, fault)
        if has_struck:
            self._strikes.append(Strike(call_id=call.id, fault=fault))
        return result

    def digest(self) -> str:
        """The inner world's digest; empty where it can tell none.

        Raises:
            BackendError: the inner backend is broken, gone or too late.
        """
        return digest_of(self._inner)

    def close(self) -> None:
        """Close the inner backend."""
        close_backend(self._inner)

    def _answer(self, call: ToolCall, fault: Fault) -> tuple[ToolResult, bool]:
        """The answer, and whether the fault struck."""
        match fault.kind:
            case FaultKind.TIMEOUT:
                if fault.took_effect:
                    self._inner.call(call)
                told = f"no answer within {TIMEOUT_S} s; the request may or may not have been carried out"
                return self._refuse(call, 504, told, timeout_s=TIMEOUT_S)
            case FaultKind.RATE_LIMIT:
                told = f"too many requests; not carried out, try again after {fault.retry_after_s} s"
                return self._refuse(call, 429, told, retry_after_s=fault.retry_after_s)
            case FaultKind.SERVER_ERROR:
                return self._refuse(call, 500, "internal server error; the request was not carried out")
            case FaultKind.PARTIAL_BATCH if not fault.field:
                told = "the batch was carried out in part only; this request was not"
                return self._refuse(call, 503, told)
            case FaultKind.PARTIAL_BATCH:
                return self._answer_part(call, fault)
            case FaultKind.STALE_READ:
                return self._answer_late(call)
            case FaultKind.RENAMED_FIELD | FaultKind.TRUNCATED_PAGE:
                return _spoil(self._inner.call(call), fault)

    def _answer_part(self, call: ToolCall, fault: Fault) -> tuple[ToolResult, bool]:
        items = call.arguments.get(fault.field)
        if not isinstance(items, list) or not 0 < fault.kept < len(items):
            return self._inner.call(call), False
        part = {**call.arguments, fault.field: items[: fault.kept]}
        result = self._inner.call(replace(call, arguments=part))
        if result.is_error:
            return result, False
        told = f"{fault.kept} of {len(items)} items were carried out; the others were not"
        return self._refuse(call, 207, told, result=result.data, failed=items[fault.kept :])

    def _answer_late(self, call: ToolCall) -> tuple[ToolResult, bool]:
        assert self._replica is not None, "a plan with stale reads has a replica"
        result, replica = self._inner.call(call), self._replica()
        stale = replica.call(call)
        close_backend(replica)
        return stale, stale.content != result.content

    def _refuse(
        self, call: ToolCall, status: int, message: str, **headers: JsonValue
    ) -> tuple[ToolResult, bool]:
        """An error as the document has it; what a real answer's headers would say stands beside it."""
        body = problem_body(self._toolset.get(call.name), Problem(status, message))
        data = {**body, **headers} if isinstance(body, dict) else {"error": body, **headers}
        result = ToolResult(call_id=call.id, name=call.name, content=spell(data), is_error=True, data=data)
        return result, True


def put_faults(backend: Backend, scenario: Scenario, toolset: Toolset) -> Backend:
    """The backend with the scenario's faults in the way; itself where it has none.

    Args:
        backend: A fresh world of the scenario.
        scenario: Says what goes wrong.
        toolset: The whole one that the scenario was written for.
    """
    if not scenario.faults:
        return backend
    return FaultyBackend(
        backend,
        scenario.faults,
        toolset,
        lambda: StatefulBackend(toolset, scenario.world_seed, scenario.split),
    )


def strikes_of(backend: Backend) -> tuple[Strike, ...]:
    """The faults that came true in a backend so far; none in one that has no faults in the way."""
    return backend.strikes if isinstance(backend, FaultyBackend) else ()


def _spoil(result: ToolResult, fault: Fault) -> tuple[ToolResult, bool]:
    """The result with its field renamed or its page cut."""
    if result.is_error:
        return result, False
    renames = fault.kind is FaultKind.RENAMED_FIELD
    data = (
        rename_field(result.data, fault.field, fault.renamed)
        if renames
        else cut_page(result.data, fault.kept)
    )
    if data == result.data:
        return result, False
    return replace(result, content=spell(data), data=data), True


def rename_field(data: JsonValue, field: str, renamed: str) -> JsonValue:
    """A copy in which the field has the new name wherever it stands, unless that is taken there.

    >>> rename_field([{"id": 1, "of": {"id": 2}}, {"id": 3, "uid": 4}], "id", "uid")
    [{'uid': 1, 'of': {'uid': 2}}, {'id': 3, 'uid': 4}]
    """
    if isinstance(data, list):
        return [rename_field(item, field, renamed) for item in data]
    if not isinstance(data, dict):
        return data
    return {
        renamed if name == field and renamed not in data else name: rename_field(part, field, renamed)
        for name, part in data.items()
    }


def cut_page(data: JsonValue, kept: int) -> JsonValue:
    """A copy whose page of rows holds the first few alone and says so; unchanged where there is no more to cut.

    The page is the first list of objects in an object; a bare list could not say that it was cut.

    >>> cut_page({"items": [{"id": 1}, {"id": 2}], "total": 2}, 1)
    {'items': [{'id': 1}], 'total': 2, 'truncated': True}
    """
    cut = _cut(data, kept) if isinstance(data, dict) else None
    return data if cut is None else {**cut, "truncated": True}


def _cut(data: JsonObject, kept: int) -> JsonObject | None:
    for name, part in data.items():
        if isinstance(part, list) and len(part) > kept and all(isinstance(row, dict) for row in part):
            return {**data, name: part[:kept]}
        if isinstance(part, dict) and (inner := _cut(part, kept)) is not None:
            return {**data, name: inner}
    return None
