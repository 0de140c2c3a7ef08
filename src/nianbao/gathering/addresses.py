"""Files that a URL names (`s3://…`, and whatever fsspec knows): listed here, read where they are judged.

fsspec comes with the extra `nianbao[cluster]`, each kind of storage with a package of its own (s3fs, …).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from errno import EIO
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from nianbao.frozen import frozen
from nianbao.gathering.archive import opened, sized
from nianbao.gathering.found import Found, Trouble, is_litter
from nianbao.messages import say
from nianbao.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nianbao.messages import Message
    from nianbao.opening.grid import Limits

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+(::[A-Za-z0-9+.-]+)*://")
TIMES = ("mtime", "LastModified", "last_modified", "created")
"""What file systems call the time of a file, the best first."""


@frozen
class Address:
    """A URL as somebody named it: a file, or a folder with all beneath it."""

    url: str

    def fault(self) -> Problem | None:
        """Why nothing can be listed there."""
        try:
            system, path = self.opened()
            if system.exists(path):
                return None
        except ImportError as error:
            return Problem(_lacking(self.url, str(error)))
        except Exception as error:  # noqa: BLE001 -- each storage has errors of its own
            return Problem(
                say("打不开“{url}”（{detail}）。请检查地址和权限。", url=self.url, detail=_first_line(error))
            )
        return Problem(say("找不到“{url}”，请检查地址。", url=self.url))

    def opened(self) -> tuple[Any, str]:
        """The file system and the path on it. Raises ImportError, and what the storage raises."""
        from fsspec.core import url_to_fs  # noqa: PLC0415 -- for those who name a URL

        system, path = url_to_fs(self.url)
        return system, path

    def files(self, limits: Limits) -> Iterator[Found | Trouble]:
        """The files by path; of those that are called .zip the members. Litter is left out."""
        system, root = self.opened()
        about: Mapping[str, Mapping[str, Any]] = system.find(root, detail=True)
        for path in sorted(about, key=lambda path: path.split("/")):
            steps = path.removeprefix(root).strip("/").split("/")
            if not any(map(is_litter, steps)) or path == root:
                yield from _file(Stored(system, path), about[path] or system.info(path), limits)


@frozen
class Stored:
    """One file of a storage; it can be sent to another process, which then reads it itself."""

    system: Any
    path: str

    @property
    def shown(self) -> str:
        """The path as people read it, without what the URL may have said of passwords."""
        return str(self.system.unstrip_protocol(self.path))

    def open(self, mode: str) -> BinaryIO:  # noqa: ARG002 -- as of a path
        """The content. Raises OSError, whatever the storage raises."""
        try:
            return BytesIO(self.system.cat_file(self.path))
        except OSError:
            raise
        except Exception as error:
            raise OSError(EIO, _first_line(error)) from error


def place(word: str) -> Path | Address:
    """What somebody named."""
    return Address(word) if URL.match(word) else Path(word)


def _file(stored: Stored, about: Mapping[str, Any], limits: Limits) -> Iterator[Found | Trouble]:
    """The file or its members. What it is is not looked at before it is read, but for an archive's name."""
    shown, size = stored.shown, about.get("size")
    name = shown.rpartition("/")[2]
    found = Found(shown, name, limits.file if size is None else int(size), _mtime_ns(about), source=stored)
    if not name.casefold().endswith(".zip"):
        yield sized(found, limits.file)
        return
    whole = sized(found, limits.inflated)
    yield from opened(whole, limits=limits) if isinstance(whole, Found) else (whole,)


def _mtime_ns(about: Mapping[str, Any]) -> int:
    """When the file was written; the beginning of time where the storage does not say."""
    told = next((about[name] for name in TIMES if about.get(name) is not None), 0)
    if isinstance(told, datetime):
        return int((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() * 1e9)
    return int(told * 1e9) if isinstance(told, int | float) else 0


def _lacking(url: str, reason: str) -> Message:
    return say(
        "读“{url}”要另装程序包（{reason}）。请运行 pip install 'nianbao[cluster]'，再装这种存储的包（如 s3fs）。",
        url=url,
        reason=reason,
    )


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".split("\n")[0][:200]
