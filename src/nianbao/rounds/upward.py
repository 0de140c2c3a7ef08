"""What the level above said of this office on the blank that it sent: the county workbook carries it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.layout.identity import SINGLE
from nianbao.messages import say
from nianbao.opening.grid import UnreadableError
from nianbao.opening.workbooks import read_workbook
from nianbao.problems import refuse
from nianbao.reading import read_whole
from nianbao.returned.claims import carried_identity

if TYPE_CHECKING:
    from nianbao.layout.identity import Identity
    from nianbao.messages import Message
    from nianbao.rounds.rounds import Round


def issued_to(here: Round) -> Identity | None:
    """The identity on the blank that the settings name; None where they name none.

    Raises OfficeError where that file is no blank for this office, form and period, or cannot be read.
    """
    if not here.settings.upward:
        return None
    path = here.folder / here.settings.upward
    if not path.is_file():
        raise refuse(say("找不到上级发来的空白表（nianbao.toml 的 upward）。"), file=str(path))
    try:
        identity = carried_identity(
            read_workbook(read_whole(path, most=here.settings.limits.file), here.settings.limits)
        )
    except UnreadableError as error:
        raise refuse(say("上级发来的空白表打不开：{detail}", detail=error.detail), file=str(path)) from error
    fault = say("不是 nianbao 生成的空白表") if identity is None else _fault(identity, here)
    if fault:
        raise refuse(fault, file=str(path))
    return identity


def _fault(identity: Identity, here: Round) -> Message | None:
    """Why the blank is not the one for this office's county workbook."""
    form = here.layout.form
    if identity.role != SINGLE:
        return say("这是汇总表。请放上级发给本单位的空白表。")
    if (identity.form, identity.edition, identity.period) != (form.form, form.edition, here.period):
        return say("上级发来的空白表不是本轮的报表或年度，请核对。")
    settings = here.settings
    if identity.unit_name != settings.name and not (settings.code and identity.unit_code == settings.code):
        places = {"found": f"{identity.unit_name}（{identity.unit_code}）", "name": settings.name}
        return say(
            "上级发来的空白表是发给「{found}」的，本单位是「{name}」。请核对文件，或把 code 填成上级名录里的代码。",
            **places,
        )
    return None
