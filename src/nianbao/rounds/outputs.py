"""Where a result may be written: never over what the round rests on, nor over what came in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.messages import Message, say
from nianbao.problems import refuse
from nianbao.rounds.former_file import FORMER_FILE
from nianbao.rounds.rounds import BLANK, LEDGER, RETURNED, find_round, settings_of
from nianbao.rounds.settings import SETTINGS_FILE
from nianbao.writing import occupied

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nianbao.rounds.rounds import Round

WORKBOOK = ".xlsx"
TEMPLATES, MAIL = "templates", "mail"
"""What the office changed for its own round: the layout of reports, the words of letters; and what letters held."""


def guard_output(
    path: Path,
    inputs: Iterable[Path] = (),
    *,
    here: Round | None = None,
    into_returned: bool = False,
    ending: str = WORKBOOK,
) -> None:
    """Nothing, or OfficeError where a workbook, or a file with that ending, may not be written to `path`.

    `inputs`: files that the command reads. `here`: the round that it works in; the one that `path` lies in is
    seen to in any case. `into_returned`: whether a new file in `returned/` is what is wanted.
    """
    complaint = occupied(path) or _name_fault(path, ending)
    if complaint is None:
        target = _Target.at(path)
        around = find_round(target.real.parent)
        rounds = dict.fromkeys(_real(top) for top in (here and here.folder, around) if top)
        complaint = _input_fault(target, inputs)
        for top in rounds:
            complaint = complaint or _round_fault(target, top, into_returned=into_returned)
    if complaint:
        raise refuse(complaint, file=str(path))


def guard_outputs(
    folder: Path, names: Iterable[str], inputs: Iterable[str], *, here: Round | None = None
) -> None:
    """Nothing, or OfficeError where workbooks of these names may not be written into `folder`.

    `inputs`: paths of files and folders that are read, members of archives too; nothing is written among them.
    """
    if folder.exists() and not folder.is_dir():
        raise refuse(say("这里已有同名的文件，不能建文件夹。请换一个名字。"), file=str(folder))
    read = [Path(path) for path in inputs]
    target = _Target.at(folder / WORKBOOK)
    if any(path.is_dir() and target.lies_in(_real(path)) for path in read):
        raise refuse(
            say("这是要读取的文件夹，写在里面下次会被当成上报表。请换一个文件夹。"), file=str(folder)
        )
    guard_output(folder / f"_{WORKBOOK}", here=here)
    known = {_number(path) for path in read}
    for path in (folder / name for name in names):
        if os.path.lexists(path):
            guard_output(path, read if _number(path) in known else (), here=here)


@frozen
class _Target:
    """A path to be written to: without links, and what the system says of the file that is there."""

    real: Path
    status: os.stat_result | None

    @classmethod
    def at(cls, path: Path) -> _Target:
        """The target of a path that is a regular file or nothing yet."""
        try:
            return cls(_real(path), path.stat())
        except OSError:
            return cls(_real(path), None)

    def is_file(self, other: Path) -> bool:
        """Whether it is this very file, perhaps by another name: a hard link, or other letters of upper case."""
        if self.status is None:
            return False
        try:
            status = other.stat()
        except NotADirectoryError:  # a member of an archive
            return self.is_file(other.parent)
        except (OSError, ValueError):  # gone by now
            return False
        if status.st_ino:
            return os.path.samestat(self.status, status)
        return _real(other) == self.real  # a file system without numbers for its files

    def lies_in(self, folder: Path) -> bool:
        """Whether it lies, or would lie, in this folder or one beneath it."""
        return any(_is_same(above, folder) for above in self.real.parents)

    @property
    def is_linked(self) -> bool:
        """Whether the file has further names."""
        return self.status is not None and self.status.st_nlink > 1


def _name_fault(path: Path, ending: str) -> Message | None:
    """The complaint about a name with another ending."""
    if path.suffix.lower() == ending:
        return None
    if ending == WORKBOOK:
        return say("结果是工作簿，文件名要以 .xlsx 结尾。")
    return say("文件名要以 {ending} 结尾。", ending=ending)


def _input_fault(target: _Target, inputs: Iterable[Path]) -> Message | None:
    """The complaint about a file that the command reads."""
    if any(map(target.is_file, inputs)):
        return say("这是要读取的文件，不能写在它上面。请换一个文件名。")
    return None


def _round_fault(target: _Target, top: Path, *, into_returned: bool) -> Message | None:
    """Why a file of the round in `top` may not be written."""
    if target.lies_in(top / BLANK):
        return say("blank 文件夹里是发出的空白表，不能写在里面。请换一个位置。")
    if target.lies_in(top / RETURNED) and (not into_returned or target.status):
        return say("returned 文件夹里是收回的表，不能写在它上面。请换一个位置或文件名。")
    if any(target.lies_in(top / folder) for folder in (TEMPLATES, MAIL)):
        return say("这个文件夹里是本轮的模板或留存的邮件，不能写在里面。请换一个位置。")
    if any(map(target.is_file, _foundations(top))):
        return say(
            "这是本轮的设置、名录、上一期的数、台账或上级发来的空白表，不能写在它上面。请换一个文件名。"
        )
    if target.is_linked and any(map(target.is_file, _workbooks(top))):
        return say("这是发出的空白表或收回的表的另一个名字，不能写在它上面。请换一个文件名。")
    return None


def _foundations(top: Path) -> Iterator[Path]:
    """What the round rests on, besides its folders of workbooks."""
    settings = settings_of(top)
    names = (SETTINGS_FILE, settings.roster, settings.form, settings.upward, FORMER_FILE, LEDGER)
    yield from (top / name for name in names if name)


def _workbooks(top: Path) -> Iterator[Path]:
    """Every file of `blank/` and `returned/`."""
    for name in (BLANK, RETURNED):
        for folder, _, files in os.walk(top / name):
            yield from (Path(folder, file) for file in files)


def _number(path: Path) -> tuple[int, int] | None:
    """The system's number of the file, or of the archive that a path leads into; None where it has none."""
    try:
        status = path.stat()
    except NotADirectoryError:
        return _number(path.parent)
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if status.st_ino else None


def _is_same(one: Path, other: Path) -> bool:
    """Whether both are one folder, also where letters of upper and lower case count as the same."""
    try:
        return one == other or one.samefile(other)
    except OSError:
        return False


def _real(path: Path) -> Path:
    """The path without links; a link that leads to itself stays."""
    return Path(os.path.realpath(path))
