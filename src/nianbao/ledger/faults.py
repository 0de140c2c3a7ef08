"""What is wrong with a ledger that cannot be used, and what to do about it."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.messages import Message, mark
from nianbao.problems import OfficeError, Problem

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from pathlib import Path


class Fault(StrEnum):
    """Why a ledger cannot be read, or not be written."""

    DAMAGED = "damaged"
    FOREIGN = "foreign"
    NEWER = "newer"
    BUSY = "busy"
    CLOSED = "closed"
    READ_ONLY = "read-only"
    FULL = "full"
    FAILED = "failed"


_WORDS: Mapping[Fault, str] = MappingProxyType(
    {
        Fault.DAMAGED: mark(
            "台账已损坏，读不出来。请从备份恢复它；没有备份，把它连同同名的 -wal、-shm 文件移到别处再试"
            "（会另建一本，以前的记录、核准和指定不在里面）。"
        ),
        Fault.FOREIGN: mark("这不是 nianbao 的台账。请把它移到别处，或恢复原来的台账，再试。"),
        Fault.NEWER: mark("这本台账是更新版本的 nianbao 写的。请升级 nianbao 再试。"),
        Fault.BUSY: mark("台账正被别的程序占用。请等另一个命令做完，或关闭打开它的程序，再试。"),
        Fault.CLOSED: mark("台账打不开。请检查文件和文件夹的权限再试。"),
        Fault.READ_ONLY: mark(
            "台账是只读的，没有记下。请检查文件和文件夹的权限，或把整个文件夹复制到能写的位置再试。"
        ),
        Fault.FAILED: mark("读写台账时出了错：磁盘可能已满、损坏或断开。已有的记录没有变。请检查磁盘再试。"),
        Fault.FULL: mark("磁盘已满，台账没有写成；已有的记录没有变。请清理磁盘后再试。"),
    }
)
_BY_CODE: Mapping[int, Fault] = MappingProxyType(
    {
        5: Fault.BUSY,
        6: Fault.BUSY,
        8: Fault.READ_ONLY,
        10: Fault.FAILED,
        13: Fault.FULL,
        14: Fault.CLOSED,
        23: Fault.CLOSED,
        26: Fault.FOREIGN,
    }
)
"""SQLite's primary result codes; whatever else it complains of is damage."""


class LedgerError(OfficeError):
    """The ledger cannot be used. The command ends with status 2, unless it can do without."""

    def __init__(self, fault: Fault, path: Path) -> None:
        self.fault = fault
        self.message = Message(_WORDS[fault])
        super().__init__([Problem(self.message, file=path.as_posix())])


def ledger_error(error: sqlite3.Error, path: Path) -> LedgerError:
    """What SQLite complained of, as the office is told."""
    code = getattr(error, "sqlite_errorcode", 11)
    return LedgerError(_BY_CODE.get(code & 0xFF, Fault.DAMAGED), path)
