"""The ``inftool`` command: finds a verb, makes its command line from its signature, and runs it."""

import ast
import errno
import functools
import importlib
import importlib.util
import inspect
import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

from inftool_env import InfToolError, __version__

HERE: Mapping[str, str] = {
    "list": "inftool_env.commands.list_apis:run",
    "register": "inftool_env.commands.register:run",
    "inspect": "inftool_env.commands.inspect:run",
    "validate": "inftool_env.commands.validate:run",
    "condense": "inftool_env.commands.condense:run",
    "serve": "inftool_env.commands.serve:run",
}
"""The verbs of this package; those of others come from the entry points of ``GROUP``."""
GROUP = "inftool.commands"

_DISK_TROUBLE = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM))

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    # Its warnings are about kernels that a CPU has no use for; whoever wants them sets the variable.
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    try:
        code = _dispatch(words)
        sys.stdout.flush()
    except InfToolError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader (as `head`) has left. What is still buffered goes nowhere, or Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if error.errno not in _DISK_TROUBLE:
            raise
        print(
            f"{error.filename or 'output'}: {error.strerror}; expected room and permission to write.",
            file=sys.stderr,
        )
        return EXIT_USAGE
    return code


def verbs() -> dict[str, str]:
    """Every verb with its ``module:function``, ours first."""
    return {**{point.name: point.value for point in entry_points(group=GROUP)}, **HERE}


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if words else EXIT_USAGE
    if words[0] == "--version":
        print(__version__)
        return 0
    verb, known = words[0], verbs()
    if verb not in known:
        near = get_close_matches(verb, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "`inftool --help` lists them."
        print(
            f"inftool: no verb {verb!r}; expected one of {', '.join(sorted(known))}. {hint}", file=sys.stderr
        )
        return EXIT_USAGE
    if _source(known[verb]) is None:
        print(
            f"inftool {verb}: {known[verb].partition(':')[0]} is not installed; expected InfTool's checkout. "
            'Run `pip install -e ".[train]"` in it.',
            file=sys.stderr,
        )
        return EXIT_USAGE
    return _run(verb, known[verb], words[1:])


def _run(verb: str, target: str, arguments: list[str]) -> int:
    import tyro  # Here, since `inftool --help` does without.

    module, _, name = target.partition(":")
    run: Callable[..., int | None] = getattr(importlib.import_module(module), name)
    code = tyro.cli(_positional(run), prog=f"inftool {verb}", args=arguments)
    return code or 0


def _positional(run: Callable[..., int | None]) -> Callable[..., int | None]:
    """The function as tyro should see it: what may be given by position has no flag."""
    import tyro

    kinds = inspect.Parameter
    parameters = []
    for one in inspect.signature(run, eval_str=True).parameters.values():
        if one.kind is kinds.POSITIONAL_OR_KEYWORD:
            named = Annotated[one.annotation, tyro.conf.arg(metavar=one.name.upper())]  # type: ignore[name-defined]
            one = one.replace(kind=kinds.POSITIONAL_ONLY, annotation=named)
        parameters.append(one)

    @functools.wraps(run)
    def wrapped(*args: object, **kwargs: object) -> int | None:
        return run(*args, **kwargs)

    wrapped.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapped.__annotations__ = {one.name: one.annotation for one in parameters}
    return wrapped


def _usage() -> str:
    lines = ["Usage: inftool VERB ...", ""]
    for verb, target in verbs().items():
        source = _source(target)
        if source is not None:
            lines.append(f"  {verb:<10} {_summary(source)}")
    return "\n".join([*lines, "", "`inftool VERB --help` tells more."])


def _source(target: str) -> Path | None:
    """The file of a verb's module, found without importing it; None when it is not installed."""
    try:
        found = importlib.util.find_spec(target.partition(":")[0])
    except ModuleNotFoundError:
        return None
    return Path(found.origin) if found is not None and found.origin is not None else None


def _summary(source: Path) -> str:
    """What a verb does: the first line of its module's docstring, without the verb itself."""
    text = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    line = text.partition("\n")[0]
    return line.partition("``: ")[2] or line


if __name__ == "__main__":
    sys.exit(main())
