"""The pool of warm servers, with servers that only pretend."""

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

import pytest

from inftool_env.core.errors import BackendError
from inftool_env.core.scenario import Split
from inftool_env.envs.live.pool import WarmPool
from inftool_env.envs.live.server import RunningServer, WorldKey


def world(seed: int) -> WorldKey:
    return (seed, Split.TRAIN)


@dataclass(eq=False)
class Pretence:
    world: WorldKey
    keeps_nothing: bool = False
    is_open: bool = True
    is_used: bool = False

    @property
    def plan(self) -> SimpleNamespace:
        return SimpleNamespace(recipe=SimpleNamespace(keeps_nothing=self.keeps_nothing))

    @property
    def is_renewable(self) -> bool:
        return self.keeps_nothing and self.is_open

    def renew(self, world: WorldKey) -> None:
        self.world, self.is_used = world, False

    def close(self) -> None:
        self.is_open = False


@dataclass
class Starter:
    keeps_nothing: bool = False
    started: list[Pretence] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, world: WorldKey) -> RunningServer:
        if world[0] < 0:
            raise BackendError("no server")
        server = Pretence(world, self.keeps_nothing)
        with self.lock:
            self.started.append(server)
        return cast("RunningServer", server)

    @property
    def open(self) -> int:
        return sum(server.is_open for server in self.started)


def take(pool: WarmPool, seed: int) -> Pretence:
    pool.promise(world(seed))
    server = cast("Pretence", pool.take(world(seed)))
    server.is_used = True
    return server


def test_nobody_gets_a_server_that_somebody_has_used() -> None:
    start = Starter()
    pool = WarmPool(start, limit=2)
    first = take(pool, 1)
    pool.put_back(cast("RunningServer", first))
    assert take(pool, 1) is not first
    pool.close()
    assert start.open == 0


def test_a_server_that_keeps_nothing_goes_on_in_another_world() -> None:
    start = Starter(keeps_nothing=True)
    pool = WarmPool(start, limit=2)
    first = take(pool, 1)
    pool.put_back(cast("RunningServer", first))
    second = take(pool, 2)
    assert (second is first, second.world) == (True, world(2))
    pool.close()


def test_an_unused_server_waits_for_whoever_wants_its_world() -> None:
    pool = WarmPool(Starter(keeps_nothing=True), limit=1)
    pool.promise(world(1))
    first = pool.take(world(1))
    pool.put_back(first)
    pool.promise(world(1))
    assert pool.take(world(1)) is first
    pool.close()


def test_no_more_servers_wait_than_the_limit_allows() -> None:
    start = Starter()
    pool = WarmPool(start, limit=2)
    for seed in range(20):
        pool.promise(world(seed))
        pool.forget(world(seed))
    assert len(pool._fresh) == 2
    pool.close()
    assert start.open == 0


def test_what_was_promised_is_not_ended_to_make_room() -> None:
    start = Starter()
    pool = WarmPool(start, limit=2)
    for seed in range(20):
        pool.promise(world(seed))
    assert list(pool._fresh) == [world(0), world(1)]
    pool.close()


def test_a_failing_start_is_told_to_whoever_takes_and_to_nobody_else() -> None:
    pool = WarmPool(Starter(), limit=2)
    pool.promise(world(-1))
    with pytest.raises(BackendError, match="no server"):
        pool.take(world(-1))
    assert take(pool, 1).is_open
    pool.close()


def test_a_closed_pool_gives_nothing_and_ends_what_comes_back() -> None:
    pool = WarmPool(Starter(), limit=2)
    server = take(pool, 1)
    pool.close()
    pool.close()
    assert not server.is_open
    with pytest.raises(BackendError, match="the environment is closed"):
        pool.take(world(1))
