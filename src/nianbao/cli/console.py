"""The two streams of a command: results on standard output, all else on standard error, in one language."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from nianbao.frozen import frozen
from nianbao.messages import Message, catalogue, mark, say
from nianbao.reports.pieces import written
from nianbao.returned.findings import Severity
from nianbao.wrapping import hanging, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from nianbao.problems import Problem
    from nianbao.reports.pieces import Document

_COLOURS: Mapping[Severity, str] = {
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.NOTICE: "cyan",
}
_WIDEST = 110
"""Longer lines are hard to read, on however wide a screen."""


@frozen
class Console:
    """Where a command speaks."""

    language: str

    @property
    def columns(self) -> int:
        """How wide a line of text may be; 100 where nobody looks on."""
        return min(shutil.get_terminal_size((100, 24)).columns, _WIDEST)

    def words(self, text: str) -> str:
        """A marked text in the console's language."""
        return catalogue(self.language).gettext(text)

    def listed(self, words: Iterable[str]) -> str:
        """The words with what stands between them in the language."""
        return self.words(mark("、")).join(words)

    def result(self, text: Message | str) -> None:
        """A line of the command's result."""
        print(self._text(text))  # noqa: T201 -- the one place that writes results

    def document(self, document: Document) -> None:
        """The one JSON document of a command."""
        sys.stdout.writelines(written(document))
        self.result("")

    def note(self, text: Message | str) -> None:
        """A line beside the result: progress, advice."""
        for line in hanging(visible(self._text(text)), self.columns):
            print(line, file=sys.stderr)  # noqa: T201 -- the one place that writes notes

    def problem(self, problem: Problem) -> None:
        """A complaint; unfolded, as editors read file and line from it."""
        print(visible(problem.text(self.language)), file=sys.stderr)  # noqa: T201 -- as above

    def paint(self, text: str, severity: Severity) -> str:
        """The text in its severity's colour, on a terminal that wants colours."""
        wanted = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        return typer.style(text, fg=_COLOURS[severity]) if wanted else text

    @contextmanager
    def progress(self, title: Message) -> Iterator[Callable[[int], None]]:
        """A function that is told after each thing how many are done; shown on a terminal only."""
        if not sys.stderr.isatty():
            yield lambda _: None
            return
        from rich.console import Console as Screen  # noqa: PLC0415 -- 40 ms that only a terminal has to wait
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        done = TextColumn(say("{title} {done}", title=title, done="{task.completed}").text(self.language))
        screen = Screen(stderr=True)
        with Progress(SpinnerColumn(), done, TimeElapsedColumn(), console=screen, transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda number: bar.update(task, completed=number)

    def _text(self, text: Message | str) -> str:
        return text.text(self.language) if isinstance(text, Message) else text


def console_of(context: typer.Context) -> Console:
    """The console that the program was started with."""
    if not isinstance(context.obj, Console):
        raise TypeError(context.obj)
    return context.obj
