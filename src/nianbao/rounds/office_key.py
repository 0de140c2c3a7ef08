"""The office's secret, one for each user of a machine; the key of every round comes from it.

So two rounds that are the same in form, roster and year have the same key, and their blanks the same bytes,
while nobody without the secret can sign a workbook.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from nianbao.messages import say
from nianbao.problems import refuse
from nianbao.reading import read_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.problems import OfficeError

VARIABLE = "NIANBAO_OFFICE_KEY"
SECRET_BYTES = 32
LARGEST = 1_000
_FILE = "office.key"


def round_key(secret: bytes, *, round_id: str, form: str, period: str) -> bytes:
    """The signing key of one round."""
    text = "".join(f"{len(part)}:{part};" for part in (round_id, form, period))
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()


def office_secret(environment: Mapping[str, str], *, folder: Path | None = None) -> bytes:
    """The secret: from the environment, else from the user's settings folder, where it is made once.

    Raises OfficeError when it can be neither read nor made.
    """
    if given := environment.get(VARIABLE, "").strip():
        return _from_hex(given, where=VARIABLE)
    path = (folder or platformdirs.user_config_path("nianbao", appauthor=False)) / _FILE
    try:
        if not path.exists():
            _make(path)
        text = read_whole(path, most=LARGEST).decode("ascii", errors="replace")
        return _from_hex(text.strip(), where=str(path))
    except OSError as error:
        raise _unusable(path, error) from error


def _from_hex(text: str, *, where: str) -> bytes:
    """The secret as bytes."""
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != SECRET_BYTES:
        message = say("办公室密钥不对：应为 64 位十六进制数。请从备份恢复，或删去后重新生成。")
        raise refuse(message, file=where)
    return secret


def _make(path: Path) -> None:
    """A new secret at `path`, readable by its owner only; one made meanwhile by another program stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{_FILE}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SECRET_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        _place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _place(temporary: Path, path: Path) -> None:
    """The file under its name, unless one is there. Where links are unknown (FAT), it is moved."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return
    except OSError:
        if not path.exists():
            temporary.replace(path)


def _unusable(path: Path, error: OSError) -> OfficeError:
    """The complaint, with the way out."""
    reason = os.strerror(error.errno) if error.errno else str(error)
    message = say(
        "办公室密钥读不到也写不进（{reason}）。请检查这个位置的权限，"
        "或在环境变量 {variable} 里给出 64 位十六进制数。",
        reason=reason,
        variable=VARIABLE,
    )
    return refuse(message, file=str(path))
