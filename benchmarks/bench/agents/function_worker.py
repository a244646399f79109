"""A user's agent function in a process of its own: lines of JSON in, lines of JSON out; imports nothing of ours.

    python function_worker.py MODULE:FUNCTION MAX_BYTES

What the function prints goes nowhere, and what it raises is told. The first line of the output says that it is loaded.
"""

import importlib
import json
import os
import sys
from operator import attrgetter
from typing import Any


def serve(target: str, max_bytes: int) -> None:
    """Answer observations until there are no more."""
    questions = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull, "r+", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device is no file to look for
        os.dup2(nowhere.fileno(), 0)
        os.dup2(nowhere.fileno(), 1)
    sys.path[0] = os.getcwd()  # noqa: PTH109 - in place of this file's own folder
    module, _, name = target.partition(":")
    try:
        agent = attrgetter(name)(importlib.import_module(module))
    except BaseException as error:  # noqa: BLE001 - a module may do anything when it is imported
        _write(answers, {"error": _told(error)}, max_bytes)
        return
    _write(answers, {"ready": True}, max_bytes)
    for line in questions:
        asked = json.loads(line)
        try:
            said: dict[str, Any] = {"message": agent(asked["messages"], asked["tools"])}
        except BaseException as error:  # noqa: BLE001 - an agent may raise anything, SystemExit too
            said = {"error": _told(error)}
        try:
            _write(answers, said, max_bytes)
        except (TypeError, ValueError, RecursionError) as error:
            _write(answers, {"error": f"the answer is no JSON: {_told(error)}"}, max_bytes)


def _write(answers: Any, said: dict[str, Any], max_bytes: int) -> None:
    text = json.dumps(said, default=_plain, allow_nan=False)
    if len(text) > max_bytes:
        text = json.dumps({"error": f"the answer holds {len(text):,} bytes; at most {max_bytes:,} are read"})
    answers.write(text + "\n")
    answers.flush()


def _plain(value: Any) -> Any:
    """Messages of OpenAI's client are objects that can say themselves."""
    if hasattr(value, "model_dump"):
        return value.model_dump()
    raise TypeError(f"{type(value).__name__} is no part of a message")


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
