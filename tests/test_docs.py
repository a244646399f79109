"""The guides tell the truth: their examples run, and the architecture names the files that exist."""

import re
from pathlib import Path

import pytest
from pytest_examples import EvalExample, find_examples

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGES = ("inftool_env", "agents", "trainers", "benchmarks")


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_examples_of_a_guide_run_from_top_to_bottom(
    path: Path, eval_example: EvalExample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    failure = ""
    for example in find_examples(path):
        if example.prefix == "python" and not failure:
            try:
                names = eval_example.run_print_check(example, module_globals=names)
            except Exception as error:  # noqa: BLE001 - pytest 9 stumbles over the traceback that pytest-examples makes
                failure = f"{example}: {error!r}"
    assert not failure


def test_architecture_names_every_module_and_no_other() -> None:
    named: set[str] = set()
    folders: list[str] = []
    (tree,) = re.findall(
        r"## The files\n.*?```text\n(.*?)```", (DOCS / "architecture.md").read_text(), re.DOTALL
    )
    for indent, name in re.findall(r"^( *)(\S+(?:/|\.py))(?: |$)", tree, re.MULTILINE):
        folders = folders[: len(indent) // 2]
        if name.endswith("/"):
            folders.append(name.rstrip("/"))
        else:
            named.add("/".join([*folders, name]))
    existing = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if path.name != "__init__.py"
    }
    assert sorted(existing - named) == []
    assert sorted(named - existing) == []
