"""`nianbao forms`: the forms at hand, the cells of one, and the mistakes in a definition."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from nianbao.cli.console import Console, console_of
from nianbao.cli.options import JsonOption
from nianbao.cli.tree import COMMANDS, Command, Group
from nianbao.definition.form import Form
from nianbao.layout.cells import form_cells
from nianbao.layout.shelf import DEFAULT_FORM, all_forms, find_form, form_names, layout_of
from nianbao.messages import Message, mark, say
from nianbao.problems import OfficeError
from nianbao.wrapping import columned

_SHOW = mark("列出一张报表的全部编号、位置和栏目。")
_LINT = mark("检查一份报表定义，列出每一处错误。")
_LIST = mark("列出可用的报表。")
_LISTING = "list"


def group() -> Any:
    """The commands beneath `forms`; alone it lists the forms."""
    app = typer.Typer(cls=Group, add_completion=False)
    app.callback(cls=Group, invoke_without_command=True, help=COMMANDS["forms"])(_alone)
    app.command(_LISTING, cls=Command, help=_LIST)(show_list)
    app.command("show", cls=Command, help=_SHOW)(show)
    app.command("lint", cls=Command, help=_LINT)(lint)
    return app


def _alone(context: typer.Context, *, json: JsonOption = False) -> int:
    """The list where nothing else is asked for; `--json` said here holds for what is asked for, too."""
    context.default_map = {context.invoked_subcommand or _LISTING: {"json": json}}
    return 0 if context.invoked_subcommand else show_list(context, json=json)


def show_list(context: typer.Context, *, json: JsonOption = False) -> int:
    """The forms that ship with the program."""
    console = console_of(context)
    if json:
        console.document({"forms": [_described(form, console.language) for form in all_forms()]})
        return 0
    rows = (
        [form.name, _years(form).text(console.language), form.title.text(console.language)]
        for form in all_forms()
    )
    for line in columned(rows):
        console.result(line)
    return 0


def _described(form: Form, language: str) -> dict[str, Any]:
    """A form in the list, for programs."""
    return {
        "name": form.name,
        "form": form.form,
        "edition": form.edition,
        "years": {"from": form.first_year, "to": form.last_year},
        "title": form.title.text(language),
    }


SUBTOTAL = "subtotal"
"""The kind of what no sheet shows and a text can quote."""


def show(
    context: typer.Context,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help=mark("报表名称、版本或定义文件；不写就是最新的政府信息公开年报。")
        ),
    ] = "",
    *,
    json: JsonOption = False,
) -> int:
    """Every cell with an id."""
    console = console_of(context)
    layout = find_form(name or _newest())
    cells = list(form_cells(layout))
    if json:
        form = layout.form
        console.document(
            {"form": form.form, "edition": form.edition, "cells": [asdict(cell) for cell in cells]}
        )
        return 0
    heads = (mark("编号"), mark("种类"), mark("类型"), mark("位置"), mark("栏目"))
    rows = [[cell.id, cell.kind, cell.type, f"{cell.sheet} {cell.cell}", cell.label] for cell in cells]
    rows += [[one.id, SUBTOTAL, "", "", one.label] for one in layout.form.subtotals]
    for line in columned([[console.words(head) for head in heads], *rows]):
        console.result(line)
    return 0


def lint(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("报表定义文件（.yaml）。"))],
    *,
    json: JsonOption = False,
) -> int:
    """What the definition holds; its mistakes, and those of its blank, are raised, or are the JSON document."""
    console = console_of(context)
    try:
        form = _tried(file)
    except OfficeError as error:
        if not json:
            raise
        console.document({"problems": _problems(error, console)})
        return 2
    if json:
        console.document({"problems": []})
    else:
        _summarise(form, console)
    return 0


def _tried(file: Path) -> Form:
    """The form, whose blank was written and looked at. Raises OfficeError with what is wrong with either."""
    layout = layout_of(file)
    from nianbao.definition.source import read_source  # noqa: PLC0415 -- what lists forms needs no writer
    from nianbao.inspecting.inspection import inspect  # noqa: PLC0415
    from nianbao.inspecting.located import located  # noqa: PLC0415
    from nianbao.workbook.trial import trial_blank  # noqa: PLC0415

    if faults := inspect(trial_blank(layout), layout):
        raise OfficeError(located(faults, read_source(file)))
    return layout.form


def _problems(error: OfficeError, console: Console) -> list[Any]:
    """The mistakes, for programs; line 0 where there is none."""
    return [
        {"file": problem.file, "line": problem.line, "message": problem.message.text(console.language)}
        for problem in error.problems
    ]


def _summarise(form: Form, console: Console) -> None:
    """What a definition without mistakes holds."""
    console.result(say("没有发现错误"))
    console.result(
        say(
            "{name}（{years}）：{tables} 张表，{inputs} 个填报项，{totals} 个合计，{texts} 段文字，{rules} 条校验。",
            name=form.name,
            years=_years(form),
            tables=len(form.tables),
            inputs=len(list(form.inputs())),
            totals=len(list(form.totals())),
            texts=len(form.texts),
            rules=len(form.rules),
        )
    )


def _newest() -> str:
    return max(name for name in form_names() if name.startswith(f"{DEFAULT_FORM}-"))


def _years(form: Form) -> Message:
    """The years of report that the form serves."""
    if form.last_year is None:
        return say("{first} 年起", first=form.first_year)
    return say("{first}-{last} 年", first=form.first_year, last=form.last_year)
