"""Where a file that is taken in came from, as seen from the round, so that the round's folder can be moved."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.gathering.gather import shown_path

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.gathering.found import Found


@frozen
class Origin:
    """A file on disk (`returned/a.zip`), and the member of it where it is an archive (`内/b.xlsx`)."""

    path: str
    member: str = ""

    def __str__(self) -> str:
        return f"{self.path}/{self.member}" if self.member else self.path


class Origins:
    """Tells files of a round that came back from all others."""

    def __init__(self, folder: Path, inbox: str) -> None:
        tops = (shown_path(folder), _plain(os.path.abspath(folder)), _plain(os.path.realpath(folder)))  # noqa: PTH100 -- as below
        self._inbox = f"{inbox}/"
        self._tops = tuple("" if top == "." else f"{top}/" for top in dict.fromkeys(tops))

    def of(self, file: Found) -> Origin | None:
        """Its origin; None for a file that did not come in through `returned/`."""
        path = self.seen(file.path)
        if path is None:
            return None
        archive = self.seen(file.archive) if file.archive else None
        return Origin(archive, path[len(archive) + 1 :]) if archive else Origin(path)

    def seen(self, path: str) -> str | None:
        """The path as seen from the round."""
        for shown in (path, _plain(os.path.abspath(path))):  # noqa: PTH100 -- links in `returned/` stay as they are
            for top in self._tops:
                if shown.startswith(top + self._inbox) and "/../" not in shown:
                    return shown[len(top) :]
        return None


def _plain(path: str) -> str:
    return path.replace(os.sep, "/")
