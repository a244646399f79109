"""An episode's folder has one name for the policy, wherever it lies."""

from collections.abc import Iterator

import pytest

from inftool_env.envs.live.folder import EpisodeFolder


@pytest.fixture
def folder() -> Iterator[EpisodeFolder]:
    folder = EpisodeFolder()
    yield folder
    folder.remove()


def test_names_are_translated_there_and_back(folder: EpisodeFolder) -> None:
    told = {"path": "/workspace/a/b.txt", "paths": ["/workspace", "see /workspace/c, please"], "count": 3}
    real = folder.to_real(told)
    assert real["path"] == f"{folder.path}/a/b.txt"
    assert real["paths"] == [str(folder.path), f"see {folder.path}/c, please"]
    assert folder.to_shown(real) == told


@pytest.mark.parametrize(
    "text", ["/workspaces/a", "/home/workspace", "my/workspace", "/workspace2", "/workspace.old"]
)
def test_other_names_are_left_alone(folder: EpisodeFolder, text: str) -> None:
    assert folder.to_real(text) == text


def test_emptying_leaves_the_folder_and_follows_no_link(folder: EpisodeFolder, tmp_path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (folder.path / "deep" / "er").mkdir(parents=True)
    (folder.path / "link").symlink_to(tmp_path)
    (folder.path / "file").write_text("x")
    folder.empty()
    assert list(folder.path.iterdir()) == []
    assert (tmp_path / "mine.txt").read_text() == "mine"
