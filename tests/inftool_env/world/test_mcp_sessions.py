import pytest

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.world.backend import StatefulBackend
from inftool_env.world.mcp_names import Choice
from inftool_env.world.mcp_sessions import Limits, Session, Sessions, SessionsFullError
from inftool_env.world.worlds import SimulatedWorlds

ORDER = ToolCall(name="place_order", arguments={"customer_id": "c", "quantity": 2})


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class ClosingBackend(StatefulBackend):
    closed = False

    def close(self) -> None:
        self.closed = True


class ClosingWorlds(SimulatedWorlds):
    def open(self, toolset, seed, split) -> ClosingBackend:
        return ClosingBackend(toolset, seed, split)


def sessions_of(shop, clock=None, **limits) -> Sessions:
    return Sessions(ClosingWorlds(), shop, limits=Limits(**limits), clock=clock or Clock())


def orders(session: Session) -> int:
    return session.call(ToolCall(name="list_orders")).data["total"]


def test_equal_names_are_one_world_and_other_names_others(shop):
    sessions = sessions_of(shop)
    first = sessions.of(sessions.name(Choice(token="a")))
    first.call(ORDER)
    assert sessions.of(sessions.name(Choice(token="a"), session="ignored")) is first
    for other in (
        sessions.name(Choice(token="b")),
        sessions.name(Choice(token="a", seed=1)),
        sessions.name(Choice(token="a", split=Split.EVAL)),
        sessions.name(Choice(), session="a"),
        sessions.connect(),
        sessions.connect(),
    ):
        assert sessions.of(other).digest() != first.digest()
    assert len(sessions) == 7


def test_a_client_that_names_nothing_gets_the_servers_seed_and_split(shop):
    sessions = Sessions(SimulatedWorlds(), shop, seed=7, split=Split.EVAL)
    session = sessions.of(sessions.connect())
    expected = StatefulBackend(shop, 7, Split.EVAL).rows("get_order")
    assert session.backend.rows("get_order") == expected


def test_a_request_that_comes_again_gets_its_answer_again(shop):
    sessions = sessions_of(shop)
    session = sessions.of(sessions.connect())
    before = orders(session)
    first = session.call(ORDER, ("client", 1))
    assert session.call(ORDER, ("client", 1)) is first
    assert orders(session) == before + 1
    for another in (("client", 2), ("client", "1"), ("other", 1), None, None):
        assert session.call(ORDER, another) != first
    assert orders(session) == before + 6
    session.call(ToolCall(name="place_order", arguments={"customer_id": "d", "quantity": 1}), ("client", 1))
    assert orders(session) == before + 7


def test_only_the_last_answers_are_remembered(shop):
    sessions = sessions_of(shop)
    session = sessions.of(sessions.connect())
    first = session.call(ORDER, 0)
    for number in range(1, 33):
        session.call(ORDER, number)
    assert session.call(ORDER, 0) != first


def test_idle_worlds_are_let_go_of_and_used_ones_kept(shop):
    clock = Clock()
    sessions = sessions_of(shop, clock, idle_s=10)
    idle, used, held = (sessions.of(sessions.name(Choice(token=token))) for token in "abc")
    with sessions.held(held.name):
        clock.now_s = 6
        sessions.of(used.name)
        clock.now_s = 10
        assert sessions.drop_idle() == 1
        assert idle.backend.closed
        clock.now_s = 16
        assert sessions.drop_idle() == 1
        assert list(sessions) == [held]
    assert sessions.drop_idle() == 0
    clock.now_s = 26
    assert sessions.drop_idle() == 1
    assert held.backend.closed
    assert sessions.of(idle.name) is not idle


def test_one_world_too_many_is_refused_and_an_idle_one_makes_room(shop, caplog):
    clock = Clock()
    sessions = sessions_of(shop, clock, max_sessions=2, idle_s=10)
    first, second, third = (sessions.name(Choice(token=token)) for token in "abc")
    sessions.of(first)
    clock.now_s = 5
    sessions.of(second)
    with pytest.raises(SessionsFullError, match="2 worlds are open"):
        sessions.of(third)
    assert "refused: a world more than the 2 that are open" in caplog.text
    clock.now_s = 10
    assert sessions.of(third).name == third
    assert [session.name for session in sessions] == [second, third]


def test_closing_lets_go_of_the_world_once(shop):
    sessions = sessions_of(shop)
    name = sessions.connect()
    session = sessions.of(name)
    assert sessions.close(name)
    assert session.backend.closed
    assert not sessions.close(name)
    again = sessions.of(name)
    sessions.close_all()
    assert again.backend.closed
    assert len(sessions) == 0


def test_names_that_open_no_world_leave_nothing_behind(shop):
    sessions = sessions_of(shop)
    with sessions.held(sessions.name(Choice(), session="made up")):
        pass
    assert len(sessions) == 0
    assert not sessions._in_use
    assert not sessions._used_s


def test_only_tools_of_the_toolset_can_be_hidden(shop):
    with pytest.raises(KeyError, match="teleport"):
        Sessions(SimulatedWorlds(), shop, hidden=["teleport"])
