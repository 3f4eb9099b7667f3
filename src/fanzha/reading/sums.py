"""Every sum of money of a narrative with what it is there, and the sums that were asked for and then paid."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from fanzha.reading.amounts import Amount
from fanzha.reading.around import PHRASE, left_of
from fanzha.reading.card_counts import card_count
from fanzha.reading.gifts import AT_ONCE, REACH, RECEIVED, borrowed, given, held_back, is_a_loan
from fanzha.reading.money_roles import (
    ACCEPTED,
    AGAIN,
    AGAIN_AFTER,
    BACK_IN_ALL,
    CAME,
    EXACTLY,
    PASSING,
    STAKED,
    STAKED_BEFORE,
    THEN,
    at_once,
    role,
    sums_up,
)
from fanzha.reading.numerals import numeral
from fanzha.reading.offers import offered
from fanzha.reading.passages import Passage

TIME, NAME = "\x01", "\x02"
"""What stands for a time and for an identifier in the text that sums are read in (`masked`)."""

_TIMES = re.compile(f"{TIME}+")
_BRACKETS = re.compile(r"\([^()]{1,60}\)")
_CLAUSE = re.compile(r"[，；;。！？!?\n]|,(?!\d)")
_FEE = r"(?![^\d]{0,6}[返退佣收要需让说讲称叫没未不出提赚借贷冻])[\u4e00-\u9fa5]{0,5}(?:费|金|税|款|卡|微信|支付宝|押金|尾款|运费)(?:共|为|是|转|付|支付)?"
_JOINT = re.compile(
    rf"(?:[\s、，,；;/+{TIME}和及与]|以及|又|再|各|第[一二三四五六七八九十]+[笔次单]|[①-⑳]|\d[、.]|后又|也|一[笔次]|\([{TIME}\s]*\))*(?:{_FEE})?"
)
_SHOWN = re.compile(
    r"\[[^\]]{0,12}(?:转账|红包|付款|支付|支付宝|微信|收款|转出)[^\]]{0,12}\]?[\s¥]*\Z|^\s?\[(?:微信|支付宝)?转账\]?[\s:]*\Z|^\s?(?:微信|支付宝)?转账[\s:]+\Z"
)
_TIMED = re.compile(f"{TIME}[\\s，,:]{{1,2}}\\Z")
_SAID = re.compile(
    r"(?:他|她|对方|客服|平台|老师|导师|骗子|卖家|买家|老板|领导|经理|专员|警官)[^，。；]{0,3}(?:说|称|讲|告诉我|表示|承诺|保证|许诺)(?:[^，。；了已]{0,12}|[^，。；]{0,6}已(?:经)?(?:把|将)[^，。；]{0,10})\Z"
)
_ONCE_MORE = re.compile(r"(?:又|还有|再|跟着|接着)(?:是|有|来|扣|转|刷)?(?:了)?(?:一笔|一次|一单)?(?:是)?\Z")
_NOT_GIVEN = re.compile(
    r"[^。；]{0,16}(?:尚未|还没(?:来得及)?|没来得及|未)(?:交|转|寄|付|送)|[^。；\d]{0,20}(?:交易|转账|汇款)被(?:撤销|拦截|退回|驳回)"
)
_GAVE_BACK = re.compile(r"(?:[他她]|对方)[^。；，]{0,4}(?:还|退)过|还过|有没有(?:还|退)")
_SO = re.compile(r"[，。；](?:然后)?(?:我|其)?(?:就|便|遂|于是|只好)")
_LESS = re.compile("(?:元|块)?(?:减|扣|-)")
_THEN_BACK = re.compile(r"(?:明天|次日|当天|马上|立刻|立即|第二天|就|便|即)(?:可)?[返退还](?:我|给)*\Z")
_STAYS = re.compile(r"[返退送]\s*\Z|[一每][\u4e00-\u9fa5]{1,2}[要是]?\Z")
_BRINGS = re.compile(r"[返退]\s?\Z")
_IN_QUOTES = re.compile(r"“[^”]*\Z")
_LEAST = 1000
"""Fen below which a number alone is rather a version than a sum that was paid; ours."""
_SOON = 60
"""Characters after a sum within which it can be said that it was paid; ours."""
_ON = re.compile(
    r"(?:转|汇|打)(?:账|款)?(?:了)?(?:入|到|至|给|往|进)(?!(?:了)?(?:其|我|本人|自己|名下|她自己|他自己))(?![^，。；]{0,8}(?:自己|(?<![他她])本人|名下))"
)
_NOT_CAME = re.compile(r"核实|[才未没会能要]|小时|无法|不了")
_NOT_YET = re.compile(
    r"(?:没有?|未|不|拒绝|才|需|要|让|先|再(?!次)|请|别)[^，。]{0,4}\Z|(?:他|她|对方|买家|客服)(?:也|又|就|便|已)?\Z|(?:都是?|均|全部?|每次)(?:是)?(?:用|通过|从|拿)?\Z"
)
_NOTHING_ELSE = re.compile(r"(?:元|块)?(?:钱)?[\s，,。！!.]*(?:没了|好了|完了|ok|OK)?")
_ALONE = re.compile(r"[啊呢吧呀嘛哪了整\s,，。！!?？；]*")


_OFTEN = re.compile(
    r"(?<!第)(?P<count>[两三四五六七八九十]|\d{1,2})(?:笔|次|单|回)(?:[^。；\d]{0,12}(?:(?:每|各)(?:笔|次|单|回)?(?:都)?(?:是|为)?|，都是))?\s?\Z"
)
_SEVERAL = re.compile(r"发了?(?P<count>[两三四五六七八九十]|\d)个\Z")
_MOST_OFTEN = 20
"""Payments of one sum that a narrative tells together; ours."""
_WRONG = re.compile(r"[，。]?\s?(?:(?:哦|呃|啊|哎)?(?:不对|不是|说错了?|错了)[，。]?)+(?:应该)?是?")
_NOT_THAT = re.compile(r"(?<![是要])不是\Z")
_BUT = re.compile(r"，?(?:而)?是")
_PLUS = re.compile("加|再加|，加")
_STOP_ONLY = re.compile(r"[，。]?(?:一共|总共|就是|是)?")
_BROUGHT = re.compile(r"(?:元|块)?(?:钱)?(?:单|那单)?(?:返|退|提)")


@dataclass(slots=True)
class Sum:
    """A sum with its role (money_roles.KINDS, "again" for one told before, or None). `told` is where the text says
    that it was paid: the sum itself, or what the victim wrote after it was asked for. `total`: it sums up others.
    `clause_end`: where its clause ends. `again`: words say that it was told before. `passage`: its number; `chat`: it stands in
    a pasted chat. `said`: the other side is told to have said it."""

    amount: Amount
    role: str | None
    total: bool
    told: Amount
    clause_end: int
    again: bool
    passage: int
    chat: bool = False
    said: bool = False


def sums(masked: str, amounts: list[Amount], turns: list[Passage]) -> list[Sum]:
    """The sums of a masked text, in order, with their roles."""
    found: list[Sum] = []
    for number, passage in enumerate(turns):
        inside = [one for one in amounts if passage.start <= one.start < passage.end]
        if not passage.asked:
            _read_passage(masked, number, passage, inside, found)
    return found


def _read_passage(masked: str, number: int, passage: Passage, inside: list[Amount], found: list[Sum]) -> None:
    at = passage.start
    before: Sum | None = None
    cards_before = 0
    for place, one in enumerate(inside):
        left = masked[at : one.start]
        plain = _BRACKETS.sub(lambda inner: NAME * len(inner.group()), left)  # a comma in brackets ends no clause
        clause = max((stop.end() for stop in _CLAUSE.finditer(plain)), default=0)
        until = inside[place + 1].start if place + 1 < len(inside) else passage.end
        right = _CLAUSE.split(masked[one.end : until + 1])[0].lstrip()
        near, far = left[clause:], left[:clause]
        _accept(masked, at, at + clause, found, passage)
        if then := THEN.search(near):
            _accept(masked, at + clause, at + clause + then.end(), found, passage)
        if (
            before
            and EXACTLY.fullmatch(left)
            and not _LESS.match(masked, one.end)
            and abs(one.fen - before.amount.fen) < before.amount.fen // 4
        ):
            before.amount = before.told = one
            at = one.end
            continue
        if before and (
            _WRONG.fullmatch(left) or (_BUT.fullmatch(left) and _NOT_THAT.search(left_of(masked, before.amount.start)))
        ):
            before.amount = before.told = one
            at = one.end
            continue
        plus = bool(before and _PLUS.fullmatch(left))
        if before and plus:
            before.again = True
        if cards := card_count(near, right):
            one = one._replace(fen=one.fen * cards)
        if cards_before and before and before.amount.fen == one.fen:
            before.amount = before.told = one
            at, cards_before = one.end, 0
            continue
        cards_before = cards
        kind, total = _role(
            masked, passage, one, near, far, right, _joined(before, left), any(one.role == "sent" for one in found)
        )
        alone = len(inside) == 1 and not near.strip() and _ALONE.fullmatch(masked[one.end : passage.end])
        if alone and kind in (None, "total") and found and passage.speaker is None:
            kind, total = "total", True
        if kind is None and before and before.role == "sent" and _ONCE_MORE.search(near):
            kind = "sent"
        if kind == "sent" and near.endswith("还了") and _GAVE_BACK.search(left_of(masked, one.start, _SOON)):
            kind = "returned"
        if kind == "sent" and _NOT_GIVEN.match(masked[one.end : until]):
            kind = "refused"
        if kind is None and not one.bare and _TIMED.search(left):
            kind = "sent"  # a time and a sum, and no word that it is something else
        said = bool(_SAID.search(left_of(masked, one.start, since=passage.start)))
        if said and kind in ("sent", "returned"):
            kind = "demand" if kind == "sent" else "virtual"
        elif kind == "returned" and before and before.role == "demand" and before.said:
            kind = "virtual" if not clause or _THEN_BACK.search(near) else kind
        if kind == "returned" and borrowed(left_of(masked, one.start, REACH), right):
            kind = "loan"
        if kind == "returned" and held_back(masked[one.end : min(until, one.end + PHRASE)]):
            kind = "virtual"
        if kind == "sent" and before and before.role == "sent" and before.amount.fen == one.fen and _SO.search(left):
            before.role = "demand"
        if kind == "sent" and found and found[-1].told is not found[-1].amount and found[-1].amount.fen == one.fen:
            found[-1].role = "demand"
        if kind == "sent" and before and _passes(masked, passage, before, one):
            kind = None
        if one.bare and kind == "virtual" and not _STAYS.search(near):
            kind = None
        if before and "其中" in near and kind in ("sent", None):
            if before.total and any(each.role == "sent" for each in found[:-1]):
                kind, total = "again", False  # the parts were told before
            elif not _BROUGHT.match(right):
                before.total = True
                kind = "sent"
        if kind == "returned" and BACK_IN_ALL.search(near):
            total = True
        if plus:
            kind = None
        elif before and before.again and before.role is None and not near.strip() and _STOP_ONLY.fullmatch(left):
            kind, total = "total", True  # 1800加5400加2700，9900
        again = plus or bool(AGAIN.search(near) or AGAIN_AFTER.match(right))
        before = Sum(one, kind, total, one, one.end + len(right), again, number, passage.speaker is not None, said)
        found += _each(before, masked[at : one.start], at, right)
        at = one.end
    _accept(masked, at, passage.end, found, passage)


def _each(one: Sum, left: str, at: int, right: str) -> list[Sum]:
    """A sum that was sent at each of several times (18:41、18:43各支出1000元), or as often as is told (三笔，每笔2000元), is
    as many sums."""
    often = _OFTEN.search(left) or (_SEVERAL.search(left) if right.startswith("的") else None)
    if often and one.role in ("sent", "virtual", None):
        count = int(often["count"]) if often["count"].isdigit() else numeral(often["count"]) or 1
        one.role = one.role if one.role == "sent" else None
        return [replace(one) for _ in range(count)] if count <= _MOST_OFTEN else [one]
    times = list(_TIMES.finditer(left))
    if one.role != "sent" or len(times) < 2 or "各" not in left[times[-1].end() :]:
        return [one]
    return [replace(one, told=Amount(at + each.end(), at + each.end(), one.amount.fen, False)) for each in times]


def _joined(before: Sum | None, left: str) -> Sum | None:
    """The sum before, when only times and signs of a list stand between."""
    return before if before and _JOINT.fullmatch(left) else None


def _role(
    masked: str,
    passage: Passage,
    one: Amount,
    near: str,
    far: str,
    right: str,
    joined: Sum | None,
    paid_before: bool,
) -> tuple[str | None, bool]:
    shown = _SHOWN.search(left_of(masked, one.start, since=passage.start))
    if passage.speaker and not passage.own:
        return offered(near, far, right, shown)
    if near.rstrip().endswith("="):
        return "total", True
    if _IN_QUOTES.search(masked[passage.start : one.start]):
        return "demand", False
    if STAKED_BEFORE.search(near) and STAKED.match(masked[one.end : min(passage.end, one.end + PHRASE)]):
        return "sent", False
    if gift := given(left_of(masked, one.start, REACH), right, paid_before=paid_before):
        return gift, sums_up(near)
    alone = not near.strip() and _ALONE.fullmatch(far)
    if passage.own and alone and _NOTHING_ELSE.fullmatch(masked[one.end : passage.end]):
        return ("sent" if paid_before else None), False
    after = at_once(right)
    if joined and after in (None, "sent"):
        return joined.role, False
    return role(near, far, right)


def _passes(masked: str, passage: Passage, before: Sum, one: Amount) -> bool:
    """Whether the sum is other people's money that came into the victim's account just before."""
    said = left_of(masked, before.amount.start, since=passage.start) + masked[before.amount.start : one.start]
    return bool(PASSING.search(said)) and before.role in ("own", None) and one.fen <= before.amount.fen


def _accept(masked: str, start: int, end: int, found: list[Sum], passage: Passage) -> None:
    """What was asked for last is paid, what was shown has come, when words soon after say so without another sum."""
    last = found[-1] if found else None
    if last and last.role == "virtual" and len(found) > 1 and found[-2].passage == last.passage:
        last = (
            found[-2]
            if found[-2].role in ("demand", None) and _BRINGS.search(left_of(masked, last.amount.start))
            else last
        )
    if last and last.amount.bare and last.amount.fen < _LEAST:
        return
    if last is None or (passage.speaker and not passage.own) or (passage.speaker is None and last.chat):
        return
    if passage.speaker is None:
        end = min(end, last.amount.end + _SOON)
    if last.role == "virtual" and _came(masked, start, end, last):
        last.role = "returned"
    if last.role in ("loan", "own") and _ON.search(masked, start, end):
        last.role = "demand"
    if last.role not in ("demand", None):
        return
    for said in ACCEPTED.finditer(masked, start, end):
        if not _NOT_YET.search(left_of(masked, said.start(), since=start)):
            last.role = "sent"
            last.told = Amount(said.start(), said.end(), last.amount.fen, False)
            _accept_beside(masked, found)
            return


def _came(masked: str, start: int, end: int, last: Sum) -> bool:
    """Whether masked[start:end] says that a sum that was shown or offered came to the victim."""
    came = CAME.search(masked, start, end)
    if came and not _NOT_CAME.search(left_of(masked, came.start(), since=start)):
        return not is_a_loan(masked[last.amount.end : end])
    offered_back = last.chat and AT_ONCE.search(left_of(masked, last.amount.start))
    return bool(offered_back and RECEIVED.search(masked[start:end]))


def _accept_beside(masked: str, found: list[Sum]) -> None:
    """What was asked for in one list with the sum that was paid is paid with it: 体检费360，押金500，微信扫给她."""
    after = found[-1]
    for one in reversed(found[:-1]):
        if one.role not in ("demand", None) or one.passage != after.passage:
            return
        if not _JOINT.fullmatch(masked[one.amount.end : after.amount.start]):
            return
        one.role, one.told, after = "sent", found[-1].told, one
