"""Accounts that a text speaks of again: by the label it gave them (账户一), or in two places, the name here and the
number there."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from fanzha.reading.around import CLOSE, left_of
from fanzha.reading.party import Party

_LABEL = re.compile(
    r"(?P<label>(?:账户|账号|卡|卡号)\s?[一二三四五六①-⑥1-6A-F甲乙丙丁]|[甲乙丙丁](?:账户|账号|卡))\s?[:(，是为][^。；\n]{0,12}\Z"
)
_NUMBERED = re.compile(r"(?:账号|卡号)[^，。；]{0,6}\Z")
_BY_SERVICE = re.compile(r"微信|支付宝|扫码|商户|二维码|收款码|现金")
_ANOTHER = re.compile(r"[。！？!?\n]|另|又|再|第[二三四五六]|还有|换|后来|、")
_NEAR = 40
"""Characters between an account and a name or a bank of it; ours."""


def accounts_again(folded: str, found: list[Party]) -> list[Party]:
    """The parties with those that are spoken of again by their label, in order; a lone name and a lone number joined."""
    _join_near(folded, found)
    _join_lone(folded, found)
    again: list[Party] = []
    for one in found:
        said = _LABEL.search(left_of(folded, one.start))
        if said is None:
            continue
        for other in re.finditer(re.escape(said["label"]), folded[one.end :]):
            start, end = one.end + other.start(), one.end + other.end()
            again.append(replace(one, start=start, end=end, spans={}))
    return sorted([*found, *again], key=lambda one: one.start)


def _join_near(folded: str, found: list[Party]) -> None:
    """An account and the name or the bank that is told of it a few clauses before or after, nobody else's between."""
    for one, other in pairwise(found):
        between = folded[one.end : other.start]
        apart = len(between) > _NEAR or _ANOTHER.search(between) or {one.side, other.side} != {"suspect"}
        if apart or bool(one.number) == bool(other.number) or _by_service(folded, one) or _by_service(folded, other):
            continue
        if (one.bank and other.bank) or (one.holder and other.holder):
            continue
        for each, rest in ((one, other), (other, one)):
            each.number, each.bank, each.holder = (
                each.number or rest.number,
                each.bank or rest.bank,
                each.holder or rest.holder,
            )


def _join_lone(folded: str, found: list[Party]) -> None:
    theirs = [one for one in found if one.side == "suspect"]
    names = [one for one in theirs if one.holder and not one.number and not _by_service(folded, one)]
    numbers = [one for one in theirs if one.number]
    if len({one.holder for one in names}) != 1 or len({one.number for one in numbers}) != 1:
        return
    if any(one.holder for one in numbers):
        return
    if not any(_NUMBERED.search(left_of(folded, one.start)) for one in numbers):
        return
    for one in numbers:
        one.holder = names[0].holder
    for one in names:
        one.number, one.bank = numbers[0].number, one.bank or numbers[0].bank


def _by_service(folded: str, one: Party) -> bool:
    return bool(_BY_SERVICE.search(left_of(folded, one.start, CLOSE) + folded[one.start : one.end + CLOSE]))
