import pytest

from inftool_env.envs.short_names import short_name
from inftool_env.specs.names import slugify


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("GitHub's official OpenAPI spec + Octokit extension", "github"),
        ("GitHub v3 REST API", "github"),
        ("Slack Web API", "slack"),
        ("Discord HTTP API (Preview)", "discord"),
        ("Discourse API Documentation", "discourse"),
        ("Xero Accounting API", "xero-accounting"),
        ("Twilio - Messaging", "twilio-messaging"),
        ("The Jira Cloud platform REST API: a reference", "jira-cloud"),
        ("weather.gov API", "weather-gov"),
        ("Swagger Petstore - OpenAPI 3.0", "petstore"),
        ("Amazon Elastic Compute Cloud", "amazon-elastic-compute"),
    ],
)
def test_a_title_is_cut_down_to_the_words_that_name_the_api(title: str, name: str) -> None:
    assert short_name(title) == name


def test_a_title_of_generic_words_has_no_short_name() -> None:
    assert short_name("The API (v2)") == ""


def test_a_short_name_is_a_slug() -> None:
    name = short_name("Añejo & Söhne's Ölpreis-API")
    assert name == slugify(name) == "anejo-sohne-olpreis"
