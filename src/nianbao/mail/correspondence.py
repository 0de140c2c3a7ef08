"""The office as its units' correspondent: who writes, in which words, and what was said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.beijing import day_in_words
from nianbao.ledger.letters import letters_with
from nianbao.ledger.messages import BLANK, Event, sent
from nianbao.mail.composing import Mail, is_message_id
from nianbao.mail.letter_texts import LetterTexts
from nianbao.messages import say
from nianbao.problems import OfficeError, Problem
from nianbao.rounds.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nianbao.ledger.book import Book
    from nianbao.mail.composing import Attachment
    from nianbao.roster.units import Unit
    from nianbao.rounds.rounds import Round

_ARRIVED = frozenset({Event.ACCEPTED, Event.UNCERTAIN, Event.ATTEMPT})


class Correspondence:
    """Writes messages of one kind. Raises OfficeError where the office has no address, or a template is wrong."""

    def __init__(self, here: Round, book: Book, kind: str) -> None:
        self.here = here
        self._book = book
        check_sender(here)
        self._texts = LetterTexts(here.folder, kind)
        self.mail(here.roster.units[0], {})

    def mail(
        self,
        unit: Unit,
        words: Mapping[str, object],
        *,
        attachments: Sequence[Attachment] = (),
        thread: Sequence[str] = (),
    ) -> Mail:
        """The message to the unit."""
        settings = self.here.settings
        office = settings.mail.name or settings.name
        said = self._texts.say({**self._common(unit), **words})
        return Mail(
            sender_name=office,
            sender=settings.mail.address,
            name=unit.name,
            address=unit.email,
            subject=said.subject,
            text=said.text,
            html=said.html,
            attachments=attachments,
            thread=thread,
        )

    def thread(self, unit: Unit, sha256: str) -> tuple[str, ...]:
        """Ids of the blank's message and of the letter in which a file came, as far as they are known."""
        blanks = self._blanks(unit)
        came = [one.message_id for one in letters_with(self._book, sha256)] if sha256 else []
        return tuple(one for one in (*blanks[-1:], *came[-1:]) if is_message_id(one))

    def has_blank(self, unit: Unit) -> bool:
        """Whether the unit was mailed its blank, as far as is known."""
        return bool(self._blanks(unit))

    def _blanks(self, unit: Unit) -> list[str]:
        """Ids of the messages that brought the unit its blank."""
        return [one.message.message_id for one in sent(self._book, unit.code, BLANK) if one.event in _ARRIVED]

    def _common(self, unit: Unit) -> Mapping[str, object]:
        """What every message may say."""
        here, mail = self.here, self.here.settings.mail
        form = here.layout.form
        return {
            "单位": unit.name,
            "单位代码": unit.code,
            "联系人": unit.contact,
            "汇总单位": here.settings.name,
            "期间": here.period.label(form.period).text(),
            "报表": form.title.zh,
            "截止日期": day_in_words(mail.deadline) if mail.deadline else "",
            "经办人": mail.contact,
            "电话": mail.phone,
            "邮箱": mail.address,
        }


def check_sender(here: Round, *, host: bool = False) -> None:
    """Nothing, or OfficeError with every setting that is needed and not there. `host`: also who takes the mail."""
    mail = here.settings.mail
    lacking = [say("from（发信的邮箱地址）")] if not mail.address else []
    lacking += [say("host（发信服务器）")] if not mail.host and (host or lacking) else []
    problems = [
        Problem(
            say("要发邮件，请在 [mail] 一节里写上 {what}，并去掉这一行和「[mail]」前面的 #。", what=what),
            file=str(here.folder / SETTINGS_FILE),
        )
        for what in lacking
    ]
    if problems:
        raise OfficeError(problems)
