import pytest

from inftool_env.specs.meaning import effect_of, resource_of, singular
from inftool_env.specs.names import words


@pytest.mark.parametrize(
    ("method", "name", "path", "effect"),
    [
        ("get", "listPets", "/pets", "read"),
        ("post", "addPet", "/pet", "create"),
        ("post", "post-search", "/v1/search", "read"),
        ("post", "", "/orders/{id}/cancel", "update"),
        ("post", "deleteMessage", "/chat.delete", "delete"),
        ("put", "createFile", "/files", "create"),
        ("patch", "getThing", "/things", "update"),
        ("delete", "unfollow", "/follows", "delete"),
        ("delete", "issues/unlock", "/issues/{number}/lock", "update"),
        ("post", "conversations_join", "/conversations.join", "update"),
        ("get", "deleteUser", "/deleteUser", "delete"),
        (None, "book_flight", "", "create"),
        (None, "API-patch-page", "", "update"),
        (None, "API-post-search", "", "read"),
        (None, "weather", "", None),
    ],
)
def test_an_effect_follows_the_method_and_the_verb(method, name, path, effect) -> None:
    segments = [part for part in path.split("/") if part and "{" not in part]
    assert effect_of(method, words(name), words(segments[-1]) if segments else []) == effect


@pytest.mark.parametrize(
    ("path", "name", "resource"),
    [
        ("/pets/{petId}", "getPet", "pet"),
        ("/v1/users/me", "get-self", "user"),
        ("/me", "get-current-users-profile", "user_profile"),
        ("/stations/{id}/observations/latest", "latest", "observation"),
        ("/orders/{id}/cancel", "", "order"),
        ("/alerts/active/zone/{zoneId}", "alerts_active_zone", "alert"),
        ("/store/order/{orderId}", "getOrder", "order"),
        ("/album.tracks.get", "", "track"),
        ("/users.profile.get", "users_profile_get", "profile"),
        ("/conversations.archive", "conversations_archive", "conversation"),
        ("/team.accessLogs", "", "team_access_log"),
        ("/pets.json", "", "pet"),
        ("/projects/{id}/merge-requests", "list", "merge_request"),
        ("/files/upload_sessions/{id}", "", "upload_session"),
        ("/containers/{id}/kill", "ContainerKill", "container"),
        ("/commits/{ref}/check_runs", "checks/list-for-ref", "check_run"),
        ("/search", "searchMovies", "movie"),
        ("/convert", "convertCurrency", None),
        ("/conversions/temperature", "convert_temperature", None),
        ("/user/login", "loginUser", None),
        ("", "get_user_tickets", "user_ticket"),
        ("", "API-retrieve-a-block", "block"),
        ("", "calculate_area", None),
    ],
)
def test_a_resource_is_the_noun_of_the_path_or_of_the_name(path, name, resource) -> None:
    assert resource_of([part for part in path.split("/") if part], name) == resource


def test_nouns_keep_their_singular() -> None:
    plural = [
        "people",
        "statuses",
        "series",
        "buses",
        "warehouses",
        "movies",
        "batches",
        "heroes",
        "areas",
        "menus",
        "news",
    ]
    assert (
        " ".join(map(singular, plural))
        == "person status series bus warehouse movie batch hero area menu news"
    )
