"""Where a server of this machine listens: a loopback address, and a bearer token that can be one."""

import socket

from inftool_env.core.errors import ConfigError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_MIN_BEARER_CHARACTERS = 16


def check_loopback(host: str, verb: str) -> None:
    """Refuse an address that other machines reach.

    Raises:
        ConfigError: the host is not a loopback address.
    """
    if host not in LOOPBACK:
        raise ConfigError(
            f"{verb}: host is '{host}'; expected one of {', '.join(LOOPBACK)}: the server speaks plain HTTP. "
            "Put a proxy that encrypts in front of it to serve other machines."
        )


def check_bearer(bearer: str, verb: str) -> None:
    """Refuse a token that is easily guessed, or that no header can hold.

    Raises:
        ConfigError: the bearer token is too short, or not all visible ASCII.
    """
    visible = all("!" <= character <= "~" for character in bearer)
    if len(bearer) < _MIN_BEARER_CHARACTERS or not visible:
        raise ConfigError(
            f"{verb}: the bearer token has {len(bearer)} characters; expected {_MIN_BEARER_CHARACTERS} or more, "
            "all visible ASCII. `python -c 'import secrets; print(secrets.token_urlsafe())'` makes one."
        )


def listen(host: str, port: int, verb: str = "serve") -> socket.socket:
    """A listening socket; port 0 takes any that is free.

    Raises:
        ConfigError: the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP, or asyncio leaves Nagle's algorithm on and each answer waits 40 ms for an acknowledgement.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise ConfigError(
            f"{verb}: {host}:{port}: {error.strerror or error}; expected a free port. Choose another with --port."
        ) from error
    return listener
