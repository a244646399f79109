"""Which documents describe one API: two versions of it, two formats, or a part and the whole."""

from collections.abc import Sequence

from inftool_env.condensing.candidate import Candidate, Source
from inftool_env.condensing.naming import title_words
from inftool_env.core.tool import Effect

_MIN_SHARED = 3
_MIN_SHARE = 0.5
"""Of the smaller document's names that must be found in the larger one."""
_MIN_SHARE_OF_NAMESAKES = 0.25
"""The same, where the titles name one API: Slack's server and Slack's web API."""
_MIN_TITLE = 0.5
"""Of the words of two such titles that must be shared: more than a vendor's name."""


class Kinship:
    """Answers whether two sources describe one API; each pair is looked at once."""

    def __init__(self, sources: Sequence[Source], candidates: Sequence[Candidate]) -> None:
        self._titles = [title_words(source.toolset.title) for source in sources]
        self._names: list[set[tuple[Effect, str, tuple[str, ...]]]] = [set() for _ in sources]
        for candidate in candidates:
            sense = candidate.senses[-1]
            self._names[candidate.source].add((candidate.tool.effect, *sense.key))
        self._known: dict[tuple[int, int], bool] = {}

    def are_kin(self, one: int, other: int) -> bool:
        """Whether the sources at these positions share most of their titles, or of their tools' names."""
        pair = (min(one, other), max(one, other))
        if pair not in self._known:
            self._known[pair] = self._look(*pair)
        return self._known[pair]

    def _look(self, one: int, other: int) -> bool:
        if one == other:
            return True
        shared = len(self._names[one] & self._names[other])
        share = shared / max(1, min(len(self._names[one]), len(self._names[other])))
        titles = self._titles[one] | self._titles[other]
        if len(self._titles[one] & self._titles[other]) >= _MIN_TITLE * max(1, len(titles)):
            return share >= _MIN_SHARE_OF_NAMESAKES
        return shared >= _MIN_SHARED and share >= _MIN_SHARE
