"""The meaning of a definition: ids, sums and rules worked out; every mistake with the path to it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from nianbao.definition.form import Chart, FieldType, Form, Text, Wording
from nianbao.definition.ruling import build_rules
from nianbao.definition.sheet_names import RESERVED
from nianbao.definition.tabling import build_table, check_keys
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.definition.form import Field, Table
    from nianbao.definition.schema import FormSource, WordingSource
    from nianbao.definition.source import PartPath
    from nianbao.definition.tabling import Mistake

CHOICES_LENGTH = 255
"""Excel's most characters in a drop-down list."""
SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def build_form(shape: FormSource, *, fingerprint: str) -> tuple[Form, list[Mistake]]:
    """The form, and what is wrong with it: a form with mistakes is not to be used."""
    mistakes: list[Mistake] = []
    tables, fields = _tables(shape, mistakes)
    check_keys(("texts",), shape.texts, mistakes)
    form = Form(
        form=shape.form,
        edition=shape.edition,
        version=shape.version,
        title=wording(shape.title),
        source=shape.source,
        period=shape.period,
        first_year=shape.serves.from_,
        last_year=shape.serves.to,
        tables=tables,
        fields=fields,
        texts=tuple(Text(f"text.{key}", text.title, text.help) for key, text in shape.texts.items()),
        rules=build_rules(shape, tables, fields, mistakes),
        instructions=tuple(shape.instructions),
        charts=_charts(shape, fields, mistakes),
        fingerprint=fingerprint,
    )
    return form, mistakes


def wording(source: WordingSource) -> Wording:
    """The sentence as a value."""
    return Wording(zh=source.zh, en=source.en)


def _tables(shape: FormSource, mistakes: list[Mistake]) -> tuple[tuple[Table, ...], Mapping[str, Field]]:
    """The tables, and their fields by id in printed order."""
    check_keys(("tables",), shape.tables, mistakes)
    fields: dict[str, Field] = {}
    tables = []
    taken = {name.casefold() for name in RESERVED}
    for key, source in shape.tables.items():
        if SHEET_FORBIDDEN.search(source.sheet) or source.sheet.casefold() in taken:
            message = say("工作表名「{sheet}」重复或已有他用，或含有 [ ] : * ? / \\ '", sheet=source.sheet)
            mistakes.append((("tables", key, "sheet"), message))
        taken.add(source.sheet.casefold())
        table, own = build_table(key, source, mistakes)
        for field in own:
            if field.id in fields:
                mistakes.append((("tables", key), say("编号「{id}」重复", id=field.id)))
            fields[field.id] = field
        tables.append(table)
    _check_circles(fields, mistakes)
    _check_fields(fields, mistakes)
    return tuple(tables), fields


def _check_fields(fields: Mapping[str, Field], mistakes: list[Mistake]) -> None:
    """Sums add numbers, drop-down lists fit in Excel, and no two ids share a workbook name."""
    names: dict[str, str] = {}
    for field in fields.values():
        path: PartPath = ("tables", field.table)
        if field.terms and FieldType.CHOICE in {field.type, *(fields[term].type for term in field.terms)}:
            mistakes.append((path, say("「{id}」是合计，选项不能相加", id=field.id)))
        if any("," in choice for choice in field.choices) or len(",".join(field.choices)) > CHOICES_LENGTH:
            message = say(
                "「{id}」的选项里不能有英文逗号，合起来最多 {most} 个字", id=field.id, most=CHOICES_LENGTH
            )
            mistakes.append((path, message))
        name = field.id.replace(".", "_")
        if names.setdefault(name, field.id) != field.id:
            message = say("「{id}」和「{other}」在工作簿里重名，请改一个编号", id=field.id, other=names[name])
            mistakes.append((path, message))


def _check_circles(fields: Mapping[str, Field], mistakes: list[Mistake]) -> None:
    """No total is, by however many steps, a part of itself."""
    done = {key for key, field in fields.items() if not field.terms}
    waiting = [field for field in fields.values() if field.terms]
    while ready := [field for field in waiting if done.issuperset(field.terms)]:
        done.update(field.id for field in ready)
        waiting = [field for field in waiting if field.id not in done]
    mistakes += [
        (("tables", field.table), say("合计绕成了圈：「{id}」", id=field.id)) for field in waiting[:1]
    ]


def _charts(shape: FormSource, fields: Mapping[str, Field], mistakes: list[Mistake]) -> tuple[Chart, ...]:
    """The charts, their patterns turned into ids."""
    charts = []
    for key, chart in shape.charts.items():
        values = []
        for label, pattern in chart.values.items():
            ids = tuple(cell for cell in fields if fnmatchcase(cell, pattern))
            if not ids:
                hint = did_you_mean(pattern, fields)
                mistakes.append(
                    (
                        ("charts", key, "values", label),
                        say("没有编号符合「{id}」{hint}", id=pattern, hint=hint),
                    )
                )
            values.append((label, ids))
        charts.append(Chart(chart.title, chart.kind, tuple(values)))
    return tuple(charts)
