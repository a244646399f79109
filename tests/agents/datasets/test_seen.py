from pathlib import Path

import pytest

from agents.datasets.seen import Seen
from agents.datasets.sketches import Sketch, sketch
from inftool_env.core.errors import ConfigError

LONG = [f"word{number}" for number in range(80)]


def digest(number: int) -> str:
    return f"{number:032x}"


def other(number: int) -> Sketch:
    return sketch(f"w{number}-{at}" for at in range(20))


def test_a_conversation_is_known_once_it_was_added(tmp_path: Path) -> None:
    with Seen(tmp_path / "seen", rows=0) as seen:
        assert not seen.has(digest(1))
        assert not seen.has_near(sketch(LONG))
        seen.add(digest(1), sketch(LONG))
        assert seen.has(digest(1))
        assert seen.has_near(sketch([*LONG[:-1], "else"]))
        assert not seen.has(digest(2))
        assert not seen.has_near(sketch([*LONG[:40], *(f"else{number}" for number in range(40))]))


def test_what_no_shard_holds_is_forgotten(tmp_path: Path) -> None:
    with Seen(tmp_path / "seen", rows=0) as seen:
        for number in range(3):
            seen.add(digest(number), other(number))
        seen.commit()
        seen.add(digest(3), other(3))  # never committed
    with Seen(tmp_path / "seen", rows=2) as seen:
        assert [seen.has(digest(number)) for number in range(4)] == [True, True, False, False]
        assert [seen.has_near(other(number)) for number in range(4)] == [True, True, False, False]


def test_one_process_at_a_time_holds_the_index(tmp_path: Path) -> None:
    with Seen(tmp_path / "seen", rows=0), pytest.raises(ConfigError, match="no other process"):
        Seen(tmp_path / "seen", rows=0)


def test_index_that_lost_its_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="holds 0 conversations; expected the 5"):
        Seen(tmp_path / "seen", rows=5)
    (tmp_path / "other").write_text("this is a letter and no index" * 100)
    with pytest.raises(ConfigError, match="not a database"):
        Seen(tmp_path / "other", rows=0)
