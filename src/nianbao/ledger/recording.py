"""Files taken in: each kept with where it came from, and judged anew only where that could come out differently."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nianbao.frozen import frozen
from nianbao.gathering.found import Found
from nianbao.ledger.basis import Senders, basis_of
from nianbao.ledger.book import now
from nianbao.ledger.merges import basis_row
from nianbao.ledger.records import Records, texts_in
from nianbao.opening.grid import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nianbao.gathering.found import Trouble
    from nianbao.ledger.book import Book
    from nianbao.ledger.origin import Origin, Origins
    from nianbao.returned.claims import Expectation
    from nianbao.returned.parts import Crew, Reading
    from nianbao.returned.returns import Checked

TOGETHER, CARRIED = 256, 8_000_000
"""So many files, or bytes in them, are recorded in one transaction."""
ARRIVALS = "at, path, member, received, sha256"
JUDGEMENTS = "at, sha256, basis, sender, unit, status, kept, texts"


def recording(crew: Crew, book: Book, origins: Origins, *, texts_of: int | None = None) -> Crew:
    """The crew, given only those files whose judgement is not in the ledger; what it finds is recorded.

    `texts_of`: texts are not looked up any more once more units than these have sent an acceptable return; None for
    always. Files outside `returned/` are looked at and not taken in. Results come in the order of the files.
    """

    def read(
        reading: Reading, files: Iterator[Found | Trouble], tell: Callable[[int], None]
    ) -> Iterator[list[Checked]]:
        expectation = reading.expectation
        if expectation is None:
            yield from crew(reading, files, tell)
            return
        desk = _Desk(book, origins, reading, expectation, texts_of=texts_of)
        for judged in crew(replace(reading, keep_texts=True), desk.unknown(files, tell), tell):
            yield from desk.taken(judged)
        yield from desk.rest()

    return read


@frozen
class _Known:
    """A file whose judgement was found; `texts`: the row that has its texts."""

    checked: Checked
    texts: int


@frozen
class _Asked:
    """A file that the crew is asked about; `recorded`: what it finds is to be kept."""

    recorded: bool


class _Desk:
    """The files of one command, on their way past the ledger."""

    def __init__(
        self,
        book: Book,
        origins: Origins,
        reading: Reading,
        expectation: Expectation,
        *,
        texts_of: int | None = None,
    ) -> None:
        self._book = book
        self._origins = origins
        self._keeps_texts = reading.keep_texts
        self._texts_of = texts_of
        self._units: set[str] = set()
        self._senders = Senders(expectation)
        self._records = Records(expectation.layout)
        self._basis = basis_of(expectation, reading.limits)
        self._basis_id = -1
        self._at = now()
        self._waiting: deque[_Known | _Asked] = deque()
        self._contents: dict[str, bytes] = {}
        self._carried = self._added = 0
        self._arrivals: list[tuple[str, ...]] = []
        self._judged: list[tuple[Any, ...]] = []
        known = book.row("SELECT id FROM basis WHERE digest = ?", (self._basis.digest,))
        if known:
            [self._basis_id] = known

    def unknown(
        self, files: Iterator[Found | Trouble], tell: Callable[[int], None]
    ) -> Iterator[Found | Trouble]:
        """The files that have to be judged, with what was read of them."""
        for file in files:
            origin = self._origins.of(file) if isinstance(file, Found) else None
            if origin is None or not isinstance(file, Found):
                yield self._asked(file, recorded=False)
                continue
            try:
                data = file.read()
            except UnreadableError:  # said by whoever reads it again
                yield self._asked(file, recorded=False)
                continue
            sha256 = hashlib.sha256(data).hexdigest()
            self._take_in(origin, file, sha256, data)
            known = self._known(file, sha256)
            if known:
                self._waiting.append(known)
                tell(1)
            else:
                yield self._asked(replace(file, source=None, data=data, sha256=sha256), recorded=True)
        self._record()
        if self._added > CARRIED:
            self._book.settle()

    def taken(self, judged: list[Checked]) -> Iterator[list[Checked]]:
        """What the crew found, among what was known, in the order of the files."""
        done: list[Checked] = []
        for checked in judged:
            done += self._known_next()
            asked = self._waiting.popleft()
            if isinstance(asked, _Asked) and asked.recorded:
                self._keep(checked)
            done.append(checked if self._keeps_texts or not checked.texts else replace(checked, texts={}))
        self._record()
        yield done

    def rest(self) -> Iterator[list[Checked]]:
        """What was known of the last files."""
        self._record()
        while self._waiting:
            yield self._known_next(TOGETHER)

    def _asked(self, file: Found | Trouble, *, recorded: bool) -> Found | Trouble:
        self._waiting.append(_Asked(recorded))
        return file

    def _known_next(self, most: int | None = None) -> list[Checked]:
        """The files known before the next one that the crew is asked about."""
        done: list[Checked] = []
        while self._waiting and (most is None or len(done) < most):
            first = self._waiting[0]
            if not isinstance(first, _Known):
                break
            self._waiting.popleft()
            done.append(self._with_texts(first) if self._wants_texts(first.checked) else first.checked)
        return done

    def _wants_texts(self, checked: Checked) -> bool:
        """Whether a file's texts may be asked for; of more units than were named nobody asks for any."""
        if self._texts_of is not None and checked.acceptable:
            self._units.add(checked.unit_code)
        return self._keeps_texts and (self._texts_of is None or len(self._units) <= self._texts_of)

    def _with_texts(self, known: _Known) -> Checked:
        [texts] = self._book.row("SELECT texts FROM judged WHERE id = ?", (known.texts,))
        with self._book.understood():
            return replace(known.checked, texts=texts_in(texts))

    def _known(self, file: Found, sha256: str) -> _Known | None:
        """What the ledger says of the file on the basis of today."""
        if self._basis_id < 0:
            return None
        query = "SELECT id, sender, kept FROM judged WHERE sha256 = ? AND basis = ?"
        for row, sender, kept in self._book.rows(query, (sha256, self._basis_id)):
            checked = self._records.checked(kept, path=file.path, sha256=sha256, received=file.received)
            if checked and _holds(checked) and self._senders.known(checked.identity) == sender:
                return _Known(checked, row)
        return None

    def _take_in(self, origin: Origin, file: Found, sha256: str, data: bytes) -> None:
        """The file among those to be recorded, where the ledger lacks it."""
        arrival = (origin.path, origin.member, file.received.isoformat(), sha256)
        there = "SELECT 1 FROM arrival WHERE path = ? AND member = ? AND received = ? AND sha256 = ?"
        if self._book.row(there, arrival):
            return
        self._arrivals.append((self._at, *arrival))
        if sha256 not in self._contents:
            self._contents[sha256] = data
            self._carried += len(data)
        if len(self._arrivals) >= TOGETHER or self._carried >= CARRIED:
            self._record()

    def _keep(self, checked: Checked) -> None:
        """The judgement among those to be recorded."""
        record = self._records.record(checked)
        if record is None:
            return
        sender = self._senders.known(checked.identity)
        said = (sender, checked.unit_code, checked.status, record.kept, record.texts)
        self._judged.append((checked.sha256, said))

    def _record(self) -> None:
        """All that waits to be recorded, in one transaction."""
        if not self._arrivals and not self._judged:
            return
        if self._book.takes_more:
            self._write()
            self._added += self._carried
        else:
            self._book.lacks = True
        self._contents, self._carried, self._arrivals, self._judged = {}, 0, [], []

    def _write(self) -> None:
        with self._book.writing() as writer:
            contents = ((sha256, len(data), data) for sha256, data in self._contents.items())
            writer.add("content", contents, columns="sha256, size, data")
            writer.add("arrival", self._arrivals, columns=ARRIVALS)
            if self._judged:
                self._basis_id = basis_row(writer, self._basis)
                rows = ((self._at, sha256, self._basis_id, *said) for sha256, said in self._judged)
                writer.add("judged", rows, columns=JUDGEMENTS)


def _holds(checked: Checked) -> bool:
    """Whether a judgement still stands: a file that could not be read, perhaps by a mistake of ours, is tried again."""
    return not any(finding.code == "unreadable" for finding in checked.findings)
