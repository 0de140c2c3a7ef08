"""The meaning of a definition: ids, sums and rules worked out; every mistake with the path to it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from nianbao.definition.claiming import build_claims
from nianbao.definition.fitting import check_choices, check_fields, check_sheets, check_sums
from nianbao.definition.form import Chart, Form, Wording
from nianbao.definition.leaves import check_keys
from nianbao.definition.mistakes import check_words, shown
from nianbao.definition.previous import build_previous
from nianbao.definition.published import build_published
from nianbao.definition.repeats import Repeating
from nianbao.definition.rules import is_earlier
from nianbao.definition.ruling import build_rules
from nianbao.definition.sections import build_texts
from nianbao.definition.subtotals import build_subtotals
from nianbao.definition.tabling import build_table
from nianbao.messages import say
from nianbao.problems import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.definition.form import Field, Table
    from nianbao.definition.mistakes import Mistakes
    from nianbao.definition.schema import FormSource, WordingSource


def build_form(shape: FormSource, mistakes: Mistakes, *, fingerprint: str) -> Form:
    """The form; one with mistakes is not to be used."""
    _check_years(shape, mistakes)
    _check_titles(shape, mistakes)
    check_keys(("tables",), shape.tables, mistakes)
    check_keys(("texts",), shape.texts, mistakes)
    check_sheets(shape, mistakes)
    check_choices(shape, mistakes)
    tables, fields = _tables(shape, mistakes)
    rules = build_rules(shape, tables, fields, mistakes)
    return Form(
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
        texts=build_texts(shape, mistakes),
        rules=tuple(rule for rule in rules if not any(map(is_earlier, rule.ids))),
        instructions=tuple(shape.instructions),
        charts=_charts(shape, fields, mistakes),
        fingerprint=fingerprint,
        claims=build_claims(shape.claims, fields, mistakes),
        published=build_published(shape, tables, mistakes),
        subtotals=build_subtotals(shape.subtotals, fields, mistakes),
        previous=build_previous(
            shape.previous,
            tuple(rule for rule in rules if any(map(is_earlier, rule.ids))),
            Repeating.over(tables, fields, mistakes),
        ),
    )


def wording(source: WordingSource) -> Wording:
    """The sentence as a value."""
    return Wording(zh=source.zh, en=source.en)


def _check_years(shape: FormSource, mistakes: Mistakes) -> None:
    """The last year is not before the first."""
    first, last = shape.serves.from_, shape.serves.to
    if last is not None and last < first:
        mistakes.add(
            ("serves", "to"), say("serves 的 to（{last}）早于 from（{first}）", first=first, last=last)
        )


def _check_titles(shape: FormSource, mistakes: Mistakes) -> None:
    """Titles stand for themselves: nothing in braces is filled in."""
    check_words(("title",), shape.title, mistakes)
    for name, titled in (("tables", shape.tables), ("texts", shape.texts), ("charts", shape.charts)):
        for key, part in titled.items():
            check_words((name, key, "title"), part.title, mistakes)


def _tables(shape: FormSource, mistakes: Mistakes) -> tuple[tuple[Table, ...], Mapping[str, Field]]:
    """The tables, and their fields by id in printed order."""
    fields: dict[str, Field] = {}
    tables = []
    for key, source in shape.tables.items():
        table, own = build_table(key, source, mistakes)
        for field in own:
            if field.id in fields:
                mistakes.add(("tables", key), say("编号「{id}」重复", id=field.id))
            fields[field.id] = field
        tables.append(table)
    check_sums(fields, mistakes)
    check_fields(fields, mistakes)
    return tuple(tables), fields


def _charts(shape: FormSource, fields: Mapping[str, Field], mistakes: Mistakes) -> tuple[Chart, ...]:
    """The charts, their patterns turned into ids."""
    charts = []
    for key, chart in shape.charts.items():
        values = []
        for label, pattern in chart.values.items():
            ids = tuple(cell for cell in fields if fnmatchcase(cell, pattern))
            if not ids:
                hint = did_you_mean(pattern, fields)
                message = say("没有编号符合「{id}」{hint}", id=shown(pattern), hint=hint)
                mistakes.add_unknown(("charts", key, "values", label), pattern, message)
            values.append((label, ids))
        charts.append(Chart(chart.title, chart.kind, tuple(values)))
    return tuple(charts)
