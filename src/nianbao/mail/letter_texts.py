"""What a message says: templates that a clerk can edit, checked before anything is sent."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from jinja2 import Template, TemplateSyntaxError, nodes

from nianbao.assets import shipped
from nianbao.frozen import frozen
from nianbao.messages import say
from nianbao.problems import OfficeError, Problem, did_you_mean, refuse
from nianbao.reading import read_whole
from nianbao.sandbox import FAILURES, sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

FOLDER = "mail"
"""Where the templates are: in `templates/`, and a round's own in the round."""
TEXT, HTML = ENDINGS = (".txt", ".html")
SUBJECT = "主题"
LARGEST = 200_000
_TEXTS = (
    *("单位", "单位代码", "联系人", "汇总单位", "期间", "报表", "截止日期", "经办人", "电话", "邮箱"),
    *("附件", "文件", "收到日期"),
)
PLACEHOLDERS: Mapping[str, object] = MappingProxyType(
    {**dict.fromkeys(_TEXTS, ""), "问题": (), "问题数": 0, "没有报": False, "发过空白表": False}
)
"""What templates may name, and what it is where there is nothing to be said of it."""
_MADE_BY_TEMPLATES = frozenset({"loop", "range", "dict", "lipsum", "cycler", "joiner", "namespace"})


@frozen
class Said:
    """A message's words."""

    subject: str
    text: str
    html: str


class LetterTexts:
    """The templates of one kind of message. Raises OfficeError with every mistake in them."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.paths = {ending: template_path(folder, kind + ending) for ending in ENDINGS}
        problems: list[Problem] = []
        self._subject, self._text = _split(self.paths[TEXT], problems)
        self._html = _template(self.paths[HTML], _read(self.paths[HTML]), problems)
        if problems:
            raise OfficeError(sorted(problems, key=lambda one: (one.file, one.line)))

    def say(self, words: Mapping[str, Any]) -> Said:
        """The words of a message. Raises OfficeError where a template cannot be filled in."""
        given = {**PLACEHOLDERS, **words}
        return Said(
            self._filled(self._subject, given, TEXT).strip(),
            self._filled(self._text, given, TEXT).lstrip("\n"),
            self._filled(self._html, given, HTML),
        )

    def _filled(self, template: Template | None, words: Mapping[str, Any], ending: str) -> str:
        try:
            return template.render(words) if template else ""
        except FAILURES as error:
            raise refuse(
                say("信的模板填不出来（{reason}）。请照原来的模板改。", reason=str(error)[:200]),
                file=str(self.paths[ending]),
            ) from error


def shipped_templates() -> list[Path]:
    """Every template that ships."""
    folder = shipped("templates") / FOLDER
    return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS)


def template_path(folder: Path, name: str) -> Path:
    """The round's own template, else the one that ships."""
    own = folder / FOLDER / name
    return own if own.exists() else shipped("templates") / FOLDER / name


def _read(path: Path) -> str:
    try:
        return read_whole(path, most=LARGEST).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise refuse(say("不是 UTF-8 编码。请用记事本打开，另存时编码选 UTF-8。"), file=str(path)) from error


def _split(path: Path, problems: list[Problem]) -> tuple[Template | None, Template | None]:
    """The first line's subject, and the text."""
    first, _, rest = _read(path).partition("\n")
    title, colon, subject = first.replace(":", "：", 1).partition("：")
    if title.strip() != SUBJECT or not colon or not subject.strip():
        problems.append(Problem(say("第一行要写「主题：」和信的主题。"), file=str(path), line=1))
        return None, _template(path, f"\n{rest}", problems)
    return _template(path, subject, problems), _template(path, f"\n{rest}", problems)


def _template(path: Path, source: str, problems: list[Problem]) -> Template | None:
    """The template; None where there is something wrong with it, which is told."""
    language = sandbox(escaped=path.suffix == HTML, whole_lines=True)
    try:
        found = list(_unknown(language.parse(source)))
        made = language.from_string(source)
    except TemplateSyntaxError as error:
        message = say("模板这一行写得不对（{reason}）。", reason=error.message or "")
        problems.append(Problem(message, file=str(path), line=error.lineno))
        return None
    for name, line in found:
        hint = did_you_mean(name, PLACEHOLDERS)
        known = "、".join(PLACEHOLDERS)
        message = say("没有「{name}」这一项{hint}（能用的有：{known}）", name=name, hint=hint, known=known)
        problems.append(Problem(message, file=str(path), line=line))
    return None if found else made


def _unknown(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """Names that nothing is known under, with their lines."""
    names = list(tree.find_all(nodes.Name))
    own = {name.name for name in names if name.ctx in {"store", "param"}}
    for name in names:
        if name.ctx == "load" and name.name not in {*own, *PLACEHOLDERS, *_MADE_BY_TEMPLATES}:
            yield name.name, name.lineno
