import json
import random
from pathlib import Path

import pytest

from benchmarks.language import main, measure, openings, read_bfcl, skeleton

TEXTS = ["Cancel order 5.", "Cancel order 6.", "What is the weather like in Rome?"]


def test_the_figures_of_three_texts_are_those_counted_by_hand() -> None:
    found = measure(TEXTS, [skeleton(text) for text in TEXTS], random.Random(0))
    assert (found.texts, found.words_median) == (3, 3)
    assert found.words_mean == pytest.approx((3 + 3 + 7) / 3)
    assert found.vocabulary == len(
        {"cancel", "order", "5", "6", "what", "is", "the", "weather", "like", "in", "rome", ".", "?"}
    )
    assert found.distinct_1 == found.vocabulary / (4 + 4 + 8)
    assert found.distinct_3 == (2 + 2 + 6) / (2 + 2 + 6)
    assert found.repeated == pytest.approx(2 / 3)


def test_texts_that_resemble_each_other_have_a_higher_self_bleu() -> None:
    alike = [f"please cancel the order with number {number} at once" for number in range(9)]
    other = ["one two three four", "five six seven eight", "nine ten eleven twelve"]
    assert (
        measure(alike, alike, random.Random(0)).self_bleu
        > 60
        > measure(other, other, random.Random(0)).self_bleu
    )


def test_a_skeleton_has_no_values() -> None:
    assert skeleton('Call it "Blue sky", room B-12.') == skeleton('Call it "No way", room C-9.')
    assert skeleton("Mail a@b.org to Mei.", ["Mei"]) == skeleton("Mail c@d.net to Bo.", ["Bo"])
    assert skeleton("Cancel it.") != skeleton("Call it.")


def test_questions_are_read_from_bfcl_files_and_other_files_are_passed_over(tmp_path: Path) -> None:
    item = {"question": [[{"role": "system", "content": "no"}, {"role": "user", "content": "Which city?"}]]}
    (tmp_path / "BFCL_v4_simple.json").write_text(json.dumps(item) + "\n")
    (tmp_path / "BFCL_v4_settings.json").write_text('{\n  "a": 1\n}\n')
    assert read_bfcl(tmp_path) == {"simple": ["Which city?"]}


def test_openings_come_from_several_apis_and_are_the_same_again() -> None:
    first, again = (list(openings("simple", 12)) for _ in range(2))
    assert [one.opening for one in first] == [one.opening for one in again]
    assert len({one.toolset for one in first}) > 1


def test_fewer_than_two_texts_have_no_figures() -> None:
    with pytest.raises(ValueError, match="expected 2 or more"):
        measure(["one"], ["one"], random.Random(0))


def test_the_command_prints_a_line_for_every_category(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--openings", "4", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["multi_turn"]["texts"] == 4
    assert len(found) == 17
