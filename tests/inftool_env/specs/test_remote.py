import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from inftool_env.core.errors import SpecError
from inftool_env.specs.remote import Fetcher

LOCAL = Fetcher(is_allowed=lambda address: address == "127.0.0.1", timeout_s=20, max_bytes=1000)
HASTY = Fetcher(is_allowed=lambda address: address == "127.0.0.1", timeout_s=0.4, max_bytes=1000)


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path.partition("?")[0]:
            case "/pet.json":
                self.send(200, b'{"type": "object"}')
            case "/moved":
                self.send(302, location="/pet.json")
            case "/loop":
                self.send(302, location="/loop")
            case "/inward":
                self.send(302, location="http://127.0.0.2/secret")
            case "/to-file":
                self.send(302, location="file:///etc/passwd")
            case "/large":
                self.send(200, b"x" * 5000)
            case "/drip":
                self.drip()
            case "/cut":
                self.send(200, b"{", length=900)
            case _:
                self.send(404, b"")

    def send(self, status: int, body: bytes = b"", *, location: str = "", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b" ")
                time.sleep(0.05)
        except OSError:
            pass

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_document_comes_whole_and_says_where_it_came_from(site: str) -> None:
    fetched = LOCAL.fetch(f"{site}/moved")
    assert (fetched.body, fetched.url) == (b'{"type": "object"}', f"{site}/pet.json")
    assert LOCAL.fetch(f"{site}/pet.json?name=a b\u00e9").body


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/missing", "answered 404"),
        ("/loop", "redirected more than"),
        ("/inward", "is the address 127.0.0.2; expected one of the public internet"),
        ("/to-file", "is no web address"),
        ("/large", "expected at most 1,000 bytes"),
        ("/cut", "broke off after 1 bytes"),
    ],
)
def test_an_answer_out_of_bounds_says_why(site: str, path: str, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        LOCAL.fetch(site + path)


def test_a_site_that_drips_is_left(site: str) -> None:
    began_s = time.monotonic()
    with pytest.raises(SpecError, match=r"expected an answer within 0\.4 s"):
        HASTY.fetch(f"{site}/drip")
    assert time.monotonic() - began_s < 2


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:1/",
        "http://[::1]/",
        "http://10.1.2.3/",
        "http://169.254.169.254/meta",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
        "http://2130706433/",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_public(url: str) -> None:
    with pytest.raises(SpecError, match="expected one of the public internet"):
        Fetcher().fetch(url)


@pytest.mark.parametrize(
    "url", ["ftp://example.com/a", "http:///a", "http://[a", "http://a:99999/", "http://" + "a" * 300]
)
def test_what_is_no_web_address_is_told_so(url: str) -> None:
    with pytest.raises(SpecError, match=r"expected"):
        Fetcher().fetch(url)
