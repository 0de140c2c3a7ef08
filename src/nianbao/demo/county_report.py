"""The sample county's report from its county workbook, drafted from the figures and held against last year's."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nianbao.gathering.gather import gather
from nianbao.opening.grid import Limits
from nianbao.problems import OfficeError
from nianbao.publishing.choosing import Chosen, former_in
from nianbao.publishing.pdf import as_pdf, office_program
from nianbao.publishing.publishing import DOCX, HTML, PDF, Desk, reports_of
from nianbao.returned.parts import Reading
from nianbao.returned.review import review
from nianbao.writing import save

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.returned.returns import Checked
    from nianbao.rounds.rounds import Round


def write_county_report(here: Round, former: Path) -> list[Path]:
    """The documents written; a PDF among them where LibreOffice is installed."""
    one = Chosen(_read(here.county_path, here), here.layout)
    desk = Desk(here.layout, here.folder, draft=True)
    made = reports_of(desk, one.checked, former_in(_read(former, here), one), (DOCX, HTML))
    documents = dict(made.documents)
    if office_program():
        with suppress(OfficeError):  # a demo goes on where LibreOffice does not
            documents[PDF] = as_pdf(documents[DOCX])
    paths = {here.reports / f"{made.stem}.{ending}": data for ending, data in documents.items()}
    for path, data in paths.items():
        save(path, data)
    return list(paths)


def _read(path: Path, here: Round) -> Checked:
    """A county workbook as it says of itself."""
    reading = Reading(None, here.settings.limits, layout=here.layout)
    return review(gather([path], limits=Limits()), reading).files[0]
