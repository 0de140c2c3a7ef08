"""A checked return as its report: what it says, written as Word document and web page, read back before it is given."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.kinds import UnitKind
from nianbao.messages import Message, say
from nianbao.period import Period
from nianbao.publishing.content import DRAFT, Content, sections_of
from nianbao.publishing.drafting import SUFFIX, drafted
from nianbao.publishing.figures import Figures
from nianbao.publishing.placeholders import Told
from nianbao.publishing.proving import prove
from nianbao.publishing.sections import text_faults, written
from nianbao.publishing.templates import WEB, WORD, read_template, template_path
from nianbao.returned.findings import found_at
from nianbao.returned.former import NOTHING
from nianbao.roster.units import Unit, file_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from nianbao.layout.formulas import Shown
    from nianbao.layout.places import Layout
    from nianbao.returned.findings import Finding
    from nianbao.returned.returns import Checked

DOCX, HTML, PDF = "docx", "html", "pdf"
UNWRITTEN = "【草稿，这一部分还没有写】"
REPORT_WORDS: Mapping[str, str] = MappingProxyType(
    {"year": "年度报告", "quarter": "季度报告", "month": "月度报告"}
)
FORMATS = (DOCX, HTML, PDF)


@frozen
class Desk:
    """With what reports are made. `folder`: the round's, whose own templates go first. `former`: by unit code."""

    layout: Layout
    folder: Path | None = None
    draft: bool = False


@frozen
class Reports:
    """A return's report in each format asked for; `stem`: the files' name without its ending."""

    stem: str
    documents: Mapping[str, bytes]


def obstacles(desk: Desk, checked: Checked, former: Mapping[str, Shown] | None) -> Iterator[Message]:
    """What keeps the return from being published: what blocks it, sections not written, placeholders without source.

    A draft needs a return that could be read, and sources for its placeholders.
    """
    if checked.identity is None or not checked.values:
        yield from (finding.message for finding in checked.findings if finding.blocks)
        return
    if not desk.draft:
        yield from (finding.message for finding in _blocking(desk, checked))
    yield from source_faults(desk, checked, former)


def _blocking(desk: Desk, checked: Checked) -> Iterator[Finding]:
    """Errors that nothing settles, and sections left empty, also where the office may write them later."""
    blocking = [finding for finding in checked.findings if finding.blocks]
    yield from blocking
    said = {key for finding in blocking for key in finding.ids}
    for text in desk.layout.form.texts:
        if text.required and text.id not in said and not checked.texts.get(text.id, "").strip():
            yield found_at(desk.layout, "text-missing", [text.id], title=text.title)


def source_faults(desk: Desk, checked: Checked, former: Mapping[str, Shown] | None) -> Iterator[Message]:
    """Each placeholder without a source, with where it stands: no draft is made of them, either."""
    figures = _figures(desk, checked, former)
    texts = {text.id: checked.texts.get(text.id, "") for text in desk.layout.form.texts}
    titles = {text.id: text.title for text in desk.layout.form.texts}
    for key, fault in text_faults(texts, figures):
        place = desk.layout.places[key]
        yield say(
            "{sheet} {cell}（{title}）：{fault}",
            sheet=place.sheet,
            cell=place.address,
            title=titles[key],
            fault=fault.message,
        )


def content_of(desk: Desk, checked: Checked, former: Mapping[str, Shown] | None) -> Content:
    """What the report says. Raises OfficeError for a bad template of drafts."""
    identity = checked.identity
    period = Period.of(identity.year, identity.part) if identity else None
    if period is None:
        raise ValueError(checked.path)
    figures = _figures(desk, checked, former)
    texts = {text.id: written(checked.texts.get(text.id, ""), figures) for text in desk.layout.form.texts}
    lacking = [key for key, paragraphs in texts.items() if not paragraphs]
    name = checked.unit_name
    if lacking and desk.draft:
        words = {"unit": name, "span": period.span(desk.layout.form.period).text()}
        texts |= _drafts(desk, lacking, figures, words)
        required = {text.id for text in desk.layout.form.texts if text.required}
        texts |= {key: ((Told(UNWRITTEN),),) for key in lacking if key in required and not texts[key]}
    return Content(
        desk.layout, checked.unit_code, name, period, figures, sections_of(desk.layout, texts), desk.draft
    )


def reports_of(
    desk: Desk, checked: Checked, former: Mapping[str, Shown] | None, formats: Sequence[str]
) -> Reports:
    """The report in these formats, each read back. Raises OfficeError for a bad template, or where figures differ."""
    content = content_of(desk, checked, former)
    documents: dict[str, bytes] = {}
    if HTML in formats:
        documents[HTML] = page_report(desk, content)
    if DOCX in formats or PDF in formats:
        documents[DOCX] = word_report(desk, content)
    if PDF in formats:
        from nianbao.publishing.pdf import as_pdf  # noqa: PLC0415 -- a program of its own, only where it is asked for

        documents[PDF] = as_pdf(documents[DOCX])
    return Reports(_stem(content), {ending: documents[ending] for ending in formats})


def _stem(content: Content) -> str:
    """`101_东河镇_2025_年度报告`, a draft named as one."""
    code, name, period = content.unit_code, content.unit_name, content.period.key(content.form.period)
    what = REPORT_WORDS[content.form.period]
    first, second, third = (code, name, f"{period}_{what}") if code else (name, period, what)
    stem = file_stem(Unit(first, second, UnitKind.OFFICE), third)
    return f"{stem}_{DRAFT}" if content.draft else stem


def _figures(desk: Desk, checked: Checked, former: Mapping[str, Shown] | None) -> Figures:
    return Figures(desk.layout.form, checked.values, former or NOTHING, draft=desk.draft)


def _drafts(
    desk: Desk, lacking: list[str], figures: Figures, words: Mapping[str, str]
) -> Mapping[str, tuple[tuple[Told, ...], ...]]:
    """The drafted sections among those that lack; none for a form that has no template of drafts."""
    path = template_path(f"{desk.layout.form.form}{SUFFIX}", desk.folder)
    if not path.is_file():
        return {}
    made = drafted(read_template(path).decode("utf-8"), figures, words, file=str(path))
    return {key: paragraphs for key, paragraphs in made.items() if key in lacking}


def word_report(desk: Desk, content: Content) -> bytes:
    """The Word document, read back. Raises OfficeError."""
    from nianbao.publishing.rereading import reread_word  # noqa: PLC0415 -- python-docx only for Word
    from nianbao.publishing.word import write_word  # noqa: PLC0415

    path = template_path(WORD, desk.folder)
    template = read_template(path)
    data = write_word(content, template, file=str(path))
    prove(content, reread_word(data), file=str(path), template=reread_word(template))
    return data


def page_report(desk: Desk, content: Content) -> bytes:
    """The web page, read back. Raises OfficeError."""
    from nianbao.publishing.rereading import reread_page  # noqa: PLC0415 -- lxml only where something is written
    from nianbao.publishing.web import write_page  # noqa: PLC0415

    path = template_path(WEB, desk.folder)
    template = read_template(path)
    data = write_page(content, template, file=str(path))
    prove(content, reread_page(data), file=str(path), template=reread_page(template))
    return data
