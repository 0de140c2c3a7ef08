"""A file of values by id, as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from typing import Any

from nianbao.messages import say
from nianbao.problems import OfficeError, Problem, refuse

PLAIN_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
HEADINGS = {"id", "编号"}
ENCODINGS = ("utf-8-sig", "gb18030")

Value = int | Decimal | str | bool | None


def read_values(data: bytes, file: str) -> dict[str, Value]:
    """The values by id. Numbers are exact; null and an empty CSV cell are None.

    JSON: an object of id to value, or one that holds such an object under `values`. CSV: id,value, with or
    without a heading. Raises OfficeError.
    """
    text = _decode(data, file)
    if text.lstrip().startswith(("{", "[")):
        return _from_json(text, file)
    return _from_csv(text, file)


def _decode(data: bytes, file: str) -> str:
    """The text of the file."""
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refuse(say("不是 UTF-8 或 GB18030 编码的文本文件，请另存为 UTF-8"), file=file)


def _from_json(text: str, file: str) -> dict[str, Value]:
    """The JSON object; a key that stands twice is a mistake, not a choice."""
    doubles: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        doubles.extend(key for key in dict.fromkeys(keys) if keys.count(key) > 1)
        return dict(pairs)

    try:
        content = json.loads(text, parse_float=Decimal, object_pairs_hook=once)
    except (json.JSONDecodeError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 0
        raise refuse(say("不是正确的 JSON"), file=file, line=line) from error
    except ValueError as error:
        raise refuse(say("数字太长，读不了"), file=file) from error
    if isinstance(content, dict) and isinstance(content.get("values"), dict):
        content = content["values"]
    if not isinstance(content, dict):
        raise refuse(say("应是「编号: 数值」的 JSON 对象"), file=file)
    problems = [Problem(say("「{id}」写了两次", id=key), file=file) for key in doubles]
    problems += [
        Problem(say("「{id}」的值应是数字、文字或 null", id=key), file=file)
        for key, value in content.items()
        if isinstance(value, dict | list) or value in (float("inf"), float("-inf")) or value != value  # noqa: PLR0124 -- NaN
    ]
    if problems:
        raise OfficeError(problems)
    return content


def _from_csv(text: str, file: str) -> dict[str, Value]:
    """The lines of id and value; numbers written plainly are numbers."""
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        rows = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise refuse(say("不是正确的 CSV"), file=file, line=reader.line_num) from error
    for line, row in rows:
        if not any(cell.strip() for cell in row) or (line == 1 and row[0].strip().lower() in HEADINGS):
            continue
        key = row[0].strip()
        if len(row) < 2 or key in values:
            message = say("「{id}」写了两次", id=key) if key in values else say("每行应是「编号,数值」")
            problems.append(Problem(message, file=file, line=line))
            continue
        values[key] = _from_text(row[1])
    if problems or not values:
        raise OfficeError(problems or [Problem(say("文件里没有数值"), file=file)])
    return values


def _from_text(text: str) -> Value:
    """A CSV cell: nothing, a number, or words as they stand."""
    if not text.strip():
        return None
    plain = text.strip()
    if not PLAIN_NUMBER.fullmatch(plain):
        return text
    return Decimal(plain) if "." in plain else int(plain)
