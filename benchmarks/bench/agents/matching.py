"""An agent without a model, as an example of a callable one: the tool whose words the user said, with what stands behind its names.

    inftool bench held-out --agent benchmarks.bench.agents.matching:agent --out runs/matching

What it reaches is what matching words is worth. It imports nothing of ours: yours need not either.
"""

import json
import re
from typing import Any

_WORD = re.compile(r"[a-z]+|\d+")
_VALUE = r"\W*(?:(?:is|are|of|to|for|as|be|should be)\W+)*(\"[^\"]+\"|[\w.@:/-]+)"
_REFUSAL = "I have no tool for that."


def agent(messages: list[dict[str, Any]], tools: list[dict[str, Any]]) -> dict[str, Any] | str:
    """One message in answer to the conversation so far."""
    if messages[-1]["role"] == "tool":
        return "Done."
    said = " ".join(str(message["content"]) for message in messages if message["role"] == "user")
    words = _words(said)
    function = max((tool["function"] for tool in tools), key=lambda one: _likeness(one, words), default=None)
    if function is None or _likeness(function, words) < 0.5:
        return _REFUSAL
    parameters = function.get("parameters") or {}
    arguments: dict[str, Any] = {}
    for name, schema in (parameters.get("properties") or {}).items():
        value = _value(name, schema, said)
        if value is not None:
            arguments[name] = value
    missing = next((name for name in parameters.get("required") or () if name not in arguments), None)
    if missing is not None:
        return f"What is the {' '.join(_words(missing))}?"
    call = {"name": function["name"], "arguments": json.dumps(arguments)}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": f"call_{len(messages)}", "type": "function", "function": call}],
    }


def _words(text: str) -> list[str]:
    """Lower-case words, also of identifiers: ``petId`` and ``pet_id`` are both ``pet id``."""
    return _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())


def _likeness(function: dict[str, Any], said: list[str]) -> float:
    """Share of the words of a function's name that the user said."""
    stems = {word[:4] for word in said}
    words = _words(function["name"])
    return sum(word[:4] in stems for word in words) / max(1, len(words))


def _value(name: str, schema: dict[str, Any], said: str) -> Any:
    """What the user said of a parameter; None where nothing fits its type."""
    choices = [choice for choice in schema.get("enum") or () if str(choice).lower() in said.lower()]
    if choices:
        return choices[0]
    pattern = r"\W+".join(map(re.escape, _words(name))) + _VALUE
    found = re.search(pattern, said, re.IGNORECASE)
    if found is None:
        return None
    text = found[1].strip('".,')
    kind = schema.get("type")
    if kind in ("integer", "number"):
        if not re.fullmatch(r"-?\d+(\.\d+)?", text):
            return None
        return int(text) if re.fullmatch(r"-?\d+", text) else float(text)
    if kind == "boolean":
        return text.lower() in ("true", "yes", "on")
    if kind == "array":
        return [text]
    return text
