"""A user played by a model, who knows no value before it is asked for, and is audited."""

from agents.roles.asking import TRIES, Objection, Question, ask
from agents.roles.chat import Chat
from agents.roles.errors import AuditKind
from agents.roles.judge import MORE_ASKED, ModelJudge
from agents.roles.prompts import prompt_of
from agents.roles.reply_audit import Moment, Reply, objection_to
from agents.roles.wording import fill, slots_of
from inftool_env.core.scenario import Scenario
from inftool_env.core.schema import JsonObject
from inftool_env.core.seeds import derive_seed
from inftool_env.core.trajectory import StopReason
from inftool_env.users.phrasing import spell
from inftool_env.users.scripted import PATIENCE, asks, offers_more
from inftool_env.users.user import UserReply

MAX_REPLY = 600
"""Characters of a reply."""
_MAX_HEARD = 4_000
"""Characters of one message of the assistant that the model is shown."""
_ENDS = {"no": None, "satisfied": StopReason.SATISFIED, "gave_up": StopReason.GAVE_UP}


class ModelUser:
    """Speaks as a model does, and tells only what is asked for.

    The model writes slots in place of values, and must quote the assistant's words that ask for each; so it can give
    away nothing, nor get a value wrong. The opening and the follow-ups are the scenario's own. After a few replies that
    brought the task no further the user gives up, as the scripted one does.

    Args:
        chat: The model.
        scenario: What the user wants.
        judge: Is asked of every reply whether it asks for something new; only the exact rules are held where None.
        tries: Replies to one message that are looked at.
    """

    def __init__(
        self, chat: Chat, scenario: Scenario, *, judge: ModelJudge | None = None, tries: int = TRIES
    ) -> None:
        self._chat = chat
        self._scenario = scenario
        self._judge = judge
        self._tries = tries
        self._slots = slots_of(scenario.facts)
        self._to_come = list(scenario.follow_ups)
        self._asked: set[str] = set()
        self._said: list[str] = []
        self._conversation: list[JsonObject] = [{"user": scenario.opening}]
        self._fruitless = 0
        self._went_on = False

    @property
    def asked(self) -> frozenset[str]:
        """Names of the facts that were asked for and told, and of the follow-ups that were said."""
        return frozenset(self._asked)

    def open(self) -> str:
        """The scenario's opening message."""
        return self._scenario.opening

    def reply(self, text: str) -> UserReply:
        """The model's reply, with the values in it.

        Raises:
            AuditedOutError: none of the model's replies passed the audit.
            ChatError: the model cannot be reached.
        """
        if self._fruitless > PATIENCE:
            return UserReply(text="This leads nowhere. Never mind.", ends=StopReason.GAVE_UP)
        if self._to_come and (not asks(text) or offers_more(text)):
            return self._answer(text, self._follow_up(), None)
        moment = self._moment(text)
        answer = ask(
            self._chat,
            self._question(text, moment),
            audit=lambda one: self._objection(one, moment),
            tries=self._tries,
        )
        reply = _read(answer)
        news = {
            slot.fact.name for slot in self._slots if slot.name in reply.quotes and slot.name in moment.hidden
        }
        self._asked |= news
        self._fruitless += not news
        self._went_on = not asks(text)
        self._said.append(reply.text)
        spoken = fill(reply.text, self._slots)
        if news and self._to_come and self._to_come[0].with_answer:
            spoken = f"{spoken} {self._follow_up()}"
        return self._answer(text, spoken, reply.ends)

    def _answer(self, text: str, spoken: str, ends: StopReason | None) -> UserReply:
        self._conversation += [{"assistant": text[:_MAX_HEARD]}, {"user": spoken}]
        return UserReply(text=spoken, ends=ends)

    def _follow_up(self) -> str:
        """What comes next; what it tells takes the place of what was told under the same names."""
        said = self._to_come.pop(0)
        news = {fact.name: fact for fact in said.facts}
        known = [news.pop(slot.fact.name, slot.fact) for slot in self._slots]
        self._slots = slots_of((*known, *news.values()))
        self._asked.add(said.name)
        self._fruitless, self._went_on = 0, False
        return said.text

    def _moment(self, text: str) -> Moment:
        told = [slot for slot in self._slots if slot.fact.told or slot.fact.name in self._asked]
        spoken = [spoken for message in self._conversation for spoken in message.values()]
        return Moment(
            slots=self._slots,
            hidden=frozenset(slot.name for slot in self._slots if slot not in told),
            known="\n".join([*spoken, text, *(spell(slot.fact.value) for slot in told)]),
            assistant=text,
            said=tuple(self._said),
            fruitless=self._fruitless,
            went_on=self._went_on,
        )

    def _question(self, text: str, moment: Moment) -> Question:
        return Question(
            role="model-played user",
            prompt=prompt_of("user"),
            situation={
                "manner": self._scenario.persona,
                "facts": [
                    {
                        "slot": "{" + slot.name + "}",
                        "what": slot.fact.phrase,
                        "value": "known to you, not told yet"
                        if slot.name in moment.hidden
                        else slot.fact.value,
                    }
                    for slot in self._slots
                ],
                "conversation": self._conversation[-20:],
                "assistant_says": text[:_MAX_HEARD],
            },
            schema=_schema([slot.name for slot in self._slots]),
            seed=derive_seed(self._scenario.world_seed, self._scenario.id, len(self._conversation)),
            temperature=0.7,
            max_tokens=512,
        )

    def _objection(self, answer: JsonObject, moment: Moment) -> Objection | None:
        reply = _read(answer)
        found = objection_to(reply, moment)
        if found is not None or self._judge is None or reply.ends is not None:
            return found
        material: JsonObject = {
            "first_message": self._scenario.opening,
            "reply": fill(reply.text, self._slots),
        }
        if self._judge.judge(MORE_ASKED, material).decision is False:
            return None
        return Objection(AuditKind.IMPOSSIBLE_REQUEST, "the reply asks for more than the first message did")


def _read(answer: JsonObject) -> Reply:
    quotes = {told["slot"].strip("{}"): told["quote"] for told in answer["tells"]}
    return Reply(text=answer["text"], quotes=quotes, ends=_ENDS[answer["ends"]])


def _schema(slots: list[str]) -> JsonObject:
    """What the model is asked for; the slots are spelled with braces or without."""
    told = {
        "type": "object",
        "properties": {
            "slot": {"enum": [spelled for name in slots for spelled in (name, "{" + name + "}")]},
            "quote": {"type": "string", "maxLength": 300},
        },
        "required": ["slot", "quote"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": MAX_REPLY},
            "tells": {"type": "array", "maxItems": len(slots), "items": told if slots else False},
            "ends": {"enum": list(_ENDS)},
        },
        "required": ["text", "tells", "ends"],
        "additionalProperties": False,
    }
