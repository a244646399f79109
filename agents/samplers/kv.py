"""Sampling in process that reads every token of a conversation once."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from agents.samplers.decoder import Decoder, RowCache
from agents.samplers.prefix_cache import PrefixCache
from agents.samplers.turn_sampler import TurnSampler
from agents.samplers.turns import Rows, Turn
from agents.sampling import Prompt

READ_TOGETHER = 16_384
"""Tokens of one batch of prompts, padding included; bounds memory."""
LONGEST_CONTINUATION = 512
"""New tokens up to which a remembered conversation is read on; a longer one is read anew, without a mask."""
SHORTEST_OPENING = 64
"""Tokens of a first message that is worth remembering by itself."""
KEPT_BYTES = 2**30
"""Largest cache that is remembered from one turn to the next."""


class KvSampler(TurnSampler):
    """Keeps what it has read of each conversation from turn to turn, as long as the weights stay the same.

    Equal prompts (a group's first turn) are read once. Rows are padded on the right, and one that ends makes
    place for the last.

    Args:
        model: Its weights may be changed between calls.
        tokenizer: Of the model.
        decoder: Of the model.
        prefixes: Where beginnings of prompts are remembered beyond that, for prompts that name no conversation; what is
            read then depends, in the last digits, on what was read before.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        decoder: Decoder,
        prefixes: PrefixCache | None = None,
    ) -> None:
        super().__init__(model, tokenizer)
        self._decoder = decoder
        self._prefixes = prefixes
        self._last: _KvRows | None = None
        """What the turns before have read, unless it was too large to keep."""
        self._weights: tuple[int, ...] = ()
        """Of that reading."""

    def begin(self, turns: Sequence[Turn]) -> tuple[Sequence[Turn], Rows, Tensor]:
        """Read what is new in the prompts; remembered conversations come first."""
        weights = self._weights_now()
        if self._prefixes is not None and weights != self._weights:
            self._prefixes.clear()
        remembered = self._last.read() if self._last is not None and weights == self._weights else {}
        found = [(turn, _row_of(turn.prompt, remembered)) for turn in turns]
        known = [(turn, row) for turn, row in found if row is not None]
        anew = [turn for turn, row in found if row is None]
        cache = self._decoder.empty(len(turns), max(len(turn.prompt.ids) + turn.room for turn in turns))
        logits = [self._read_on(cache, known)] if known else []
        logits += [self._read_anew(cache, anew, len(known))] if anew else []
        ordered = [*(turn for turn, _ in known), *anew]
        rows = _KvRows(self._decoder, cache, ordered)
        worth_keeping = any(turn.prompt.conversation is not None for turn in turns)
        kept = worth_keeping and cache.num_bytes <= KEPT_BYTES
        self._last, self._weights = rows if kept else None, weights
        return ordered, rows, torch.cat(logits)

    def _read_on(self, cache: RowCache, known: Sequence[tuple[Turn, int]]) -> Tensor:
        """Logits after what is new in remembered conversations; they become the first rows of the cache."""
        assert self._last is not None, "a remembered conversation has its row"
        device = self.model.device
        old = torch.tensor([row for _, row in known], device=device)
        cache.put(torch.arange(len(known), device=device), self._last.cache, old)
        lengths = cache.lengths[: len(known)].tolist()
        new = [turn.prompt.ids[length:] for (turn, _), length in zip(known, lengths, strict=True)]
        return self._decoder.read(cache, *self._padded(new))

    def _read_anew(self, cache: RowCache, turns: Sequence[Turn], first: int) -> Tensor:
        """Logits after whole prompts, each different one read once; they become the rows from ``first`` on."""
        device = self.model.device
        rows: dict[tuple[int, ...], list[int]] = {}
        for place, turn in enumerate(turns):
            rows.setdefault(turn.prompt.ids, []).append(place)
        beginnings = {ids: self._beginning(ids) for ids in sorted(rows, key=len)}
        from_start = [ids for ids, beginning in beginnings.items() if beginning is None]
        from_there = [ids for ids, beginning in beginnings.items() if beginning is not None]
        logits: list[Tensor | None] = [None] * len(turns)
        for prompts in (*_batches(from_start), *_batches(from_there)):
            read, after = self._read_prompts(prompts, [beginnings[ids] for ids in prompts])
            places = [(place, source) for source, ids in enumerate(prompts) for place in rows[ids]]
            targets = torch.tensor([first + place for place, _ in places], device=device)
            cache.put(targets, read, torch.tensor([source for _, source in places], device=device))
            for place, source in places:
                logits[place] = after[source]
        return torch.stack([row for row in logits if row is not None])

    def _read_prompts(
        self, prompts: Sequence[tuple[int, ...]], beginnings: Sequence[RowCache | None]
    ) -> tuple[RowCache, Tensor]:
        """A cache whose rows have read these prompts, and the logits after them; all have a beginning, or none."""
        read = self._decoder.empty(len(prompts), len(prompts[-1]) + 1)
        source = torch.zeros(1, dtype=torch.long, device=self.model.device)
        for row, beginning in enumerate(beginnings):
            if beginning is not None:
                read.put(source + row, beginning, source)
        rests = [ids[length:] for ids, length in zip(prompts, read.lengths.tolist(), strict=True)]
        logits = self._decoder.read(read, *self._padded(rests), fresh=beginnings[0] is None)
        if self._prefixes is not None:
            for row, ids in enumerate(prompts):
                self._prefixes.keep(ids, self._decoder, read, row)
        return read, logits

    def _beginning(self, ids: tuple[int, ...]) -> RowCache | None:
        """A row that has read a good part of the prompt; its first message is read and remembered where none is known.

        The first message of most prompts holds the tools, and is that of other prompts, too.
        """
        if self._prefixes is None:
            return None
        known = self._prefixes.longest(ids)
        if known is not None:
            return known if _is_worth_it(int(known.lengths[0]), ids) else None
        end = next((place for place, token in enumerate(ids) if token in self.stop_ids), len(ids)) + 1
        if end < SHORTEST_OPENING or not _is_worth_it(end, ids):
            return None
        read = self._decoder.empty(1, end)
        self._decoder.read(read, *self._padded([ids[:end]]), fresh=True)
        self._prefixes.keep(ids[:end], self._decoder, read, 0)
        return read

    def _padded(self, tokens: Sequence[tuple[int, ...]]) -> tuple[Tensor, Tensor]:
        """Tokens ``(B, N)`` filled up on the right, and their counts ``(B,)``."""
        width = max(map(len, tokens))
        filled = torch.tensor([[*ids, *[0] * (width - len(ids))] for ids in tokens], device=self.model.device)
        return filled, torch.tensor([len(ids) for ids in tokens], device=self.model.device)

    def _weights_now(self) -> tuple[int, ...]:
        """Changes whenever a weight is changed in place or replaced."""
        return tuple(
            number
            for weight in self.model.parameters()
            for number in (weight._version, weight.data_ptr())  # noqa: SLF001 - PyTorch has no other counter
        )


class _KvRows:
    """A cache whose first rows go on, and the turn of every row."""

    def __init__(self, decoder: Decoder, cache: RowCache, turns: Sequence[Turn]) -> None:
        self.cache = cache
        self.turns = list(turns)
        self._decoder = decoder
        self.going = len(turns)
        """How many rows go on."""

    def read(self) -> dict[int, tuple[int, tuple[int, ...]]]:
        """By conversation, its row and the tokens which that has read: all but the last that was sampled."""
        return {
            turn.prompt.conversation: (row, (*turn.prompt.ids, *turn.tokens[:-1]))
            for row, turn in enumerate(self.turns)
            if turn.prompt.conversation is not None
        }

    def drop(self, ended: Sequence[int]) -> Sequence[int]:
        places = list(range(self.going))
        for row in sorted(ended, reverse=True):
            last = self.going = self.going - 1
            if row != last:
                self.cache.swap(row, last)
                self.turns[row], self.turns[last] = self.turns[last], self.turns[row]
                places[row] = places[last]
        return places[: self.going]

    def join(self, other: Rows) -> bool:
        """Always; the other's cache may be forgotten afterwards."""
        assert isinstance(other, _KvRows), "rows of one sampler are of one kind"
        first, added = self.going, other.going
        needed = first + added
        own, theirs = self.cache, other.cache
        if needed > own.rows or theirs.room > own.room:
            rows = needed if needed <= own.rows else max(needed, 2 * own.rows)
            self.cache = self._decoder.empty(rows, max(own.room, theirs.room))
            going = torch.arange(first, device=own.lengths.device)
            if first:
                self.cache.put(going, own, going)
        sources = torch.arange(added, device=own.lengths.device)
        self.cache.put(first + sources, theirs, sources)
        self.turns[first:] = other.turns[:added]
        self.going = needed
        return True

    def step(self, tokens: Tensor) -> Tensor:
        return self._decoder.read(self.cache, tokens, torch.ones_like(tokens[:, 0]))


def _row_of(prompt: Prompt, remembered: Mapping[int, tuple[int, tuple[int, ...]]]) -> int | None:
    """The row that has read the beginning of the prompt, and can go on from there."""
    if prompt.conversation is None or prompt.conversation not in remembered:
        return None
    row, read = remembered[prompt.conversation]
    goes_on = 0 < len(prompt.ids) - len(read) <= LONGEST_CONTINUATION and prompt.ids[: len(read)] == read
    return row if goes_on else None


def _is_worth_it(length: int, ids: tuple[int, ...]) -> bool:
    """Whether to go on from there: what is read behind a beginning needs a mask, as large as both together."""
    return 0 < len(ids) - length <= max(LONGEST_CONTINUATION, length)


def _batches(prompts: Sequence[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """Prompts of similar length together, the shortest first as they come."""
    batches: list[list[tuple[int, ...]]] = []
    for ids in prompts:
        if not batches or len(ids) * (len(batches[-1]) + 1) > READ_TOGETHER:
            batches.append([])
        batches[-1].append(ids)
    return batches
