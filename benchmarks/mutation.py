"""How many planted faults in the grader its tests notice.

    python -m benchmarks.mutation --sample 200

One operator, constant or condition of a module is changed at a time, and the worked examples among the grader's
tests run against the changed module in a process of their own. A change that no test notices is printed: either a test is missing, or the
change makes no difference.
"""

import argparse
import ast
import importlib
import inspect
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

import pytest
from _pytest.runner import runtestprotocol
from rich.console import Console

ROOT = Path(__file__).parents[1]
PACKAGE = "inftool_env.grading"
MODULES = (
    "answers",
    "checks",
    "differences",
    "equality",
    "failures",
    "gates",
    "grader",
    "information",
    "matching",
    "reading",
    "reward",
)
TESTS = ROOT / "tests" / "inftool_env" / "grading"
GOAL = 0.95
"""Share of the planted faults that the tests must notice."""
TIMEOUT_S = 120.0
"""A fault that makes the tests run longer than this is noticed: it never ends."""

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
}
_FUNCTIONS = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One change of one module."""

    module: str
    line: int
    what: str
    """The changed piece, before and after."""
    statement: ast.stmt
    """The statement of the module that the changed piece is in, changed."""


def plan_faults(module: str) -> Iterator[Fault]:
    """Every fault that can be planted in a module of the grader, in the order of its lines."""
    source = (ROOT / PACKAGE.replace(".", "/") / f"{module}.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    for statement in tree.body:
        aside = _decorations(statement)
        for number, node in enumerate(ast.walk(statement)):
            for change in range(0 if id(node) in aside else _count_changes(node)):
                changed = deepcopy(statement)
                spot = next(other for at, other in enumerate(ast.walk(changed)) if at == number)
                what = f"{_spell(spot)}  ->  {_change(spot, change)}"
                yield Fault(
                    module=module,
                    line=getattr(node, "lineno", 0),
                    what=what,
                    statement=ast.fix_missing_locations(changed),
                )


class Jury:
    """The grader's tests, collected once; each fault is put before them in a process of its own.

    A pytest plugin: it takes the place of the loop that runs the tests.

    Args:
        faults: What to plant.
        on_missed: Told of every fault that no test notices.
    """

    def __init__(self, faults: Sequence[Fault], on_missed: Callable[[Fault], None]) -> None:
        self.faults = faults
        self.noticed = 0
        self._on_missed = on_missed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Hold every fault against the tests in place of running them once."""
        for fault in self.faults:
            near = (f"test_{fault.module}.py", "test_failures.py")
            items = sorted(filter(_is_example, session.items), key=lambda item: item.path.name not in near)
            if _is_noticed(fault, items):
                self.noticed += 1
            else:
                self._on_missed(fault)
        return True


def _is_example(item: pytest.Item) -> bool:
    """Whether a test is a worked example: what a property finds by chance, an example should pin down."""
    is_property = getattr(getattr(item, "function", None), "is_hypothesis_test", False)
    return not is_property and item.path.name != "test_corruptions.py"


def _is_noticed(fault: Fault, items: Sequence[pytest.Item]) -> bool:
    """Whether a test fails, or never ends, when the fault is planted."""
    child = os.fork()
    if child == 0:
        notices = True  # a module that cannot even be built is noticed
        try:
            plant(fault)
            notices = any(map(_fails, items))
        finally:
            os._exit(int(notices))
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _fails(item: pytest.Item) -> bool:
    """Whether a test fails here and now."""
    return any(report.failed for report in runtestprotocol(item, log=False))


def plant(fault: Fault) -> None:
    """Change the module that is already imported, for everyone who has imported from it."""
    module = importlib.import_module(f"{PACKAGE}.{fault.module}")
    code = compile(ast.Module(body=[fault.statement], type_ignores=[]), fault.module, "exec")
    changed = dict(vars(module))
    exec(code, changed)
    for name, new in changed.items():
        old = vars(module).get(name)
        if old is new:
            continue
        if inspect.isclass(old):
            for each, attribute in vars(new).items():
                _replace_code(vars(old).get(each), attribute)
        elif not _replace_code(old, new):
            for other in list(sys.modules.values()):
                if getattr(other, "__name__", "").startswith("inftool_env") and vars(other).get(name) is old:
                    setattr(other, name, new)


def _replace_code(old: object, new: object) -> bool:
    """Let a function do what another does; False where they are no functions."""
    old, new = _function_of(old), _function_of(new)
    if not isinstance(old, FunctionType) or not isinstance(new, FunctionType):
        return False
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    return True


def _function_of(found: object) -> object:
    """The function inside a property, a class method or a cache."""
    if isinstance(found, property):
        return found.fget
    if isinstance(found, classmethod | staticmethod):
        return found.__func__
    return inspect.unwrap(found) if callable(found) else found


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant faults one by one and print those that nobody notices; 1 when there are too many."""
    parser = argparse.ArgumentParser(description="Planted faults in the grader that its tests notice.")
    parser.add_argument("--sample", type=int, help="how many faults to plant; all when left out")
    parser.add_argument("--seed", type=int, default=0, help="chooses the sample")
    parser.add_argument("--modules", nargs="*", default=list(MODULES), help="modules to plant them in")
    options = parser.parse_args(arguments)
    console = Console(soft_wrap=True, highlight=False)
    faults = [fault for module in options.modules for fault in plan_faults(module)]
    planned = len(faults)
    if options.sample is not None and options.sample < planned:
        kept = sorted(random.Random(options.seed).sample(range(planned), options.sample))
        faults = [faults[at] for at in kept]
    jury = Jury(
        faults, lambda fault: console.print(f"{fault.module}.py:{fault.line}: {fault.what}", markup=False)
    )
    pytest.main(
        ["-q", "-s", "-p", "no:cacheprovider", "-n", "0", f"--rootdir={ROOT}", str(TESTS)], plugins=[jury]
    )
    share = jury.noticed / len(faults) if faults else 1.0
    console.print(f"noticed {jury.noticed} of {len(faults)} planted faults ({planned} possible): {share:.1%}")
    return 0 if share >= GOAL else 1


def _decorations(statement: ast.stmt) -> frozenset[int]:
    """Identities of the nodes in decorators: sizes of caches and the like, which decide nothing."""
    return frozenset(
        id(node)
        for decorated in ast.walk(statement)
        for decorator in getattr(decorated, "decorator_list", ())
        for node in ast.walk(decorator)
    )


def _count_changes(node: ast.AST) -> int:
    match node:
        case ast.Compare():
            return len(node.ops)
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            return 1
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.Continue():
            return 1
        case ast.If() | ast.IfExp():
            return 2
        case ast.Constant(value=bool() | int() | float()):
            return 1
        case ast.Call(func=ast.Name(id=name)) if name in _FUNCTIONS:
            return 1
        case _:
            return 0


def _change(node: ast.AST, change: int) -> str:
    """Change the node in place; what it says now."""
    match node:
        case ast.Compare():
            node.ops[change] = _COMPARISONS[type(node.ops[change])]()
        case ast.BinOp():
            node.op = _ARITHMETIC[type(node.op)]()
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.UnaryOp():
            node.operand = ast.UnaryOp(op=ast.Not(), operand=node.operand)
        case ast.If() | ast.IfExp():
            node.test = ast.Constant(value=bool(change))
        case ast.Constant(value=bool()):
            node.value = not node.value
        case ast.Constant(value=int() | float() as number):
            node.value = number + 1
        case ast.Call(func=ast.Name() as function):
            function.id = _FUNCTIONS[function.id]
        case ast.Continue():
            node.__class__ = ast.Break  # type: ignore[assignment]  # neither has a field
        case _:
            raise AssertionError("only what can be changed is")
    return _spell(node)


def _spell(node: ast.AST) -> str:
    """The piece of code on one line."""
    return " ".join(ast.unparse(node).split())[:110]


if __name__ == "__main__":
    sys.exit(main())
