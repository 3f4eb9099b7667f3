"""Who money goes between: accounts with their bank and holder, read together where they stand together.

>>> [(one.number, one.bank, one.holder, one.side) for one in parties("用本人农业银行卡向建设银行9999991234567890124(户名:赵某军)转账", [])]
[(None, '农业银行', None, 'victim'), ('9999991234567890124', '建设银行', '赵某军', 'suspect')]
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fanzha.reading.bank_names import BankName, bank_names
from fanzha.reading.cards import Card, cards
from fanzha.reading.holders import Holder, holders
from fanzha.reading.passages import Passage
from fanzha.reading.sides import Side, side

_LABELS = re.compile(
    r"收款(?:人|方|银行|账户|账号|卡号?|单位|行)(?:姓名|名称)?|开户(?:银?行|名)|银行(?:卡|账户|账号)?(?:号码?)?|储蓄卡|借记卡|信用卡|卡号|账号|账户名?|户名|账户|对公|个人|号码|卡|为|是|名称|(?:转|打|汇)的，?|支行|分行|营业部|姓名"
)
_APART = re.compile(
    r"[→转汇付存充打返向到给往从用被又再。！？!?\n]|，[^，]{9,}，|对方|通过|使用|(?:\d[\d.,]*[万千]?元)"
)
_LONGEST_GAP = 16
"""Characters, labels left out, between fields of one account; ours."""


@dataclass(slots=True)
class Party:
    """An account as far as it is told, at text[start:end]; `number` is None where the text has none."""

    start: int
    end: int
    number: str | None = None
    bank: str | None = None
    holder: str | None = None
    side: Side = "unknown"
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)


def parties(folded: str, turns: list[Passage]) -> list[Party]:
    """The accounts, banks and holders of a folded text, in order, with their sides; `turns` are its passages."""
    numbers, banks = cards(folded), bank_names(folded)
    beside = [(one.start, one.end) for found in (numbers, banks) for one in found]
    fields: list[tuple[str, Card | BankName | Holder]] = [
        *(("number", one) for one in numbers),
        *(("bank", one) for one in banks),
        *(("holder", one) for one in holders(folded, beside)),
    ]
    fields.sort(key=lambda pair: pair[1].start)
    found: list[Party] = []
    for kind, one in fields:
        last = found[-1] if found else None
        if last and kind not in last.spans and _together(folded[last.end : one.start]):
            last.end = max(last.end, one.end)
        else:
            last = Party(one.start, one.end)
            found.append(last)
        setattr(last, kind, one.value if isinstance(one, Card) else one.name)
        last.spans[kind] = (one.start, one.end)
    before = 0
    _told_before(folded, found)
    for party in found:
        party.side = side(
            "account", folded, party.start, party.end, first=before, own_turn=_own_turn(turns, party.start)
        )
        if party.number is None and party.holder is None:
            party.side = _side_of_a_bank(folded, party)
        before = party.end
    return found


_AT_THE_BANK = re.compile(
    r"^(?:的)?(?:柜台|柜面|网点|柜员|手机|来(?:短信|电)|短信|打(?:来|了)?电话|工作人员|员工|经理|大堂|营业|客服|预警|转的|打的|汇的|ATM|atm|存款机|APP|App|app|转账(?!到|至))"
)
_OWN_BEFORE = re.compile(r"(?:去|在|从|用|使用|通过|拿|我|我的|其|本人|自己的?|公司|名下|他的|她的)(?:的|了)?\Z")
_THEIRS_BEFORE = re.compile(
    r"(?:对方|收款|户名|转(?:账)?(?:到|至|给|入)|汇(?:到|至|入)|打(?:到|给|入)|存入|至|到|向|→|给|账户|的|开户行?)[^，。；]{0,8}\Z"
)


def _side_of_a_bank(folded: str, party: Party) -> Side:
    """Whose a bank is that is named without a number and a name: often only where somebody went."""
    left = folded[max(0, party.start - 14) : party.start]
    if _AT_THE_BANK.match(folded[party.end : party.end + 8]) or _OWN_BEFORE.search(left):
        return "victim"
    after = re.match(r"^[，、\s)]{0,2}(?:户名|账户|卡号|账号|开户)", folded[party.end : party.end + 6])
    return (
        "suspect"
        if after or _THEIRS_BEFORE.search(left) or folded[party.start - 1 : party.start] in "，、 ("
        else "unknown"
    )


def _told_before(folded: str, found: list[Party]) -> None:
    """An account that is told again has the bank and the holder it was told with, one 户名同上 the holder before."""
    known: dict[str, Party] = {}
    holder: str | None = None
    for party in found:
        if party.number:
            first = known.setdefault(party.number, party)
            party.bank, party.holder = party.bank or first.bank, party.holder or first.holder
        if party.holder is None and re.search(
            r"户名(?:同上|相同|一样)|同(?:一)?户名", folded[max(0, party.start - 10) : party.end + 10]
        ):
            party.holder = holder
        holder = party.holder or holder


_NEXT_LINE = re.compile(r"\s*\n\s*(?=户名|开户|账号|卡号|收款|银行|姓名|账户)")


def _together(gap: str) -> bool:
    gap = _NEXT_LINE.sub("", gap)
    bare = _LABELS.sub("", gap)
    return not _APART.search(bare) and len(bare) <= _LONGEST_GAP


def _own_turn(turns: list[Passage], start: int) -> bool | None:
    for one in turns:
        if one.start <= start < one.end:
            return one.own if one.speaker is not None else None
    return None
