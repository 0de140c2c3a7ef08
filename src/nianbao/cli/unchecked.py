"""What could not be checked against the period before, said in a line."""

from collections.abc import Iterable, Sequence

from nianbao.messages import Message, say
from nianbao.returned.returns import Checked
from nianbao.rounds.rounds import Round

MOST_NAMED = 10


def listed(names: Sequence[str]) -> str:
    """The names; of many the first few."""
    more = "…" if len(names) > MOST_NAMED else ""
    return "、".join(names[:MOST_NAMED]) + more


def unchecked(here: Round | None, files: Iterable[Checked]) -> Message | None:
    """What to say of units whose period before is not known; None where every one is held against it."""
    if here is None:
        if any(checked.identity and checked.identity.previous for checked in files):
            return say("不在一轮填报里审核，表中的上一期数无从核对，没有核对与上一期的关系。")
        return None
    if here.layout.form.previous is None:
        return None
    if not here.former.units:
        return say(
            "本轮没有上一期的数，没有核对与上一期的关系。有的话，请用 nianbao init {folder} --previous 补上。",
            folder=here.folder,
        )
    lacking = [unit.name for unit in here.roster.units if here.former.of(unit.code) is None]
    if not lacking:
        return None
    return say(
        "{count} 个单位没有上一期的数，没有核对它们与上一期的关系：{names}",
        count=len(lacking),
        names=listed(lacking),
    )
