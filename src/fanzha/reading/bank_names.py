"""Names of banks in a text, without their branches.

>>> [one.name for one in bank_names("向重庆银行的卡转账，另到田东农村商业银行和工行柜台")]
['重庆银行', '田东农村商业银行', '工行']
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.word_search import one_of
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "banks.yaml")


_OF_A_PLACE = f"(?:(?![{''.join(one for one in _DATA['not_places'] if len(one) == 1)}])[\u4e00-\u9fa5])"
_PLACE = f"{_OF_A_PLACE}{{2,3}}"
_BANK = re.compile(
    rf"{one_of(_DATA['stems'])}银行|(?:(?<=[^\u4e00-\u9fa5]){_OF_A_PLACE})?{_PLACE}{one_of(_DATA['local'])}|{one_of(_DATA['whole'])}"
    rf"|{one_of(_DATA['short'])}(?=\s?(?:的)?(?:信用|储蓄|工资|银行)?卡?[，,]?\s?\d{{4}}|\s?[（(]?(?:卡|账)号|的(?:卡|账[户号]|信用卡)|的[，。；](?=账|卡|户|名|号))"
    rf"|(?<=[(]){one_of(_DATA['short'])}(?=[)])|(?<=\d[，,]){one_of(_DATA['short'])}(?=的)|(?<=[户号]是){one_of(_DATA['short'])}(?=的)"
    rf"|(?<=[，、。；\s(:→]){_PLACE}银行(?=[\s，。；)(\d]|$)"
)
SHORT: dict[str, str] = _DATA["stands_for"]
"""What a short name of a bank stands for, without 银行."""
_NOT_A_NAME = re.compile(
    r"中国人民银行|某|(?:手机|网上|电话|掌上|开户|收款|付款|对方|各大|什么|哪家|多家|几家|其他|相关|两家|所在)银行"
)


SHORT_NAMES = frozenset(_DATA["short"])
"""What is a bank's name only where its account stands by: 中信."""


@dataclass(frozen=True, slots=True)
class BankName:
    start: int
    end: int
    name: str


def bank_names(folded: str) -> list[BankName]:
    """The banks that a folded text names, in order."""
    return [
        BankName(one.start(), one.end(), one.group())
        for one in _BANK.finditer(folded)
        if not _NOT_A_NAME.match(one.group())
    ]
