import pytest

from benchmarks.bfcl.conversation import render_conversation
from inftool_env.core.errors import SpecError
from inftool_env.core.message import ToolCall
from inftool_env.core.verdict import FailureKind


def cd(folder: str) -> ToolCall:
    return ToolCall(name="cd", arguments={"folder": folder})


@pytest.fixture
def talk(make_item, function):
    functions = (
        function("cd", ("folder",), folder={"type": "string"}),
        function(
            "delete_file", ("name",), name={"type": "string"}, force={"type": "boolean", "default": False}
        ),
        function("list_files"),
    )

    def talk(*truth: list[str], **fields: object):
        question = tuple(({"role": "user", "content": "Go on."},) for _ in truth)
        fields = {"functions": functions, "category": "multi_turn_base"} | fields
        return render_conversation(make_item(truth=list(truth), question=question, **fields))

    return talk


def test_python_calls_are_read_with_names_for_positional_arguments(talk) -> None:
    conversation = talk(["cd('a')", "delete_file(name='x', force=True)"], [], ["list_files()"])
    assert conversation.turns == (
        (cd("a"), ToolCall(name="delete_file", arguments={"name": "x", "force": True})),
        (),
        (ToolCall(name="list_files", arguments={}),),
    )
    assert conversation.judge(conversation.turns).success


def test_a_call_belongs_into_its_turn_even_when_another_turn_has_the_same(talk) -> None:
    conversation = talk(["cd('a')", "cd('b')"], ["cd('a')"])
    assert conversation.judge(conversation.turns).success
    assert not conversation.judge(((cd("a"),), (cd("b"), cd("a")))).success
    assert conversation.judge(((cd("b"), cd("a")), (cd("a"),))).failure is FailureKind.WRONG_ORDER


def test_looking_around_is_free_and_changing_something_else_is_not(talk) -> None:
    conversation = talk(["cd('a')"], [])
    look = ToolCall(name="list_files", arguments={})
    assert conversation.judge(((cd("a"), look), (look,))).success
    remove = ToolCall(name="delete_file", arguments={"name": "x"})
    assert conversation.judge(((cd("a"),), (remove,))).failure is FailureKind.UNWANTED_CHANGE


def test_an_argument_may_be_left_out_only_where_the_truth_has_its_default(talk) -> None:
    def remove(**arguments: object) -> ToolCall:
        return ToolCall(name="delete_file", arguments={"name": "x", **arguments})

    by_default = talk(["delete_file(name='x')"])
    assert by_default.judge(((remove(force=False),),)).success
    forced = talk(["delete_file(name='x', force=True)"])
    assert not forced.judge(((remove(),),)).success


def test_one_turn_can_be_changed_as_an_item_of_its_own(talk) -> None:
    turn = talk(["cd('a')"], ["delete_file('x')"]).turn(1)
    assert turn.answer == (ToolCall(name="delete_file", arguments={"name": "x"}),)
    assert turn.scenario.checks[0].call.name == "delete_file"


@pytest.mark.parametrize(
    "line", ["import os", "os.remove('x')", "cd(open('x'))", "fly()", "cd('a'", "cd(**{'folder': 1})"]
)
def test_a_truth_that_is_no_plain_call_is_refused_and_never_run(talk, line: str) -> None:
    with pytest.raises(SpecError, match="expected a plain call"):
        talk([line])
