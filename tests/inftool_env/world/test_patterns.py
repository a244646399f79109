import random
import re

import pytest

from inftool_env.world.patterns import pattern_maker


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{2}\d{3,5}$",
        r"^(?:red|green|blue)-\w+$",
        r"^\d{4}-(0[1-9]|1[0-2])$",
        r"^[a-z][a-z0-9_-]*$",
        r"^#?[0-9a-fA-F]{6}$",
        r"^(?P<area>\+\d{2}) \d{3}\.\d+?$",
        r"^[^a-y]{3}[\]x]\x41$",
        r"a{0}b?c*",
    ],
)
def test_what_a_pattern_spells_matches_it(pattern):
    make = pattern_maker(pattern)
    rng = random.Random(0)
    assert all(re.search(pattern, make(rng)) for _ in range(50))


@pytest.mark.parametrize("pattern", [r"(?=x)y", r"(a)\1", "[unclosed", "(unclosed", "*", "a{b}", r"\p{L}"])
def test_what_lies_beyond_simple_patterns_is_declined(pattern):
    assert pattern_maker(pattern) is None
