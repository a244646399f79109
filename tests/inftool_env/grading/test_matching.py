from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import ExpectedCall, Likeness
from inftool_env.core.tool import Toolset, ToolSpec
from inftool_env.grading.equality import same_value
from inftool_env.grading.matching import fulfils
from inftool_env.grading.matching import match_calls as match_with_tools

NO_TOOLS = Toolset(name="none", title="None", tools=())


def match_calls(wanted, calls):
    return match_with_tools(wanted, calls, NO_TOOLS)


def made(**arguments: object) -> ToolCall:
    return ToolCall(name="f", arguments=arguments)


def want(*optional: str, **arguments: object) -> ExpectedCall:
    return ExpectedCall(name="f", arguments=arguments, optional=optional)


def test_numbers_and_spaces_around_strings_do_not_matter_but_all_else_does() -> None:
    assert fulfils(made(n=1, s=" a "), want(n=1.0, s="a"))
    assert not fulfils(made(n=True), want(n=1))
    assert not fulfils(made(s="A"), want(s="a"))
    assert not fulfils(made(items=[2, 1]), want(items=[1, 2]))
    assert not fulfils(made(n=1, extra=2), want(n=1))
    assert not fulfils(ToolCall(name="g", arguments={}), want())


def test_an_optional_argument_may_be_left_out_but_not_changed() -> None:
    expected = want("unit", city="Rome", unit="metric")
    assert fulfils(made(city="Rome"), expected)
    assert fulfils(made(city="Rome", unit="metric"), expected)
    assert not fulfils(made(city="Rome", unit="imperial"), expected)


def test_an_accepted_value_is_as_right_as_the_argument_itself() -> None:
    expected = ExpectedCall(
        name="f", arguments={"n": 1, "city": "Rome"}, accepted={"city": ("Roma", None), "n": (7,)}
    )
    assert fulfils(made(n=1, city="Rome"), expected)
    assert fulfils(made(n=7.0, city="Roma"), expected)
    assert fulfils(made(n=1, city=None), expected)
    assert not fulfils(made(n=1, city="roma"), expected)
    assert not fulfils(made(n="Roma", city="Rome"), expected)
    assert not fulfils(made(n=1), expected), "accepted values do not make an argument optional"


def test_a_text_compared_loosely_may_be_written_with_other_case_spaces_and_marks() -> None:
    expected = ExpectedCall(
        name="f",
        arguments={"city": "New York, N.Y.", "tags": [{"who": "the 'Met'"}], "code": "a-1"},
        accepted={"city": ("NYC",)},
        likeness={"city": Likeness.LOOSE, "tags": Likeness.LOOSE},
    )
    given = {"city": "new_york ny", "tags": [{"who": 'The "met"'}], "code": "a-1"}
    assert fulfils(made(**given), expected)
    assert fulfils(made(**{**given, "city": "n.y.c"}), expected)
    assert not fulfils(made(**{**given, "city": "newyork: ny"}), expected)
    assert not fulfils(made(**{**given, "city": 5}), expected)
    assert not fulfils(made(**{**given, "code": "A-1"}), expected), "only where the call says so"


def test_an_exact_argument_is_written_as_the_right_value_is_type_for_type() -> None:
    expected = ExpectedCall(
        name="f", arguments={"n": 5}, accepted={"n": ([1, 2.0],)}, likeness={"n": Likeness.EXACT}
    )
    tool = ToolSpec(name="f", description="F.", parameters={"type": "object", "properties": {"n": {}}})
    for value, is_right in [(5, True), ([1, 2.0], True), (5.0, False), ("5", False), ([1, 2], False)]:
        assert fulfils(made(n=value), expected) is is_right
        assert fulfils(made(n=value), expected, tool) is is_right
    assert fulfils(made(n=5.0), want(n=5))


def test_the_tool_reads_accepted_values_as_it_reads_the_argument_itself() -> None:
    day = {"type": "string", "format": "date"}
    tool = ToolSpec(name="f", description="F.", parameters={"type": "object", "properties": {"day": day}})
    expected = ExpectedCall(name="f", arguments={"day": "soon"}, accepted={"day": ("2026-11-24",)})
    assert fulfils(made(day="20261124"), expected, tool)
    assert not fulfils(made(day="20261124"), expected)


def test_one_call_fulfils_one_expectation_only() -> None:
    match = match_calls([want(n=1), want(n=1)], [made(n=1), made(n=2)])
    assert match.made_for == (0, None)
    assert match.others == (1,)


def test_a_call_that_fits_two_expectations_leaves_the_other_one_its_own() -> None:
    # First come, first served would give made(a=1) to the first, and b=2 would fit nothing.
    either, exact = want("b", a=1, b=3), want("b", a=1, b=2)
    match = match_calls([exact, either], [made(a=1), made(a=1, b=2)])
    assert match.made_for == (1, 0)
    assert match.others == ()


def test_two_equal_calls_fulfil_two_equal_expectations_in_their_order() -> None:
    assert match_calls([want(n=1), want(n=1)], [made(n=1), made(n=1)]).made_for == (0, 1)


@given(st.lists(st.integers(0, 2), max_size=8))
def test_equal_calls_fulfil_equal_expectations_in_their_order(numbers: list[int]) -> None:
    match = match_calls([want(n=n) for n in numbers], [made(n=n) for n in numbers])
    assert match.made_for == tuple(range(len(numbers)))


def test_an_expectation_gives_its_place_only_to_one_that_can_take_it() -> None:
    # The second expectation fits the first call alone, so the first one has to wait.
    expected = [want("b", a=1, b=3), want("b", a=1, b=2)]
    assert match_calls(expected, [made(a=1, b=2), made(a=1)]).made_for == (1, 0)


@given(st.permutations(range(6)))
def test_the_order_of_calls_does_not_matter(order: list[int]) -> None:
    match = match_calls([want(n=n) for n in range(6)], [made(n=n) for n in order])
    assert [order[at] for at in match.made_for if at is not None] == list(range(6))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, JSON)
def test_sameness_is_reflexive_and_symmetric(one: object, other: object) -> None:
    assert same_value(one, one)
    assert same_value(one, other) == same_value(other, one)
