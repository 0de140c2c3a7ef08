"""The office's mailbox: its new letters, read over IMAP without changing anything there.

IMAPClient speaks the protocol (docs/decisions/0029). What the server or the line refuses is an `OfficeError`.
"""

from __future__ import annotations

import ssl
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

import nianbao
from nianbao.frozen import frozen
from nianbao.ledger.letters import Place
from nianbao.mail.certificates import trusted
from nianbao.mail.secrets import hide
from nianbao.mail.unpacking import LARGEST
from nianbao.messages import Message, say
from nianbao.problems import OfficeError, refuse
from nianbao.rounds.mail_settings import STARTTLS, TLS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from nianbao.rounds.mail_settings import ImapSettings

PATIENCE = 60.0
"""Seconds that the server may be silent."""
TOGETHER = 200
"""Letters whose size and day are asked for at once."""
SEEN = b"\\Seen"


class LineError(OfficeError):
    """The connection broke. What was taken in before is kept; the next run goes on from there."""


@frozen
class Fetched:
    """A letter in the mailbox. `received`: when the server took it in."""

    place: Place
    data: bytes
    received: datetime


class Mailbox:
    """One folder of an account, open until the end of the `with`."""

    def __init__(self, settings: ImapSettings, client: IMAPClient, uidvalidity: int) -> None:
        self.settings = settings
        self.uidvalidity = uidvalidity
        self._client = client

    @property
    def account(self) -> str:
        """`user@host`, as the ledger knows it."""
        return account_of(self.settings)

    def letters(self, known: Place | None, since: date | None = None) -> Iterator[Fetched]:
        """The letters that came after the last one known, in their order; all where the mailbox was numbered anew.

        `since`: where none is known, older ones are left out. Raises LineError.
        """
        with _line(self.settings):
            last = known.uid if known and known.uidvalidity == self.uidvalidity else 0
            asked: list[Any] = ["UID", f"{last + 1}:*"]
            if since and not last:
                asked += ["SINCE", since]
            numbers = sorted(uid for uid in self._client.search(asked) if uid > last)
        for start in range(0, len(numbers), TOGETHER):
            with _line(self.settings):
                about = self._client.fetch(numbers[start : start + TOGETHER], ["RFC822.SIZE", "INTERNALDATE"])
            for uid in sorted(about):
                data = self._whole(uid, int(about[uid].get(b"RFC822.SIZE", 0)))
                received = about[uid].get(b"INTERNALDATE")
                if data is not None and received is not None:  # else deleted in the meantime
                    yield Fetched(Place(self.uidvalidity, uid), data, received)

    def mark_seen(self, place: Place) -> None:
        """The letter is marked as read. Raises LineError."""
        with _line(self.settings):
            self._client.add_flags([place.uid], [SEEN], silent=True)

    def _whole(self, uid: int, size: int) -> bytes | None:
        """The letter's bytes; of one beyond all limits only so many that this can be seen."""
        wanted = "BODY.PEEK[]" if size <= LARGEST else f"BODY.PEEK[]<0.{LARGEST + 1}>"
        with _line(self.settings):
            found = self._client.fetch([uid], [wanted]).get(uid, {})
        return next(
            (bytes(value) for key, value in found.items() if key.startswith(b"BODY[]") and value), None
        )


def account_of(settings: ImapSettings) -> str:
    """`user@host`."""
    return f"{settings.user}@{settings.host}"


@contextmanager
def opened(settings: ImapSettings, password: str, folder: Path, *, marks: bool = False) -> Iterator[Mailbox]:
    """The mailbox, logged in and selected, for reading only unless letters are to be marked.

    `folder`: the round's, in which a certificate file is. Raises OfficeError.
    """
    with _line(settings):
        client = _connected(settings, folder)
    try:
        with _line(settings):
            _log_in(client, settings, password)
            selected = _selected(client, settings, marks=marks)
        yield Mailbox(settings, client, int(selected.get(b"UIDVALIDITY", 0)))
    finally:
        _closed(client)


def _closed(client: IMAPClient) -> None:
    """Politely, or at once where the line is gone."""
    try:
        client.logout()
    except (IMAPClientError, OSError):
        with suppress(IMAPClientError, OSError):
            client.shutdown()


def _connected(settings: ImapSettings, folder: Path) -> IMAPClient:
    """A connection whose certificate was verified, where it is encrypted."""
    client = IMAPClient(
        settings.host,
        settings.port,
        ssl=settings.security == TLS,
        ssl_context=trusted(folder, settings.ca) if settings.security == TLS else None,
        timeout=PATIENCE,
    )
    if settings.security == STARTTLS:
        try:
            client.starttls(trusted(folder, settings.ca))
        except BaseException:
            client.shutdown()
            raise
    return client


def _log_in(client: IMAPClient, settings: ImapSettings, password: str) -> None:
    """Logged in, and our name told, without which 163 and 126 refuse everything else (「Unsafe Login」)."""
    try:
        client.login(settings.user, password)
    except (LoginError, UnicodeError) as error:
        message = say(
            "{host} 不让 {user} 登录（{answer}）。请检查账号；密码要用授权码（客户端授权密码），不是登录网页的密码，"
            "在邮箱网页的设置里开启 IMAP 后取得。",
            host=settings.host,
            user=settings.user,
            answer=_answer(error, password),
        )
        raise refuse(message) from None  # the error's own text may hold the password
    if client.has_capability("ID"):
        with suppress(IMAPClientError):
            client.id_({"name": "nianbao", "version": nianbao.__version__, "vendor": "nianbao"})


def _selected(client: IMAPClient, settings: ImapSettings, *, marks: bool) -> dict[bytes, Any]:
    try:
        selected: dict[bytes, Any] = client.select_folder(settings.folder, readonly=not marks)
    except IMAPClientError as error:
        if isinstance(error, IMAPClient.AbortError):
            raise
        unsafe = "unsafe login" in str(error).lower()
        message = say(
            "打不开邮箱里的文件夹「{folder}」（{answer}）。{advice}",
            folder=settings.folder,
            answer=_answer(error),
            advice=say("请在邮箱网页的设置里允许客户端收信，重新取得授权码。")
            if unsafe
            else say("请检查设置「imap.folder」，收件箱写 INBOX。"),
        )
        raise refuse(message) from error
    return selected


@contextmanager
def _line(settings: ImapSettings) -> Iterator[None]:
    """What the line or the server does not let us do, as the office is told."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise refuse(_untrusted(settings, str(error.verify_message))) from error
    except (IMAPClientError, OSError, EOFError) as error:
        message = say(
            "与 {host}:{port} 的连接不通或中断了（{answer}）。已收下的都记着；请检查网络和设置，再运行一次，会接着收。",
            host=settings.host,
            port=settings.port,
            answer=_answer(error),
        )
        raise LineError(refuse(message).problems) from error


def _untrusted(settings: ImapSettings, detail: str) -> Message:
    return say(
        "{host} 的证书不可信（{detail}），没有登录。请检查服务器名称；单位自建的邮箱，请向信息中心要证书文件，"
        "填在设置「imap.ca」。",
        host=settings.host,
        detail=detail,
    )


def _answer(error: Exception, password: str = "") -> str:
    """What the server or the system said, without what nobody may see."""
    system = error.strerror if isinstance(error, OSError) else ""
    text = system or str(error.args[0] if error.args else error)
    text = " ".join(
        "".join(c if c.isprintable() else " " for c in text.removeprefix("b'").rstrip("'")).split()
    )
    return hide(text, password)[:200] or type(error).__name__
