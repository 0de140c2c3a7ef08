"""A mail server on 127.0.0.1 with TLS and passwords, that can be told to fail."""

from __future__ import annotations

import socket
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path
    from ssl import SSLContext

USER, PASSWORD = "office@example.cn", "s3cret-授权码".replace("授权码", "code")
HOST = "127.0.0.1"


@dataclass
class Post:
    """What the server was given, and what it does to whom: each a list of deeds, one for each message to the address.

    Deeds: a reply to RCPT (`550 …`), `data 4…` (a reply to the message), `cut` (gone in the middle of it), `gone`
    (after it, before an answer), `421 …`.
    """

    deeds: dict[str, list[str]] = field(default_factory=dict)
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    connections: int = 0
    asked: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many messages each address got."""
        found: dict[str, int] = {}
        for address, _ in self.taken:
            found[address] = found.get(address, 0) + 1
        return found

    def message(self, address: str) -> EmailMessage:
        """The last message to the address, as a mail program reads it."""
        data = [data for to, data in self.taken if to == address][-1]
        return message_from_bytes(data, policy=policy.default)

    def deed(self, address: str, *kinds: str) -> str:
        """What is next for the address, where it begins so."""
        waiting = self.deeds.get(address, [])
        return waiting.pop(0) if waiting and waiting[0].startswith(kinds) else ""

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, _server: Any, session: Any, _envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        """A connection is counted."""
        self.connections += 1
        session.host_name = name
        return responses

    async def handle_RCPT(  # noqa: N802 -- as above
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """The address taken, or refused."""
        self.asked.append(address)
        if deed := self.deed(address, "4", "5"):
            return deed
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- as above
        """The message kept, or not."""
        [address] = envelope.rcpt_tos
        if deed := self.deed(address, "data "):
            return deed.removeprefix("data ")
        self.taken.append((address, envelope.content))
        if self.deed(address, "gone"):
            server.transport.abort()
        return "250 OK queued"


class Server(SMTP):
    """One that can break off in the middle of a message."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        """Some of the message, and then nothing more."""
        here: Any = self
        if here.envelope.rcpt_tos and here.event_handler.deed(here.envelope.rcpt_tos[0], "cut"):
            await self.push("354 go on")
            await here._reader.readline()
            here.transport.abort()
            return
        await super().smtp_DATA(arg)


class Listening(Controller):
    """The server in a thread of its own."""

    def factory(self) -> Any:
        """A server for a connection."""
        with warnings.catch_warnings():  # of passwords without TLS: it does not see that all of the line is
            warnings.simplefilter("ignore", UserWarning)
            return Server(self.handler, **self.SMTP_kwargs)


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> Any:
    right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False) if not right else AuthResult(success=True)


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        port: int = one.getsockname()[1]
        return port


def certificate(folder: Path, *names: str) -> SSLContext:
    """A server's, for those names; the authority's is in `ca.pem`."""
    import ssl  # noqa: PLC0415 -- for this alone

    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    return context


@contextmanager
def serving(post: Post, context: SSLContext | None, *, starttls: bool = False) -> Iterator[int]:
    """The server's port, as long as it runs."""
    secured: dict[str, Any] = {"authenticator": _knows, "auth_required": True} if context else {}
    if starttls:
        secured |= {"tls_context": context, "require_starttls": True}
        context = None
    elif context:
        secured |= {"auth_require_tls": False}
    listening = Listening(
        post, hostname=HOST, port=free_port(), ssl_context=context, decode_data=False, **secured
    )
    listening.start()
    try:
        yield listening.port
    finally:
        listening.stop()
