"""Who money goes between: accounts with their bank and holder, read together where they stand together.

>>> [(one.number, one.bank, one.holder, one.side) for one in parties("用本人农业银行卡向建设银行9999991234567890124(户名:赵某军)转账", [])]
[(None, '农业银行', None, 'victim'), ('9999991234567890124', '建设银行', '赵某军', 'suspect')]
"""

from __future__ import annotations

import re

from fanzha.reading.account_sides import give_sides
from fanzha.reading.around import PHRASE, left_of
from fanzha.reading.bank_names import BankName, bank_names
from fanzha.reading.cards import Card, cards
from fanzha.reading.first_signs import compiled
from fanzha.reading.holders import Holder, holders
from fanzha.reading.party import Party
from fanzha.reading.passages import Passage

_LABELS = compiled(
    r"收款(?:人|方|银行|账户|账号|卡号?|单位|行)(?:姓名|名称)?|开户(?:银?行|名)|银行(?:卡|账户|账号)?(?:号码?)?|储蓄卡|借记卡|信用卡|卡号|账号|账户名?|户名|账户|对公|个人|号码|卡|为|是|名称|支行|分行|营业部|姓名|(?:账户|卡)(?:上|里)?转的(?=，)|我?(?:再|先)?(?:念|读|报)(?:给)?(?:你们?|您)?(?:听|一下|一遍)?|我?(?:这里|这边|手机里)?(?:有|记着|带来了|抄(?:在|下)[^，。]{0,6})|嗯|呃|啊|哦|那个|这个|就是"
)
_APART = re.compile(
    r"[→转汇付存充打返向到给往从用被又再。！？!?\n]|，[^，]{9,}，|对方|通过|使用|柜台|手机银行|网点|(?:\d[\d.,]*[万千]?元)"
)
_SAME_HOLDER = re.compile(r"户名(?:同上|相同|一样)|同(?:一)?户名")
_LONGEST_GAP = 16
"""Characters, labels left out, between fields of one account; ours."""


def parties(folded: str, turns: list[Passage]) -> list[Party]:
    """The accounts, banks and holders of a folded text, in order, with their sides; `turns` are its passages."""
    numbers, banks = cards(folded), bank_names(folded)
    places = ([(one.start, one.end) for one in found] for found in (numbers, banks))
    fields: list[tuple[str, Card | BankName | Holder]] = [
        *(("number", one) for one in numbers),
        *(("bank", one) for one in banks),
        *(("holder", one) for one in holders(folded, *places)),
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
    _told_before(folded, found)
    give_sides(folded, found, turns)
    return found


def _told_before(folded: str, found: list[Party]) -> None:
    """An account that is told again has the bank and the holder it was told with, one 户名同上 the holder before."""
    known: dict[str, Party] = {}
    holder: str | None = None
    for party in found:
        if party.number:
            first = known.setdefault(party.number, party)
            party.bank, party.holder = party.bank or first.bank, party.holder or first.holder
        if party.holder is None and _SAME_HOLDER.search(
            left_of(folded, party.start) + folded[party.start : party.end + PHRASE]
        ):
            party.holder = holder
        holder = party.holder or holder


_NEXT_LINE = re.compile(r"\s*\n\s*(?=户名|开户|账号|卡号|收款|银行|姓名|账户)")


def _together(gap: str) -> bool:
    bare = _LABELS.sub("", _NEXT_LINE.sub("", gap))
    return gap == "\n" or (not _APART.search(bare) and len(bare) <= _LONGEST_GAP)
