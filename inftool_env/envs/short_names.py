"""Short names for APIs whose titles are sentences."""

import re

from inftool_env.specs.names import slugify

_MOST_WORDS = 3
_ASIDE = re.compile(r"\([^)]*\)|\s[+|].*|:\s.*")
_GENERIC = """
a an and api apis beta by definition definitions description doc docs documentation endpoint endpoints for from http
https interface json oas of official on open openapi platform preview public reference rest restful schema sdk server
service services spec specification specifications specs swagger the to using v version versions web with yaml
"""
"""Words that stand in the title of any API."""
_VERSION = re.compile(r"v?\d+([.-]\d+)*")


def short_name(title: str) -> str:
    """A slug of at most three words that tell which API it is; empty when none of the title's words does.

    >>> (
    ...     short_name("GitHub's official OpenAPI spec + Octokit extension"),
    ...     short_name("Docker Engine API (v1.47)"),
    ... )
    ('github', 'docker-engine')
    """
    plain = _ASIDE.sub(" ", title.replace("’", "'")).replace("'s ", " ")
    generic = _GENERIC.split()
    told = [
        word for word in slugify(plain).split("-") if word not in generic and not _VERSION.fullmatch(word)
    ]
    return "-".join(told[:_MOST_WORDS])
