import pytest
from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.errors import ConfigError
from inftool_env.core.jsonl import from_json, to_json
from inftool_env.core.scenario import CheckKind
from inftool_env.core.verdict import CheckResult, FailureKind, GateKind, GateResult, Verdict
from inftool_env.grading.reward import RewardConfig, Scheme, reward


def verdict(
    failure: str = "none",
    *,
    opened: str = "11",
    passed: str = "11",
    economy: float = 1.0,
    scorable: bool = True,
) -> Verdict:
    kinds = [CheckKind.CALLED, CheckKind.STATE, CheckKind.TOLD]
    return Verdict(
        gates=tuple(
            GateResult(kind=kind, is_open=flag == "1") for kind, flag in zip(GateKind, opened, strict=False)
        ),
        checks=tuple(
            CheckResult(kind=kind, passed=flag == "1") for kind, flag in zip(kinds, passed, strict=False)
        ),
        score=passed.count("1") / max(1, len(passed)),
        failure=FailureKind(failure),
        why="",
        scorable=scorable,
        economy=economy,
    )


CONFIGS = st.builds(
    RewardConfig,
    scheme=st.sampled_from(Scheme),
    partial=st.floats(0, 1, exclude_max=True),
    economy=st.floats(0, 1),
    weights=st.dictionaries(st.sampled_from([*map(str, GateKind), *map(str, CheckKind)]), st.floats(0, 1e6)),
)
VERDICTS = st.builds(
    verdict,
    st.sampled_from([kind.value for kind in FailureKind]),
    opened=st.text("01", min_size=5, max_size=5),
    passed=st.text("01", max_size=3),
    economy=st.floats(0, 1),
    scorable=st.booleans(),
)


@given(VERDICTS, CONFIGS)
def test_a_reward_lies_between_0_and_1_and_is_0_behind_a_closed_gate(
    judged: Verdict, config: RewardConfig
) -> None:
    paid = reward(judged, config)
    if not judged.scorable:
        assert paid is None
    elif not judged.gates_open and config.scheme is not Scheme.ADDITIVE:
        assert paid == 0.0
    else:
        assert paid is not None
        assert 0.0 <= paid <= 1.0


@given(VERDICTS)
def test_the_plain_reward_is_1_for_a_success_behind_open_gates_and_else_0(judged: Verdict) -> None:
    if judged.scorable:
        assert reward(judged) == float(judged.success and judged.gates_open)


@given(VERDICTS, CONFIGS)
def test_a_failure_earns_less_than_a_success_under_the_outcome(judged: Verdict, config: RewardConfig) -> None:
    paid = reward(judged, RewardConfig(partial=config.partial))
    assert judged.success or paid is None or paid < 1.0


ENDINGS = {"not_declined", "not_told", "wrong_answer", "too_many_questions", "turn_limit", "user_gave_up"}


@pytest.mark.parametrize("kind", [kind.value for kind in FailureKind])
def test_partial_pays_right_work_with_a_wrong_ending_and_nothing_else(kind: str) -> None:
    config = RewardConfig(partial=0.25)
    expected = 1.0 if kind == "none" else 0.25 if kind in ENDINGS else 0.0
    assert reward(verdict(kind), config) == expected
    assert reward(verdict(kind, opened="10"), config) == 0.0


def test_the_share_counts_checks_by_weight_and_the_additive_one_gates_too() -> None:
    half = verdict("not_told", opened="11", passed="110")
    weights = {"told": 2.0, "format": 3.0}
    assert reward(half, RewardConfig(scheme=Scheme.SHARE)) == 2 / 3
    assert reward(half, RewardConfig(scheme=Scheme.SHARE, weights=weights)) == 2 / 4
    assert reward(half, RewardConfig(scheme=Scheme.ADDITIVE)) == 4 / 5
    shut = verdict("malformed_call", opened="01", passed="110")
    assert reward(shut, RewardConfig(scheme=Scheme.SHARE)) == 0.0
    assert reward(shut, RewardConfig(scheme=Scheme.ADDITIVE, weights=weights)) == 3 / 8
    assert reward(verdict(passed=""), RewardConfig(scheme=Scheme.SHARE)) == 1.0
    slight = RewardConfig(scheme=Scheme.SHARE, weights={"called": 0, "state": 0.5})
    assert reward(half, slight) == 0.5 / 1.5


def test_needless_calls_cost_their_share_under_every_scheme() -> None:
    wasteful = verdict(economy=0.5)
    for scheme in Scheme:
        assert reward(wasteful, RewardConfig(scheme=scheme, economy=0.2)) == pytest.approx(0.9)
        assert reward(wasteful, RewardConfig(scheme=scheme)) == 1.0
    assert reward(verdict("turn_limit", economy=0.0), RewardConfig(partial=0.5, economy=1)) == 0.0


def test_a_configuration_is_read_from_a_name_from_fields_and_from_json() -> None:
    assert RewardConfig.read(None) == RewardConfig.read("outcome") == RewardConfig.read({}) == RewardConfig()
    fields = {"scheme": "share", "economy": 0.1, "weights": {"called": 3}}
    config = RewardConfig.read(fields)
    assert config == RewardConfig(scheme=Scheme.SHARE, economy=0.1, weights={"called": 3})
    assert RewardConfig.read(config) is config
    assert from_json(to_json(config), RewardConfig) == config
    assert fields["scheme"] == "share"


@pytest.mark.parametrize(
    ("found", "part"),
    [
        ("binary", "scheme: found 'binary'; expected one of outcome, share, additive"),
        ({"scheme": 3}, "scheme: found 3"),
        ({"bonus": 1}, "found 'bonus'; expected one of scheme, partial, economy, weights"),
        ({"partial": 1}, "partial: found 1; expected less than a success"),
        ({"partial": -0.1}, "partial: found -0.1; expected a number from 0 to 1"),
        ({"partial": 1.1}, "partial: found 1.1"),
        ({"partial": True}, "partial: found True"),
        ({"economy": "much"}, "economy: found 'much'"),
        ({"economy": float("nan")}, "economy: found nan"),
        ({"weights": {"style": 1}}, "weights: found 'style'; expected one of format, tool, schema"),
        ({"weights": {"called": -1}}, "weights: called: found -1"),
        ({"weights": {"called": float("inf")}}, "weights: called: found inf"),
        ({"weights": {"called": True}}, "weights: called: found True"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_what_would_be_possible(found: object, part: str) -> None:
    with pytest.raises(ConfigError) as error:
        RewardConfig.read(found)  # type: ignore[arg-type]
    assert str(error.value).startswith(f"reward: {part}")
