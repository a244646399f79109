import json
import math
from collections.abc import Callable

import pytest

from agents.roles.agreement import agreement
from agents.roles.asking import Objection
from agents.roles.chat import ChatRequest, ScriptedChat
from agents.roles.critique import critique_and_rewrite
from agents.roles.errors import AuditedOutError, AuditKind, ChatError
from agents.roles.judge import Judgement, ModelJudge
from agents.rollout import EpisodeRequest, rollout
from agents.scripted import OraclePolicy
from inftool_env.core.scenario import Split
from inftool_env.envs.apis import load_toolset
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest


def voting(*votes: str, times: int | None = None) -> ModelJudge:
    """One vote after the other; what is no yes or no is given as it stands."""
    left = iter(votes)

    def answer(_: ChatRequest) -> str:
        vote = next(left)
        return json.dumps({"why": f"because {vote}", "answer": vote}) if vote in ("yes", "no") else vote

    return ModelJudge(ScriptedChat(answer), votes=times or len(votes), tries=1)


@pytest.mark.parametrize(
    ("votes", "decision"),
    [
        (("yes", "yes", "no"), True),
        (("no", "yes", "no"), False),
        (("yes", "maybe", "yes"), True),
        (("yes", "maybe", ""), None),
        (("yes", "no", "{}"), None),
        (("", "", ""), None),
    ],
)
def test_more_than_half_of_all_votes_decides(votes: tuple[str, ...], decision: bool | None) -> None:
    judgement = voting(*votes).judge("Is it?", {})
    assert judgement.decision is decision
    assert judgement.votes == 3


def test_reasons_are_kept_and_every_vote_is_asked_for_separately() -> None:
    seeds: list[int] = []

    def answer(request: ChatRequest) -> str:
        seeds.append(request.seed)
        return json.dumps({"why": "so", "answer": "yes"})

    judgement = ModelJudge(ScriptedChat(answer), votes=5).judge("Is it?", {})
    assert judgement.reasons == ("so",) * 5
    assert len(set(seeds)) == 5


def test_model_that_is_gone_is_no_vote() -> None:
    def gone(_: ChatRequest) -> str:
        raise ChatError("gone")

    with pytest.raises(ChatError):
        ModelJudge(ScriptedChat(gone)).judge("Is it?", {})


def test_judge_of_a_trajectory_sees_the_conversation_and_judge_of_a_scenario_its_solution() -> None:
    materials: list[dict[str, object]] = []

    def answer(request: ChatRequest) -> str:
        materials.append(json.loads(request.messages[1]["content"])["material"])
        return json.dumps({"why": "so", "answer": "yes"})

    judge = ModelJudge(ScriptedChat(answer), votes=1)
    toolset = load_toolset("shop-api")
    scenario = TemplateAuthor().write(toolset, ScenarioRequest(category="missing_param"), 3, Split.TRAIN)
    assert judge.judge_scenario(scenario, toolset).decision
    (trajectory,) = rollout(OraclePolicy(), [EpisodeRequest(env_id="InfTool/shop-api-v0", seed=1)])
    assert judge.judge_trajectory(trajectory).decision
    assert materials[0]["first_message"] == scenario.opening
    conversation = materials[1]["conversation"]
    assert isinstance(conversation, list)
    assert conversation[0].startswith("user: ")


def test_agreement_on_paper() -> None:
    """Three questions, three votes each: 3:0, 0:3 and 2:1.

    Pairs: 3 + 3 + 1 of 9 agree. Observed disagreement: 2 * 2 * 1 / 2 / 9 = 2/9; expected with 5 yes and 4 no of 9:
    2 * 5 * 4 / (9 * 8) = 5/9; alpha = 1 - 2/5.
    """
    found = agreement([Judgement(yes=3, no=0), Judgement(yes=0, no=3), Judgement(yes=2, no=1)])
    assert found.items == 3
    assert found.unanimous == pytest.approx(2 / 3)
    assert found.pairs == pytest.approx(7 / 9)
    assert found.alpha == pytest.approx(3 / 5)


def test_agreement_of_nothing_is_no_number() -> None:
    assert math.isnan(agreement([Judgement(yes=1, no=0, void=2)]).pairs)
    assert math.isnan(agreement([Judgement(yes=3, no=0)]).alpha)


def critic(*critiques: list[str], texts: tuple[str, ...] = ()) -> Callable[[ChatRequest], str]:
    found, written = iter(critiques), iter(texts)

    def answer(request: ChatRequest) -> str:
        if "say what is wrong" in request.messages[0]["content"]:
            return json.dumps({"problems": next(found)})
        return json.dumps({"text": next(written)})

    return answer


def no_objection(_: str) -> Objection | None:
    return None


def test_text_without_problems_stays_as_it_is() -> None:
    done = critique_and_rewrite(ScriptedChat(critic([])), "a", rules="", situation={}, audit=no_objection)
    assert (done.text, done.problems, done.is_good) == ("a", ((),), True)


def test_text_is_written_again_until_nothing_is_found() -> None:
    chat = ScriptedChat(critic(["dull"], [], texts=("b",)))
    done = critique_and_rewrite(chat, "a", rules="", situation={}, audit=no_objection)
    assert (done.text, done.problems, done.is_good) == ("b", (("dull",), ()), True)


def test_rounds_end_and_the_last_critique_is_told() -> None:
    chat = ScriptedChat(critic(["dull"], ["duller"], ["dullest"], texts=("b", "c")))
    done = critique_and_rewrite(chat, "a", rules="", situation={}, audit=no_objection, rounds=2)
    assert (done.text, done.is_good, done.problems[-1]) == ("c", False, ("dullest",))


def test_new_text_is_audited_too() -> None:
    chat = ScriptedChat(critic(["dull"], texts=("bad",) * 3))
    with pytest.raises(AuditedOutError, match="it is bad"):
        critique_and_rewrite(
            chat, "a", rules="", situation={}, audit=lambda text: Objection(AuditKind.LEAK, f"it is {text}")
        )
