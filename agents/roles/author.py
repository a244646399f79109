"""An author whose words are a model's, and whose plans are checked by replay."""

from collections.abc import Sequence
from dataclasses import replace

from agents.roles.asking import TRIES, Objection, Question, ask
from agents.roles.chat import Chat
from agents.roles.critique import ROUNDS, critique_and_rewrite
from agents.roles.errors import AuditedOutError, AuditKind, ChatError
from agents.roles.judge import ModelJudge, spell_judgement
from agents.roles.prompts import prompt_of
from agents.roles.signs import injection
from agents.roles.wording import Slot, fill, firm_words, slots_in, slots_of, tells, without_slots
from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Scenario, SolutionTurn, Split
from inftool_env.core.schema import JsonObject
from inftool_env.core.seeds import derive_seed
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.author import Author, TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest
from inftool_env.scenarios.solve import replay
from inftool_env.scenarios.strangers import in_sight

CANDIDATES = 3
MAX_OPENING = 1_500
"""Characters of a first message."""
_RULES = (
    "The text is the first message of a person to an assistant. It asks, in a natural and clear way, for exactly what the "
    "calls do. It holds every slot it was given, gives away nothing that is to be asked for, and names no tool."
)


class ModelAuthor:
    """Chooses the most sensible of a few planned scenarios and words it as a person would.

    Plans (tools, values, solution, checks) come from another author, so their values lie on the right side of the
    wall; the model writes slots in place of values. What it wrote is audited, criticised and written again, voted on
    where there is a judge, and the scenario is replayed: its solution succeeds, and doing nothing does not.

    Args:
        chat: The model.
        planner: Plans the scenarios; templates when None.
        judge: Votes on whether the words ask for the solution; nobody where None.
        candidates: Plans that the model chooses among.
        rounds: Times that a first message is written again.
        tries: Answers to one question that are looked at.
    """

    def __init__(
        self,
        chat: Chat,
        *,
        planner: Author | None = None,
        judge: ModelJudge | None = None,
        candidates: int = CANDIDATES,
        rounds: int = ROUNDS,
        tries: int = TRIES,
    ) -> None:
        self._chat = chat
        self._planner: Author = planner or TemplateAuthor()
        self._judge = judge
        self._candidates = candidates
        self._rounds = rounds
        self._tries = tries

    def write(self, toolset: Toolset, request: ScenarioRequest, seed: int, split: Split) -> Scenario:
        """One scenario in a model's words, the same wherever the model answers alike.

        Raises:
            ScenarioError: the toolset admits none of that kind, the model cannot be reached, or nothing that it wrote
                can be used.
        """
        plans = [
            self._planner.write(
                toolset, request, seed if number == 0 else derive_seed(seed, "plan", number), split
            )
            for number in range(self._candidates)
        ]
        try:
            return self._worded(plans, toolset, request, seed)
        except (AuditedOutError, ChatError) as error:
            raise ScenarioError(f"{toolset.name}: {error}") from error

    def _worded(
        self, plans: Sequence[Scenario], toolset: Toolset, request: ScenarioRequest, seed: int
    ) -> Scenario:
        slots = [slots_of(plan.facts) for plan in plans]
        question = Question(
            role="model-played author",
            prompt=prompt_of("author"),
            situation={
                "api": {"title": toolset.title, "description": toolset.description},
                "category": request.category,
                "plans": [_shown(plan, given, toolset) for plan, given in zip(plans, slots, strict=True)],
            },
            schema=_schema(len(plans)),
            seed=seed,
            temperature=1.0,
        )

        def audit(answer: JsonObject) -> Objection | None:
            at = answer["plan"]
            return _objection(answer["opening"], plans[at], slots[at], toolset)

        answer = ask(self._chat, question, audit=audit, tries=self._tries)
        plan, given = plans[answer["plan"]], slots[answer["plan"]]
        rewritten = critique_and_rewrite(
            self._chat,
            answer["opening"],
            rules=_RULES,
            situation=_shown(plan, given, toolset),
            audit=lambda text: _objection(text, plan, given, toolset),
            rounds=self._rounds,
            seed=seed,
            tries=self._tries,
        )
        if not rewritten.is_good:
            raise _refused(
                toolset, f"is still criticised after {self._rounds} rounds: {rewritten.problems[-1][0]!r}"
            )
        scenario = replace(
            plan,
            id=f"{plan.id}-worded",
            opening=fill(rewritten.text, given),
            parent_id=plan.parent_id or plan.id,
            tags=(*plan.tags, "worded"),
        )
        if self._judge is not None:
            judgement = self._judge.judge_scenario(scenario, toolset)
            if judgement.decision is not True:
                raise _refused(toolset, f"does not ask for its solution ({spell_judgement(judgement)})")
        return _replayed(scenario, toolset)


def _objection(text: str, plan: Scenario, slots: Sequence[Slot], toolset: Toolset) -> Objection | None:
    """The first thing that speaks against a first message with slots; None for a good one."""
    if not text.strip():
        return Objection(AuditKind.SHAPE, "the opening is empty")
    found = injection(text)
    if found is not None:
        return found
    used, names = slots_in(text), {slot.name for slot in slots}
    unknown = next((name for name in used if name not in names), None)
    if unknown is not None:
        return Objection(AuditKind.SHAPE, f"there is no slot {{{unknown}}}")
    words = without_slots(text)
    for slot in slots:
        if not slot.fact.told and (slot.name in used or tells(words, slot.fact.value)):
            return Objection(
                AuditKind.LEAK, f"{{{slot.name}}} is to be asked for, so the opening must not tell it"
            )
        if slot.fact.told and used.count(slot.name) != 1:
            return Objection(AuditKind.CONTRADICTION, f"{{{slot.name}}} must stand in the opening once")
    called = next(
        (name for name in toolset.names if name.lower() in words.lower() and _is_technical(name)), None
    )
    if called is not None:
        return Objection(AuditKind.LEAK, f"{called!r} is a tool's name, which no user knows")
    known = plan.opening.casefold()
    invented = next((word for word in firm_words(words) if word.casefold() not in known), None)
    if invented is not None:
        return Objection(AuditKind.IMPOSSIBLE_REQUEST, f"{invented[:60]!r} is no value of the plan")
    return None


def _is_technical(name: str) -> bool:
    """Whether a name is none that a person would say: ``get_pet`` or ``getPet``, but not ``search``."""
    return "_" in name or "-" in name or name != name.lower()


def _shown(plan: Scenario, slots: Sequence[Slot], toolset: Toolset) -> JsonObject:
    """A plan as a model is told of it."""
    calls = [call for turn in plan.solution for call in turn.calls]
    return {
        "manner": plan.persona,
        "plain_wording": plan.opening,
        "told": [
            {"slot": "{" + slot.name + "}", "what": slot.fact.phrase, "value": slot.fact.value}
            for slot in slots
            if slot.fact.told
        ],
        "to_be_asked_for": [slot.fact.phrase for slot in slots if not slot.fact.told],
        "calls": [{"name": call.name, "arguments": call.arguments} for call in calls],
        "tools": {tool.name: tool.description for tool in in_sight(toolset, plan.tools).tools},
    }


def _replayed(scenario: Scenario, toolset: Toolset) -> Scenario:
    """The scenario itself, when its solution succeeds and doing nothing does not."""
    verdict = replay(scenario, toolset, scenario.solution)
    if not verdict.success:
        raise _refused(toolset, f"has a solution that fails: {verdict.why}")
    idle = replay(scenario, toolset, (SolutionTurn(content=scenario.solution[-1].content),))
    if idle.success and any(turn.calls for turn in scenario.solution):
        raise _refused(toolset, "is fulfilled by doing nothing")
    return scenario


def _refused(toolset: Toolset, why: str) -> ScenarioError:
    return ScenarioError(
        f"{toolset.name}: the model's scenario {why}; expected one that its solution, and nothing else, fulfils. "
        "Try another seed or model."
    )


def _schema(plans: int) -> JsonObject:
    return {
        "type": "object",
        "properties": {
            "plan": {"type": "integer", "minimum": 0, "maximum": plans - 1},
            "opening": {"type": "string", "maxLength": MAX_OPENING},
        },
        "required": ["plan", "opening"],
        "additionalProperties": False,
    }
