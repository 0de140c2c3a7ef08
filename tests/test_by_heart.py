"""What is read by heart is what the parser reads, whatever a file holds between and around its values."""

from __future__ import annotations

import re
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from both_readers import outcome, read_workbook, revalued
from build import blank, filled
from nianbao.opening import rows_by_heart, workbooks
from nianbao.opening.grid import Kind, Limits, UnreadableError
from nianbao.opening.lazy_cells import LazyCells
from nianbao.opening.ooxml import Parts
from nianbao.opening.recent import Recent
from nianbao.opening.workbooks import Opener
from sample_workbooks import MAIN, minimal_parts, packed, unpacked

if TYPE_CHECKING:
    from nianbao.layout.places import Layout

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
ITEMS = '<si><t>甲</t></si><si><t xml:space="preserve"> 乙 </t></si><si><r><t>丙</t></r><r><t>丁</t></r></si>'
STYLES = '<cellXfs><xf/><xf numFmtId="14"/><xf><protection locked="0"/></xf></cellXfs>'
GOOD = (
    '<row r="1" ht="20"><c r="A1" t="s"><v>0</v></c><c r="B1" s="2"><v>12</v></c><c r="C1" s="2"/></row>'
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><f>SUM(B1:B1)</f><v>12</v></c>'
    '<c r="C2" t="inlineStr"><is><t>写 &amp; 说</t></is></c></row>'
    '<row r="4" hidden="1"><c r="B4" s="1"><v>46000</v></c><c r="C4" t="str"><f>"a"&amp;B1</f><v>a12</v></c></row>'
)
FILLED, LEFT = '<c r="B1" s="2"><v>12</v></c>', '<c r="B1" s="2"/>'
TAIL = '<mergeCells count="1"><mergeCell ref="A1:A2"/></mergeCells>'


def workbook(rows: str = GOOD, *, strings: str = ITEMS, tail: str = TAIL) -> bytes:
    """A small workbook of these rows."""
    return packed(minimal_parts(rows, strings=strings, styles=STYLES, tail=tail))


def warm() -> Opener:
    """An opener that knows the good workbook, with other values in it and with cells left empty."""
    opener = Opener()
    opener.open(revalued(workbook()))
    opener.open(workbook(GOOD.replace(FILLED, LEFT)))
    return opener


def same_as_reference(data: bytes, opener: Opener | None = None) -> None:
    """Nothing, or an assertion that fails where a warm opener says otherwise than the parser."""
    try:
        expected: object = workbooks.read_workbook(data)
    except UnreadableError as error:
        expected = str(error)
    assert outcome(opener or warm(), data) == expected


def same_before_and_after_the_good_one(data: bytes) -> None:
    """Nothing, or an assertion that fails where one of the two files changes how the other is read."""
    same_as_reference(data)
    opener = Opener()
    outcome(opener, data)
    same_as_reference(workbook(), opener)
    same_as_reference(data, opener)


def test_known_sheets_are_read_without_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a sheet's surroundings were met, another with other values needs no parser and gives the same."""
    opener, data = warm(), workbook()
    expected = workbooks.read_workbook(data)
    monkeypatch.setattr(Parts, "sheet", None)
    book = opener.open(data)
    assert isinstance(book.sheets[0].cells, LazyCells)
    assert book == expected
    assert book.sheets[0].hidden_rows == {3}
    assert book.sheets[0].cells[1, 2].text == "写 & 说"


def test_other_blanks_than_before_are_put_together_from_known_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet with an empty cell where none was met before is read row by row."""
    data = workbook(GOOD.replace('<c r="A2" t="s"><v>2</v></c>', '<c r="A2" />'))
    expected = workbooks.read_workbook(data)
    opener = warm()
    monkeypatch.setattr(Parts, "sheet", None)
    assert opener.open(data) == expected


def test_a_cell_left_empty_is_read_by_what_the_full_sheet_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever was met first, the full sheet or one with gaps, any other gaps need nothing new to be learnt."""
    numbers = [f'<c r="{column}1" s="2"><v>7</v></c>' for column in "ABCDEF"]
    gaps = [re.sub(" ?><v>7</v></c>", "/>", number) for number in numbers]
    rows = [
        "".join(
            gap if hole & 1 << place else number
            for place, (number, gap) in enumerate(zip(numbers, gaps, strict=True))
        )
        for hole in (0b000011, 0b000000, 0b111111, 0b010100, 0b100001)
    ]
    files = [workbook(f'<row r="1">{row}</row><row r="2"><c r="A2"><v>1</v></c></row>') for row in rows]
    expected = [workbooks.read_workbook(data) for data in files]
    opener = Opener()
    assert [opener.open(data) for data in files[:3]] == expected[:3]
    monkeypatch.setattr(rows_by_heart, "learn_row", None)
    monkeypatch.setattr(rows_by_heart, "learn_rows", None)
    assert [opener.open(data) for data in files] == expected


@pytest.mark.parametrize(
    "other",
    [
        '<c r="B1" s="2" />',
        '<c r="B1" s="2"  />',
        '<c r="B1" s="2" t="n"/>',
        '<c r="B1" s="2"></c>',
        '<c r="B1" s="2"><v/></c>',
        '<c r="B1" s="1"/>',
        '<c r="B1"/>',
        '<c r="B1" s="2"/><c r="B1" s="2"/>',
        '<c r="B1" s="2"/></c>',
        '<c r="B1" s="2"/><v>12</v></c>',
        '<c r="B1" s="2"><is><t>12</t></is></c>',
        '<!--<c r="B1" s="2"/>-->',
        "",
    ],
)
@pytest.mark.parametrize(
    "place", [FILLED, '<c r="A1" t="s"><v>0</v></c>', '<c r="B4" s="1"><v>46000</v></c>']
)
def test_whatever_stands_for_an_empty_cell(place: str, other: str) -> None:
    """A cell left empty in any spelling, or only seeming so, is read or refused as the parser does."""
    address = place[6:8]
    data = workbook(GOOD.replace(place, other.replace("B1", address)))
    same_before_and_after_the_good_one(data)
    texts = workbook(GOOD.replace("写", "说").replace(place, other.replace("B1", address)))
    same_as_reference(texts)


def test_texts_with_entities_are_resolved_once() -> None:
    """What was text with an ampersand is not taken for an entity when it comes back."""
    opener = Opener()
    for text in ("&amp;amp;", "&#20889;", "a &amp; b", "&amp;amp;", "&amp;lt;"):
        same_as_reference(workbook(GOOD.replace("写 &amp; 说", text)), opener)
        same_as_reference(workbook(GOOD.replace("写 &amp; 说", text).replace(FILLED, LEFT)), opener)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<v>12</v>", "<v>&bogus;</v>"),
        ("<v>12</v>", "<v>&#0;</v>"),
        ("<v>12</v>", "<v>&#49;2</v>"),
        ("<v>12</v>", "<v>&#x31;2</v>"),
        ("<v>12</v>", "<v>a & b</v>"),
        ("<v>12</v>", "<v>]]></v>"),
        ("<v>12</v>", "<v><![CDATA[12]]></v>"),
        ("<v>12</v>", "<v>1<!-- -->2</v>"),
        ("<v>12</v>", "<!--<v>12</v>-->"),
        ("<v>12</v>", "<v> 12\n</v>"),
        ("<v>12</v>", "<v>12\r\n</v>"),
        ("<v>12</v>", "<v></v>"),
        ("<v>12</v>", "</v>12<v>"),
        ("<v>12</v>", "<v>12</v><v>13</v>"),
        ("<v>12</v>", "<v>12</v><is><t>13</t></is>"),
        ("<v>12</v>", "<is><t>12</t></is>"),
        ("<v>12</v>", "<v>\x01</v>"),
        ("<v>12</v>", "<v>\uffff</v>"),
        ("<v>12</v>", "<v>\ue0000\ue001</v>"),
        ("<v>12</v>", f"<v>{'1' * 40_000}</v>"),
        ("<v>0</v>", "<v>3</v>"),
        ("<v>0</v>", "<v>-1</v>"),
        ("<v>0</v>", "<v> 1</v>"),
        ("<v>0</v>", "<v>+1</v>"),
        ("<v>0</v>", "<v>甲</v>"),
        ("<v>0</v>", "<v></v>"),
        ("<v>46000</v>", "<v>甲</v>"),
        ("<v>46000</v>", "<v>1e999</v>"),
        ("<v>46000</v>", "<v>-5</v>"),
        ("<is><t>", "<is><t>_x005F_x000D_"),
        ("<is><t>", "<is><t>\x02"),
        ("<is><t>写", "<is><t xml:space='preserve'> 写"),
        ("<is><t>写 &amp; 说</t></is>", "<is><r><t>写</t></r><rPh><t>x</t></rPh></is>"),
        ("<is><t>写 &amp; 说</t></is>", "<is><t></t></is>"),
        ("<is><t>写 &amp; 说</t></is>", "<v>写 &amp; 说</t></is>"),
        ('r="2"', 'r="1"'),
        ('<row r="2">', "<row>"),
        ('<row r="2">', "<row\nr='2'>"),
        ('<c r="B2">', "<c>"),
        ('r="B2"', 'r="B7"'),
        ('r="B2"', 'r="A2"'),
        ('r="B2"', 'r="$B$2"'),
        ("<row r=", "<!--<row r='9'>--><row r="),
        ('<row r="4"', '</sheetData><sheetData><row r="4"'),
        ('<row r="4"', '<row r="3"/><row r="4"'),
        ('<row r="4"', '<row r="9"/><row r="4"'),
        ('s="2"', 's="9"'),
        ('t="str"', 't="x"'),
        ('t="str"', 't="d"'),
        ("<f>SUM(B1:B1)</f>", '<f t="shared" ref="B2:B2" si="0">SUM(B1:B1)</f>'),
        ("<f>SUM(B1:B1)</f>", '<f t="shared" si="0"/>'),
        ("<f>SUM(B1:B1)</f>", f"<f>{'1+' * 5000}1</f>"),
        ("<f>SUM(B1:B1)</f>", "<f/>"),
        ("</row>", "</row><x>"),
        ("</row>", "</row>stray"),
    ],
)
def test_whatever_stands_in_a_cell(old: str, new: str) -> None:
    """A sheet changed in one place is read, or refused, as the parser does: after the good one, and before it."""
    assert old in GOOD
    data = workbook(GOOD.replace(old, new, 1))
    same_before_and_after_the_good_one(data)


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: b"\xef\xbb\xbf" + sheet,
        lambda sheet: b'<?xml version="1.0" encoding="GB18030"?>' + sheet.decode().encode("gb18030"),
        lambda sheet: b'<?xml version="1.0" encoding="GB18030"?>' + sheet,
        lambda sheet: b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n' + sheet,
        lambda sheet: b"<!DOCTYPE x>" + sheet,
        lambda sheet: sheet.decode().encode("utf-16"),
        lambda sheet: sheet.replace("写".encode(), b"\xff"),
        lambda sheet: sheet.replace("写".encode(), b"\xed\xa0\x80"),
        lambda sheet: sheet.replace(MAIN.encode(), b"urn:other"),
        lambda sheet: sheet.replace(b"<sheetData>", b'<sheetData xmlns="urn:other">'),
        lambda sheet: sheet.replace(b"<sheetData>", b"<!-- <sheetData>", 1),
        lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData><sheetProtection sheet='1'/>"),
        lambda sheet: sheet.replace(b"</worksheet>", b"<row r='9'><c r='A9'><v>1</v></c></row></worksheet>"),
        lambda sheet: sheet.replace(
            b"<sheetData>", b"<cols><col min='1' max='2' width='0'/></cols><sheetData>"
        ),
        lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData><sheetData><row hidden='1'/></sheetData>"),
        lambda sheet: sheet.replace(b"</sheetData>", b"</sheetData><x><row hidden='1'/></x>"),
        lambda sheet: sheet.replace(b"<f>", b'<f><![CDATA[<is><t xml:space="preserve">]]>', 1),
        lambda sheet: sheet.replace(b"<f>", b"<f><![CDATA[<v>1</v>]]>", 1),
        lambda sheet: sheet[:-5],
        lambda _: b"",
    ],
)
def test_whatever_stands_around_the_cells(change: object) -> None:
    """A sheet in another encoding, with other parts or damaged is read, or refused, as the parser does."""
    assert callable(change)
    parts = unpacked(workbook())
    data = packed({**parts, SHEET: change(parts[SHEET])})
    same_before_and_after_the_good_one(data)


@pytest.mark.parametrize(
    "strings",
    [
        "",
        "<si/>" + ITEMS,
        ITEMS.replace("</si>", "</si><si/>", 1),
        ITEMS.replace("<t>甲</t>", '<t>甲</t><phoneticPr fontId="1"/>'),
        ITEMS.replace("<t>甲</t>", '<t>甲</t><phoneticPr fontId="1" fontId="2"/>'),
        ITEMS.replace("<t>甲</t>", "<rPh><t>jia</t></rPh>"),
        ITEMS.replace("<t>甲</t>", "<r><t>甲</t></r><rPh sb='0' eb='1'><t>jia</t></rPh><r><t>乙</t></r>"),
        ITEMS.replace("<t>甲</t>", "<r><t>_x00</t></r><r><t>41_</t></r>"),
        ITEMS.replace("<t>甲</t>", "<t></t>"),
        ITEMS.replace("甲", "&#30002;"),
        ITEMS.replace("甲", "&nope;"),
        ITEMS.replace("<t>甲</t>", "&amp;"),
        ITEMS.replace("<t>甲</t>", "<r>&lt;</r>"),
        ITEMS.replace("<si><t>甲</t></si>", "<si><t>甲</si>"),
        ITEMS.replace("<si><t>甲</t></si>", "<si><t>甲</t></si>\n<!-- </si> -->"),
        ITEMS.replace("<si><t>甲</t></si>", "<si><t>甲</t></si><si><![CDATA[</si>]]></si>"),
        ITEMS.replace("<t>甲</t>", "<t>甲</t><rPh><t>jia</t></rPh>"),
        ITEMS.replace("甲", "_x0041_"),
        ITEMS.replace("甲", "甲" * 40_000),
        ITEMS.replace("<si><t>甲</t></si>", "<x:si><t>甲</t></x:si>"),
        ITEMS.replace("<si><t>甲</t></si>", "</sst><sst><si><t>甲</t></si>"),
    ],
)
def test_whatever_the_shared_strings_hold(strings: str) -> None:
    """Shared strings are read, or refused, as the parser does."""
    same_as_reference(workbook(strings=strings))


DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
ROOT = f'<sst xmlns="{MAIN}">'


@pytest.mark.parametrize(
    "part",
    [
        f"{DECLARED}{ROOT}{ITEMS}</sst>",
        *(f"{DECLARED}{space}{ROOT}{ITEMS}</sst>" for space in "\n\x0b\x1c\x85\u3000"),
        *(f"{DECLARED}{ROOT}{ITEMS}</sst>{space}" for space in "\n\x0b\x1c\x85\u3000"),
        *(f"{DECLARED}{ROOT}{ITEMS}{space}</sst>" for space in "\n\x0b\x1c\x85\u3000"),
        DECLARED.replace('"1.0"', "'1.0\"") + f"{ROOT}{ITEMS}</sst>",
        DECLARED.replace('"UTF-8"', "\"UTF-8'") + f"{ROOT}{ITEMS}</sst>",
        DECLARED.replace('"', "'") + f"{ROOT}{ITEMS}</sst>",
        f"{DECLARED}<!DOCTYPE sst>{ROOT}{ITEMS}</sst>",
        f"{DECLARED}{ROOT}<!-- {ITEMS}</sst> -->",
    ],
)
def test_whatever_stands_around_the_shared_strings(part: str) -> None:
    """Spaces that are none to XML, quotes that do not match: as the parser has it, where items are known, too."""
    parts = minimal_parts(GOOD, strings=ITEMS, styles=STYLES, tail=TAIL)
    opener = Opener()
    opener.open(packed({**parts, STRINGS: f"{DECLARED}{ROOT}{ITEMS}</sst>"}))
    same_as_reference(packed({**parts, STRINGS: part}), opener)


def test_a_form_from_every_program_is_known_by_heart(layout: Layout) -> None:
    """A return that was met with other answers is read by its values alone, sheet by sheet."""
    opener = Opener()
    opener.open(filled(layout))
    book = opener.open(filled(layout, {"t3.new.natural": 13, "t2.fees.amount": 7}))
    assert all(isinstance(sheet.cells, LazyCells) for sheet in book.sheets)
    assert book == read_workbook(filled(layout, {"t3.new.natural": 13, "t2.fees.amount": 7}))
    assert read_workbook(blank()) != book


@pytest.mark.parametrize("changed", [1, 2, 0x40, 0x80])
def test_whatever_a_directory_says(changed: int) -> None:
    """Any byte of the directory changed is seen by an opener that knows the others, as by one that knows nothing."""
    data = workbook()
    opener = warm()
    for at in range(data.find(b"PK\x01\x02"), len(data)):
        same_as_reference(data[:at] + bytes([data[at] ^ changed]) + data[at + 1 :], opener)
    same_as_reference(data, opener)


def test_too_many_cells_are_seen_by_heart_too() -> None:
    """The limit on cells holds for sheets that are known."""
    limits = Limits(cells=8)
    opener = Opener(limits)
    many = workbook(GOOD + '<row r="5"><c r="A5"/><c r="B5"/></row>')
    assert [outcome(opener, many)] * 2 == [outcome(opener, many), outcome(Opener(limits), many)]
    assert "too-large" in str(outcome(opener, many))
    read_workbook(workbook(), limits)


PIECES = st.sampled_from(
    [
        *("<v>", "</v>", "<c>", "</c>", "<row r='3'>", "</row>", "<is><t>", "</t></is>", "<!--", "-->"),
        *("<![CDATA[", "]]>", "&amp;", "&#10;", "&", "<", ">", "'", '"', "12", "甲", " ", "\n", "\r", "\x01"),
        *(
            "<f>1</f>",
            't="s"',
            's="1"',
            'r="A1"',
            "</sheetData>",
            "<sheetData>",
            "\ue000",
            "_x000D_",
            "<?x ?>",
            LEFT,
            FILLED,
            "<is><t>甲</t></is>",
            '<c r="B1" s="2" />',
            "/>",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_texts_broken_at_random(data: st.DataObject) -> None:
    """Whatever is put in, cut out or doubled anywhere in a sheet, the parser and the heart say the same."""
    text = minimal_parts(GOOD, tail=TAIL)[SHEET]
    assert isinstance(text, str)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(PIECES | st.just("")) + text[at + gone :]
    parts = minimal_parts(GOOD, strings=ITEMS, styles=STYLES, tail=TAIL)
    same_as_reference(packed({**parts, SHEET: text}))


def test_recent_forgets_what_was_looked_for_longest_ago() -> None:
    """Of two things kept, the one asked for stays when a third comes."""
    recent: Recent[str, int] = Recent(2)
    recent.keep("a", 1)
    recent.keep("b", 2)
    assert recent.get("a") == 1
    recent.keep("c", 3)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


def test_recent_keeps_no_more_than_it_has_room_for() -> None:
    """What is large drives out what is old; what is larger than the room is not kept."""
    recent: Recent[str, int] = Recent(9, room=10)
    for number, key in enumerate("abc"):
        recent.keep(key, number, size=4)
    assert [recent.get(key) for key in "abc"] == [None, 1, 2]
    recent.keep("d", 3, size=11)
    recent.keep("b", 4, size=6)
    assert [recent.get(key) for key in "bcd"] == [4, 2, None]


def test_odd_files_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as many files of which no two are alike take no more memory."""
    monkeypatch.setattr("nianbao.opening.by_heart.ROOM", 200_000)
    monkeypatch.setattr("nianbao.opening.strings_by_heart.MOST_CHARACTERS", 100_000)
    monkeypatch.setattr("nianbao.opening.sheets_by_heart.ROOM_OF_SHEETS", 200_000)
    monkeypatch.setattr("nianbao.opening.rows_by_heart.ROOM_OF_ROWS", 200_000)
    opener, held = Opener(), []
    tracemalloc.start()
    for number in range(40):
        rows = "".join(
            f'<row r="{row}"><c r="A{row}" t="s"><f>"{number}"</f><v>{row}</v></c></row>'
            for row in range(1, 200)
        )
        strings = "".join(f"<si><t>{number} {text}</t></si>" for text in range(200))
        opener.open(workbook(rows, strings=strings, tail="<mergeCell ref='A1:B1'/>" * number))
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] < 1.2 * held[19]


def test_a_sheet_of_too_many_new_rows_is_not_learnt() -> None:
    """What takes longer to learn than to read is read, all sheets of a file together."""
    rows = "".join(f'<row r="{row}"><c r="A{row}"><v>{row}</v></c></row>' for row in range(1, 2_500))
    cells = Opener().open(workbook(rows)).sheets[0].cells
    assert not isinstance(cells, LazyCells)
    same_as_reference(workbook(rows))


def test_a_value_is_looked_up_where_it_stands() -> None:
    """Single cells of a known sheet are made when asked for, and are the same as when all are made."""
    cells = warm().open(workbook()).sheets[0].cells
    alone = cells[0, 1]
    assert (alone.kind, alone.text, alone.locked) == (Kind.NUMBER, "12", False)
    assert dict(cells)[0, 1] == dict(cells.items())[0, 1] == alone
    with pytest.raises(KeyError):
        cells[0, 7]
