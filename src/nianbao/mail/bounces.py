"""Letters that no person wrote: what came back undelivered, and what was answered by a program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.mail.headers import header, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message as Letter

    from nianbao.mail.unpacking import Unpacked

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]")
_MESSAGE_ID = re.compile(r"(?im)^\s*message-id:\s*(<[^<>\s]{1,300}>)")
_DAEMONS = re.compile(r"(?i)(mailer|mail)[-_.]?daemon|postmaster|mail-?administrator|mailsystem")
_RETURNED = re.compile(
    r"(?i)退信|退回|未送达|无法送达|投递失败|无法投递|发送失败|undeliver|delivery (status|failure|has failed)"
    r"|returned mail|failure notice|mail delivery (failed|system)|delivery notification|could not be delivered"
)
_DELAYED = re.compile(r"(?i)delay|warning|延迟|推迟|将继续尝试")
_AUTOMATIC = re.compile(
    r"(?i)^\s*(【|\[)?(自动(回复|答复|应答)|auto(matic)?[- ]?(reply|response)|out of (the )?office|假期回复)"
)
_REASON = re.compile(r"(?im)^.*(\b[45]\d\d[ -]|\b[45]\.\d\.\d|原因|reason|不存在|已满|拒收|拒绝).*$")
LONGEST_REASON, LOOKED_AT, MOST = 200, 100_000, 50


@frozen
class Bounce:
    """A letter came back. `addresses`: whom it did not reach; `ids`: the Message-IDs of what may have been sent."""

    addresses: tuple[str, ...]
    ids: tuple[str, ...]
    reason: str


def bounce_of(letter: Unpacked) -> Bounce | None:
    """What came back, by the standard (RFC 3464) or in a provider's own words; None for any other letter.

    A notice of delay or of success is no bounce.
    """
    reports = list(_reports(letter.parsed))
    failed = [report for report in reports if _field(report, "action").lower() == "failed"]
    if reports and not failed:
        return None
    named = header(letter.parsed, "x-failed-recipients")
    if not failed and not named and not _tells_of_failure(letter):
        return None
    addresses = [
        _field(report, name) for report in failed for name in ("original-recipient", "final-recipient")
    ]
    found = ADDRESS.findall(" ".join((*addresses, named)))
    told = next((_field(report, name) for report in failed for name in ("diagnostic-code", "status")), "")
    text = letter.text[:LOOKED_AT]
    return Bounce(
        addresses=_each(found or _others(text, letter)),
        ids=_each(
            [*_inner_ids(letter.parsed), *_MESSAGE_ID.findall(text), header(letter.parsed, "in-reply-to")],
            fold=False,
        ),
        reason=_shortened(told or _reason(text)),
    )


def is_automatic(letter: Unpacked) -> bool:
    """Whether a program answered for somebody who is away."""
    parsed = letter.parsed
    told = header(parsed, "auto-submitted").lower().startswith("auto-replied")
    marked = any(header(parsed, name) for name in ("x-autoreply", "x-autorespond", "x-autoreply-from"))
    precedence = header(parsed, "precedence").lower() == "auto_reply"
    return told or marked or precedence or bool(_AUTOMATIC.match(letter.subject))


def _tells_of_failure(letter: Unpacked) -> bool:
    """Whether it is from a mail system and says so in words."""
    sender = letter.sender.partition("@")[0] or letter.sender_name
    if not (_DAEMONS.search(sender) or header(letter.parsed, "return-path") == "<>"):
        return False
    if _DELAYED.search(letter.subject) and not _RETURNED.search(letter.subject):
        return False
    return bool(_RETURNED.search(letter.subject) or _RETURNED.search(letter.text[:2000]))


def _reports(parsed: Letter) -> Iterator[Letter]:
    """What is told of each recipient (message/delivery-status; its first block is about the message)."""
    for part in _some(parsed):
        payload = part.get_payload()
        if part.get_content_type() == "message/delivery-status" and isinstance(payload, list):
            yield from (one for one in payload[:MOST] if not isinstance(one, str) and one.get("action"))


def _some(parsed: Letter, depth: int = 4) -> Iterator[Letter]:
    """The parts of a letter, not of letters that lie deep in it."""
    yield parsed
    payload = parsed.get_payload()
    if isinstance(payload, list) and depth and parsed.get_content_type() != "message/delivery-status":
        for part in payload[:MOST]:
            if not isinstance(part, str):
                yield from _some(part, depth - 1)


def _inner_ids(parsed: Letter) -> Iterator[str]:
    """The Message-IDs of the letters, or of their headers alone, that came back."""
    for part in _some(parsed):
        if part is not parsed and part.get("message-id"):
            yield header(part, "message-id")
        if part.get_content_type() == "text/rfc822-headers":
            yield from _MESSAGE_ID.findall(str(part.get_payload())[:LOOKED_AT])


def _others(text: str, letter: Unpacked) -> list[str]:
    """The addresses in the words that are not the mail system's own."""
    return [address for address in ADDRESS.findall(text)[:MOST] if address.lower() != letter.sender]


def _reason(text: str) -> str:
    """The line that gives a reason; the first one where none seems to."""
    found = _REASON.search(text)
    return found[0] if found else next((line for line in text.splitlines() if line.strip()), "")


def _field(report: Letter, name: str) -> str:
    """A field's value, without the kind before its semicolon."""
    value = header(report, name)
    return value.partition(";")[2].strip() or value


def _shortened(text: str) -> str:
    return one_line(text)[:LONGEST_REASON]


def _each(words: list[str], *, fold: bool = True) -> tuple[str, ...]:
    """Each of them once."""
    return tuple(dict.fromkeys(word.lower() if fold else word for word in words if word))
