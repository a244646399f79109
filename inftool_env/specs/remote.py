"""Documents fetched from the public internet, within bounds of time, size and place.

A document that may fetch could make this machine knock at its neighbours' doors. So an address is
looked up once, must be public, and is the very one that is connected to; every redirect is judged
in the same way, and proxies of the environment are not used.
"""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from threading import Timer
from time import monotonic
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from inftool_env.core.errors import SpecError

MAX_BYTES = 16 * 1024 * 1024
TIMEOUT_S = 20.0
"""For one address, from the first byte sent to the last byte received."""
MAX_REDIRECTS = 5

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PORTS = {"http": 80, "https": 443}
_KEPT = "/:?&=%+,;@!$'()*~[]"
"""What an address may hold besides letters and digits; all else is percent-encoded."""
_ACCEPT = "application/json, application/yaml, */*"


def is_public(host: str) -> bool:
    """Whether a numeric address is one that everybody on the internet can reach.

    >>> (
    ...     is_public("8.8.8.8"),
    ...     is_public("127.0.0.1"),
    ...     is_public("169.254.169.254"),
    ...     is_public("::ffff:10.0.0.1"),
    ... )
    (True, False, False, False)
    """
    address = ip_address(host.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or address
    return bool(inner.is_global and not inner.is_multicast)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address answered."""

    url: str
    """Of the answer, after redirects: what its own references are relative to."""
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetcher:
    """Gets documents over HTTP and HTTPS."""

    is_allowed: Callable[[str], bool] = is_public
    """Judges the numeric address before anything is sent to it."""
    timeout_s: float = TIMEOUT_S
    max_bytes: int = MAX_BYTES

    def fetch(self, url: str) -> Fetched:
        """The body at an address, every redirect followed.

        Raises:
            SpecError: the address is no public one, does not answer well or in time, or with too much.
        """
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = self._get(urlsplit(url))
            except (OSError, HTTPException, ValueError) as error:
                if isinstance(error, SpecError):
                    raise
                raise SpecError(
                    f"{url}: cannot be fetched ({str(error) or type(error).__name__}); expected an answer within "
                    f"{self.timeout_s:g} s. Download it beside the document and refer to the file."
                ) from error
            if isinstance(answer, bytes):
                return Fetched(url=url, body=answer)
            url = urljoin(url, answer)
        raise SpecError(
            f"{url}: redirected more than {MAX_REDIRECTS} times; expected the document. Refer to its last address."
        )

    def _get(self, parts: SplitResult) -> bytes | str:
        """The body, or the address that the answer redirects to."""
        if parts.scheme not in _PORTS or not parts.hostname:
            raise SpecError(
                f"{parts.geturl()}: is no web address; expected http:// or https:// and a host. Correct it."
            )
        port = parts.port or _PORTS[parts.scheme]
        ends_s = monotonic() + self.timeout_s
        wire = socket.create_connection(self._find(parts.hostname, port), timeout=self.timeout_s)
        connection = HTTPConnection(parts.hostname, port, timeout=self.timeout_s)
        if parts.scheme == "https":
            context = ssl.create_default_context()
            connection = HTTPSConnection(parts.hostname, port, timeout=self.timeout_s, context=context)
            wire = context.wrap_socket(wire, server_hostname=parts.hostname, do_handshake_on_connect=False)
        connection.sock = wire
        # The sockets' own timeout starts anew with every byte that drips in.
        watchdog = Timer(ends_s - monotonic(), _cut, [wire])
        watchdog.daemon = True
        watchdog.start()
        try:
            target = quote(parts._replace(scheme="", netloc="", fragment="").geturl(), safe=_KEPT)
            connection.request("GET", target or "/", headers={"Accept": _ACCEPT})
            with connection.getresponse() as response:
                answer = self._read(response, parts)
        finally:
            watchdog.cancel()
            connection.close()
        if monotonic() >= ends_s:
            raise TimeoutError("it took too long")
        return answer

    def _find(self, host: str, port: int) -> tuple[str, int]:
        found = [entry[4] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        for address in found:
            if not self.is_allowed(str(address[0])):
                raise SpecError(
                    f"{host}: is the address {address[0]}; expected one of the public internet. "
                    "Download the document beside the one that refers to it."
                )
        return str(found[0][0]), port

    def _read(self, response: HTTPResponse, parts: SplitResult) -> bytes | str:
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location:
            return location
        if response.status != 200:
            raise SpecError(
                f"{parts.geturl()}: answered {response.status} {response.reason}; expected 200. Check the address."
            )
        body = response.read(self.max_bytes + 1)
        if len(body) > self.max_bytes:
            raise SpecError(
                f"{parts.geturl()}: is too large; expected at most {self.max_bytes:,} bytes. "
                "Download it and cut it down to what is needed."
            )
        if response.length:
            raise TimeoutError(f"it broke off after {len(body):,} bytes")
        return body


def _cut(wire: socket.socket) -> None:
    """End a transfer that takes too long; whoever waits for it reads the end of the stream."""
    try:
        socket.socket.shutdown(
            wire, socket.SHUT_RDWR
        )  # TLS's own shutdown would pull the reader's buffers away.
    except OSError:
        return  # It ended by itself in this moment.
