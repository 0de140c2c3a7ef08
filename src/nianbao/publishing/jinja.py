"""What a report's template can name, and what is said of a wrong one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError

from nianbao.definition.rules import PREVIOUS
from nianbao.messages import say
from nianbao.problems import OfficeError, did_you_mean, refuse
from nianbao.publishing.content import DRAFT
from nianbao.publishing.figures import FUNCTIONS, SourceError
from nianbao.sandbox import FAILURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nianbao.publishing.content import Content

UNDEFINED = re.compile("'([^']{1,80})' is undefined")
WRONG = (*FAILURES, SourceError)
"""What filling a wrong template of a report ends in."""


def context(content: Content, tables: Mapping[str, object]) -> dict[str, Any]:
    """What a template can name; `tables`: each table ready for the document, by key."""
    figures = content.figures
    sections = [
        {
            "title": section.title,
            "table": tables.get(section.id, ""),
            "paragraphs": section.lines,
            "id": section.id.replace(".", "-"),
        }
        for section in content.sections
    ]
    return {
        **{table.key: figures.at(table.key) for table in content.form.tables},
        **FUNCTIONS,
        "previous": figures.at(PREVIOUS.rstrip(".")) if figures.former else None,
        "title": content.title,
        "form": content.form.title.zh,
        "unit": content.unit_name,
        "period": content.period_label,
        "span": content.period.span(content.form.period).text(),
        "draft": DRAFT if content.draft else "",
        "sections": sections,
    }


def template_error(error: Exception, known: Mapping[str, Any], *, file: str) -> OfficeError:
    """What is wrong with a template, for the office."""
    line = error.lineno or 0 if isinstance(error, TemplateSyntaxError) else 0
    undefined = UNDEFINED.search(str(error))
    if isinstance(error, SourceError):
        message = error.message
    elif undefined:
        name = undefined[1]
        message = say("没有编号「{name}」{hint}", name=name, hint=did_you_mean(name, known))
    elif isinstance(error, SecurityError):
        message = say("模板里用了不允许的写法")
    else:
        message = say("模板有错：{detail}", detail=str(error)[:200])
    return refuse(message, file=file, line=line)
