"""Whether scenarios of a kind can be written in practice, not by the look of the tools alone."""

from inftool_env.core.errors import ScenarioError
from inftool_env.core.scenario import Split
from inftool_env.core.tool import Toolset
from inftool_env.scenarios.author import TemplateAuthor, admitted_categories
from inftool_env.scenarios.request import ScenarioRequest

TRIES = 4


def can_write(toolset: Toolset, request: ScenarioRequest, split: Split) -> bool:
    """Whether the tools admit the category, and the author succeeds on most of a few seeds."""
    usable = toolset.subset(request.tools) if request.tools else toolset
    if request.category not in admitted_categories(usable):
        return False
    author = TemplateAuthor()
    failures = 0
    for seed in range(TRIES):
        try:
            author.write(toolset, request, seed, split)
        except ScenarioError:
            failures += 1
    return failures <= TRIES // 4
