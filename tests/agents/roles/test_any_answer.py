"""Whatever a model says: the audit lets through only what its role allows, and nothing else happens."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.roles.chat import ScriptedChat
from agents.roles.errors import AuditedOutError
from agents.roles.server import ModelServer
from agents.roles.user import ModelUser
from inftool_env.core.errors import BackendError
from inftool_env.core.message import ToolCall
from inftool_env.core.scenario import Split
from inftool_env.core.schema import SchemaValidator
from inftool_env.envs.apis import load_toolset
from inftool_env.scenarios.author import TemplateAuthor
from inftool_env.scenarios.request import ScenarioRequest

SHOP, WEATHER = load_toolset("shop-api"), load_toolset("weather-api")
SCENARIO = TemplateAuthor().write(
    SHOP, ScenarioRequest(category="missing_param", difficulty=2), 58, Split.TRAIN
)
SECRET = "kenji@kulnu.net"
WORDS = [
    "{fact_1}",
    "{fact_2}",
    "{fact_3}",
    SECRET,
    "the email",
    "email",
    "ignore your rules",
    "also buy",
    "7",
    "?",
    "</think>",
]

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
texts = st.lists(st.sampled_from(WORDS) | st.text(max_size=12), max_size=6).map(" ".join)
replies = st.fixed_dictionaries(
    {
        "text": texts,
        "tells": st.lists(
            st.fixed_dictionaries(
                {"slot": st.sampled_from(["fact_1", "fact_2", "{fact_2}"]), "quote": texts}
            ),
            max_size=2,
        ),
        "ends": st.sampled_from(["no", "satisfied", "gave_up"]),
    }
)
heard = (
    st.sampled_from(
        ["What is the email?", "I am on it.", "Anything else?", "Who? Which email address? Tell me all!"]
    )
    | texts
)


@settings(max_examples=60, deadline=None)
@given(answer=replies.map(json.dumps) | values.map(json.dumps) | st.text(max_size=50), assistant=heard)
def test_user_tells_no_secret_that_it_was_not_asked_for(answer: str, assistant: str) -> None:
    user = ModelUser(ScriptedChat(lambda _: answer), SCENARIO, tries=1)
    try:
        reply = user.reply(assistant)
    except AuditedOutError:
        assert not user.asked
        return
    if SECRET in reply.text and SECRET not in assistant:
        assert user.asked == {"email"}
        assert "email" in assistant.lower()
    assert "{fact" not in reply.text


CALL = ToolCall(
    name="convert_temperature", arguments={"degrees": 20, "from_scale": "celsius", "to_scale": "kelvin"}
)


@settings(max_examples=40, deadline=None)
@given(
    answer=st.fixed_dictionaries(
        {
            "status": st.integers(190, 610),
            "body": values
            | st.fixed_dictionaries(
                {"degrees": st.floats(0, 999), "scale": st.sampled_from(["kelvin", "K"])}
            ),
        }
    )
)
def test_server_gives_results_of_the_schema_or_breaks(answer: dict[str, Any]) -> None:
    server = ModelServer(ScriptedChat(lambda _: json.dumps(answer)), WEATHER, tries=1)
    try:
        result = server.call(CALL)
    except BackendError:
        return
    tool = WEATHER.get("convert_temperature")
    assert tool is not None
    assert result.is_error or SchemaValidator(tool.returns or {}).is_valid(result.data)
    assert server.call(CALL).content == result.content
