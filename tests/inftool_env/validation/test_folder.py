import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from inftool_env.core.schema import JsonObject
from inftool_env.validation.document import validate
from inftool_env.validation.folder import documents_in, validate_apart

Save = Callable[..., Path]


def test_documents_are_found_below_a_folder_but_not_in_hidden_ones(save: Save, tmp_path: Path) -> None:
    for name in ("b.yaml", "deep/a.json", ".git/c.json", "notes.txt"):
        save({}, name)
    assert [path.name for path in documents_in(tmp_path)] == ["b.yaml", "a.json"]


def test_a_process_of_its_own_comes_to_the_same(save: Save, library: JsonObject) -> None:
    path = save(library)
    here, apart = validate(str(path), seeds=1), validate_apart(path, seeds=1)  # hash seeds differ by process
    assert [one.digest for one in apart.environments] == [one.digest for one in here.environments]
    assert apart.tools == here.tools
    assert apart.peak_bytes > 10_000_000


def test_a_process_that_ends_early_is_a_finding(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    assert "ended with code 1" in validate_apart(save({}), seeds=1).error
