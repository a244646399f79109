from hypothesis import given
from hypothesis import strategies as st

from agents.serving.turn_text import TurnText

TEXTS = st.text(st.sampled_from("abé€🙂 \n<stop>"), max_size=30)


def written(tokenizer, text: str, *stops: str) -> tuple[list[str], TurnText]:
    turn = TurnText(tokenizer, stops)
    pieces = []
    for token in tokenizer.encode(text, add_special_tokens=False):
        pieces.append(turn.take(token))
        if turn.stopped:
            break
    return [*pieces, turn.finish()], turn


@given(TEXTS)
def test_pieces_put_together_are_the_text_and_hold_whole_characters(tokenizer, text) -> None:
    pieces, _ = written(tokenizer, text)
    assert "".join(pieces) == text
    assert not any("\ufffd" in piece for piece in pieces)


@given(TEXTS, st.lists(TEXTS.filter(bool), min_size=1, max_size=3))
def test_the_text_ends_before_the_first_stop(tokenizer, text, stops) -> None:
    pieces, turn = written(tokenizer, text, *stops)
    places = [place for stop in stops if (place := text.find(stop)) >= 0]
    assert turn.stopped == bool(places)
    assert "".join(pieces) == (text[: min(places)] if places else text)


def test_half_a_character_comes_as_a_replacement_when_nothing_follows(tokenizer) -> None:
    half = tokenizer.encode("🙂", add_special_tokens=False)[:2]
    turn = TurnText(tokenizer)
    assert [turn.take(token) for token in half] == ["", ""]
    assert set(turn.finish()) == {"\ufffd"}
