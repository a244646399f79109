"""Which tools of a large API belong together: split by topic, and joined where too little came out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from inftool_env.core.tool import Effect, Toolset, ToolSpec
from inftool_env.envs.topics import Topic, mentions_of, topics_of
from inftool_env.scenarios.telling import is_tellable

MOST_TOOLS = 30
"""No group has more."""
FEWEST_TOOLS = 4
"""A group with fewer joins another, whatever that is about."""
COSY_TOOLS = 8
"""A group with fewer joins one that is about the same things, where there is one."""
OTHER = "other"
"""What is left when all that belongs together has come together."""

_SAME = 1.0
"""All tools of one group are about what the other is about, or half of each."""
_NEAR = 0.5
_FAR = 0.1
_PACKED_TOOLS = MOST_TOOLS - FEWEST_TOOLS + 1
"""Leftovers are packed no tighter, so that no part can overflow by the rest of its last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Tools that belong together."""

    label: tuple[str, ...]
    """What its largest part is about, from general to special."""
    lead: int
    """How many tools that part has."""
    tools: tuple[str, ...]
    """Names, in the order of the document."""


_Nearness = Callable[[Cell, Cell, frozenset[str]], float]
"""Of two cells, words in common not counted."""
_Choice = Callable[[Cell], bool]


def group_tools(toolset: Toolset, api_words: Iterable[str]) -> list[Cell]:
    """More than 30 tools in groups of 4 to 30, in the order of their first tools.

    Args:
        toolset: All tools of the API.
        api_words: The words of the API's own name.
    """
    return _Grouping(toolset, topics_of(toolset.tools, api_words)).cells()


class _Grouping:
    def __init__(self, toolset: Toolset, topics: dict[str, Topic]) -> None:
        self._tools: dict[str, ToolSpec] = {tool.name: tool for tool in toolset.tools}
        self._place = {name: place for place, name in enumerate(toolset.names)}
        self._topics = topics
        self._words_of: dict[tuple[str, ...], frozenset[str]] = {}
        self._mentions_of: dict[str, frozenset[str]] = {}

    def cells(self) -> list[Cell]:
        cells = self._split(tuple(self._place), ())
        # Parts of a split topic stay what their name says: only whole ones are joined for comfort.
        cells = self._join(cells, self._by_subject, _SAME, lambda one: _is_small(one) and len(one.label) < 2)
        cells = self._join(cells, self._by_subject, _NEAR, self._is_needy)
        cells = self._pool_by_scope(cells)
        cells = self._join(cells, self._by_mention, _FAR, self._is_useless)
        return self._pool(cells, (OTHER,), [cell for cell in cells if _is_tiny(cell)])

    def _split(self, names: tuple[str, ...], label: tuple[str, ...]) -> list[Cell]:
        """The tools under one label, in groups of at most 30."""
        if label and len(names) <= MOST_TOOLS:
            return [Cell(label=label, lead=len(names), tools=names)]
        parts: dict[tuple[str, ...], list[str]] = {}
        for name in names:
            parts.setdefault(self._topics[name].address[: len(label) + 1], []).append(name)
        cells: list[Cell] = []
        for address, part in parts.items():
            if address == label:
                cells += _halved(label or (OTHER,), part)
            else:
                cells += self._split(tuple(part), address)
        if not label:
            return cells
        cells = self._join(cells, self._by_subject, _SAME, _is_small)
        cells = self._join(cells, self._by_subject, _NEAR, self._is_needy)
        cells = self._pool(cells, label, [cell for cell in cells if _is_tiny(cell)])
        return self._tidy(cells, label)

    def _join(self, cells: Iterable[Cell], nearness: _Nearness, least: float, is_open: _Choice) -> list[Cell]:
        """Joins every open cell, smallest first, with the nearest that leaves room, if it is near enough."""
        waiting, done = list(cells), list[Cell]()
        common = self._words([name for cell in waiting for name in cell.tools])  # it tells none from another
        while waiting:
            cell = min(waiting, key=self._rank)
            waiting.remove(cell)
            partner: Cell | None = None
            if is_open(cell):
                fitting = [one for one in (*waiting, *done) if len(one.tools) + len(cell.tools) <= MOST_TOOLS]
                near = [(nearness(cell, one, common), one) for one in fitting]
                near = [pair for pair in near if pair[0] >= least]
                if near:
                    _, partner = min(near, key=lambda pair: (-pair[0], self._rank(pair[1])))
            if partner is None:
                done.append(cell)
            else:
                (waiting if partner in waiting else done).remove(partner)
                waiting.append(self._union(cell, partner))
        return sorted(done, key=self._order)

    def _pool_by_scope(self, cells: list[Cell]) -> list[Cell]:
        """Puts tiny cells that belong to the same owner together, where they are enough for a group."""
        scopes: dict[str, list[Cell]] = {}
        for cell in cells:
            if _is_tiny(cell):
                owners = {self._topics[name].scope for name in cell.tools}
                scopes.setdefault(owners.pop() if len(owners) == 1 else "", []).append(cell)
        for scope, tiny in scopes.items():
            if scope and sum(len(cell.tools) for cell in tiny) >= FEWEST_TOOLS:
                cells = self._pool(cells, (scope,), tiny)
        return cells

    def _pool(self, cells: list[Cell], label: tuple[str, ...], tiny: list[Cell]) -> list[Cell]:
        """Puts tiny cells together under a label, with the cell that bears it already when there is room."""
        if not tiny:
            return cells
        rest = [cell for cell in cells if cell not in tiny]
        core = [cell for cell in rest if cell.label == label][:1]
        total = sum(len(cell.tools) for cell in tiny)
        if total < FEWEST_TOOLS and not core:
            core = [min(rest, key=self._rank)]
            label = core[0].label
        if core and (total < FEWEST_TOOLS or total + len(core[0].tools) <= MOST_TOOLS):
            names = self._sorted(name for cell in (*core, *tiny) for name in cell.tools)
            pooled = _halved(label, names)
            rest.remove(core[0])
        else:
            pooled = self._packed(tiny, None if core else label, total)
        return sorted((*rest, *pooled), key=self._order)

    def _packed(self, tiny: list[Cell], label: tuple[str, ...] | None, total: int) -> list[Cell]:
        """Tiny cells in parts of equal size, each cell whole; the first bears the label, others their largest's."""
        count = -(-total // _PACKED_TOOLS) if total > MOST_TOOLS else 1
        parts: list[list[Cell]] = [[] for _ in range(count)]
        seen = 0
        for cell in sorted(tiny, key=self._order):
            parts[seen * count // total].append(cell)
            seen += len(cell.tools)
        packed: list[Cell] = []
        for number, part in enumerate(parts):
            largest = min(part, key=lambda cell: (-len(cell.tools), self._order(cell)))
            names = self._sorted(name for cell in part for name in cell.tools)
            own = largest.label if number or label is None else label
            packed.append(Cell(label=own, lead=len(names), tools=names))
        return packed

    def _tidy(self, cells: list[Cell], label: tuple[str, ...]) -> list[Cell]:
        """Gives the small cells of a split topic, smallest first, to the one that bears its name."""
        core = next((cell for cell in cells if cell.label == label), None)
        if core is None:
            return cells
        rest = [cell for cell in cells if cell is not core]
        for cell in sorted(filter(_is_small, rest), key=self._rank):
            if len(core.tools) + len(cell.tools) <= MOST_TOOLS:
                rest.remove(cell)
                core = replace(core, tools=self._sorted((*core.tools, *cell.tools)))
        return sorted((*rest, core), key=self._order)

    def _is_needy(self, cell: Cell) -> bool:
        """Whether a group had better not stay alone: it is useless, or has nothing to look things up with."""
        reads = any(self._tools[name].effect is Effect.READ for name in cell.tools)
        return not reads or self._is_useless(cell)

    def _is_useless(self, cell: Cell) -> bool:
        """Whether a group is tiny, or has nothing that a user could ask for."""
        return _is_tiny(cell) or not any(is_tellable(self._tools[name]) for name in cell.tools)

    def _by_subject(self, one: Cell, other: Cell, common: frozenset[str]) -> float:
        """How many tools of each are about what the other is about, in [0, 2]."""
        subjects = {name: self._topics[name].subjects for name in (*one.tools, *other.tools)}
        return self._share(one, other, subjects, common) + self._share(other, one, subjects, common)

    def _by_mention(self, one: Cell, other: Cell, common: frozenset[str]) -> float:
        """How many tools of each show rows that refer to what the other is about, in [0, 2]."""
        for name in (*one.tools, *other.tools):
            if name not in self._mentions_of:
                self._mentions_of[name] = mentions_of(self._tools[name])
        told = self._mentions_of
        return self._share(one, other, told, common) + self._share(other, one, told, common)

    def _share(self, cell: Cell, of: Cell, told: dict[str, frozenset[str]], common: frozenset[str]) -> float:
        heads = self._words(of.tools) - common
        return sum(not heads.isdisjoint(told[name]) for name in cell.tools) / len(cell.tools)

    def _words(self, names: Sequence[str]) -> frozenset[str]:
        """What at least half of the tools are about."""
        key = tuple(names)
        if key not in self._words_of:
            counts = Counter(word for name in names for word in self._topics[name].subjects)
            self._words_of[key] = frozenset(word for word, count in counts.items() if 2 * count >= len(names))
        return self._words_of[key]

    def _union(self, one: Cell, other: Cell) -> Cell:
        lead = min(one, other, key=lambda cell: (-cell.lead, self._order(cell)))
        return replace(lead, tools=self._sorted((*one.tools, *other.tools)))

    def _sorted(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(names, key=self._place.__getitem__))

    def _order(self, cell: Cell) -> int:
        return self._place[cell.tools[0]]

    def _rank(self, cell: Cell) -> tuple[int, int]:
        return len(cell.tools), self._order(cell)


def _is_tiny(cell: Cell) -> bool:
    return len(cell.tools) < FEWEST_TOOLS


def _is_small(cell: Cell) -> bool:
    return len(cell.tools) < COSY_TOOLS


def _halved(label: tuple[str, ...], names: Sequence[str]) -> list[Cell]:
    """Tools that nothing tells apart in equal parts of at most 30, in order."""
    count = -(-len(names) // MOST_TOOLS)
    bounds = [len(names) * number // count for number in range(count + 1)]
    parts = [tuple(names[start:end]) for start, end in pairwise(bounds)]
    return [Cell(label=label, lead=len(part), tools=part) for part in parts]
