"""BFCL's items and its official verdicts, one line of JSON each: runs in the lane's Python and imports nothing of ours.

Requests and answers are objects that share an ``id``::

    {"id": 1, "do": "items", "category": "parallel"}       -> {"id": 1, "items": [{"id": ..., "functions": ...}, ...]}
    {"id": 2, "do": "judge", "category": "parallel",
     "item": "parallel_0", "answer": [{"f": "{}"}]}        -> {"id": 2, "accepted": false, "reason": "..."}
    {"id": 3, "do": "run", "category": "multi_turn_base",
     "item": "multi_turn_base_0", "answer": [[{"f": "{}"}]]} -> {"id": 3, "results": ["..."]}

``run`` makes the calls of all steps so far in a fresh world, and gives the results of the last step.

An answer has the form that the official runner reads of models that call functions: a list of ``{name: arguments as
JSON text}``, or a text; where there are several turns, a list of such steps for every turn. What the official runner
would print is dropped, and what would crash it is no success.

The multi-turn checker evaluates the names in an answer as Python. So a call whose names are no tool's and no
identifiers is first replaced by one of a tool that does not exist, which comes to the same: an error that changes nothing.
"""

import contextlib
import copy
import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from functools import lru_cache
from keyword import iskeyword
from typing import Any

from bfcl_eval import utils
from bfcl_eval.constants.enums import Language, ReturnFormat
from bfcl_eval.eval_checker import eval_runner
from bfcl_eval.eval_checker.multi_turn_eval import multi_turn_utils

MODEL = "openbmb/MiniCPM-SALA-FC"
"""The entry of the official registry that stands for any server of chat completions with tools."""
NOBODY = "no_such_tool"
MEMORY_BYTES = 8 << 30
"""Of this process, at most: arguments may ask the calculator for anything."""


class OutOfTimeError(BaseException):
    """One verdict took too long; no ``Exception``, since the checker takes those for answers of its tools."""


def serve() -> None:
    """Answer requests until there are no more.

    The first line of the output says that all is loaded. ``sys.argv[1]`` is the time for one verdict, in seconds.
    """
    limit_s = float(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGALRM, _stop)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - a device is no file to look for
        os.dup2(nowhere.fileno(), 1)
    _write(answers, {"ready": True})
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "items":
            said: dict[str, Any] = {
                "items": [_told(*pair) for pair in _entries(request["category"]).values()]
            }
        elif request["do"] == "run":
            said = _results(request["category"], request["item"], request["answer"], limit_s)
        else:
            said = _verdict(request["category"], request["item"], request["answer"], limit_s)
        _write(answers, {"id": request["id"], **said})


def _write(answers: Any, record: dict[str, Any]) -> None:
    answers.write(json.dumps(record) + "\n")
    answers.flush()


def _stop(*_: object) -> None:
    raise OutOfTimeError


@lru_cache(maxsize=1)
def _handler() -> Any:
    return eval_runner.get_handler(MODEL)


@lru_cache(maxsize=2)
def _entries(category: str) -> dict[str, tuple[dict[str, Any], dict[str, Any], Any]]:
    """Of every item, by its id: what is judged, what models are shown, and the ground truth."""
    judged = utils.load_dataset_entry(category, include_prereq=False, include_language_specific_hint=False)
    shown = utils.load_dataset_entry(category, include_prereq=False)
    # The official runner pairs items with answers by their place, too: some ids differ.
    truths = (
        [None] * len(judged)
        if utils.is_relevance_or_irrelevance(category)
        else [entry["ground_truth"] for entry in utils.load_ground_truth_entry(category)]
    )
    return {
        entry["id"]: (entry, seen, truth) for entry, seen, truth in zip(judged, shown, truths, strict=True)
    }


def _told(judged: dict[str, Any], shown: dict[str, Any], truth: Any) -> dict[str, Any]:
    return {
        "id": judged["id"],
        "question": shown["question"],
        "functions": shown["function"],
        "declared": judged["function"],
        "later": shown.get("missed_function", {}),
        "truth": truth,
        "tools": _offered(shown["function"]),
        "later_tools": _offered_later(shown),
    }


def _offered(functions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The functions as the official runner sends them."""
    return list(_handler()._compile_tools({}, {"function": copy.deepcopy(functions)})["tools"])  # noqa: SLF001 - as in _judge


def _offered_later(shown: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    functions, offered = list(shown["function"]), {}
    for turn, later in sorted(shown.get("missed_function", {}).items(), key=lambda pair: int(pair[0])):
        functions += later
        offered[turn] = _offered(functions)
    return offered


def _verdict(category: str, item: str, answer: Any, limit_s: float) -> dict[str, Any]:
    entry, _, truth = _entries(category)[item]
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        official = _judge(category, copy.deepcopy(entry), copy.deepcopy(truth), answer)
    except OutOfTimeError:
        return {"accepted": False, "reason": "out_of_time"}
    except Exception as error:  # noqa: BLE001 - whatever breaks the official runner is no success
        return {"accepted": False, "reason": f"checker_crash: {error!r}"[:500]}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _forget_worlds()
    return {"accepted": bool(official["valid"]), "reason": _reason(official)}


def _results(category: str, item: str, steps: list[Any], limit_s: float) -> dict[str, Any]:
    """What the calls of the last step answer, after all those before; nothing where they hang."""
    entry, _, _ = _entries(category)[item]
    tools, results = _tools(entry), []
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        for step in steps:
            results, _ = multi_turn_utils.execute_multi_turn_func_call(
                _handler().decode_execute(_contained_step(step, tools), has_tool_call_tag=False),
                entry.get("initial_config", {}),
                entry["involved_classes"],
                MODEL,
                entry["id"],
                long_context="long_context" in category,
            )
    except OutOfTimeError:
        results = []
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        _forget_worlds()
    return {"results": [str(result) for result in results]}


def _judge(category: str, entry: dict[str, Any], truth: Any, answer: Any) -> dict[str, Any]:
    handler, name = _handler(), entry["id"]
    if utils.is_relevance_or_irrelevance(category):
        official = eval_runner._evaluate_single_relevance_entry(handler, name, answer, entry, MODEL, category)  # noqa: SLF001 - no public function judges one item
    elif utils.is_multi_turn(category):
        contained = _contained(answer, _tools(entry))
        official = eval_runner._evaluate_single_multi_turn_entry(  # noqa: SLF001
            handler, name, contained, truth, entry, MODEL, category
        )
    elif utils.is_agentic(category):
        official = eval_runner._evaluate_single_agentic_entry(  # noqa: SLF001
            handler, name, answer, truth, entry, MODEL, category
        )
    else:
        language = "JAVA" if utils.is_java(category) else "JAVASCRIPT" if utils.is_js(category) else "PYTHON"
        official = eval_runner._evaluate_single_ast_entry(  # noqa: SLF001
            handler, name, answer, truth, entry, MODEL, category, Language[language], ReturnFormat[language]
        )
    return dict(official)


def _reason(official: dict[str, Any]) -> str:
    error = official.get("error")
    kind = official.get("error_type") or (error.get("error_type") if isinstance(error, dict) else None)
    return "" if official["valid"] else str(kind or error)[:500]


def _forget_worlds() -> None:
    """Leave nothing of the judged conversation: the checker would go on in its world when it sees the item again."""
    for name in [name for name in vars(multi_turn_utils) if name.endswith("_instance")]:
        delattr(multi_turn_utils, name)


def _tools(entry: dict[str, Any]) -> frozenset[str]:
    later = entry.get("missed_function", {}).values()
    return frozenset(function["name"] for group in (entry["function"], *later) for function in group)


def _contained(answer: Any, tools: frozenset[str]) -> Any:
    """The answer with nothing in it that is not safe to evaluate; every other step becomes a text."""
    if not isinstance(answer, list):
        return answer
    return [
        [_contained_step(step, tools) for step in turn] if isinstance(turn, list) else [] for turn in answer
    ]


def _contained_step(step: Any, tools: frozenset[str]) -> Any:
    calls = [step] if isinstance(step, dict) else step
    if not isinstance(calls, list) or not all(isinstance(call, dict) for call in calls):
        return ""
    try:
        return [dict(_contained_call(call, tools)) for call in calls]
    except ValueError:
        return ""  # Arguments that are no JSON: the runner would not read the step either.


def _contained_call(call: dict[str, Any], tools: frozenset[str]) -> Iterator[tuple[str, Any]]:
    for name, arguments in call.items():
        values = json.loads(arguments) if isinstance(arguments, str) else arguments
        if not isinstance(values, dict):
            raise ValueError("arguments have names")
        is_safe = name in tools and all(key.isidentifier() and not iskeyword(key) for key in values)
        yield (name, values) if is_safe else (NOBODY, {})


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        serve()
