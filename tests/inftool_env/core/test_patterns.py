import time

import pytest

from inftool_env.core.patterns import compile_pattern


def test_a_pattern_that_backtracks_for_ever_elsewhere_answers_at_once():
    text = "a" * 50_000 + "!"
    began_s = time.perf_counter()
    for pattern in (r"^(a+)+$", r"^(a|a)*$", r"^.*.*.*.*.*.*.*.*;$", r"(a*)*b", r"(.*){20}x"):
        compiled = compile_pattern(pattern)
        assert compiled is not None
        assert not compiled.is_in(text)
    assert time.perf_counter() - began_s < 2


@pytest.mark.parametrize(
    "pattern", ["(?=a)b", r"(a)\1", "(a{1000}){1000}", r"^[\p{L}]{1,999}$", "(", "a**", "\ud800"]
)
def test_a_pattern_without_bounds_in_time_or_memory_is_declined(pattern):
    assert compile_pattern(pattern) is None


def test_half_a_surrogate_pair_matches_as_one_unknown_letter():
    compiled = compile_pattern("^a.b$")
    assert compiled is not None
    assert compiled.is_in("a\ud800b")


def test_digits_and_ends_are_those_of_json_schema():
    digits = compile_pattern(r"^\d+$")
    assert digits is not None
    assert [digits.is_in(text) for text in ("12", "1\n", "\u0663")] == [True, False, False]
