"""What a narrative says of payments away from their place: 第一笔20000是打到..., 都是微信转的, 收款方均为..."""

from __future__ import annotations

import re

from fanzha.reading.around import left_of
from fanzha.reading.numerals import numeral
from fanzha.reading.party import Party
from fanzha.reading.passages import Passage
from fanzha.reading.payment_channels import SERVICES, channel
from fanzha.reading.sums import Sum
from fanzha.reading.times import Moment
from fanzha.reading.transfers import NOT_TO_BANKS, OTHER_WAY, SOME, Transfer, without_holders

_ALL = re.compile(
    r"(?:微信|支付宝|柜台|网银|手机银行|扫码|现金|银行卡|云闪付)[^，。；]{0,5}(?:转|(?<!止)付|扫|给|发|打|汇|充)(?:的|(?=[，。]))|用的(?:是)?|都|均|全(?:部|是|都)|每次|收款|钱(?:是|都)|付款|显示|(?:[两三四五六七八九\d]+)笔(?=都|转|是|均)|第(?P<nth>[一二三四五六七八九十\d]+)(?:笔|次|单)(?=是|都|给|转|打)|(?P<which>前|后|前面|后面)的?(?:这)?(?P<count>[一二两三四五六七八九\d]+)(?:笔|次|单|回|个)"
)
_SHOWN = re.compile(r"\[(?:红包|(?:红包|微信)?(?:转账|支付|付款))\]?\s?¥?\s?\Z")
_BANKISH = re.compile(r"汇|柜台|银行|账户|卡")
_CLAUSE = re.compile(r"[，。；\n]")
_GAP = 4
"""Characters between a time and the sum that is spoken of again with it; ours."""
_REACH = 90
"""Characters of a statement about several payments that may name account and way; ours."""


def complete(
    folded: str,
    found: list[Transfer],
    used: list[Party],
    sums: list[Sum],
    moments: list[Moment],
    parties: list[Party],
    turns: list[Passage],
) -> None:
    """Fill into the payments what is said of them elsewhere; nothing that they say themselves is changed."""
    if not found:
        return
    told = _told_again(folded, found, used, sums, moments, parties, turns)
    _said_of_all(folded, found, used, sums, parties, turns, told)
    _as_the_chat_says(folded, found, sums, turns)
    _by_the_service(folded, found)
    _left_over(found, used, parties)
    _only_account(folded, found, parties)


def _told_again(
    folded: str,
    found: list[Transfer],
    used: list[Party],
    sums: list[Sum],
    moments: list[Moment],
    parties: list[Party],
    turns: list[Passage],
) -> set[int]:
    """Sums that are spoken of again, alone or a few together, with their account, way or time; which payments those are."""
    told: set[int] = set()
    again = [one for one in sums if one.role == "again"]
    place = 0
    while place < len(again):
        group = [again[place]]
        while place + 1 < len(again) and _joined(folded, group[-1], again[place + 1]):
            place += 1
            group.append(again[place])
        place += 1
        end = again[place].amount.start if place < len(again) else turns[group[-1].passage].end
        end = min(end, turns[group[-1].passage].end)
        start = group[-1].amount.end
        near = [each for each in parties if each.side == "suspect" and start <= each.start < end]
        way = channel(without_holders(folded[start:end], start, parties))
        for one in group:
            row = next(
                (each for number, each in enumerate(found) if each.amount_fen == one.amount.fen and number not in told),
                None,
            )
            if row is None:
                continue
            told.add(found.index(row))
            if near and row.to is None:
                row.to, row.bank, row.holder = near[0].number, near[0].bank, near[0].holder
                used.append(near[0])
            row.channel = row.channel or way
            _time_again(row, one, moments)
    return told


def _joined(folded: str, one: Sum, following: Sum) -> bool:
    return bool(re.fullmatch(r"[\s、，,和及]{1,3}", folded[one.amount.end : following.amount.start]))


def _time_again(row: Transfer, one: Sum, moments: list[Moment]) -> None:
    if row.precision not in (None, "day"):
        return
    for each in moments:
        if each.at and 0 <= one.amount.start - each.end <= _GAP:
            row.at, row.precision = each.at.isoformat(), each.precision


def _number(written: str) -> int:
    return int(written) if written.isdigit() else numeral(written) or 0


def _said_of_all(
    folded: str,
    found: list[Transfer],
    used: list[Party],
    sums: list[Sum],
    parties: list[Party],
    turns: list[Passage],
    told: set[int],
) -> None:
    for sentence in turns:
        if sentence.speaker is not None:
            continue
        some_until = 0
        for said in _ALL.finditer(folded, max(sentence.start, found[0].end), sentence.end):
            following = None
            if said["nth"] or said["count"]:
                following = SOME.search(folded, said.end(), sentence.end)
                some_until = said.end() + len(_CLAUSE.split(folded[said.end() : sentence.end])[0])
            elif said.start() < some_until:
                continue  # it speaks of some payments only
            earlier = [row for number, row in enumerate(found) if row.start < said.start() and number not in told]
            if said["count"]:
                count = _number(said["count"])
                earlier = earlier[-count:] if said["which"].startswith("后") else found[:count]
            if said["nth"]:
                nth = _number(said["nth"])
                earlier = found[nth - 1 : nth]
            stops = [one.amount.start for one in sums if one.amount.start > said.end()]
            end = min([following.start() if following else sentence.end, said.start() + _REACH, *stops])
            words = without_holders(folded[said.start() : end], said.start(), parties)
            way = channel(words)
            payees = [each for each in parties if each.side == "suspect" and said.start() <= each.start < end]
            payers = [each for each in parties if each.side == "victim" and said.start() <= each.start < end]
            for row in earlier:
                if row.channel is None:
                    row.channel = way
                fits = payees and row.to is None and row.holder in (None, payees[0].holder)
                if fits and not (_BANKISH.search(words) and row.channel in NOT_TO_BANKS):
                    row.to, row.bank, row.holder = payees[0].number, payees[0].bank, payees[0].holder
                if payers and row.source is None and row.channel not in NOT_TO_BANKS:
                    row.source = payers[0].number
            used += payees


def _left_over(found: list[Transfer], used: list[Party], parties: list[Party]) -> None:
    """An account or a name that is told after all payments is theirs that have none."""
    last = max(one.end for one in found)
    left = [each for each in parties if each.side == "suspect" and each not in used and each.start > last]
    if not left:
        return
    payee = left[-1]
    for row in found:
        if row.to or row.bank or row.holder:
            continue
        if (payee.number or payee.bank) and row.channel in NOT_TO_BANKS:
            continue
        row.to, row.bank, row.holder = payee.number, payee.bank, payee.holder


def _as_the_chat_says(folded: str, found: list[Transfer], sums: list[Sum], turns: list[Passage]) -> None:
    """In a pasted chat the other side names the way that it wants to be paid by; a transfer shown as a card is WeChat's."""
    sent = [one for one in sums if one.role == "sent"]
    for row, one in zip(found, sent, strict=True):
        sentence = turns[one.passage]
        if sentence.speaker is None or row.to or row.bank or row.channel not in (None, "qr"):
            continue
        asked = [
            way
            for each in turns[: one.passage]
            if each.speaker
            and not each.own
            and (way := channel(folded[each.start : each.end])) in ("wechat", "alipay", "qr", "payment")
        ]
        if asked:
            row.channel = asked[-1]
        elif _SHOWN.search(left_of(folded, row.start, since=sentence.start)):
            row.channel = "alipay" if "支付宝" in folded and "微信" not in folded else "wechat"


def _by_the_service(folded: str, found: list[Transfer]) -> None:
    """What was scanned is paid by the one service that the text pays by, where it names but one."""
    named = {way for way in SERVICES if SERVICES[way].search(folded)}
    if len(named) == 1:
        for row in found:
            row.channel = next(iter(named)) if row.channel == "qr" else row.channel


def _only_account(folded: str, found: list[Transfer], parties: list[Party]) -> None:
    """The other side's only account in the text is where the money went that went to a bank, and the victim's only one
    where it came from."""
    theirs = {each.number: each for each in reversed(parties) if each.side == "suspect" and each.number}
    own = {each.number for each in parties if each.side == "victim" and each.number}
    for row in found:
        if row.channel in NOT_TO_BANKS:
            continue
        elsewhere = OTHER_WAY.search(left_of(folded, row.start))
        if len(theirs) == 1 and not (row.to or row.bank or row.holder or elsewhere):
            payee = next(iter(theirs.values()))
            row.to, row.bank, row.holder = payee.number, payee.bank, payee.holder
        if len(own) == 1 and row.source is None:
            row.source = next(iter(own))
