"""Sums held against each other: what is told twice is not paid twice, and the stated total tells which were paid."""

from __future__ import annotations

import re

from fanzha.reading.around import CLOSE, left_of
from fanzha.reading.first_signs import compiled
from fanzha.reading.passages import Passage
from fanzha.reading.payment_lists import read_lists
from fanzha.reading.sums import TIME, Sum
from fanzha.reading.totals import by_the_total

_FURTHER = re.compile("又|再")
_SURE = re.compile("真的?(?:到|退|返|还|给|有)|到账|收到")
_SENT_BACK = compiled(
    r"(?:元|块)?(?:钱)?(?:那|这)(?:一)?[笔次个](?:钱)?(?:被|让|后来|又)?(?:银行|系统|卡里)(?:给)?(?:我)?(?:退回|拦|拒|退了回|冲正)|(?:元|块)?(?:那|这)(?:一)?[笔次个](?:没有?|未)(?:转|付|到|成)"
)
"""That a payment which was told before came to nothing."""
_COSTS = {"demand": 1.0, None: 1.2, "loan": 1.6, "virtual": 2.0, "refused": 2.5, "own": 2.5}
"""How unlikely it is that a sum of this role was paid after all, beside 1.4 for a sent one that was not; ours."""
_DROPPED = 1.4
_MOST = 10.0
"""What all that a total changes may cost: as much as four of the least likely; ours."""


def reconcile(masked: str, found: list[Sum], turns: list[Passage]) -> list[Sum]:
    """The sums with their final roles; `total` and `again` mark those that are no payments of their own."""
    read_lists(masked, found, turns)
    _told_again(masked, found, turns)
    _returned_again(masked, found)
    _stopped(masked, found)
    _taken_out(masked, found)
    _totals_apart(masked, found)
    by_the_total(masked, found, _doubtful(masked, found), _MOST)
    _lost_by_a_payment(masked, found, turns)
    return found


def _told_again(masked: str, found: list[Sum], turns: list[Passage]) -> None:
    """After a pasted chat its payments are spoken of again; in prose words say so (那笔, 转的500)."""
    chat = [one for one in found if one.role == "sent" and turns[one.passage].speaker]
    last_turn = max((one.passage for one in chat), default=len(turns))
    for place, one in enumerate(found):
        if one.role not in ("sent", None) or turns[one.passage].speaker:
            continue
        pool = [each for each in found[:place] if each.role == "sent"]
        if (one.again or one.passage > last_turn) and any(each.amount.fen == one.amount.fen for each in pool):
            one.role = "again"
            if _SENT_BACK.match(masked, one.amount.end):
                next(each for each in pool if each.amount.fen == one.amount.fen).role = "refused"


def _returned_again(masked: str, found: list[Sum]) -> None:
    back: list[Sum] = []
    parts: list[Sum] = []  # of what was told whole: 两百，一个八十八，一个一百一十二
    for place, one in enumerate(found):
        if one.role != "returned":
            continue
        whole = sum(each.amount.fen for each in back)
        told = any(
            each.amount.fen == one.amount.fen
            and (
                each.passage < one.passage
                or _SURE.search(masked, each.amount.end, one.amount.start)
                or _offered(found, each, one)
            )
            for each in back
        )
        if told or (len(back) > 1 and whole == one.amount.fen):
            one.role = "returned again"
            continue
        _with_the_stake(found[:place], one)
        if parts and parts[0].passage == one.passage and not one.total:
            parts.append(one)
            if len(parts) > 2 and sum(each.amount.fen for each in parts[1:]) == parts[0].amount.fen:
                for each in parts[1:]:
                    each.role = "returned again"
        else:
            parts = [one]
        back.append(one)


def _offered(found: list[Sum], first: Sum, again: Sum) -> bool:
    """投300返360，我投了300，返了360: whether what came back was named with its stake before the stake was paid."""
    before, stake = (found[max(found.index(each) - 1, 0)] for each in (first, again))
    return before.amount.fen == stake.amount.fen and before.role != "sent" and stake.role == "sent"


def _with_the_stake(earlier: list[Sum], one: Sum) -> None:
    """100，佣金18，提现成功118: the commission came with the stake and is not counted for itself."""
    if len(earlier) < 2 or earlier[-1].role != "returned" or earlier[-2].role != "sent":
        return
    if earlier[-1].amount.fen + earlier[-2].amount.fen == one.amount.fen:
        earlier[-1].role = "returned again"


_ONE_OF_THEM = re.compile(r"(?:(?<!另)有|那|其中|最后|后)(?:的)?[一这那]?笔[^，。；]{0,4}\Z")


def _stopped(masked: str, found: list[Sum]) -> None:
    """What was sent and is told to have been stopped after all: 银行说有一笔12000还没出去被拦了."""
    for place, one in enumerate(found):
        if one.role == "refused" and _ONE_OF_THEM.search(left_of(masked, one.amount.start)):
            for each in reversed(found[:place]):
                if each.role == "sent" and each.amount.fen == one.amount.fen:
                    each.role = "refused"
                    break


_TAKEN_OUT = re.compile(r"(?:取(?!走|消)(?:款|了|出|现|的)*|提取|支取)(?:了|出)?(?:现金)?(?:共|人民币)?\Z")
_HANDED = re.compile("交|给|放|递|寄|送|拿走|取走")


def _taken_out(masked: str, found: list[Sum]) -> None:
    """What was taken out and then handed over was sent once: 取款3万元，后将现金3万元交给."""
    for place, one in enumerate(found):
        if one.role == "sent" and _TAKEN_OUT.search(left_of(masked, one.amount.start, CLOSE)):
            for each in found[place + 1 : place + 3]:
                around = masked[max(one.amount.end, each.amount.start - CLOSE) : each.amount.end + CLOSE]
                if each.role == "sent" and each.amount.fen == one.amount.fen and _HANDED.search(around):
                    one.role = "own"


def _totals_apart(masked: str, found: list[Sum]) -> None:
    """Where parts are told, their total is no payment of its own."""
    for place, one in enumerate(found):
        if one.role not in ("sent", None):
            continue
        earlier = [each for each in found[:place] if each.role == "sent"]
        later = [each for each in found[place + 1 :] if each.role == "sent"]
        whole = sum(each.amount.fen for each in earlier)
        apart = all(each.passage < one.passage for each in earlier)
        if len(earlier) > 1 and apart and whole == one.amount.fen:
            one.role = "total"
        elif one.role is None:
            continue
        elif (
            len(later) > 1
            and sum(each.amount.fen for each in later) == one.amount.fen
            and not _FURTHER.search(masked, one.amount.end, later[0].amount.start)
        ) or (one.total and (earlier or any(each.again for each in later))):
            one.role = "total"


def _doubtful(masked: str, found: list[Sum]) -> list[tuple[Sum, float]]:
    """The sums that the stated total may change, with what it costs."""
    doubtful = []
    for one in found:
        if one.role == "sent" and not _timed(masked, one):
            doubtful.append((one, _DROPPED + 0.001 * one.passage))
        elif one.role in _COSTS:
            doubtful.append((one, _COSTS[one.role] - 0.001 * one.passage))
    return doubtful


def _timed(masked: str, one: Sum) -> bool:
    """Whether a time stands in the clause of the sum, or a word that it was done: so it was paid."""
    if one.told is one.amount and _DONE.search(left_of(masked, one.amount.start, 6)):
        return True
    return TIME in re.split(r"[，；。\n]", left_of(masked, one.told.start))[-1]


_DONE = re.compile(r"了|过|已")
_PAID_SO = re.compile(r"(?:微信|支付宝|手机银行|银行卡|扫码|现金)[^，。]{0,4}(?:转|付|红包|给|扫)|转账|汇款")


def _lost_by_a_payment(masked: str, found: list[Sum], turns: list[Passage]) -> None:
    """被骗4200，微信转的: the loss itself is told as a payment when no other is."""
    if any(one.role == "sent" for one in found):
        return
    for one in found:
        passage = turns[one.passage]
        if one.role == "lost" and _PAID_SO.search(masked[one.amount.end : min(passage.end, one.amount.end + 16)]):
            found.append(Sum(one.amount, "sent", False, one.amount, one.clause_end, False, one.passage))
            return
