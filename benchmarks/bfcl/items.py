"""One item of BFCL as its own files have it: a question, functions, and what answers are right."""

from dataclasses import dataclass, field

from inftool_env.core.schema import JsonObject, JsonValue

SINGLE_TURN = (
    "simple_python",
    "simple_java",
    "simple_javascript",
    "multiple",
    "parallel",
    "parallel_multiple",
    "irrelevance",
    "live_simple",
    "live_multiple",
    "live_parallel",
    "live_parallel_multiple",
    "live_irrelevance",
)
"""Categories with one request each, in BFCL's order. Not ``live_relevance``: it accepts every call there is."""
RELEVANCE = "live_relevance"
"""Accepts every call there is; a part of the official totals."""
MULTI_TURN = ("multi_turn_base", "multi_turn_miss_func", "multi_turn_miss_param", "multi_turn_long_context")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item, unread: names and types as BFCL writes them."""

    id: str
    category: str
    question: tuple[tuple[JsonObject, ...], ...]
    """The messages of every turn."""
    functions: tuple[JsonObject, ...]
    """As models are shown them: parameters of Java and JavaScript are texts."""
    declared: tuple[JsonObject, ...]
    """As the official checker reads them: parameters have their types in the language."""
    truth: JsonValue = None
    """Single-turn: the expected calls, ``{name: {parameter: [right values]}}``, where "" means that it may be left out.
    Multi-turn: for every turn the calls as Python. None where nothing should be called."""
    later: dict[str, tuple[JsonObject, ...]] = field(default_factory=dict)
    """Functions that come into sight later, by the number of the turn."""
    tools: tuple[JsonObject, ...] = ()
    """The functions as the official runner offers them to models that call functions."""
    later_tools: dict[str, tuple[JsonObject, ...]] = field(default_factory=dict)
    """All tools that are offered from a turn on, by the number of the turn."""
