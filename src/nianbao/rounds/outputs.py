"""Where a result may be written: never over what the round rests on, nor over what came in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.messages import Message, say
from nianbao.problems import refuse
from nianbao.rounds.rounds import BLANK, RETURNED, find_round, open_round

if TYPE_CHECKING:
    from collections.abc import Iterable

WORKBOOK = ".xlsx"


def guard_output(path: Path, inputs: Iterable[Path] = (), *, into_returned: bool = False) -> None:
    """Nothing, or OfficeError where a workbook may not be written to `path`.

    `inputs`: files that the command reads. `into_returned`: whether a new file in `returned/` is what is wanted.
    """
    complaint = _complaint(path, list(inputs), into_returned=into_returned)
    if complaint:
        raise refuse(complaint, file=str(path))


def _complaint(path: Path, inputs: list[Path], *, into_returned: bool) -> Message | None:
    """Why not; None where it may be."""
    if path.exists() and not path.is_file():
        return None  # `writing.save` says what stands there
    if path.suffix.lower() != WORKBOOK:
        return say("结果是工作簿，文件名要以 .xlsx 结尾。")
    real = _real(path)
    if any(_real(file) == real for file in inputs):
        return say("这是要读取的文件，不能写在它上面。请换一个文件名。")
    folder = find_round(real.parent)
    return _in_round(real, folder, into_returned=into_returned) if folder else None


def _in_round(real: Path, folder: Path, *, into_returned: bool) -> Message | None:
    """Why a file of a round may not be written."""
    top = _real(folder)
    if real.is_relative_to(top / BLANK):
        return say("blank 文件夹里是发出的空白表，不能写在里面。请换一个位置。")
    if real.is_relative_to(top / RETURNED) and (not into_returned or real.exists()):
        return say("returned 文件夹里是收回的表，不能写在它上面。请换一个位置或文件名。")
    if real == _real(folder / open_round(folder).settings.roster):
        return say("这是单位名录，不能写在它上面。请换一个文件名。")
    return None


def _real(path: Path) -> Path:
    """The path without links; a link that leads to itself stays."""
    return Path(os.path.realpath(path))
