"""A connection to the office's mail server, over which many messages go, one at a time."""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.ledger.messages import Event
from nianbao.mail.secrets import hide
from nianbao.messages import say
from nianbao.rounds.mail_settings import STARTTLS, TLS

if TYPE_CHECKING:
    from collections.abc import Callable

    from nianbao.messages import Message
    from nianbao.rounds.mail_settings import MailSettings

PATIENCE = 60.0
ANSWERING = 600.0
"""Seconds: for each step, and for the answer to a whole message (RFC 5321, 4.5.3.2.6)."""
_DETAIL = 300
_CLOSING = 421
_READY = 354


class LineError(Exception):
    """No connection. `lasting`: trying again is of no use before somebody has changed something."""

    def __init__(self, message: Message, *, lasting: bool) -> None:
        self.message = message
        self.lasting = lasting
        super().__init__(str(message))


@frozen
class Answer:
    """What became of a message. `detail`: the server's words; `lost`: the connection is of no more use."""

    event: Event
    detail: str
    lost: bool = False


class Line:
    """An open connection. `secret`: what is never repeated of what the server says."""

    def __init__(self, base: smtplib.SMTP, secret: str = "") -> None:
        self._base = base
        self._secret = secret

    def give(self, sender: str, address: str, data: bytes, *, about_to: Callable[[], None]) -> Answer:
        """The message given to the server, and its answer.

        `about_to` is called when the server has agreed to take it, before the first byte of it: what it raises ends
        the connection, and the server has nothing. From then on, no answer means that nobody knows.
        """
        try:
            refusal = self._announced(sender, address, len(data))
        except (smtplib.SMTPException, OSError) as error:
            return self._lost(Event.DEFERRED, error)
        if refusal:
            return refusal
        try:
            about_to()
        except BaseException:
            self.close()
            raise
        try:
            return self._answer(*self._given(data))
        except (smtplib.SMTPException, OSError) as error:
            return self._lost(Event.UNCERTAIN, error)

    def quit(self) -> None:
        """Politely closed."""
        with suppress(smtplib.SMTPException, OSError):
            self._base.quit()
        self.close()

    def close(self) -> None:
        """Closed at once."""
        with suppress(OSError):
            self._base.close()

    def _announced(self, sender: str, address: str, size: int) -> Answer | None:
        """Sender, receiver and size told to the server; its refusal, None where it wants to have the message."""
        options = [f"SIZE={size}"] if self._base.has_extn("size") else []
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: self._base.mail(sender, options),
            lambda: self._base.rcpt(address),
            lambda: self._base.docmd("DATA"),
        )
        for step in steps:
            code, words = step()
            if code not in {250, 251, _READY}:
                answer = self._answer(code, words)
                if not answer.lost:
                    self._base.rset()
                return answer
        return None

    def _given(self, data: bytes) -> tuple[int, bytes]:
        """The message's bytes (lines end in CRLF), and the answer."""
        quoted = re.sub(rb"(?m)^\.", b"..", data)
        self._base.send(quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        if self._base.sock:
            self._base.sock.settimeout(ANSWERING)
        answer = self._base.getreply()
        if self._base.sock:
            self._base.sock.settimeout(PATIENCE)
        return answer

    def _answer(self, code: int, words: bytes) -> Answer:
        """The server's answer understood; whatever is no clear word counts as a refusal for now."""
        detail = f"{code} {shown(words, self._secret)}".strip()
        lost = code == _CLOSING
        if lost:
            self.close()
        if 200 <= code < 300:
            return Answer(Event.ACCEPTED, detail)
        return Answer(Event.REFUSED if 500 <= code < 600 else Event.DEFERRED, detail, lost)

    def _lost(self, event: Event, error: Exception) -> Answer:
        self.close()
        return Answer(event, shown(str(error).encode(), self._secret), lost=True)


def open_line(settings: MailSettings, context: ssl.SSLContext, secret: str) -> Line:
    """A connection to the server, encrypted, its certificate verified, logged in. Raises LineError."""
    place = {"host": settings.host, "port": settings.port}
    try:
        base = _connected(settings, context)
    except ssl.SSLCertVerificationError as error:
        raise LineError(_distrusted(settings, error), lasting=True) from error
    except smtplib.SMTPNotSupportedError as error:
        raise LineError(
            say("{host}:{port} 不能加密（STARTTLS）。请检查 mail.port 和 mail.security。", **place),
            lasting=True,
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        reason = shown(str(error).encode(), secret)
        raise LineError(
            say(
                "连不上 {host}:{port}（{reason}）。请检查网络，以及 mail.host、mail.port 和 mail.security。",
                reason=reason,
                **place,
            ),
            lasting=isinstance(error, ssl.SSLError),
        ) from error
    return _logged_in(base, settings, secret)


def _distrusted(settings: MailSettings, error: ssl.SSLCertVerificationError) -> Message:
    return say(
        "{host}:{port} 的证书不可信（{reason}），没有发信。请检查 mail.host 写得对不对；"
        "服务器用单位自己的证书时，把根证书放进本轮文件夹，在 mail.ca 写明。",
        host=settings.host,
        port=settings.port,
        reason=error.verify_message,
    )


def _connected(settings: MailSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    if settings.security == TLS:
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=PATIENCE, context=context)
    base = smtplib.SMTP(settings.host, settings.port, timeout=PATIENCE)
    try:
        if settings.security == STARTTLS:
            base.starttls(context=context)
    except BaseException:
        base.close()
        raise
    return base


def _logged_in(base: smtplib.SMTP, settings: MailSettings, secret: str) -> Line:
    """The connection once the server knows who it is."""
    line = Line(base, secret)
    try:
        base.ehlo_or_helo_if_needed()
        if settings.user:
            base.login(settings.user, secret)
    except smtplib.SMTPAuthenticationError as error:
        line.close()
        raise LineError(
            say(
                "{host} 不接受 {user} 的密码（{reason}）。请用邮箱设置里生成的授权码，"
                "运行 nianbao send --password 重新存入。",
                host=settings.host,
                user=settings.user,
                reason=f"{error.smtp_code} {shown(error.smtp_error, secret)}",
            ),
            lasting=500 <= error.smtp_code < 600,
        ) from error
    except (smtplib.SMTPException, OSError) as error:
        line.close()
        raise LineError(
            say(
                "登录 {host} 时出了错（{reason}）。",
                host=settings.host,
                reason=shown(str(error).encode(), secret),
            ),
            lasting=isinstance(error, smtplib.SMTPNotSupportedError),
        ) from error
    return line


def shown(words: bytes | str, secret: str) -> str:
    """A server's words on one short line, in whatever encoding; never the password."""
    data = words if isinstance(words, bytes) else words.encode()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    plain = "".join(character if character.isprintable() else " " for character in text)
    return hide(" ".join(plain.split()), secret)[:_DETAIL]
