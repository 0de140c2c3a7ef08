"""A real IMAP server (Dovecot) of the tests' own on 127.0.0.1, without root's rights where they are not there.

It has one account; its certificate is made for the occasion.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from imapclient import IMAPClient

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

PROGRAM = "/usr/sbin/dovecot"
USER, PASSWORD = "office@example.gov.cn", "authorisation-code-1"
STARTS = 15.0
CONFIGURATION = """
base_dir = {top}/run
log_path = {top}/log
state_dir = {top}/run
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{top}/server.pem
ssl_key = <{top}/server.key
mail_location = maildir:{top}/mail/%u
imap_id_log = *
auth_mechanisms = plain login
auth_failure_delay = 0 secs
mail_fsync = never
passdb {{
  driver = passwd-file
  args = {top}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={top}/home
}}
first_valid_uid = {uid}
last_valid_uid = {uid}
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
default_vsz_limit = 0
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Server:
    """Where it listens: `port` encrypted from the start, `plain_port` by STARTTLS. `top`: all that is its own."""

    top: Path
    port: int
    plain_port: int

    @property
    def certificate(self) -> Path:
        """What its certificate is verified by."""
        return self.top / "server.pem"

    @property
    def log(self) -> str:
        """What it has written down."""
        return (self.top / "log").read_text(errors="replace")

    @contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """Somebody else's mail program."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        with IMAPClient("127.0.0.1", self.port, ssl_context=context, timeout=20) as client:
            client.login(USER, PASSWORD)
            yield client

    def deliver(self, *letters: bytes, folder: str = "INBOX", received: datetime | None = None) -> None:
        """The letters put into a folder, which is made where it is missing."""
        with self.client() as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            for letter in letters:
                client.append(folder, letter, msg_time=received)


@contextmanager
def dovecot() -> Iterator[Server]:
    """A server that runs until the end of the `with`."""
    if not Path(PROGRAM).exists():
        if "CI" in os.environ:
            pytest.fail("dovecot-imapd is missing")
        pytest.skip("dovecot-imapd is missing")
    top = Path(tempfile.mkdtemp(prefix="nb-imap-"))
    try:
        server = Server(top, _free_port(), _free_port())
        _prepare(server)
        process = subprocess.Popen(
            [PROGRAM, "-F", "-c", top / "dovecot.conf"], stderr=subprocess.PIPE, text=True
        )
        try:
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()
            process.communicate(timeout=20)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def _prepare(server: Server) -> None:
    """Certificate, account and configuration; for root's server the mail is nobody's, as Dovecot demands."""
    top, is_root = server.top, os.getuid() == 0
    make_certificate(top / "server.pem", top / "server.key")
    (top / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    own = pwd.getpwuid(os.getuid())
    mail = pwd.getpwnam("nobody") if is_root else own
    internal, login = ("dovecot", "dovenull") if is_root else (own.pw_name, own.pw_name)
    group = _group(pwd.getpwnam(internal).pw_gid)
    (top / "dovecot.conf").write_text(
        CONFIGURATION.format(
            top=top,
            uid=mail.pw_uid,
            gid=mail.pw_gid,
            internal=internal,
            group=group,
            login=login,
            port=server.port,
            plain_port=server.plain_port,
        )
    )
    for folder in ("mail", "home", "run"):
        (top / folder).mkdir()
    if is_root:
        top.chmod(0o755)
        for name in ("users", "log"):
            (top / name).touch()
            (top / name).chmod(0o644)
        for folder in ("mail", "home"):
            os.chown(top / folder, mail.pw_uid, mail.pw_gid)


def _group(number: int) -> str:
    import grp  # noqa: PLC0415 -- not on Windows

    return grp.getgrgid(number).gr_name


def make_certificate(certificate: Path, key: Path, *, name: str = "127.0.0.1") -> None:
    """A certificate that vouches for itself, for that address."""
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=IP:{name},DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(server: Server, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + STARTS
    while time.monotonic() < until:
        if process.poll() is not None:
            said = process.stderr.read() if process.stderr else ""
            raise RuntimeError(said + (server.log if (server.top / "log").exists() else ""))
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(server.log)


@contextmanager
def cut_line(port: int, *, after: int) -> Iterator[int]:
    """A port that leads to another one, and is cut once the server has said so many bytes."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)

    def lead() -> None:
        with suppress(OSError):
            near, _ = listener.accept()
            with near, socket.create_connection(("127.0.0.1", port)) as far:
                threading.Thread(target=_pump, args=(near, far, None), daemon=True).start()
                _pump(far, near, after)
                near.shutdown(socket.SHUT_RDWR)
                far.shutdown(socket.SHUT_RDWR)

    worker = threading.Thread(target=lead, daemon=True)
    worker.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.close()
        worker.join(timeout=20)


def _pump(source: socket.socket, target: socket.socket, most: int | None) -> None:
    """What one says told to the other, up to so many bytes."""
    left = most
    with suppress(OSError):
        while left is None or left > 0:
            data = source.recv(4096 if left is None else min(4096, left))
            if not data:
                return
            target.sendall(data)
            left = None if left is None else left - len(data)
