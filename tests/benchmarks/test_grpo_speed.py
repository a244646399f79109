import pytest

pytest.importorskip("trl")

from benchmarks.speed import grpo, grpo_task, grpo_trl


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two groups of two, and little to write."""
    for module in (grpo, grpo_task, grpo_trl):
        for name, value in (("GROUPS", 2), ("MEMBERS", 2), ("SINGLE_TOKENS", 6)):
            monkeypatch.setattr(module, name, value, raising=False)
    monkeypatch.setattr(grpo_task, "CITIES", ("Paris", "Rome"))


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("tools", [False, True])
def test_both_sides_write_the_same_number_of_tokens(tools: bool) -> None:
    task = grpo_task.Task(grpo_task.make_tokenizer(), tools)
    sides = grpo.measure(task, 1, checkpointing=False)
    ours, theirs = sides["ours"], sides["TRL"]
    assert 0 < ours.rollout_s < ours.seconds
    assert 0 < theirs.rollout_s < theirs.seconds
    if tools:
        written = 4 * sum(map(len, task.script))
        assert ours.tokens > written, "results of tools are read"
        assert theirs.tokens == pytest.approx(ours.tokens, rel=0.1)
        assert sides["environment"].seconds < ours.seconds
    else:
        assert ours.tokens == theirs.tokens == 4 * 6
