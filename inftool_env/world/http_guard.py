"""Which HTTP requests a server of this machine takes: from here, with the right token, and with a bounded body."""

import hmac
import re
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

import anyio
from starlette.datastructures import Headers
from starlette.types import Message, Receive

_LOOPBACK_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_LOOPBACK_ORIGIN = re.compile(rf"https?://{_LOOPBACK_HOST.pattern}", re.IGNORECASE)


class RefusedError(Exception):
    """A request that must not reach the server: the answer's status, the reason, and more headers."""

    def __init__(self, status: HTTPStatus, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = dict(headers or {})


def check_sender(headers: Headers, bearer: str | None) -> None:
    """Let pass what comes from this machine, under its own name and from its own pages, with the token if there is one.

    Raises:
        RefusedError: ``Host``, ``Origin`` or ``Authorization`` is another.
    """
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or not _LOOPBACK_HOST.fullmatch(hosts[0]):
        raise RefusedError(HTTPStatus.MISDIRECTED_REQUEST, "Host is not this machine")
    if not all(_LOOPBACK_ORIGIN.fullmatch(origin) for origin in origins):
        raise RefusedError(HTTPStatus.FORBIDDEN, "Origin is not this machine")
    if bearer is None:
        return
    scheme, _, given = headers.get("authorization", "").partition(" ")
    right = hmac.compare_digest(given.strip().encode(), bearer.encode())
    if scheme.lower() != "bearer" or not right:
        raise RefusedError(
            HTTPStatus.UNAUTHORIZED,
            "bearer token is wrong" if given else "bearer token is missing",
            {"WWW-Authenticate": "Bearer"},
        )


async def read_body(headers: Headers, receive: Receive, limit: int, timeout_s: float) -> Message:
    """The whole body as one message, or the message that ended it (the client has gone).

    Raises:
        RefusedError: it is larger than ``limit`` bytes, or did not come in time.
    """
    too_large = RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"body is larger than {limit} bytes")
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise too_large
    body = bytearray()
    more = True
    with anyio.move_on_after(timeout_s):
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return message
            body += message.get("body", b"")
            if len(body) > limit:
                raise too_large
            more = message.get("more_body", False)
    if more:
        raise RefusedError(HTTPStatus.REQUEST_TIMEOUT, f"body did not come in {timeout_s:g} s")
    return {"type": "http.request", "body": bytes(body), "more_body": False}


def replay(first: Message, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """Receives the message that was read already, then what comes after it."""
    waiting = [first]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
