"""A workbook's XlsxWriter calls, recorded once: the straight-line script that a person would write.

So the peer pays for XlsxWriter only, and not for the way we come to the calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nianbao.layout.boxes import Answer
from nianbao.layout.results import work_out
from nianbao.workbook.sheets import Contents, write_sheets

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xlsxwriter

    from nianbao.kinds import UnitKind
    from nianbao.layout.places import Layout

OPEN, CLOSE = "⟦", "⟧"
WRITES = ("write_blank", "write_string", "write_number")


class Recording:
    """Every call on a workbook, its sheets and its formats, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, str, tuple[Any, ...], dict[str, Any], bool]] = []
        self.made = 1
        self.book: Any = _Stand(self, 0)

    def note(self, target: int, name: str, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """A call kept; what it makes is numbered."""
        loose = _holds(args) or _holds(tuple(named.values()))
        self.calls.append((target, name, args, named, loose))
        if name in {"add_worksheet", "add_format"}:
            self.made += 1
            return _Stand(self, self.made - 1)
        return None

    def replay(self, book: xlsxwriter.Workbook, texts: Mapping[str, Any]) -> None:
        """The calls made on a real workbook, with these texts and figures in their places."""
        objects: list[Any] = [book]
        for target, name, args, named, loose in self.calls:
            given = [_real(arg, objects, texts) for arg in args] if loose else args
            options = {key: _real(arg, objects, texts) for key, arg in named.items()} if loose else named
            method = "write_number" if name == "write_string" and not isinstance(given[2], str) else name
            result = getattr(objects[target], method)(*given, **options)
            if name in {"add_worksheet", "add_format"}:
                objects.append(result)


class _Stand:
    """Stands for a workbook, sheet or format while calls are recorded."""

    def __init__(self, recording: Recording, number: int) -> None:
        self._recording, self.number = recording, number

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **named: self._recording.note(self.number, name, args, named)


def _holds(args: tuple[Any, ...]) -> bool:
    """Whether something in the arguments differs from workbook to workbook."""
    return any(
        isinstance(arg, _Stand | dict) or (isinstance(arg, str) and arg.startswith(OPEN)) for arg in args
    )


def _real(arg: Any, objects: list[Any], texts: Mapping[str, Any]) -> Any:
    if isinstance(arg, _Stand):
        return objects[arg.number]
    if isinstance(arg, dict):
        return {key: _real(value, objects, texts) for key, value in arg.items()}
    return texts[arg[1:-1]] if isinstance(arg, str) and arg.startswith(OPEN) else arg


def record_blank(
    layout: Layout, kind: UnitKind, names: tuple[str, ...], figures: tuple[str, ...] = ()
) -> Recording:
    """The calls for a blank; `names` of the texts and `figures` that differ become gaps."""
    recording = Recording()
    state = work_out(layout, {}, declared=False, kind=kind)
    answered = {
        key: f"{OPEN}{key}{CLOSE}" for key in figures if isinstance(layout.box_of[key].content, Answer)
    }
    texts = {name: f"{OPEN}{name}{CLOSE}" for name in names}
    write_sheets(recording.book, layout, Contents(state, texts, answers=answered))
    return recording
