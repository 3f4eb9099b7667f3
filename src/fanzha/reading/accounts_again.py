"""Accounts that a text speaks of again: by the label it gave them (账户一), or in two places, the name here and the
number there."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from fanzha.reading.around import CLOSE, left_of, places_of
from fanzha.reading.party import Party
from fanzha.reading.payees import short_name

_LABEL = re.compile(
    r"(?P<label>(?:账户|账号|卡|卡号)\s?[一二三四五六①-⑥1-6A-F甲乙丙丁]|[甲乙丙丁](?:账户|账号|卡))\s?[:(，是为][^。；\n]{0,12}\Z"
)
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
        for start in places_of(said["label"], folded, one.end):
            again.append(replace(one, start=start, end=start + len(said["label"]), spans={}))
    return sorted([*found, *again], key=lambda one: one.start)


def _join_near(folded: str, found: list[Party]) -> None:
    """An account and the name or the bank that is told of it a few clauses before or after, nobody else's between."""
    for one, other in pairwise(found):
        between = folded[one.end : other.start]
        apart = len(between) > _NEAR or _ANOTHER.search(between) or one.side != other.side or one.side == "unknown"
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
    """The only account that money went to, and the only name or the only bank that is told of the other side."""
    theirs = [one for one in found if one.side == "suspect"]
    numbers = [one for one in theirs if one.number]
    if len({one.number for one in numbers}) != 1:
        return
    for field in ("holder", "bank"):
        alone = [one for one in theirs if not one.number and getattr(one, field) and not _by_service(folded, one)]
        told = {getattr(one, field) for one in alone}
        if len(told) != 1 or any(getattr(one, field) for one in numbers) or _apart(alone, numbers):
            continue
        if len({short_name(one.bank) for one in (*alone, *numbers) if one.bank}) > 1:
            continue  # of another bank, so of another account
        for one in numbers:
            setattr(one, field, *told)
        for one in alone:
            one.number = numbers[0].number
            one.bank, one.holder = one.bank or numbers[0].bank, one.holder or numbers[0].holder


def _apart(some: list[Party], others: list[Party]) -> bool:
    """Whether two tellings are of two accounts: each has a bank or a holder, and not the same."""
    return any(
        one and other and one != other
        for field in ("bank", "holder")
        for one in {getattr(each, field) for each in some}
        for other in {getattr(each, field) for each in others}
    )


def _by_service(folded: str, one: Party) -> bool:
    return bool(_BY_SERVICE.search(left_of(folded, one.start, CLOSE) + folded[one.start : one.end + CLOSE]))
