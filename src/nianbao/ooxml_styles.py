"""What the reader needs of an .xlsx file's styles: for each cell format whether it is locked and shows a date."""

from __future__ import annotations

from dataclasses import dataclass, field

from nianbao.serials import BUILTIN_DATES, BUILTIN_ELAPSED, is_date_format, is_elapsed_format
from nianbao.xmlpart import Attributes, is_true, new_parser, read_part

NUMBER, DATE, ELAPSED = range(3)


@dataclass(frozen=True, slots=True)
class Style:
    """One cell format: its lock, and what a number in it shows (NUMBER, DATE or ELAPSED)."""

    locked: bool = True
    shows: int = NUMBER


PLAIN = Style()


@dataclass(slots=True)
class _Collected:
    """What has been met so far, in the order of the part: format codes come before the cell formats."""

    codes: dict[int, str] = field(default_factory=dict)
    formats: list[int] = field(default_factory=list)
    locks: list[bool] = field(default_factory=list)
    inside: bool = False


def read_styles(content: bytes, part: str) -> tuple[Style, ...]:
    """The cell formats, in the order that cells count them in.

    A format's <protection> counts whether or not applyProtection is set, as in Excel and openpyxl.
    """
    collected = _Collected()
    parser = new_parser(part)

    def start(name: str, attributes: Attributes) -> None:
        _collect(collected, name.rpartition(" ")[2], attributes)

    def end(name: str) -> None:
        if name.endswith(" cellXfs"):
            collected.inside = False

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    read_part(parser, content, part)
    return tuple(
        Style(locked=locked, shows=_shows(number, collected.codes.get(number)))
        for number, locked in zip(collected.formats, collected.locks, strict=True)
    )


def _collect(collected: _Collected, name: str, attributes: Attributes) -> None:
    if name == "cellXfs":
        collected.inside = True
    elif name == "xf" and collected.inside:
        collected.formats.append(int(attributes.get("numFmtId", "0")))
        collected.locks.append(True)
    elif name == "protection" and collected.inside and collected.locks:
        collected.locks[-1] = is_true(attributes.get("locked", "1"))
    elif name == "numFmt":
        collected.codes.setdefault(int(attributes.get("numFmtId", "0")), attributes.get("formatCode", ""))


def _shows(number: int, code: str | None) -> int:
    if code is None:
        return ELAPSED if number in BUILTIN_ELAPSED else DATE if number in BUILTIN_DATES else NUMBER
    return ELAPSED if is_elapsed_format(code) else DATE if is_date_format(code) else NUMBER
