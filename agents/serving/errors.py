"""Why a request gets no answer, as OpenAI's API says it."""

from collections.abc import Mapping
from http import HTTPStatus

import msgspec


class ApiError(Exception):
    """A request that is refused or came to nothing.

    Args:
        message: Where, what was found, what was expected, what to do.
        status: Of the HTTP answer.
        param: The field of the request that it is about, if it is about one.
        code: A word that programs know it by.
        headers: More headers of the answer.
    """

    def __init__(
        self,
        message: str,
        *,
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.param = param
        self.code = code
        self.headers = dict(headers or {})

    def body(self) -> bytes:
        """The answer's body: an object with ``error``."""
        kind = _KINDS.get(self.status, "server_error" if self.status >= 500 else "invalid_request_error")
        error = {"message": self.message, "type": kind, "param": self.param, "code": self.code}
        return msgspec.json.encode({"error": error})


_KINDS: Mapping[HTTPStatus, str] = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
    HTTPStatus.GATEWAY_TIMEOUT: "timeout_error",
}


def queue_full(waiting: int) -> ApiError:
    """Too many are waiting; to be tried again."""
    return ApiError(
        f"the server has {waiting} answers waiting; expected fewer. Try again in a second.",
        status=HTTPStatus.TOO_MANY_REQUESTS,
        code="queue_full",
        headers={"Retry-After": "1"},
    )


def too_late(limit_s: float) -> ApiError:
    """The time limit has passed; the same request would come to the same end."""
    return ApiError(
        f"no answer in {limit_s:g} s; expected a shorter one, or fewer clients. Ask for fewer tokens.",
        status=HTTPStatus.GATEWAY_TIMEOUT,
        code="time_limit",
        headers={"x-should-retry": "false"},
    )


def shutting_down() -> ApiError:
    """The server is being stopped."""
    return ApiError(
        "the server is being stopped; expected a running one. Try again when it is back.",
        status=HTTPStatus.SERVICE_UNAVAILABLE,
        code="stopping",
    )


def broken() -> ApiError:
    """The model's computation failed; the server's log says how."""
    return ApiError(
        "the model failed on this request; expected an answer. The server's log says why.",
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        code="model_failed",
        headers={"x-should-retry": "false"},
    )
