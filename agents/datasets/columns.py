"""A row as columns, in every format."""

from collections.abc import Callable, Mapping

from agents.datasets.config import Format
from agents.datasets.layouts import hermes, openai, sharegpt
from agents.datasets.row import Row
from inftool_env.core.schema import JsonObject

LAYOUTS: Mapping[Format, Callable[[Row], JsonObject]] = {
    Format.OPENAI: openai.lay_out,
    Format.SHAREGPT: sharegpt.lay_out,
    Format.HERMES: hermes.lay_out,
}


def columns(row: Row, layout: Format) -> JsonObject:
    """A row's columns: those of the layout, and where the conversation came from."""
    return {
        "id": row.id,
        "environment": row.environment,
        "category": row.category,
        "difficulty": row.difficulty,
        "seed": row.seed,
        **LAYOUTS[layout](row),
    }
