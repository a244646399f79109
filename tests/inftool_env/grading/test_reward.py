from hypothesis import given
from hypothesis import strategies as st

from inftool_env.core.verdict import FailureKind, GateKind, GateResult, Verdict
from inftool_env.grading.reward import RewardConfig, Scheme, reward

VERDICTS = st.builds(
    Verdict,
    gates=st.lists(st.booleans(), min_size=5, max_size=5).map(
        lambda flags: tuple(
            GateResult(kind=kind, is_open=flag) for kind, flag in zip(GateKind, flags, strict=True)
        )
    ),
    checks=st.just(()),
    score=st.floats(0, 1),
    failure=st.sampled_from(FailureKind),
    why=st.just(""),
    scorable=st.booleans(),
)


@given(VERDICTS, st.booleans())
def test_a_reward_lies_between_0_and_1_and_is_0_behind_a_closed_gate(verdict: Verdict, partial: bool) -> None:
    paid = reward(verdict, RewardConfig(scheme=Scheme.SHARE if partial else Scheme.OUTCOME))
    if not verdict.scorable:
        assert paid is None
    elif not verdict.gates_open:
        assert paid == 0.0
    else:
        assert paid is not None
        assert 0.0 <= paid <= 1.0


@given(VERDICTS)
def test_the_plain_reward_is_1_for_a_success_behind_open_gates_and_else_0(verdict: Verdict) -> None:
    if verdict.scorable:
        assert reward(verdict) == float(verdict.success and verdict.gates_open)
