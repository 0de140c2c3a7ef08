"""The forms at hand: those that ship with the program, and definition files named by path."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.assets import shipped
from nianbao.definition.kept import kept_form
from nianbao.layout.planning import lay_out
from nianbao.messages import say
from nianbao.problems import did_you_mean, refuse

if TYPE_CHECKING:
    from nianbao.definition.form import Form
    from nianbao.layout.places import Layout

DEFAULT_FORM = "zfxxgk"


def form_names() -> list[str]:
    """The shipped forms with their editions: `zfxxgk-2019`, `zfxxgk-2021`."""
    return sorted(path.stem for path in shipped("templates").glob("*.yaml"))


def find_form(name: str) -> Layout:
    """The layout of a form given as `zfxxgk-2021`, `2021` or the path of a definition. Raises OfficeError."""
    if name.endswith((".yaml", ".yml")):
        return layout_of(Path(name))
    known = form_names()
    full = name if name in known else f"{DEFAULT_FORM}-{name}"
    if full not in known:
        hint = did_you_mean(full, known)
        raise refuse(
            say("没有报表「{name}」{hint}。现有：{known}", name=name, hint=hint, known="、".join(known))
        )
    return layout_of(shipped("templates") / f"{full}.yaml")


def form_for(form: str, year: int) -> str:
    """The name of the edition of `form` that serves `year`. Raises OfficeError where none does."""
    for name in form_names():
        candidate = find_form(name).form
        if candidate.form == form and candidate.serves(year):
            return name
    raise refuse(say("没有用于 {year} 年的「{form}」报表", year=year, form=form))


def known_edition(form: str, edition: str) -> Layout | None:
    """The layout of a shipped edition, None where there is none."""
    name = f"{form}-{edition}"
    return find_form(name) if name in form_names() else None


def all_forms() -> list[Form]:
    """Every shipped form."""
    return [find_form(name).form for name in form_names()]


@cache
def layout_of(path: Path) -> Layout:
    """The layout of the definition at `path`; read once in a run."""
    if path.is_dir():
        raise refuse(say("是文件夹，请指明其中的报表定义文件（.yaml）"), file=str(path))
    if not path.is_file():
        raise refuse(say("找不到报表定义文件"), file=str(path))
    return lay_out(kept_form(path))
