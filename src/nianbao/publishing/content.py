"""What a report says: title, sections in the order of their numbers, the figures that it may quote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nianbao.frozen import frozen
from nianbao.narrative.numerals import value_of
from nianbao.publishing.placeholders import shown
from nianbao.publishing.printed import printed_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.definition.form import Form
    from nianbao.layout.places import Layout
    from nianbao.period import Period
    from nianbao.publishing.figures import Figures
    from nianbao.publishing.placeholders import Told
    from nianbao.publishing.printed import PrintedTable

DRAFT = "草稿"
"""What every page of a report that is not to be given out says."""
NUMBER_END = "、"


@frozen
class Section:
    """A section: paragraphs, each in pieces, or a table."""

    id: str
    title: str
    paragraphs: tuple[tuple[Told, ...], ...] = ()
    table: PrintedTable | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The paragraphs as they read."""
        return tuple(map(shown, self.paragraphs))


@frozen
class Content:
    """A report before it is put into a document. `draft`: it is not to be given out, and says so on every page."""

    layout: Layout
    unit_code: str
    unit_name: str
    period: Period
    figures: Figures
    sections: tuple[Section, ...]
    draft: bool = False

    @property
    def form(self) -> Form:
        """The form that it reports on."""
        return self.layout.form

    @property
    def title(self) -> str:
        """`示例县2025年政府信息公开工作年度报告`."""
        return f"{self.unit_name}{self.period_label}{self.form.title.zh}"

    @property
    def period_label(self) -> str:
        """`2025年`."""
        return self.period.label(self.form.period).text()


def sections_of(layout: Layout, written: Mapping[str, tuple[tuple[Told, ...], ...]]) -> tuple[Section, ...]:
    """The form's sections in the order of the numbers in their titles; where they have none, tables come first.

    `written`: the paragraphs of each section in words; one without any has no heading, either.
    """
    tables = [
        Section(table.key, table.title, table=printed_table(layout, table)) for table in layout.form.tables
    ]
    texts = [
        Section(text.id, text.title, written[text.id]) for text in layout.form.texts if written.get(text.id)
    ]
    sections = [*tables, *texts]
    return tuple(sorted(sections, key=lambda section: (_number(section.title), sections.index(section))))


def _number(title: str) -> int:
    """6 for 「六、其他需要报告的事项」; 0 where the title has no number."""
    numeral, end, _ = title.partition(NUMBER_END)
    if not end or not numeral or any(sign not in "一二三四五六七八九十" for sign in numeral):
        return 0
    return value_of(numeral) or 0
