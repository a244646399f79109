"""Which documents describe one API: two versions of it, two formats, or a part and the whole."""

from collections.abc import Sequence
from typing import TypeAlias

from inftool_env.condensing.candidate import Candidate, Source
from inftool_env.condensing.naming import title_words
from inftool_env.core.tool import Effect

_MIN_SHARE = 0.25
"""Of the smaller document's names that must be found in the larger one."""
_MAX_TITLES = 5
"""A name that more titles than this have is a convention, and shows no kinship: ``list_operations``."""

_Name: TypeAlias = tuple[Effect, str, tuple[str, ...]]
_Title: TypeAlias = frozenset[str] | str


class Kinship:
    """Answers whether two sources describe one API; each pair is looked at once.

    They do when their titles name the same and some of their tools are named alike. Tools alone say little:
    the services of one vendor name theirs alike, and a tag of one is no tag of another.
    """

    def __init__(self, sources: Sequence[Source], candidates: Sequence[Candidate]) -> None:
        self._titles: list[_Title] = [
            title_words(source.toolset.title) or source.toolset.title for source in sources
        ]
        names: list[set[_Name]] = [set() for _ in sources]
        for candidate in candidates:
            names[candidate.source].add((candidate.tool.effect, *candidate.senses[-1].key))
        titles: dict[_Name, set[_Title]] = {}
        for title, own in zip(self._titles, names, strict=True):
            for name in own:
                titles.setdefault(name, set()).add(title)
        self._names = [{name for name in own if len(titles[name]) <= _MAX_TITLES} for own in names]
        self._known: dict[tuple[int, int], bool] = {}

    def are_kin(self, one: int, other: int) -> bool:
        """Whether the sources at these positions describe one API; a source is kin to itself."""
        pair = (min(one, other), max(one, other))
        if pair not in self._known:
            self._known[pair] = self._look(*pair)
        return self._known[pair]

    def _look(self, one: int, other: int) -> bool:
        if one == other:
            return True
        if self._titles[one] != self._titles[other]:
            return False
        ours, theirs = self._names[one], self._names[other]
        return bool(ours & theirs) and len(ours & theirs) >= _MIN_SHARE * min(len(ours), len(theirs))
