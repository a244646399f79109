import io
from collections.abc import Callable

import pytest
from rich.console import Console

from agents.commands.play import play, understand
from inftool_env.core.message import ToolCall
from inftool_env.envs.actions import parse_action
from inftool_env.envs.registry import open_episode


def typed(*lines: str) -> Callable[[], str]:
    """A person who types these lines and then leaves."""
    waiting = iter(lines)

    def read_line() -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return read_line


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=200)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ('get_forecast(city="Rome", days=3)', [("get_forecast", {"city": "Rome", "days": 3})]),
        (" ping() ", [("ping", {})]),
        (
            'ping(), get(tags=["a"], deep={"x": None})',
            [("ping", {}), ("get", {"tags": ["a"], "deep": {"x": None}})],
        ),
        ('{"name": "get-it", "arguments": {"x": 1}}', [("get-it", {"x": 1})]),
        ('[{"name": "a", "arguments": {}}, {"name": "b", "arguments": {}}]', [("a", {}), ("b", {})]),
        ("Which city do you mean?", []),
        ("I mean Rome (the one in Italy).", []),
        ("{no json", []),
    ],
)
def test_a_line_is_a_call_where_it_looks_like_one_and_words_otherwise(text: str, calls: list) -> None:
    parsed = parse_action(understand(text))
    assert parsed.errors == ()
    assert parsed.calls == tuple(ToolCall(name=name, arguments=arguments) for name, arguments in calls)
    assert bool(parsed.content) is not bool(calls)


def test_a_person_who_plays_the_solution_succeeds(console: Console) -> None:
    episode = open_episode("InfTool/weather-api-v0", 0, category="simple")
    call = episode.scenario.solution[0].calls[0]
    arguments = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
    verdict = play(episode, console, typed(f"{call.name}({arguments})", "There you are."))
    assert verdict is not None
    assert verdict.success
    assert "Success" in shown(console)
    assert call.name in shown(console)


def test_a_line_that_cannot_be_read_costs_no_turn(console: Console) -> None:
    episode = open_episode("InfTool/weather-api-v0", 0, category="simple")
    verdict = play(episode, console, typed('{"nam": 1}', "", "Bye."))
    assert verdict is not None
    assert len(episode.trajectory().turns) == 1
    assert "Failure" in shown(console)


def test_leaving_early_gives_no_verdict(console: Console) -> None:
    assert play(open_episode("InfTool/weather-api-v0", 0), console, typed()) is None
    assert "left before the end" in shown(console)
