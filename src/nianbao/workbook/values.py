"""A file of values by id, as JSON or CSV."""

from __future__ import annotations

import json
import re
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from nianbao.messages import Message, say
from nianbao.opening.container import seems_packed
from nianbao.problems import OfficeError, Problem, refuse
from nianbao.reading import MEGABYTE
from nianbao.separated import decoded, delimiter_of, records

if TYPE_CHECKING:
    from nianbao.separated import Row

LARGEST_VALUES = 5 * MEGABYTE
"""A form's values take a few kilobytes, its texts up to a megabyte."""
LONGEST_NUMBER = 400
SHOWN = 20
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
HEADINGS = {"id", "编号", "value", "数值"}

Value = int | Decimal | str | bool | None


def read_values(data: bytes, file: str) -> dict[str, Value]:
    """The values by id. Numbers are exact; null and an empty CSV cell are None.

    JSON: an object of id to value, or one that holds such an object under `values`. CSV: id,value, with or
    without a heading. Raises OfficeError.
    """
    if seems_packed(data):
        raise refuse(say("是工作簿，不是数值文件。请另存为“CSV UTF-8”，每行写「编号,数值」。"), file=file)
    text = decoded(data, file=file)
    if text.lstrip().startswith(("{", "[")):
        return _from_json(text, file)
    return _from_csv(text, file)


def _from_json(text: str, file: str) -> dict[str, Value]:
    """The JSON object; a key that stands twice is a mistake, not a choice."""
    doubles: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        doubles.extend(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
        return dict(pairs)

    try:
        content = json.loads(text, parse_float=_float, parse_int=_int, object_pairs_hook=once)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        raise refuse(say("不是正确的 JSON。请检查引号、逗号和括号。"), file=file, line=line) from error
    except OverflowError as error:
        raise refuse(say("数字「{number}」太长，读不了。请改正。", number=error), file=file) from error
    if isinstance(content, dict) and isinstance(content.get("values"), dict):
        content = content["values"]
    if not isinstance(content, dict):
        raise refuse(say("应是「编号: 数值」的 JSON 对象"), file=file)
    problems = [Problem(say("「{id}」写了两次，请只留一个。", id=key), file=file) for key in doubles]
    problems += [
        Problem(say("「{id}」的值应是数字、文字或 null", id=key), file=file)
        for key, value in content.items()
        if isinstance(
            value, dict | list | float
        )  # of floats there are only NaN and Infinity: numbers are exact
    ]
    if problems:
        raise OfficeError(problems)
    return content


def _int(digits: str) -> int:
    """A whole number. Raises OverflowError for one that nobody means."""
    return int(_bounded(digits))


def _float(digits: str) -> Decimal:
    """Any other number, as precise as written; 1e999999999999999999999 is more than even a Decimal takes."""
    try:
        return Decimal(_bounded(digits))
    except InvalidOperation as error:
        raise OverflowError(digits) from error


def _bounded(digits: str) -> str:
    if len(digits) > LONGEST_NUMBER:
        raise OverflowError(f"{digits[:SHOWN]}…")
    return digits


def _from_csv(text: str, file: str) -> dict[str, Value]:
    """The lines of id and value; numbers written plainly are numbers."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    rows = records(text, file=file, delimiter=delimiter_of(text, _is_heading))
    filled = [row for row in rows if any(map(str.strip, row.cells))]
    if filled and _is_heading(filled[0].cells[0]):
        del filled[0]
    for row in filled:
        key = row.cells[0].strip()
        complaint = _complaint(row) or (
            say("「{id}」写了两次，请只留一个。", id=key) if key in values else None
        )
        if complaint:
            problems.append(Problem(complaint, file=file, line=row.line))
        else:
            values[key] = _from_text(row.cells[1])
    if problems or not values:
        raise OfficeError(problems or [Problem(say("文件里没有数值。请每行写「编号,数值」。"), file=file)])
    return values


def _is_heading(cell: str) -> bool:
    return cell.strip().lower() in HEADINGS


def _complaint(row: Row) -> Message | None:
    """What keeps a line from being an id and a value."""
    if len(row.cells) < 2 or not row.cells[0].strip():
        return say("每行应是「编号,数值」")
    extra = next((cell for cell in row.cells[2:] if cell.strip()), None)
    if extra is not None:
        return say(
            "多出一栏「{extra}」。每行只写编号和数值；数值里有逗号时，两边要加英文引号。", extra=extra[:SHOWN]
        )
    return None


def _from_text(text: str) -> Value:
    """A CSV cell: nothing, a number, or words as they stand."""
    if not text.strip():
        return None
    plain = text.strip()
    if not PLAIN_NUMBER.fullmatch(plain):
        return text
    return Decimal(plain) if "." in plain else int(plain)
