"""Whose each account is: by the words around it, by the way money goes from one to the next, by what was asked."""

from __future__ import annotations

import re

from fanzha.reading.around import left_of
from fanzha.reading.party import Party
from fanzha.reading.passages import Passage
from fanzha.reading.sides import Side, asked_for, told_side
from fanzha.reading.whose import facts_of_accounts, whose

_GOES_TO = re.compile(
    r"[)\s]{0,2}(?:[(][^()]{0,12}[)])?(?:，(?=转|汇|打|付))?[^，。；]{0,8}?(?:→|->|--|转|汇|打|付|向|流向)[^。；，\d]{0,14}?(?:[\d.,]{0,12}(?:元|万)(?:到|至|给|进|入)[^。；，\d]{0,10})?"
)

_IS = re.compile(r"[)\s]{0,2}就?是(?:(?P<mine>我|本人|自己)|他|她|对方|骗子)的(?!.?账)")


def give_sides(folded: str, found: list[Party], turns: list[Passage]) -> None:
    """Give each of the parties of a folded text, in order, its side."""
    weighed = {number: whose("account", facts) for number, facts in facts_of_accounts(folded, found, turns).items()}
    last: Party | None = None
    for party in found:
        first = min(party.spans[kind][0] for kind in party.spans if kind != "holder" or len(party.spans) == 1)
        before = last.end if last else 0
        told = told_side("account", folded, first, party.end, first=before, own_turn=_own_turn(turns, party.start))
        party.side = told or "suspect"
        if last and told != "victim" and _GOES_TO.fullmatch(folded[last.end : first]):
            last.side, party.side = "victim", "suspect"
        asked = _question(folded, turns, party.start)
        if asked != "unknown":
            party.side = asked
        if party.number and told != "unknown":
            party.side = _plainly(folded, party) or weighed[party.number]
        if party.number is None and party.holder and asked != "victim":
            party.side = "suspect"
        if party.number is None and party.holder is None:
            party.side = last.side if last and _chained(folded, last, party) else _side_of_a_bank(folded, party)
        last = party


def _plainly(folded: str, party: Party) -> Side | None:
    """The side that is said at once after an account: 9999…是他的。"""
    said = _IS.match(folded, party.spans["number"][1])
    return None if said is None else "victim" if said["mine"] else "suspect"


def _chained(folded: str, one: Party, other: Party) -> bool:
    """Whether two banks stand in one list (工行、农行)."""
    return folded[one.end : other.start] == "、"


_AT_THE_BANK = re.compile(
    r"(?:的)?(?:[^，。；、\d:(账户卡]{0,10}(?:支行|分行|分理处|营业厅|营业部|网点)(?![^，。；]{0,4}(?:户名|账户|账号|卡号)))?(?:的)?(?:柜台|卡号及|卡的?卡号|卡号和|卡号、|等(?:渠道|卡|银行)|柜面|网点|柜员|手机|来(?:短信|电)|短信|打(?:来|了)?电话|工作人员|员工|经理|大堂|营业|客服|预警|转的|打的|汇的|ATM|atm|存款机|APP|App|app|转账(?!到|至))"
)
_OWN_BEFORE = re.compile(
    r"(?:(?:我|本人|自己)(?:自己)?的[^，。；对他她]{0,3}(?:卡|账户)[，是]?是?|去到?|在|从|用|使用|通过|拿|我|我的|其|本人|自己的?|公司|名下|他的|她的)(?:的|了)?\Z"
)
_THEIRS_BEFORE = re.compile(
    r"(?:对方|收款|户名|转(?:账)?(?:到|至|给|入)|汇(?:到|至|入)|打(?:到|给|入)|存入|至|到|向|→|给|账户|的|开户行?)[^，。；]{0,8}\Z"
)


def _side_of_a_bank(folded: str, party: Party) -> Side:
    """Whose a bank is that is named without a number and a name: often only where somebody went."""
    left = left_of(folded, party.start)
    if _AT_THE_BANK.match(folded, party.end) or _OWN_BEFORE.search(left):
        return "victim"
    return "suspect" if _THEIRS_BEFORE.search(left) or folded[party.start - 1 : party.start] in "，、 (" else "unknown"


def _question(folded: str, turns: list[Passage], start: int) -> Side:
    """Whose account is asked for, where a text begins the answer to an officer's question at `start` or near it."""
    for number, one in enumerate(turns):
        if one.start <= start < one.end:
            question = [each for each in turns[:number] if each.turn == one.turn - 1 and each.asked]
            return asked_for("".join(folded[each.start : each.end] for each in question))
    return "unknown"


def _own_turn(turns: list[Passage], start: int) -> bool | None:
    for one in turns:
        if one.start <= start < one.end:
            return one.own if one.speaker is not None else None
    return None
