"""Members of a vector environment in processes of their own, so that many cores step them."""

import multiprocessing
import signal
import traceback
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from inftool_env.core.errors import BackendError, InfToolError
from inftool_env.core.message import Message
from inftool_env.core.scenario import Split
from inftool_env.core.schema import JsonObject
from inftool_env.core.tool import Toolset
from inftool_env.envs.actions import Action
from inftool_env.envs.members import Begun, LocalMembers, Moment, Taken
from inftool_env.envs.observe import Observation, show_tools
from inftool_env.envs.tool_env import ToolEnv
from inftool_env.scenarios.strangers import in_sight

_CLOSE_TIMEOUT_S = 10.0
_SIGHTS = 4096
"""Combinations of tools in sight that are kept ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """A moment as it crosses the wire: what the other side does not know yet."""

    kept: int
    """Messages of the member's conversation that it knows."""
    messages: tuple[Message, ...]
    """Those that follow."""
    visible: tuple[str, ...]
    split: Split


class RemoteMembers:
    """Members in worker processes, whole groups in each; what they do is what ``LocalMembers`` would do.

    A conversation crosses the wire once: each answer holds the messages that are new.

    Args:
        make_env: Makes an environment in each worker; importable and, with its arguments, picklable.
        toolset: Of that environment.
        count: Members in all.
        group_size: This many in a row share their streams.
        renews: Whether a finished member begins its next episode at once.
        num_workers: Processes; no more than there are groups are started.
    """

    def __init__(
        self,
        make_env: Callable[[], ToolEnv],
        toolset: Toolset,
        count: int,
        group_size: int,
        *,
        renews: bool,
        num_workers: int,
    ) -> None:
        groups = count // group_size
        num_workers = min(num_workers, groups)
        bounds = [groups * number // num_workers for number in range(num_workers + 1)]
        # Spawned: a fork would copy threads and locks of whatever else runs here.
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes: list[BaseProcess] = []
        self._starts = [bound * group_size for bound in bounds]
        for first, last in pairwise(bounds):
            ours, theirs = context.Pipe()
            job = _Job(
                make_env=make_env,
                count=(last - first) * group_size,
                group_size=group_size,
                renews=renews,
                first_group=first,
            )
            process = context.Process(target=_work, args=(theirs, job), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        self._closer = weakref.finalize(self, _end, self._pipes, self._processes)
        self._conversations: list[tuple[Message, ...]] = [()] * count
        self._see = lru_cache(maxsize=_SIGHTS)(lambda names: _sight(toolset, names))

    def start_streams(self, seed: int) -> None:
        """Count the episodes of every member anew, each group along a stream of its own."""
        self._ask(dict.fromkeys(range(len(self._pipes)), ("start_streams", seed)))

    def begin(self, seeds: Mapping[int, int | None], options: dict[str, Any]) -> dict[int, Begun]:
        """Begin an episode for every member named, with its seed, or with the next of its stream."""
        parts = {worker: ("begin", part, options) for worker, part in self._parted(seeds).items()}
        begun: dict[int, Begun] = self._answered(parts)
        return begun

    def step(self, actions: Mapping[int, Action]) -> dict[int, Taken]:
        """Take one action for every member named; nothing for one whose episode is over."""
        taken: dict[int, Taken] = self._answered(
            {worker: ("step", part) for worker, part in self._parted(actions).items()}
        )
        return taken

    def render(self) -> tuple[str, ...]:
        """Every conversation so far as text."""
        answers = self._ask(dict.fromkeys(range(len(self._pipes)), ("render",)))
        return tuple(text for worker in sorted(answers) for text in answers[worker])

    def close(self) -> None:
        """End the workers, and all that their episodes run on; the second time nothing."""
        self._closer()

    def _parted(self, by_member: Mapping[int, Any]) -> dict[int, dict[int, Any]]:
        """What each worker gets, by the member's number there."""
        parts: dict[int, dict[int, Any]] = {}
        for worker, (first, last) in enumerate(pairwise(self._starts)):
            part = {index - first: value for index, value in by_member.items() if first <= index < last}
            if part:
                parts[worker] = part
        return parts

    def _answered(self, requests: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        """The members' answers, by the member's number here, with all that they can see."""
        found: dict[int, Any] = {}
        for worker, answer in self._ask(requests).items():
            for local, (record, news, final) in answer.items():
                index = self._starts[worker] + local
                if final is not None:
                    record.info["final_obs"] = self._read(index, final).observation
                found[index] = replace(record, moment=self._read(index, news))
        return dict(sorted(found.items()))

    def _read(self, index: int, news: _News) -> Moment:
        messages = (*self._conversations[index][: news.kept], *news.messages)
        self._conversations[index] = messages
        toolset, tools = self._see(news.visible)
        return Moment(observation={"messages": messages, "tools": tools}, visible=toolset, split=news.split)

    def _ask(self, requests: Mapping[int, tuple[Any, ...]]) -> dict[int, Any]:
        """Let the workers work side by side; their answers by worker."""
        for worker, request in requests.items():
            with self._alive(worker):
                self._pipes[worker].send(request)
        answers = {}
        for worker in requests:
            with self._alive(worker):
                answers[worker] = self._pipes[worker].recv()
        for answer in answers.values():
            if isinstance(answer, _Failure):
                raise answer.error
        return answers

    @contextmanager
    def _alive(self, worker: int) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            process = self._processes[worker]
            process.join(_CLOSE_TIMEOUT_S)
            raise BackendError(
                f"vector environment: worker {worker} has ended (exit code {process.exitcode}); expected it to live. "
                "Close the environment and make it again; with num_workers=0 its errors show."
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What a worker is told when it starts."""

    make_env: Callable[[], ToolEnv]
    count: int
    group_size: int
    renews: bool
    first_group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """An error that a worker answers with."""

    error: Exception


def _work(pipe: Connection, job: _Job) -> None:
    """Answer until the other side hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who interrupts us all closes the pipe
    with pipe:
        try:
            members = LocalMembers(
                job.make_env(), job.count, job.group_size, renews=job.renews, first_group=job.first_group
            )
            known = [0] * job.count
        except Exception as error:  # noqa: BLE001 - told to the one who asks first
            pipe.recv()
            pipe.send(_told(error))
            return
        while True:
            try:
                verb, *said = pipe.recv()
            except EOFError:
                members.close()
                return
            try:
                pipe.send(_answer(members, known, verb, said))
            except Exception as error:  # noqa: BLE001 - raised again by the one who asked
                pipe.send(_told(error))


def _answer(members: LocalMembers, known: list[int], verb: str, said: Sequence[Any]) -> Any:
    if verb == "start_streams":
        members.start_streams(said[0])
        return None
    if verb == "render":
        return members.render()
    if verb == "begin":
        begun = members.begin(said[0], said[1])
        return {
            index: (replace(one, moment=_NOTHING), _news(known, index, one.moment, anew=True), None)
            for index, one in begun.items()
        }
    answers = {}
    for index, one in members.step(said[0]).items():
        last: Observation | None = one.info.pop("final_obs", None)
        final = None
        if last is not None:  # of the episode before, with the tools that were in sight there
            final = replace(
                _news(known, index, replace(one.moment, observation=last)),
                visible=tuple(tool["function"]["name"] for tool in last["tools"]),
            )
        news = _news(known, index, one.moment, anew=last is not None)
        answers[index] = (replace(one, moment=_NOTHING), news, final)
    return answers


def _news(known: list[int], index: int, moment: Moment, *, anew: bool = False) -> _News:
    kept = 0 if anew else known[index]
    messages = moment.observation["messages"]
    known[index] = len(messages)
    return _News(kept=kept, messages=messages[kept:], visible=moment.visible.names, split=moment.split)


_NOTHING = Moment(
    observation={"messages": (), "tools": ()},
    visible=Toolset(name="", title="", tools=()),
    split=Split.TRAIN,
)
"""In place of what crosses the wire as news."""


def _told(error: Exception) -> _Failure:
    if isinstance(error, InfToolError):
        return _Failure(error=error)
    lines = "".join(traceback.format_exception(error))
    return _Failure(error=RuntimeError(f"a worker of the vector environment failed:\n{lines}"))


def _sight(toolset: Toolset, names: tuple[str, ...]) -> tuple[Toolset, tuple[JsonObject, ...]]:
    seen = in_sight(toolset, names)
    return seen, show_tools(seen)


def _end(pipes: Sequence[Connection], processes: Sequence[BaseProcess]) -> None:
    for pipe in pipes:
        pipe.close()
    for process in processes:
        process.join(_CLOSE_TIMEOUT_S)
        if process.is_alive():
            process.kill()
            process.join()
