import json
from importlib import resources

import pytest

from agents.datasets.past import participle


@pytest.mark.parametrize(
    ("verb", "done"),
    [
        ("cancel", "cancelled"),
        ("copy", "copied"),
        ("deploy", "deployed"),
        ("move", "moved"),
        ("open", "opened"),
        ("scrap", "scrapped"),
        ("send", "sent"),
        ("set", "set"),
        ("submit", "submitted"),
        ("throw", "thrown"),
        ("withdraw", "withdrawn"),
    ],
)
def test_verbs_are_put_into_the_past_as_english_has_it(verb: str, done: str) -> None:
    assert participle(verb) == done


def test_no_verb_that_tools_are_named_by_is_left_as_it_was_but_those_that_never_change() -> None:
    verbs = json.loads(resources.files("inftool_env.users").joinpath("verbs.json").read_text())["verbs"]
    unchanged = {"put", "read", "rerun", "reset", "run", "set", "split"}
    assert {verb for verb in verbs if participle(verb) == verb} <= unchanged
