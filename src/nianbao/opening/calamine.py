"""The values that calamine finds in a workbook: read in a process of its own, which may fail without harm.

Calamine is native code that trusts what a file declares: a single wrong byte of an .xls can end the process
for want of memory. The parent sends the file, and gets one line of JSON and an exit status.
"""

from __future__ import annotations

import json
import subprocess
import sys

from nianbao.messages import say
from nianbao.opening.calamine_apart import PASSWORD, TOO_LARGE, Found
from nianbao.opening.grid import UnreadableError

PATIENCE = 15  # seconds; a form takes a tenth of one


def find_values(data: bytes) -> list[Found]:
    """The sheets; `UnreadableError` where calamine refuses, fails, or takes too long."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "nianbao.opening.calamine_apart",
    ]  # -P: never a module from the current folder
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603  # no word of it comes from outside
    except subprocess.TimeoutExpired as error:
        raise UnreadableError("too-large", say("文件内容过多，读取超时；请另存为 .xlsx 后再报送")) from error
    if done.returncode == TOO_LARGE:
        raise UnreadableError("too-large", say("文件内的文字过长；请删减后再报送"))
    if done.returncode == PASSWORD:
        raise UnreadableError("encrypted", say("文件设有打开密码；请取消密码后再报送"))
    if done.returncode:
        raise UnreadableError("unreadable", say("文件已损坏，打不开；请另存为 .xlsx 后再报送"))
    return [tuple(sheet) for sheet in json.loads(done.stdout)]
