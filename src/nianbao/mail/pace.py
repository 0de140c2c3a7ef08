"""How fast mail goes out: a pause between messages, so many in an hour, and how long to wait before trying again."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from nianbao.ledger.messages import attempts_since
from nianbao.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from nianbao.ledger.book import Book
    from nianbao.messages import Message
    from nianbao.rounds.mail_settings import MailSettings

    Telling = Callable[[datetime, Message], None]

BACK_OFF = (10.0, 60.0, 300.0)
"""Seconds before a second, third and fourth try: greylisting lets in after five minutes at the most, mostly."""
_HOUR = timedelta(hours=1)
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


def unheard(_until: datetime, _why: Message) -> None:
    """Nobody hears of a wait."""


class Pace:
    """Waits, by `sleep`. `tell` hears until when, where it is long, and why."""

    def __init__(
        self,
        book: Book,
        settings: MailSettings,
        tell: Telling = unheard,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._book = book
        self._settings = settings
        self._tell = tell
        self._sleep = sleep or time.sleep
        self._begun = False

    def wait(self) -> None:
        """Until the next message may go. What earlier runs sent counts, too: the ledger knows."""
        if self._begun:
            self._sleep(self._settings.pause)
        self._begun = True
        while (until := self._full_until()) > datetime.now(UTC):
            self._tell(until, say("到了每小时的上限。"))
            self._sleep(max(1.0, (until - datetime.now(UTC)).total_seconds()))

    def back_off(self, seconds: float, why: Message | None = None) -> None:
        """Before something is tried again. `why`: what was wrong with the line, where it was that."""
        if seconds:
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            self._tell(until, why or say("有的信服务器暂不接收。"))
        self._sleep(seconds)

    def _full_until(self) -> datetime:
        """When there will be room for a message within the limit of an hour."""
        now = datetime.now(UTC)
        recent = attempts_since(self._book, (now - _HOUR).strftime(_STAMP))
        if len(recent) < self._settings.hourly:
            return now
        return datetime.fromisoformat(recent[-self._settings.hourly]) + _HOUR + timedelta(seconds=1)
