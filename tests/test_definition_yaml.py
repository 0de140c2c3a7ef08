"""Definition files that are no plain YAML: each a complaint with its line, whatever they try."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from definitions import GOOD, MINES, changed, complaints, read_definition
from nianbao.definition.nodes import DEPTH, scalar
from nianbao.definition.source import read_source
from office import run

if TYPE_CHECKING:
    from pathlib import Path

LAUGHS = "a0: &a0 [1, 1]\n" + "".join(
    f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 9)}]\n" for number in range(1, 9)
)
"""Nine to the eighth items, if every alias were written out."""
ROWS = "        rows:\n          mines"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "form: safety",
            "form: !!python/name:os.system safety",
            "2: 定义里不能用标签「!!python/name:os.system」",
        ),
        ("form: safety", "form: !!str safety", "2: 定义里不能用标签「!!str」"),
        ("instructions:\n", "instructions: !foo\n", "85: 定义里不能用标签「!foo」"),
        ("serves: {", "serves: !bar {", "8: 定义里不能用标签「!bar」"),
        ("mines: {label: 矿山}", "<<: {mines: {label: 矿山}}", "26: 定义里不能用合并键「<<」"),
        ("mines: {label: 矿山}", "? [a, b]\n          : 1", "26: 名称只能是一个词"),
        ("mines: {label", "mines: {label: 甲}\n          mines: {label", "27: 「mines」重复，第 26 行"),
        ("form: safety", "form: safety\nform: twice", "3: 「form」重复，第 2 行已经写过"),
        ("source: test", "source: *gone", "6: *gone 所指的内容不在前面"),
        ("矿山", '"矿\\x01山"', "26: 文字里有看不见的控制字符 U+0001"),
        ("矿山", '"矿\\ud800"', "26: 文字里有看不见的控制字符 U+D800"),
        ("version: 3", f"version: {'9' * 5000}", "4: 「version」写的是「999"),
        ("version: 3", f"version: 0x{'f' * 9000}", "4: 「version」写的是「0xfff"),
        ("version: 3", "version: 1e999", "4: 「version」写的是「inf」"),
        (
            'edition: "2024"',
            "edition: 2024",
            "3: 「edition」写的是「2024」：要写文字；看上去是数字的，两边加引号",
        ),
        ('edition: "2024"', "edition: 2024-01-01", "3: 「edition」写的是「2024-01-01」"),
        ("  a:\n", "\ta:\n", "11: 不是正确的 YAML：缩进要用空格"),
        ("{from: 2024}", "{from: 2024", "不是正确的 YAML"),
        ("- 每月", '- "每月', "不是正确的 YAML：引号没有配对"),
    ],
)
def test_what_a_definition_may_not_have_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One such thing in a good definition is complained of at its line."""
    assert any(line.startswith(said) or said in line for line in complaints(tmp_path, changed((old, new))))


def test_each_such_thing_is_told_with_the_others(tmp_path: Path) -> None:
    """Tags, doubled keys and merges hide neither each other nor a mistake of meaning, and nothing follows from them."""
    text = changed(
        ("form: safety", "form: !x safety"),
        ("version: 3", "version: 3\nversion: 4"),
        ("mines: {label: 矿山}", "<<: {mines: {label: 矿山}}"),
        ("units: {label", "units: {labl"),
    )
    said = complaints(tmp_path, text)
    assert [line.split(":")[0] for line in said] == ["2", "5", "27", "45"]


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 1600 + "]" * 1600,
        "a: " + "{a: " * 3000 + "1" + "}" * 3000,
        "- " * 3000 + "1",
        "\n".join(" " * depth + "a:" for depth in range(DEPTH + 2)),
        LAUGHS,
        "a: [" + "1, " * 60_000 + "]\n",
    ],
    ids=["lists", "mappings", "dashes", "indented", "aliases", "long"],
)
def test_too_deep_or_too_much_is_one_complaint(tmp_path: Path, text: str) -> None:
    """However it is nested, at a line of the file."""
    (line,) = complaints(tmp_path, text)
    assert "层次太深或内容太多" in line


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有报表定义"),
        (b"# only\n", "没有报表定义"),
        (b"- 1\n", "没有报表定义"),
        (b"form: a\x00b\n", "1: 不是文本文件，或有不能用的字符 U+0000"),
        (GOOD.encode("utf-16"), "不是 UTF-8 编码"),
        (GOOD.encode("gb18030"), "不是 UTF-8 编码"),
        (bytes(range(128, 256)), "编码"),
        (GOOD.encode() + b"\n---\na: 1\n", "一份定义"),
        (b"extends: form.yaml\n", "1: extends 绕成了圈"),
        (b"form: x\nextends: gone.yaml\n", "2: 找不到 extends 所指的文件「gone.yaml」"),
        (b"extends: [1]\n", "找不到 extends"),
        (b"extends: " + b"a" * 5000 + b"\n", "找不到 extends"),
        (b"# " + b"x" * 2_000_000, "文件太大"),
    ],
)
def test_files_that_are_no_definition_are_refused(tmp_path: Path, content: bytes, said: str) -> None:
    """Empty, binary, in another encoding, several in one, going in a circle."""
    path = tmp_path / "form.yaml"
    path.write_bytes(content)
    done = run("forms", "lint", path)
    assert done.status == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_circle_by_another_path_is_a_circle(tmp_path: Path) -> None:
    """The file is known, however it is called."""
    assert "绕成了圈" in complaints(tmp_path, f"extends: ../{tmp_path.name}/form.yaml\n")[0]


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    """Both are named."""
    folder = run("forms", "lint", tmp_path)
    gone = run("forms", "lint", tmp_path / "gone.txt")
    assert (folder.status, gone.status) == (2, 2)
    assert f"{tmp_path}: 是文件夹" in folder.err
    assert f"{tmp_path / 'gone.txt'}: 找不到" in gone.err


def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's refusal with the path."""

    def refused(path: Path, **_: int) -> bytes:
        raise PermissionError(errno.EACCES, "refused", str(path))

    path = tmp_path / "form.yaml"
    path.touch()
    monkeypatch.setattr("nianbao.definition.source.read_whole", refused)
    done = run("forms", "lint", path)
    assert done.status == 2
    assert f"{path}：没有权限" in done.err


def test_anchors_and_aliases_stay_usable(tmp_path: Path) -> None:
    """A part that stands for another has the other's lines."""
    path = tmp_path / "form.yaml"
    text = changed(
        (f"mines: {MINES}", "mines: &all {label: 同上}"), ("sites: {label: 建筑工地}", "sites: *all")
    )
    path.write_text(text, encoding="utf-8")
    assert read_definition(path).fields["a.sites.done"].row_label == "同上"
    source = read_source(path)
    assert source.place(("tables", "a", "blocks", "visits", "rows", "sites"))[1] == 27
    assert source.place(("tables", "a", "blocks", "visits", "rows", "sites", "label"))[1] == 26


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("Null", None),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("tRue", "tRue"),
        ("12", 12),
        ("-0", 0),
        ("0x1F", 31),
        ("0o17", 15),
        ("012", 12),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("2024-01-01", "2024-01-01"),
        ("1:30", "1:30"),
        ("9" * 19, "9" * 19),
    ],
)
def test_words_are_read_by_yaml_1_2(text: str, value: object) -> None:
    """Its core schema: no dates, no yes and no, no octal by a leading nought."""
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)
