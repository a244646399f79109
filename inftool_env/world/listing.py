"""How a list's parameters choose, order and cut its rows, read once for every tool."""

from dataclasses import dataclass
from functools import lru_cache

from inftool_env.core.same import Same
from inftool_env.world.entities import Binding, Entity
from inftool_env.world.filters import Filter, filters_of
from inftool_env.world.pages import Paging, paging_of
from inftool_env.world.sorting import Sorting, sorting_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What the parameters of a list do."""

    filters: tuple[Filter, ...]
    sorting: Sorting
    paging: Paging


@lru_cache(maxsize=4096)
def listing_of(binding: Same[Binding], entity: Same[Entity]) -> Listing:
    """The listing of a tool over a table; cached per object."""
    tool, columns = binding.held.tool, binding.held.columns
    return Listing(
        filters=filters_of(columns, tuple(tool.properties)),
        sorting=sorting_of(tool, entity.held.columns, columns),
        paging=paging_of(tool, tuple(columns)),
    )
