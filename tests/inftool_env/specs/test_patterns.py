import pytest

from inftool_env.specs.patterns import is_safe_pattern


@pytest.mark.parametrize("pattern", [r"^[A-Z]{3}$", r"^\d{4}-\d{2}$", r"^(a|b)-\w+$", r"[(+*]+", r"(ab)+"])
def test_a_plain_pattern_is_kept(pattern: str) -> None:
    assert is_safe_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(a+)+$", r"(a|ab)*c", r"((x*)y)+", r"(\d{1,})*", r"\p{L}+", "(", "[[a]", "a" * 201]
)
def test_a_slow_foreign_or_long_pattern_is_dropped(pattern: str) -> None:
    assert not is_safe_pattern(pattern)
