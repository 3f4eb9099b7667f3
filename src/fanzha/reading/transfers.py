"""The payments of a narrative: what left the victim's side, when, whence, whither, by which way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.channels import channel
from fanzha.reading.parties import Party
from fanzha.reading.passages import Passage
from fanzha.reading.sums import Sum
from fanzha.reading.times import Moment

_SAME_WAY = re.compile(
    r"该(?:账户|账号|卡|银行卡|户|账|支付宝|微信|收款码|二维码)|上述|同一(?:个)?(?:账户|账号|卡|人|户)?|此(?:账户|卡)|这(?:个|张)?(?:账户|账号|卡)|那(?:个|张)(?:账户|账号|卡)|又|再|继续|还是|同样|其(?:账户|银行卡)|相同|陆续|先后|后(?=转|汇|支|付|存|充)|接着|随后|第[二三四五六七八九十]次"
)
_OTHER_WAY = re.compile(r"另(?:一|外|个)|不同|新(?:的)?(?:账户|卡|账号)|换了|第二(?:个|张)|别的")
_ALL_PAID = re.compile(r"都|均|全(?:部)?(?:是|用|通过)|收款|钱(?:是|都)|付款|显示")
_PAID_AT = re.compile(r"(?:付款|转账|支付|交易|汇款|扣款)(?:的)?时间(?:为|是|:|在)?\s?$")


@dataclass(slots=True)
class Transfer:
    """A payment; `start` and `end` are where its sum stands in the text."""

    start: int
    end: int
    at: str | None
    precision: str | None
    amount_fen: int
    source: str | None
    to: str | None
    bank: str | None
    holder: str | None
    channel: str | None


def transfers(
    folded: str, sums: list[Sum], moments: list[Moment], parties: list[Party], turns: list[Passage]
) -> list[Transfer]:
    """The payments of a folded text in order, from its sums, times, accounts and passages."""
    found: list[Transfer] = []
    before: tuple[Transfer, Sum] | None = None
    paid_at = _paid_at(folded, moments)
    sent = [one for one in sums if one.role == "sent"]
    used: list[Party] = []
    for place, one in enumerate(sent):
        after = sent[place + 1].amount.start if place + 1 < len(sent) else len(folded)
        start, end = _window(folded, one, before[1] if before else None, after, turns)
        moment = _when(one, moments, turns) or paid_at
        payee, payer = _payee(one, parties, start, end), _payer(one, parties, start, end)
        words = folded[start:end]
        way = channel(_without_accounts(words, start, parties))
        row = Transfer(one.amount.start, one.amount.end, None, None, one.amount.fen, None, None, None, None, way)
        if moment and moment.at:
            row.at, row.precision = moment.at.isoformat(), moment.precision
        if payer:
            row.source = payer.number
        if payee:
            row.to, row.bank, row.holder = payee.number, payee.bank, payee.holder
        if before and not _OTHER_WAY.search(words):
            _inherit(row, before, one, payee, words, turns)
        if payee is None and row.to is None and row.holder is None:
            payee = _from_offer(row, one, parties, turns, used)
        if payee:
            used.append(payee)
        found.append(row)
        before = (row, one)
    _complete(folded, found, sums, parties, turns, used)
    return found


def _window(folded: str, one: Sum, before: Sum | None, after: int, turns: list[Passage]) -> tuple[int, int]:
    """The words that speak of a payment: its sentence, from the sum before it to the next one."""
    sentence = _passage(one.amount.start, turns)
    start = max(sentence.start, before.clause_end if before and before.amount.end > sentence.start else sentence.start)
    end = min(sentence.end, max(after, one.amount.end))
    if after < sentence.end:
        clause = re.search(r"[，；]", folded[one.amount.end : after])
        between = folded[one.amount.end : after]
        end = one.amount.end + (
            clause.start() if clause and "户名" not in between and not re.search(r"\d{16}", between) else len(between)
        )
    return start, end


def _passage(at: int, turns: list[Passage]) -> Passage:
    for one in turns:
        if one.start <= at < one.end:
            return one
    return turns[-1]


def _when(one: Sum, moments: list[Moment], turns: list[Passage]) -> Moment | None:
    """The time nearest before the sum in its sentence, else after it there, else the stamp of its turn."""
    sentence = _passage(one.told.start, turns)
    inside = [each for each in moments if sentence.start <= each.start < sentence.end]
    earlier = [each for each in inside if each.start < one.told.start]
    if earlier:
        return earlier[-1]
    stamped = [each for each in moments if sentence.head <= each.start < sentence.start] if sentence.speaker else []
    if stamped:
        return stamped[-1]
    later = [each for each in inside if each.start < one.told.end + 40]
    return later[0] if later else None


def _paid_at(folded: str, moments: list[Moment]) -> Moment | None:
    return next((one for one in moments if _PAID_AT.search(folded[max(0, one.start - 10) : one.start])), None)


def _payee(one: Sum, parties: list[Party], start: int, end: int) -> Party | None:
    near = [each for each in parties if each.side == "suspect" and start <= each.start < end]
    return min(near, key=lambda each: abs(each.start - one.amount.start)) if near else None


def _payer(one: Sum, parties: list[Party], start: int, end: int) -> Party | None:
    near = [each for each in parties if each.side == "victim" and start <= each.start < end]
    return min(near, key=lambda each: abs(each.start - one.amount.start)) if near else None


def _inherit(
    row: Transfer,
    before: tuple[Transfer, Sum],
    one: Sum,
    payee: Party | None,
    words: str,
    turns: list[Passage],
) -> None:
    """What the payment before says holds on, in its sentence or where the text says that it went the same way."""
    last, told = before
    same_sentence = _passage(told.amount.start, turns) is _passage(one.amount.start, turns)
    same_way = same_sentence or bool(_SAME_WAY.search(words))
    if not same_way:
        return
    if payee is None and (row.channel is None or row.channel == last.channel):
        row.to, row.bank, row.holder = last.to, last.bank, last.holder
    if row.source is None and (row.channel is None or row.channel == last.channel):
        row.source = last.source
    if row.channel is None and payee is None:
        row.channel = last.channel


def _from_offer(row: Transfer, one: Sum, parties: list[Party], turns: list[Passage], used: list[Party]) -> Party | None:
    """An account that the other side gave before, to which this is the first payment, or in a chat any payment."""
    if row.channel in ("wechat", "alipay", "crypto", "card_secret", "payment", "qr", "cash", "gold"):
        return None
    offered = [each for each in parties if each.side == "suspect" and each.start < one.told.start]
    if not offered:
        return None
    last = offered[-1]
    if last in used and _passage(one.amount.start, turns).speaker is None:
        return None
    row.to, row.bank, row.holder = last.number, last.bank, last.holder
    return last


def _complete(
    folded: str, found: list[Transfer], sums: list[Sum], parties: list[Party], turns: list[Passage], used: list[Party]
) -> None:
    """What is said of payments after they were told: 第一笔20000是打到..., 钱都是用微信转的, 收款方显示..."""
    if not found:
        return
    for one in sums:
        if one.role == "again":
            sentence = _passage(one.amount.start, turns)
            row = next((each for each in found if each.amount_fen == one.amount.fen), None)
            if row is None:
                continue
            payee = _payee(one, parties, sentence.start, sentence.end)
            if payee and row.to is None:
                row.to, row.bank, row.holder = payee.number, payee.bank, payee.holder
                used.append(payee)
            own = [each.amount for each in sums if sentence.start <= each.amount.start < sentence.end]
            if row.channel is None:
                ends = [each.start for each in own if each.start > one.amount.start]
                row.channel = channel(folded[one.amount.start : min([sentence.end, *ends])])
    last = max(one.end for one in found)
    left = [each for each in parties if each.side == "suspect" and each not in used and each.start > last]
    if left:
        for row in found:
            if row.to is None and row.bank is None and row.holder is None:
                row.to, row.bank, row.holder = left[-1].number, left[-1].bank, left[-1].holder
    for each in turns:
        if each.speaker is None and each.start > found[0].end:
            words = folded[each.start : each.end]
            if _ALL_PAID.search(words) and (way := channel(_without_accounts(words, each.start, parties))):
                for row in found:
                    row.channel = row.channel or way


def _without_accounts(words: str, start: int, parties: list[Party]) -> str:
    for each in parties:
        for kind, (first, last) in each.spans.items():
            if kind == "holder" and start <= first < start + len(words):
                words = words[: first - start] + " " * (last - first) + words[last - start :]
    return words
