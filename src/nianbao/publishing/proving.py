"""A finished document held against the workbook: every figure in its tables, and those that came into its texts."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from nianbao.messages import say
from nianbao.problems import OfficeError, Problem
from nianbao.publishing.content import DRAFT
from nianbao.publishing.figures import SourceError
from nianbao.publishing.placeholders import told
from nianbao.publishing.rereading import figures_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nianbao.messages import Message
    from nianbao.publishing.content import Content
    from nianbao.publishing.placeholders import Told
    from nianbao.publishing.rereading import Reread

BARE_NAME = re.compile(r"[a-z][a-z0-9_.]*")


def prove(content: Content, read: Reread, *, file: str, template: Reread | None = None) -> None:
    """Nothing, or OfficeError naming every difference: then the document is not to be given out.

    `template`: what it was made from, for the figures that the template itself quotes.
    """
    problems = [Problem(message, file=file) for message in differences(content, read)]
    if template:
        problems += [Problem(message, file=file) for message in _in_template(content, read, template)]
    if problems:
        raise OfficeError(problems)


def differences(content: Content, read: Reread) -> Iterator[Message]:
    """What the document says otherwise than the workbook."""
    if content.draft and not all(DRAFT in head for head in read.heads):
        yield say("模板里没有「草稿」的位置：请在网页模板里写上 {{{{ draft }}}}")
    yield from _in_tables(content, read)
    yield from _in_words(content, read)


def _in_tables(content: Content, read: Reread) -> Iterator[Message]:
    tables = [section.table for section in content.sections if section.table]
    if len(read.grids) != len(tables):
        yield say("文档里有 {found} 张表，应当有 {expected} 张", found=len(read.grids), expected=len(tables))
        return
    by_key = {table.key: table for table in content.form.tables}
    for printed, grid in zip(tables, read.grids, strict=True):
        table = by_key[printed.key]
        found = figures_in(grid, content.form, table)
        for field in content.form.fields.values():
            if field.table == table.key and not _same(
                found.get(field.id), content.figures.values.get(field.id)
            ):
                yield say(
                    "「{cell}」文档里是「{found}」，表里是「{expected}」，没有写出文档",
                    cell=field.full_label,
                    found=found.get(field.id, ""),
                    expected=content.figures.values.get(field.id),
                )


def _same(text: str | None, value: object) -> bool:
    """Whether the text says the figure; nothing where there is none."""
    if text is None:
        return False
    if isinstance(value, int | Decimal):
        return _number(text) == value
    return text == ("" if value is None else str(value))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _in_words(content: Content, read: Reread) -> Iterator[Message]:
    """Every paragraph stands in the document in order, its quoted figures those of the workbook."""
    rest = list(read.paragraphs)
    for section in content.sections:
        for pieces in section.paragraphs:
            found = _found(pieces, rest)
            if found is None:
                yield say("「{title}」里有一段文字在文档里找不到，请检查模板", title=section.title)
                return
            number, texts = found
            del rest[: number + 1]
            quoted = [piece for piece in pieces if piece.expression]
            for piece, text in zip(quoted, texts, strict=True):
                if not _quoted_right(content, piece, text):
                    yield say(
                        "「{title}」里的 {expression} 文档里是「{found}」，与表里的数不同",
                        title=section.title,
                        expression=piece.expression,
                        found=text,
                    )


def _found(pieces: Sequence[Told], rest: Sequence[str]) -> tuple[int, tuple[str, ...]] | None:
    """Which paragraph it is, and its text for each placeholder: the one that reads so, else the first of its words."""
    whole = "".join(piece.text for piece in pieces)
    if whole in rest:
        return rest.index(whole), tuple(piece.text for piece in pieces if piece.expression)
    pattern = re.compile("".join(map(_pattern, pieces)), re.DOTALL)
    matches = ((number, pattern.fullmatch(text)) for number, text in enumerate(rest))
    return next(((number, match.groups()) for number, match in matches if match), None)


def _in_template(content: Content, read: Reread, template: Reread) -> Iterator[Message]:
    """The template's own sentences wherever they stand in the document: their figures are the workbook's."""
    units_own = {line for section in content.sections for line in section.lines}
    others = [text for text in read.paragraphs if text not in units_own]
    for paragraph in template.paragraphs:
        try:
            pieces = told(paragraph, content.figures)
        except SourceError:  # names of other things, which are no figures
            continue
        pattern = re.compile("".join(map(_pattern, pieces)), re.DOTALL)
        quoted = [piece for piece in pieces if piece.expression]
        worded = any(piece.text.strip() for piece in pieces if not piece.expression)
        for found in filter(None, map(pattern.fullmatch, others)) if quoted and worded else ():
            for piece, text in zip(quoted, found.groups(), strict=True):
                if not _quoted_right(content, piece, text):
                    yield say(
                        "「{title}」里的 {expression} 文档里是「{found}」，与表里的数不同",
                        title=paragraph,
                        expression=piece.expression,
                        found=text,
                    )


def _pattern(piece: Told) -> str:
    return "(.*?)" if piece.expression else re.escape(piece.text)


def _quoted_right(content: Content, piece: Told, text: str) -> bool:
    """Whether the document's text for a placeholder is its figure: of a bare name, added up anew."""
    figures = content.figures
    if BARE_NAME.fullmatch(piece.expression) and piece.expression in figures.names:
        value = figures.number(piece.expression)
        return _number(text) == value if value is not None else text == piece.text
    return text == piece.text
