"""The payments of a narrative: what left the victim's side, when, whence, whither, by which way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.parties import Party
from fanzha.reading.passages import Passage
from fanzha.reading.payment_channels import channel
from fanzha.reading.payment_times import payment_times
from fanzha.reading.sums import Sum
from fanzha.reading.times import Moment

NOT_TO_BANKS = ("wechat", "alipay", "payment", "crypto", "card_secret", "qr", "cash", "gold", "pos")
"""Channels of payments that go to no account at a bank unless the text says so."""

_SAME_WAY = re.compile(
    r"该(?:账户|账号|卡|银行卡|户|账|支付宝|微信|收款码|二维码|公司)|上述|同一(?:个|张)?(?:账户|账号|卡|人|户)?|同上|同卡|此(?:账户|卡)|这(?:个|张)?(?:账户|账号|卡)|那(?:个|张)(?:账户|账号|卡)|又|再|继续|还是|同样|其(?:账户|银行卡)|相同|陆续|先后|后(?=转|汇|支|付|存|充)|接着|随后|第[二三四五六七八九十]次|也(?=转|付|交|给)"
)
_OTHER_WAY = re.compile(r"另(?:一|外|个)|不同|新(?:的)?(?:账户|卡|账号)|换了|第二(?:个|张)|别的")
_SENDING = re.compile(r"转|汇|付|充|存|打|支|→|投|交")
_TOWARDS = re.compile(r"^[^。；]{0,30}?(?:到|至|给|入|向|往|→|汇|打|转|对方|收款|户名|账户|\()")
_AT_ONCE = re.compile(
    r"^[，。；](?:嗯|啊|也|还|都|全|是|用|拿|通过|我|的|，)*(?:[^，。；]{0,6}(?:微信|支付宝|手机银行|银行手机|现金|扫码|柜台|网银|云闪付|POS)[^，。；]{0,6}[，。；\n]|[^，。；“]{0,14}(?:收走|取走|拿走|上门)[^，。]{0,8})"
)
_LISTED = re.compile(r"[\s、，,；;和及与/+元块]*")


@dataclass(slots=True)
class Transfer:
    """A payment; `start` and `end` are where its sum stands in the text. Times are RFC 3339 with +08:00."""

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
) -> tuple[list[Transfer], list[Party]]:
    """The payments of a folded text in order, from its sums, times, accounts and passages; and the payees that they
    name at their own place (what is told elsewhere of several payments is for `references`)."""
    sent = [one for one in sums if one.role == "sent"]
    times = payment_times(folded, sent, moments, turns)
    found: list[Transfer] = []
    used: list[Party] = []
    before: Sum | None = None
    for place, one in enumerate(sent):
        after = sent[place + 1].amount.start if place + 1 < len(sent) else len(folded)
        start, end = _window(folded, one, before, after, turns)
        row = Transfer(one.amount.start, one.amount.end, None, None, one.amount.fen, None, None, None, None, None)
        moment = times[place]
        if moment and moment.at:
            row.at, row.precision = moment.at.isoformat(), moment.precision
        payee = _payee(
            folded,
            one,
            [each for each in parties if each not in used],
            start,
            max(end, _to_next(folded, one, after, turns)),
            moments,
        )
        payer = _payer(one, parties, start, end)
        row.channel = channel(without_holders(_words_of_way(folded, one, start, end, after), start, parties))
        if payer:
            row.source = payer.number or _number_like(payer, parties)
        if payee:
            row.to = payee.number or _number_like(payee, parties)
            row.bank, row.holder = payee.bank, payee.holder
            if row.to and payee.number is None:
                _as_before(row, payee, parties)
        given = before and any(
            each.number and each.side == "suspect" and before.amount.end < each.start < one.told.start
            for each in parties
            if turns[one.passage].speaker and each is not payee
        )
        if before and not given and not _OTHER_WAY.search(folded[start : one.amount.end]):
            _inherit(row, found[-1], before, one, payee, folded[start:end], folded[found[-1].end : row.start])
        if payee is None and row.to is None and row.holder is None:
            payee = _offered(row, one, parties, turns, used)
        if payee:
            used.append(payee)
        found.append(row)
        before = one
    _backwards(folded, found, sent)
    return found, used


def _window(folded: str, one: Sum, before: Sum | None, after: int, turns: list[Passage]) -> tuple[int, int]:
    """The words that speak of a payment: its sentence, from the clause after the sum before it to the next sum's."""
    sentence = turns[one.passage]
    start = sentence.start
    if before and before.amount.end > sentence.start:
        start = max(start, min(before.clause_end, one.amount.start))
    end = sentence.end
    if after < sentence.end:
        clause = re.search(r"[，；]", folded[one.amount.end : after])
        end = one.amount.end + clause.start() if clause else after
    return start, end


def _to_next(folded: str, one: Sum, after: int, turns: list[Passage]) -> int:
    """How far a payee may stand after a sum: to the next sum's clause, or the end of the sentence."""
    end = turns[one.passage].end
    if after >= end:
        return end
    stops = [stop.start() for stop in re.finditer(r"[，；、]", folded[one.amount.end : after])]
    return one.amount.end + (stops[-1] if stops else after - one.amount.end)


def _words_of_way(folded: str, one: Sum, start: int, end: int, after: int) -> str:
    words = folded[start:end]
    follows = folded[end : min(after, end + 40)] + ("\n" if after >= len(folded) else "")
    at_once = _AT_ONCE.match(follows)
    told = folded[one.told.start : min(one.told.end + 12, after if after > one.told.start else len(folded))]
    return words + (at_once.group() if at_once else "") + ("，" + told if one.told is not one.amount else "")


def _payee(folded: str, one: Sum, parties: list[Party], start: int, end: int, moments: list[Moment]) -> Party | None:
    near = [each for each in parties if each.side == "suspect" and start <= each.start < end]
    ahead = [each for each in near if each.end <= one.amount.start]
    behind = [each for each in near if each.start >= one.amount.end]
    if behind and any(one.amount.end < each.start < behind[0].start and each.dated for each in moments):
        behind = []
    if ahead and _SENDING.search(folded[ahead[-1].end : one.amount.start]):
        return ahead[-1]
    if behind and _TOWARDS.match(folded[one.amount.end : behind[0].start + 1]):
        return behind[0]
    if ahead:
        return ahead[-1]
    return behind[0] if behind else None


def _payer(one: Sum, parties: list[Party], start: int, end: int) -> Party | None:
    near = [each for each in parties if each.side == "victim" and start <= each.start < end]
    return min(near, key=lambda each: abs(each.start - one.amount.start)) if near else None


def _number_like(party: Party, parties: list[Party]) -> str | None:
    """The number of the account that a bank or a holder alone speaks of again."""
    for each in parties:
        same_bank = party.bank is not None and each.bank is not None and _short(each.bank) == _short(party.bank)
        same_holder = party.holder is not None and each.holder == party.holder
        if (
            each.number
            and each.side == party.side
            and each.start != party.start
            and (same_holder or (same_bank and not party.holder))
        ):
            if party.side == "suspect" and each.start > party.start:
                continue
            return each.number
    return None


def _short(bank: str) -> str:
    return {
        "农行": "农业",
        "工行": "工商",
        "建行": "建设",
        "中行": "中国",
        "交行": "交通",
        "招行": "招商",
        "邮储": "邮政",
    }.get(bank, bank.replace("银行", "").replace("储蓄", ""))


def _as_before(row: Transfer, payee: Party, parties: list[Party]) -> None:
    known = next((each for each in parties if each.number == row.to), None)
    if known:
        row.bank, row.holder = payee.bank or known.bank, payee.holder or known.holder


def _inherit(row: Transfer, last: Transfer, told: Sum, one: Sum, payee: Party | None, words: str, between: str) -> None:
    """What the payment before says holds on, in its sentence or where the text says that it went the same way."""
    same_sentence = told.passage == one.passage
    same_way = same_sentence or bool(_SAME_WAY.search(words))
    own_way = row.channel
    listed = told.passage == one.passage and bool(_LISTED.fullmatch(between))
    to_bank = last.channel is not None and last.channel not in NOT_TO_BANKS
    if row.channel is None and (payee is None or listed or (to_bank and same_sentence)):
        row.channel = last.channel
    if not same_way:
        return
    if payee is None and (own_way is None or own_way == last.channel) and row.to is None:
        row.to, row.bank, row.holder = last.to, last.bank, last.holder
    if row.source is None and (own_way is None or own_way == last.channel):
        row.source = last.source


def _offered(row: Transfer, one: Sum, parties: list[Party], turns: list[Passage], used: list[Party]) -> Party | None:
    """An account that the other side gave before, to which this is the first payment, or in a chat any payment."""
    if row.channel in NOT_TO_BANKS:
        return None
    offered = [each for each in parties if each.side == "suspect" and each.start < one.told.start]
    if not offered:
        return None
    last = offered[-1]
    if last in used and turns[one.passage].speaker is None:
        return None
    row.to, row.bank, row.holder = last.number, last.bank, last.holder
    return last


def _backwards(folded: str, found: list[Transfer], sent: list[Sum]) -> None:
    """Payments listed before the account they all went to: 分别转账5000元、1万元、3万元至户名..."""
    for place in range(len(found) - 2, -1, -1):
        row, following = found[place], found[place + 1]
        alike = row.channel in (None, following.channel) or row.channel not in NOT_TO_BANKS
        if sent[place].passage != sent[place + 1].passage or row.to or row.bank or row.holder or not alike:
            continue
        between = folded[row.end : following.start]
        if _LISTED.fullmatch(between):
            row.channel = row.channel or following.channel
        if "；" in between or len(between) > 40 or (following.channel in NOT_TO_BANKS and row.channel is None):
            continue
        row.to, row.bank, row.holder = following.to, following.bank, following.holder
        row.source = row.source or following.source
        row.channel = row.channel or following.channel


def without_holders(words: str, start: int, parties: list[Party]) -> str:
    """Words of a payment, from `start` on, without names of holders: a shop that sells gold is no gold."""
    for each in parties:
        if "holder" in each.spans:
            first, last = each.spans["holder"]
            if start <= first < start + len(words):
                words = words[: first - start] + " " * (last - first) + words[last - start :]
    return words
