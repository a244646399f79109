import json

import pytest

from benchmarks.fuzz import bear as bear_module
from benchmarks.fuzz.__main__ import fuzz, main
from benchmarks.fuzz.bear import bear
from benchmarks.fuzz.corpus import documents
from benchmarks.fuzz.mutations import mutate
from inftool_env.core.seeds import generator

PETS = next(text for name, text in documents() if name == "openapi31.json")


def test_broken_documents_give_tools_or_a_reason_and_never_anything_else(tmp_path):
    outcomes = fuzz(1, range(250), tmp_path)
    assert {number: one.crash for number, one in outcomes.items() if one.crash} == {}
    assert sum(one.tools > 0 for one in outcomes.values()) > 50
    assert sum(one.refusal != "" for one in outcomes.values()) > 50


def test_a_document_is_a_function_of_seed_and_number():
    others = [text for _, text in documents()]
    again = [mutate(PETS, others, generator("fuzz", 0, 1)) for _ in range(2)]
    assert again[0] == again[1] != mutate(PETS, others, generator("fuzz", 0, 2))


def test_unbroken_documents_reach_a_scenario(tmp_path):
    path = tmp_path / "pets.json"
    path.write_bytes(PETS)
    outcome = bear(path)
    assert (outcome.stage, outcome.tools, outcome.has_scenario, outcome.crash) == ("scenario", 5, True, "")


def test_a_bug_of_ours_and_a_document_that_takes_too_long_fail_the_run(tmp_path, monkeypatch, capsys):
    def broken(_):
        raise KeyError("oh")

    monkeypatch.setattr(bear_module, "read_spec", broken)
    assert bear(tmp_path).crash.startswith("KeyError: 'oh'")
    assert main(["--documents", "2", "--keep", str(tmp_path / "kept")]) == 1
    assert "FAIL x2, first document 0: KeyError" in capsys.readouterr().out
    assert len(list((tmp_path / "kept").iterdir())) == 2

    def endless(_):
        while True:
            json.dumps([])

    monkeypatch.setattr(bear_module, "read_spec", endless)
    outcome = bear(tmp_path, limit_s=0.05)
    assert outcome.crash.startswith("over 0.05 s")


@pytest.mark.parametrize("text", [b"", b"null", b"[", b"a: [", b"3", b'"x"'])
def test_the_smallest_documents_can_be_broken_too(text):
    assert all(isinstance(mutate(text, [PETS], generator("small", number)), bytes) for number in range(50))
