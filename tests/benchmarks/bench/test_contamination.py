from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bench.contamination import overlap, to_table
from inftool_env.core.errors import ConfigError, RecordError
from inftool_env.core.jsonl import write_jsonl

QUESTION = "Please book two seats on the early train to Vienna for Monday, and tell me the price."


@dataclass(frozen=True)
class Asked:
    id: str
    question: str
    category: str = "any"

    @property
    def texts(self) -> Mapping[str, Sequence[str]]:
        return {"question": [self.question], "function": ["book_seat"], "value": ["Vienna Central", "two"]}

    def open(self) -> Any:
        raise AssertionError("nobody plays")


TASKS = (Asked("a", QUESTION), Asked("b", "What is the weather in Oslo going to be like on Sunday evening?"))


def test_a_question_in_the_training_data_is_found_however_it_is_written(tmp_path: Path) -> None:
    told = {"messages": [{"content": "Hello! " + QUESTION.upper().replace(",", " -")}]}
    write_jsonl(tmp_path / "stage" / "demonstrations.jsonl", [{"messages": []}, told])
    found = overlap("trains", TASKS, tmp_path)
    assert (found.questions, found.seen_questions, found.seen_tasks) == (2, 1, 1)
    assert found.records == 2
    assert [(one.task, one.shared, one.where) for one in found.nearest] == [
        ("a", 1.0, "demonstrations.jsonl:2")
    ]
    assert to_table(found).row_count == 4


def test_half_a_question_is_a_neighbour_with_its_share(tmp_path: Path) -> None:
    # 17 words have 10 sequences of 8; the first 12 words hold 5 of them.
    write_jsonl(tmp_path / "t.jsonl", [" ".join(QUESTION.split()[:12])])
    found = overlap("trains", TASKS[:1], tmp_path)
    assert (found.nearest[0].shared, found.seen_tasks, found.seen_questions) == (0.5, 1, 0)


def test_function_names_and_long_values_are_found_where_they_stand_alone(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "t.jsonl", [{"book_seat": {"to": "at Vienna Central, two"}}])
    found = overlap("trains", TASKS, tmp_path)
    assert (found.functions, found.seen_functions) == (1, 1)
    assert (found.values, found.seen_values) == (1, 1)
    write_jsonl(tmp_path / "t.jsonl", ["book_seats vienna centrally"])
    assert overlap("trains", TASKS, tmp_path).seen_functions == 0
    assert overlap("trains", TASKS, tmp_path).seen_values == 0


def test_a_folder_without_training_data_or_with_a_broken_line_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="demonstrations"):
        overlap("trains", TASKS, tmp_path)
    (tmp_path / "t.jsonl").write_text("{}\n{broken\n")
    with pytest.raises(RecordError, match=r"t\.jsonl:2"):
        overlap("trains", TASKS, tmp_path)
