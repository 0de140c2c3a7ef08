"""A mailbox's password (authorisation code) asked for and put into the system's keyring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from nianbao.mail.secrets import keep
from nianbao.messages import say

if TYPE_CHECKING:
    from nianbao.cli.console import Console


def keep_password(console: Console, kind: str, *, user: str, host: str) -> None:
    """Asked for without being shown, and kept. Raises OfficeError where the system has no keyring."""
    prompt = say("{user} 的密码（授权码）", user=user).text(console.language)
    keep(kind, user=user, host=host, secret=typer.prompt(prompt, hide_input=True))
    console.note(say("已存入系统的密钥环。"))
