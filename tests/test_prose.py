from __future__ import annotations

import subprocess
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import blank, grid, reworked
from libreoffice import convert
from nianbao.layout.prose import CELLS, MOST_LINES, height, join, split
from nianbao.returned.reader import read_return
from nianbao.workbook.fill import fill

if TYPE_CHECKING:
    from pathlib import Path

    from nianbao.layout.places import Layout

SENTENCE = "本年度扎实推进政府信息公开各项工作，主动公开政府信息若干条。"
TALLEST = 409.0
"""Excel's highest row, in points."""


def numbered(sentences: int, *, a_paragraph: int) -> str:
    """A text whose sentences can be told apart, so many to a paragraph."""
    parts = [f"第{number}句{SENTENCE}" for number in range(1, sentences + 1)]
    starts = range(0, sentences, a_paragraph)
    return "\n".join("".join(parts[start : start + a_paragraph]) for start in starts)


def read(data: bytes, layout: Layout, key: str = "text.overview") -> str:
    """The section as the office reads it."""
    answers = read_return(grid(data), layout=layout).answers
    assert answers is not None
    return answers.texts[key]


LINES = st.text(st.sampled_from("工作。a b1、"), max_size=60)
TEXTS = st.lists(LINES, max_size=80).map("\n".join)


@given(TEXTS)
def test_what_is_split_is_joined_again(text: str) -> None:
    """Any text of ordinary paragraphs comes back as it was, but for empty lines around it."""
    assert join(split(text)) == text.strip("\n")
    assert len(split(text)) <= CELLS


@given(TEXTS)
def test_every_row_can_be_shown(text: str) -> None:
    """No piece needs a higher row than Excel has."""
    assert all(height(piece) <= TALLEST for piece in split(text))


def test_a_short_text_stands_whole_in_the_first_cell() -> None:
    """Paragraphs stay together while they can be seen."""
    assert split("本年新收 3 件。\n办结 3 件。") == ("本年新收 3 件。\n办结 3 件。",)
    assert len(split("\n".join("一" * MOST_LINES))) == 1
    assert len(split("\n".join("一" * (MOST_LINES + 1)))) == MOST_LINES + 1


def test_a_paragraph_that_no_cell_shows_is_cut_after_sentences() -> None:
    """Three thousand characters without a line break: nothing lost, each cell ends with a sentence."""
    text = numbered(90, a_paragraph=90)
    pieces = split(text)
    assert "".join(pieces) == text
    assert len(pieces) > 1
    assert all(piece.endswith("。") for piece in pieces)
    assert "".join(split("字" * 5000)) == "字" * 5000


def test_a_filled_section_is_read_whole(layout: Layout) -> None:
    """Five thousand characters in thirty paragraphs; a shorter text put in later leaves nothing of it behind."""
    text = numbered(150, a_paragraph=5)
    data = fill(blank(), {"text.overview": text}, find_layout=lambda _: layout)
    assert read(data, layout) == text
    again = fill(data, {"text.overview": "短。"}, find_layout=lambda _: layout)
    assert read(again, layout) == "短。"
    assert read(fill(again, {"text.overview": None}, find_layout=lambda _: layout), layout) == ""


def test_a_section_pasted_over_its_cells_is_one_text(layout: Layout) -> None:
    """A paragraph in each row, as a paste from a document leaves it, begun in the second one."""
    first, second, third = layout.cells_of("text.problems")[1:4]

    def paste(book: openpyxl.Workbook) -> None:
        for place, words in ((first, "一是。"), (third, "二是。")):
            book[place.sheet][place.address] = words

    assert second
    assert read(reworked(blank(), paste), layout, "text.problems") == "一是。\n\n二是。"


def test_an_error_in_a_section_is_found_at_its_cell(layout: Layout) -> None:
    """The finding names the cell, not the section's first."""
    place = layout.cells_of("text.problems")[3]
    data = reworked(blank(), lambda book: book[place.sheet].__setitem__(place.address, "#REF!"))
    findings = read_return(grid(data), layout=layout).findings
    assert [f.cells for f in findings if f.code == "cell-error"] == [(place.address,)]


def test_rows_of_a_section_may_be_fitted(layout: Layout) -> None:
    """No height is set that a program would keep, and the lock lets it fit rows; other sheets' rows are locked."""
    for data in (blank(), fill(blank(), {"text.overview": SENTENCE * 9}, find_layout=lambda _: layout)):
        book = openpyxl.load_workbook(BytesIO(data))
        for sheet in book:
            assert sheet.protection.formatRows is (sheet.title != "文字部分")
        rows = book["文字部分"].row_dimensions
        assert not any(rows[place.row + 1].customHeight for place in layout.cells_of("text.overview")[1:])


@pytest.mark.oracle
@pytest.mark.parametrize("a_paragraph", [1, 5, 150])
def test_a_long_section_is_printed_whole(layout: Layout, tmp_path: Path, a_paragraph: int) -> None:
    """Five thousand characters in each section: every sentence is in LibreOffice's print, none of it cut."""
    text = numbered(150, a_paragraph=a_paragraph)
    values = {section.id: text for section in layout.form.texts}
    path = tmp_path / "long.xlsx"
    path.write_bytes(fill(blank(), values, find_layout=lambda _: layout))
    pdf = convert(path, "pdf", tmp_path)
    printed = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True
    ).stdout.decode()
    packed = "".join(printed.split())
    assert [packed.count(f"第{number}句{SENTENCE}") for number in range(1, 151)] == [len(values)] * 150
