"""How far every unit has come, as the JSON document of `status`; its shape is fixed (docs/formats.md)."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING

from nianbao.returned.returns import ACCEPTED, EXPLAINED, MISSING, REJECTED
from nianbao.rounds.following import days_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nianbao.ledger.correspondence import Post
    from nianbao.ledger.messages import Sent
    from nianbao.reports.pieces import Json
    from nianbao.returned.returns import Checked
    from nianbao.rounds.following import Followed
    from nianbao.rounds.rounds import Round


def status_document(here: Round, units: Sequence[Followed]) -> dict[str, Json]:
    """The document of `status`."""
    form, deadline = here.layout.form, here.settings.mail.deadline
    counts = Counter(unit.progress.status for unit in units)
    return {
        "round": {
            "name": here.settings.name,
            "year": here.settings.year,
            "form": form.form,
            "edition": form.edition,
            "deadline": deadline.isoformat() if deadline else None,
            "days_left": days_left(deadline),
        },
        "units": [
            {
                "code": unit.unit.code,
                "name": unit.unit.name,
                "kind": unit.unit.kind.value,
                "status": unit.progress.status,
                "files": [checked.path for checked in unit.progress.files],
                "returned": _returned(unit),
                "merged": unit.merged or None,
                "mail": _mail(unit.post),
                **_waived(unit.progress.files),
            }
            for unit in units
        ],
        "counts": {status: counts[status] for status in (ACCEPTED, EXPLAINED, REJECTED, MISSING)},
    }


def _returned(unit: Followed) -> dict[str, Json] | None:
    """When the file that stands for the unit came, and how."""
    if unit.counted is None or unit.counted.received is None:
        return None
    return {
        "path": unit.counted.path,
        "at": unit.counted.received.astimezone(UTC).isoformat(timespec="seconds"),
        "how": "mail" if unit.brought else "folder",
        "sender": unit.brought.sender if unit.brought else None,
    }


def _mail(post: Post | None) -> dict[str, Json] | None:
    """What was mailed to a unit; null where nothing was."""
    if post is None:
        return None
    return {
        "blank": _message(post.blank),
        "bounced": _message(post.bounced),
        "reminded": list(post.reminded),
        "corrections": list(post.corrected),
        "receipts": list(post.receipted),
    }


def _message(one: Sent | None) -> dict[str, Json] | None:
    if one is None:
        return None
    return {
        "at": one.message.at,
        "address": one.message.address,
        "state": one.event.value,
        "state_at": one.event_at,
        "detail": one.detail,
    }


def _waived(files: Sequence[Checked]) -> dict[str, Json]:
    """The office's waivers that hold for a unit, where there are any."""
    waived: list[Json] = [
        {"code": finding.code, "ids": list(finding.ids), "waived": finding.waived}
        for checked in files
        if not checked.superseded
        for finding in checked.findings
        if finding.waived
    ]
    return {"waived": waived} if waived else {}
