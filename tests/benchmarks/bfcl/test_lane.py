import json
import sys
from pathlib import Path

import pytest

from benchmarks.bfcl import lane
from benchmarks.bfcl.agreement import GOAL, measure
from benchmarks.bfcl.causes import UNEXPLAINED
from benchmarks.bfcl.lane import OfficialChecker
from inftool_env.core.errors import BackendError, ConfigError

FAKE = """#!{python}
import json, os, sys, time
print(json.dumps({{"ready": True}}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    answer = request.get("answer")
    if answer == "die":
        os._exit(1)
    if request["category"] == "none":
        raise SystemExit("no such file")
    if answer == "hang":
        time.sleep(60)
    told = {{"items": [{{"id": "a", "question": [], "functions": [], "declared": []}}]}}
    if request["do"] == "judge":
        told = {{"accepted": answer == os.environ.get("BFCL_PROJECT_ROOT"), "reason": str(sorted(os.environ))}}
    print(json.dumps({{"id": request["id"], **told}}), flush=True)
"""


def fake_lane(folder: Path, script: str) -> Path:
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(script.format(python=sys.executable))
    python.chmod(0o755)
    return folder


def test_a_lane_that_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="make lane-bfcl"):
        OfficialChecker(tmp_path)


def test_a_lane_that_does_not_start_is_said_with_its_own_words(tmp_path: Path) -> None:
    broken = fake_lane(tmp_path, "#!{python}\nraise SystemExit('no module named bfcl_eval')\n")
    with OfficialChecker(broken) as checker, pytest.raises(BackendError, match="no module named bfcl_eval"):
        checker.items("simple_python")


def test_an_answer_that_kills_or_hangs_the_checker_is_wrong_and_the_next_one_is_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lane, "GRACE_S", 0.2)
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    with OfficialChecker(fake_lane(tmp_path, FAKE), verdict_s=0.3) as checker:
        with pytest.raises(BackendError, match=r"'none' could not be read[^$]*no such file"):
            checker.items("none")
        (item,) = checker.items("simple_python")
        assert (item.id, item.category, item.truth) == ("a", "simple_python", None)
        dead = checker.judge(item, "die")
        assert not dead.accepted
        assert "ended" in dead.reason
        hung = checker.judge(item, "hang")
        assert not hung.accepted
        assert "silent" in hung.reason
        alive = checker.judge(item, "fine")
        assert "BFCL_PROJECT_ROOT" in alive.reason
        assert "LANG" not in alive.reason, "nothing of our environment is handed on"


@pytest.mark.bfcl
@pytest.mark.slow
@pytest.mark.timeout(600)  # BFCL takes ten seconds to load, and minutes on a busy machine
def test_both_verdicts_on_real_items_are_the_same(official: OfficialChecker) -> None:
    categories = ["simple_python", "multiple", "parallel", "irrelevance", "live_multiple"]
    report = measure(official, categories, limit=4)
    assert report.overall.cases > 200
    assert report.overall.agreement >= GOAL
    assert not report.causes[UNEXPLAINED]
    assert not report.left_out


@pytest.mark.bfcl
@pytest.mark.timeout(600)
def test_a_conversation_is_judged_the_same_however_often(official: OfficialChecker) -> None:
    item = official.items("multi_turn_base")[0]
    wrong = [[[{"mkdir": json.dumps({"dir_name": "other"})}], "done"] for _ in item.question]
    report = measure(official, ["multi_turn_base"], limit=1)
    assert not official.judge(item, wrong).accepted
    again = measure(official, ["multi_turn_base"], limit=1)
    assert report.to_json() == again.to_json()


@pytest.mark.bfcl
@pytest.mark.timeout(600)
def test_code_in_names_is_never_run(official: OfficialChecker, tmp_path: Path) -> None:
    item = official.items("multi_turn_base")[0]
    touch = f"__import__('pathlib').Path({str(tmp_path / 'harm')!r}).touch()"
    for call in ({f"{touch} or cd": "{}"}, {"cd": json.dumps({f"folder={touch}, x": 1})}):
        assert not official.judge(item, [[[call]] for _ in item.question]).accepted
        assert not official.judge(item, [[call] for _ in item.question]).accepted
    assert not (tmp_path / "harm").exists()


@pytest.mark.bfcl
@pytest.mark.timeout(600)
def test_answers_of_no_form_are_wrong_and_break_nothing(official: OfficialChecker) -> None:
    item = official.items("simple_python")[0]
    talk = official.items("multi_turn_base")[0]
    deep: object = "x"
    for _ in range(200):
        deep = [deep]
    for answer in (None, 5, {}, [[]], [{"f": "{"}], [{"f": "[]"}], [{}], "[f()]", deep):
        assert not official.judge(item, answer).accepted
        assert not official.judge(talk, answer).accepted
    assert official.judge(item, [{"calculate_triangle_area": '{"base": 10, "height": 5}'}]).accepted
