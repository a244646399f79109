import pytest

from inftool_env.specs.yaml_text import MAX_DEPTH, load_yaml


def test_response_codes_are_read_as_text() -> None:
    assert load_yaml("200: fine\non: 1\n") == {"200": "fine", "on": 1}


def test_words_dates_and_times_stay_text() -> None:
    assert load_yaml("[on, yes, 12:30, 2024-01-31, '5', 5, 1.5, true, null, ~]") == [
        "on", "yes", "12:30", "2024-01-31", "5", 5, 1.5, True, None, None,
    ]  # fmt: skip


def test_an_explicit_key_wins_over_a_merged_one() -> None:
    text = "base: &base {a: 1, b: 2}\nuse:\n  b: 3\n  <<: *base\n"
    assert load_yaml(text)["use"] == {"a": 1, "b": 3}


def test_aliases_that_expand_to_billions_are_refused() -> None:
    rows = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"]
    rows += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(ValueError, match="aliases included"):
        load_yaml("\n".join(rows))


def test_an_anchor_inside_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="no finished anchor"):
        load_yaml("a: &a [*a]")


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(ValueError, match="levels deep"):
        load_yaml("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))


def test_tags_make_no_objects() -> None:
    assert load_yaml("!!python/object/apply:os.system ['echo']") == ["echo"]
