"""The command line: arguments in, results and complaints out, and the exit status.

0: nothing wrong. 1: findings of severity error, or missing units. 2: misuse, or what the office gave cannot
be used, or the system refused. 130: interrupted.
"""

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import nianbao
from nianbao.cli.console import Console
from nianbao.cli.language import take_language
from nianbao.cli.misuse import misuse
from nianbao.cli.refusals import refusal
from nianbao.cli.tree import root
from nianbao.messages import SOURCE_LANGUAGE, mark
from nianbao.problems import OfficeError, Problem


def main(argv: Sequence[str] | None = None) -> int:
    """The exit status of the program run with those arguments, the process's own by default."""
    for name in ("stdout", "stderr"):
        _prepare(name)
    console = Console(SOURCE_LANGUAGE)
    try:
        arguments, language = take_language(sys.argv[1:] if argv is None else argv, os.environ)
        console = Console(language)
        status = _run(arguments, console)
        sys.stdout.flush()
    except OfficeError as error:
        return _complain(console, *error.problems)
    except BrokenPipeError:
        return _reader_gone()
    except OSError as error:
        return _complain(console, Problem(refusal(error)))
    except KeyboardInterrupt:
        return nianbao.INTERRUPTED
    return status


def _run(arguments: list[str], console: Console) -> int:
    """The status of the command named."""
    try:
        return int(
            root(_no_command).main(arguments, prog_name="nianbao", standalone_mode=False, obj=console) or 0
        )
    except typer.TyperException as error:
        return _complain(console, *map(Problem, misuse(error)))
    except typer.Abort:
        return nianbao.INTERRUPTED


def _no_command(
    context: typer.Context,
    *,
    version: Annotated[bool, typer.Option("--version", help=mark("显示版本。"))] = False,
    lang: Annotated[  # noqa: ARG001 -- stands here for the help: `take_language` has taken it already
        str, typer.Option("--lang", metavar="zh|en", help=mark("显示用的语言，写在命令前后都可以。"))
    ] = "",
) -> int:
    """The version, or the help as a complaint that no command was named."""
    if context.invoked_subcommand:
        return 0
    if version:
        context.obj.result(f"nianbao {nianbao.__version__}")
        return 0
    print(context.get_help(), file=sys.stderr)  # noqa: T201 -- folded already
    return 2


def _complain(console: Console, *problems: Problem) -> int:
    """Every complaint on standard error; the status of what cannot be used."""
    for problem in problems:
        console.problem(problem)
    return 2


def _prepare(name: str) -> None:
    """A pipe or file gets UTF-8 on every system; what a console cannot show is written as its code.

    A stream that was closed before the start (`>&-`) takes everything and keeps nothing.
    """
    stream = getattr(sys, name)
    if stream is None:
        setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 -- open to the end
        return
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _reader_gone() -> int:
    """Quiet, as `nianbao check | head` should be; nothing is left for Python to complain of at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
