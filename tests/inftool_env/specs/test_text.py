import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.specs.text import first_sentence, leading_sentences, plain_text


@given(st.text(max_size=400), st.integers(min_value=10, max_value=160))
def test_text_keeps_its_bound_and_is_printable(text: str, limit: int) -> None:
    for shorten in (plain_text, leading_sentences, first_sentence):
        short = shorten(text, limit)
        assert len(short) <= limit
        assert "\n" not in short
        assert "\x1b" not in short


def test_markup_is_removed() -> None:
    text = "<p>Get **all** `pets` of [one owner](https://example.com/o?x=1).</p>"
    assert plain_text(text, 80) == "Get all pets of one owner."


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("Pass logins to _replace_ them, when *all* are known.", "Pass logins to replace them, when all are known."),
        ("The [RFC3230][1] digest, as in [the guide][digest guide].", "The RFC3230 digest, as in the guide."),
        ("> [!NOTE]\n> In beta.", "In beta."),
        ("At most 100\\. See min\\_\\* and max\\_tempo.", "At most 100. See min_* and max_tempo."),
        ("Two times 3 * 4 * 5 is a _ b.", "Two times 3 * 4 * 5 is a _ b."),
        ("Either global or enterprise_*, e.g. /api/.*user", "Either global or enterprise_*, e.g. /api/.*user"),
        ("A map[string][]string of _id and _rev", "A map[string][]string of _id and _rev"),
        ("Must match /?[a-z0-9][a-z0-9_.-]+ or (\\d{4})", "Must match /?[a-z0-9][a-z0-9_.-]+ or (\\d{4})"),
    ],
)  # fmt: skip
def test_markdown_is_removed_and_what_only_looks_like_it_stays(raw, plain) -> None:
    assert plain_text(raw, 200) == plain


def test_sentences_do_not_end_at_abbreviations() -> None:
    assert first_sentence("Finds towns, e.g. Bonn. Then more.", 80) == "Finds towns, e.g. Bonn."


def test_only_whole_sentences_are_taken_where_one_fits() -> None:
    assert leading_sentences("Reads it. " + "Long " * 40 + "end.", 60) == "Reads it."


def test_sections_of_a_docstring_are_left_out() -> None:
    assert leading_sentences("Add two numbers.\nArgs:\n    a: The first.", 160) == "Add two numbers."


def test_a_cut_falls_between_words() -> None:
    assert plain_text("one two three four", 12) == "one two…"
