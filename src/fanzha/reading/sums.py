"""Every sum of money of a narrative with what it is there, and the sums that were asked for and then paid."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.amounts import Amount
from fanzha.reading.money_roles import ACCEPTED, AGAIN, AGAIN_AFTER, CAME, EXACTLY, PASSING, at_once, role
from fanzha.reading.passages import Passage

_CLAUSE = re.compile(r"[，；;。！？!?\n]|,(?!\d)")
_JOINT = re.compile(r"\s?(?:、|和|及|以及|，|,|与|/|\+|后又|又)?\s?(?:第[二三四五六七八九十]次|再)?")
_SHOWN = re.compile(r"\[[^\]]{0,12}(?:转账|红包|付款|支付|收款)[^\]]{0,12}\]?$|^\s?\[?(?:微信|支付宝)?转账\]?[\s:]*$")
_IN_QUOTES = re.compile(r"“[^”]*$")
_PAID_BACK = re.compile(
    r"(?:已|给你|给您|帮你|成功)[^，。]{0,4}(?:返|退|到账|发|提现|打)|(?:返|退|到账|佣金|提现)[^，。]{0,4}(?:已|了|成功)"
)
_SOON = 50
"""Characters after a sum within which it can be said that it was paid; ours."""
_NOT_YET = re.compile(r"(?:没有?|未|不|拒绝|才|需|要|让|先|再|请)[^，。]{0,4}\Z")
_BACK_RIGHT = re.compile(r"^\s?(?:元|块)?(?:已|给您|给你|的佣金已)?(?:返(?!\d)|退|发|到账|打给|转给)(?!还前)")


@dataclass(slots=True)
class Sum:
    """A sum with its role (money_roles.KINDS or None). `told` is where the text says that it was paid: the sum
    itself, or what the victim wrote after it was asked for. `total`: it sums up others. `clause_end`: where its
    clause ends."""

    amount: Amount
    role: str | None
    total: bool
    told: Amount
    clause_end: int
    again: bool = False


def sums(folded: str, amounts: list[Amount], turns: list[Passage]) -> list[Sum]:
    """The sums of a folded text, in order, with their roles."""
    found: list[Sum] = []
    for passage in turns:
        inside = [one for one in amounts if passage.start <= one.start < passage.end]
        _read_passage(folded, passage, inside, found)
    return _totals_apart(found)


def _read_passage(folded: str, passage: Passage, inside: list[Amount], found: list[Sum]) -> None:
    at = passage.start
    before: Sum | None = None
    kind: str | None
    for place, one in enumerate(inside):
        left = folded[at : one.start]
        clause = max((stop.end() for stop in _CLAUSE.finditer(left)), default=0)
        until = inside[place + 1].start if place + 1 < len(inside) else passage.end
        right = _CLAUSE.split(folded[one.end : until])[0]
        clause_end = one.end + len(right)
        _accept(folded, at, at + clause, found, passage)
        near, far = left[clause:], left[:clause]
        again = bool(AGAIN.search(near) or AGAIN_AFTER.match(right))
        if before and EXACTLY.fullmatch(left) and abs(one.fen - before.amount.fen) < before.amount.fen // 4:
            before.amount = Amount(one.start, one.end, one.fen, one.bare)
            at = one.end
            continue
        if before and _JOINT.fullmatch(left) and before.role and at_once(right) in (None, "sent"):
            kind, total = before.role, False
        else:
            kind, total = _role_here(folded, passage, one, near, far, right)
        if (
            again
            and kind in (None, "virtual")
            and any(each.amount.fen == one.fen for each in found if each.role == "sent")
        ):
            kind = "sent"
        if (
            kind == "sent"
            and before
            and before.role == "own"
            and PASSING.search(folded[max(passage.start, before.amount.start - 16) : one.start])
        ):
            kind = None
        if one.bare and kind in (None, "virtual", "total"):
            kind = "bare" if passage.speaker and not passage.own and kind is None and one.fen >= 10_000 else None
            if kind is None:
                continue
        before = Sum(one, kind, total, one, clause_end, again)
        found.append(before)
        at = one.end
    _accept(folded, at, passage.end, found, passage)


def _role_here(folded: str, passage: Passage, one: Amount, near: str, far: str, right: str) -> tuple[str | None, bool]:
    shown = _SHOWN.search(folded[max(passage.start, one.start - 16) : one.start])
    if passage.speaker and not passage.own:
        if shown:
            return ("returned" if "收" not in shown.group() else None), False
        if _BACK_RIGHT.match(right) or (_PAID_BACK.search(near) and not re.search(r"[才后再]", near)):
            return "returned", False
        kind, total = role(near, far, right)
        return ("virtual" if kind in ("virtual", "returned", "loan") else "demand"), total
    if shown:
        return "sent", False
    if _IN_QUOTES.search(folded[passage.start : one.start]) and "”" in folded[one.end : passage.end]:
        return "demand", False
    return role(near, far, right)


def _accept(folded: str, start: int, end: int, found: list[Sum], passage: Passage) -> None:
    """What was asked for last is paid, what was shown has come, when words soon after say so without another sum."""
    last = found[-1] if found else None
    if last is None or (passage.speaker and not passage.own):
        return
    if passage.speaker is None:
        end = min(end, last.amount.end + _SOON)
    if last.role == "virtual" and CAME.search(folded, start, end):
        last.role = "returned"
    if last.role not in ("demand", "bare"):
        return
    for said in ACCEPTED.finditer(folded, start, end):
        if not _NOT_YET.search(folded[max(start, said.start() - 6) : said.start()]):
            last.role = "sent"
            last.told = Amount(said.start(), said.end(), last.amount.fen, False)
            return


def _totals_apart(found: list[Sum]) -> list[Sum]:
    """Where parts are told, their total is no payment of its own; what is told again is not paid again."""
    for place, one in enumerate(found):
        if one.role != "sent":
            continue
        parts = [each for each in found if each is not one and each.role == "sent" and not each.total]
        earlier = [each for each in found[:place] if each.role == "sent"]
        if one.again and any(each.amount.fen == one.amount.fen for each in earlier):
            one.role = "again"
        elif one.total:
            later = [each for each in found[place + 1 :] if each.role == "sent"]
            whole = sum(each.amount.fen for each in earlier)
            if whole == one.amount.fen or _parts_follow(one, later) or (parts and _says_all(one)):
                one.role = "total"
    return found


def _parts_follow(one: Sum, later: list[Sum]) -> bool:
    whole = 0
    for each in later:
        whole += each.amount.fen
        if whole == one.amount.fen:
            return True
        if each.again:
            return True
    return False


def _says_all(one: Sum) -> bool:
    return one.amount.fen > 0 and one.total
