"""Printed labels compared: however their brackets, spaces, numbering and characters are written."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from functools import lru_cache

from nianbao.frozen import frozen

NUMBERING = re.compile(
    r"[（(]?([0-9]{1,2}|[一二三四五六七八九十]{1,2})(?:[)）]|[.．、,，:：]|(?<=[0-9])(?=[\u4e00-\u9fff])|是(?=[\u4e00-\u9fff]))"
)
CHINESE = {character: str(number) for number, character in enumerate("一二三四五六七八九十", 1)}
OLD_TO_NEW_PAIRS = (
    "報报開开構构關关係系條条規规範范廢废現现處处許许強强執执罰罚業业務务費费額额單单萬万總总計计請请況况團团體体屬属國国聯联"
    "組组織织機机會会責责結结轉转數数據据內内門门類类過过進进備备檔档詢询無无實实際际對对記记錄录製制發发確确認认補补標标準准"
    "應应當当繳缴納纳繼继續续監监復复覆复議议訴诉訟讼維维終终審审訊讯與与為为決决後后個个該该權权說说動动題题給给問问變变時时"
    "眾众辦办員员從从經经徵征統统種种項项縣县鎮镇鄉乡區区廳厅協协調调稱称幣币積积極极歸归還还歷历讓让級级臺台網网頁页電电話话"
    "郵邮編编號号"
)
OLD_TO_NEW = str.maketrans(OLD_TO_NEW_PAIRS[::2], OLD_TO_NEW_PAIRS[1::2])
"""Traditional characters of the form's words to the ones in use."""
CERTAIN, PROBABLE, MARGIN = 0.93, 0.62, 0.12
SHORTEST_PART = 4
ENDS = frozenset("。！？；：")
UNLIKE = 0.4
"""Labels with so few characters in common need no closer look."""


@frozen
class Printed:
    """A label as compared: its number (「3」 of 「（三）」), and its letters and digits alone."""

    number: str
    text: str


@lru_cache(maxsize=20_000)
def printed(label: str) -> Printed:
    """The label without what differs from program to program."""
    plain = unicodedata.normalize("NFKC", label[:400]).translate(OLD_TO_NEW)
    plain = "".join(plain.split())
    match = NUMBERING.match(plain)
    number, rest = (match[1], plain[match.end() :]) if match else ("", plain)
    text = "".join(c for c in rest if c.isalnum())
    if not text:
        return Printed("", "".join(c for c in plain if c.isalnum()))
    return Printed(_plain_number(number), text)


def _plain_number(number: str) -> str:
    return CHINESE.get(number, number) if len(number) == 1 else number


def begins_anew(before: str, line: str) -> bool:
    """Whether a line is a new paragraph whatever its indent: it has a number, and the sentence before has ended."""
    return before.rstrip()[-1:] in ENDS and bool(NUMBERING.match(line.lstrip()))


@lru_cache(maxsize=200_000)
def likeness(found: str, label: str) -> float:
    """How alike two labels are, from 0 to 1 where they are the same."""
    ours, theirs = printed(label), printed(found)
    if not theirs.text or not ours.text:
        return 0.0
    numbers = ours.number == theirs.number
    either = not ours.number or not theirs.number
    if not numbers and not either and len(ours.text) < SHORTEST_PART:
        return 0.5
    if ours.text == theirs.text:
        return 1.0 if numbers else 0.97 if either else 0.94
    shared = sum((Counter(theirs.text) & Counter(ours.text)).values())
    if (most := 2 * shared / (len(theirs.text) + len(ours.text))) < UNLIKE:
        return most
    ratio = SequenceMatcher(None, theirs.text, ours.text, autojunk=False).ratio()
    if _without_notes(found) == _without_notes(label):
        ratio = max(ratio, 0.9)
    elif len(theirs.text) >= SHORTEST_PART and ours.text.startswith(theirs.text):
        ratio = max(ratio, 0.85)
    if numbers and ours.number:
        ratio += 0.03
    elif not either:
        ratio -= 0.08
    return min(ratio, 0.92)


@lru_cache(maxsize=20_000)
def _without_notes(label: str) -> str:
    """The label's letters and digits, without its number and what stands in brackets."""
    plain = "".join(unicodedata.normalize("NFKC", label[:400]).translate(OLD_TO_NEW).split())
    match = NUMBERING.match(plain)
    return "".join(
        c for c in re.sub(r"\([^()]*\)?", "", plain[match.end() :] if match else plain) if c.isalnum()
    )


@lru_cache(maxsize=20_000)
def plain_text(text: str) -> str:
    """Letters and digits alone, numbering among them, in the characters in use."""
    folded = unicodedata.normalize("NFKC", text).translate(OLD_TO_NEW)
    return "".join(c for c in folded if c.isalnum())
