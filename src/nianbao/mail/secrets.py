"""Passwords of mailboxes: from the environment or the system's keyring, never from a file of the round, never shown."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.problems import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

SMTP, IMAP = "smtp", "imap"
VARIABLES: Mapping[str, str] = MappingProxyType(
    {SMTP: "NIANBAO_SMTP_PASSWORD", IMAP: "NIANBAO_IMAP_PASSWORD"}
)
COMMANDS: Mapping[str, str] = MappingProxyType({SMTP: "nianbao send", IMAP: "nianbao collect"})
"""With `--password`, what puts it into the keyring."""
HIDDEN = "***"


def service(kind: str) -> str:
    """What the keyring knows it by: `nianbao-smtp`, `nianbao-imap`; there the name is `user@host`."""
    return f"nianbao-{kind}"


def password(kind: str, *, user: str, host: str, environment: Mapping[str, str]) -> str:
    """The account's password. Raises OfficeError where neither environment nor keyring has one."""
    given = environment.get(VARIABLES[kind], "")
    found = given or _kept(kind, f"{user}@{host}")
    if not found:
        raise refuse(
            say(
                "没有 {user} 在 {host} 的密码（授权码）。请运行 {command} --password 存入系统的密钥环，"
                "或写在环境变量 {variable} 里。",
                user=user,
                host=host,
                variable=VARIABLES[kind],
                command=COMMANDS[kind],
            )
        )
    return found


def keep(kind: str, *, user: str, host: str, secret: str) -> None:
    """The password put into the keyring. Raises OfficeError where the system has none that can be used."""
    import keyring  # noqa: PLC0415 -- only where mail is sent or fetched
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(service(kind), f"{user}@{host}", secret)
    except (KeyringError, RuntimeError) as error:
        raise refuse(
            say(
                "系统没有能用的密钥环，密码没有存下。请把它写在环境变量 {variable} 里。",
                variable=VARIABLES[kind],
            )
        ) from error


def hide(text: str, secret: str) -> str:
    """The text without the password, should a server repeat it."""
    return text.replace(secret, HIDDEN) if secret else text


def _kept(kind: str, name: str) -> str:
    """The keyring's password; nothing where there is no keyring, as on a server without a desktop."""
    import keyring  # noqa: PLC0415 -- as above
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        return keyring.get_password(service(kind), name) or ""
    except (KeyringError, RuntimeError):
        return ""
