"""The payments of a narrative: what left the victim's side, when, whence, whither, by which way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.around import CLOSE
from fanzha.reading.party import Party
from fanzha.reading.passages import Passage
from fanzha.reading.payees import number_like, payee_of, payer_of
from fanzha.reading.payment_channels import channel
from fanzha.reading.payment_times import payment_times
from fanzha.reading.sums import Sum
from fanzha.reading.times import Moment

NOT_TO_BANKS = ("wechat", "alipay", "payment", "crypto", "card_secret", "qr", "cash", "gold", "pos")
"""Channels of payments that go to no account at a bank unless the text says so."""

_SAME_WAY = re.compile(
    r"该(?:账户|账号|卡|银行卡|户|账|支付宝|微信|收款码|二维码|公司)|上述|同一(?:个|张)?(?:账户|账号|卡|人|户)?|同上|同卡|此(?:账户|卡)|这(?:个|张)?(?:账户|账号|卡)|那(?:个|张)(?:账户|账号|卡)|又|再|继续|还是|同样|其(?:账户|银行卡)|相同|陆续|先后|后(?=转|汇|支|付|存|充)|接着|随后|第[二三四五六七八九十]次|最后(?:一)?(?:笔|次|单)|(?:那|这)(?:个|家)公司|同一(?:个|家)?公司|也(?=转|付|交|给)"
)
SOME = re.compile(r"(?:第|最?前|最?后)面?的?[一二两三四五六七八九十\d]+(?:笔|次|单|回|个)(?=是|都|均|给|转|打|用|走)")
OTHER_WAY = re.compile(r"另(?:一|外|个)|不同|新(?:的)?(?:账户|卡|账号)|换了|第二(?:个|张)|别的")
_AT_ONCE = re.compile(
    r"^[，。；](?!(?:最?前|最?后|第|其中)[^，。；]{0,4}[笔次单])(?:嗯|啊|也|还|都|全|是|用|拿|通过|我|的|，)*(?:[^，。；]{0,6}(?:微信|支付宝|手机银行|银行手机|现金|扫码|柜台|网银|云闪付|POS)[^，。；]{0,6}[，。；\n]|[^，。；“]{0,14}(?:收走|取走|拿走|上门)[^，。]{0,8})"
)
_IN_BRACKETS = re.compile(r"(?:元|块)?(?:钱)?\([^()]{0,12}(?:微信|支付宝|现金|扫码|云闪付|红包)")
_BY_BANK = re.compile(
    r"银行卡|[工农建中交招]行的?卡?|银行[^，。；]{0,4}卡|储蓄卡|信用社|农信|邮储|换.?卡|到(?:了)?(?:他|她|对方)(?:那个|的)?(?:银行)?卡"
)
_EACH = re.compile("分别")
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
        start, end = _window(folded, one, before, after, turns, moments)
        row = Transfer(one.amount.start, one.amount.end, None, None, one.amount.fen, None, None, None, None, None)
        moment = times[place]
        if moment and moment.at:
            row.at, row.precision = moment.at.isoformat(), moment.precision
        payee = payee_of(
            folded,
            one,
            [each for each in parties if each not in used],
            start,
            max(end, _to_next(folded, one, after, turns)),
            moments,
            after,
        )
        payer = payer_of(one, parties, start, end)
        row.channel = channel(without_holders(_words_of_way(folded, one, start, end, after), start, parties))
        if payer:
            row.source = payer.number or number_like(payer, parties)
        if payee:
            _pay(row, payee, parties)
        elsewhere = OTHER_WAY.search(folded[start : one.amount.end])
        if before and not elsewhere:
            _inherit(row, found[-1], before, one, payee, folded[start:end], folded[found[-1].end : row.start])
        if payee is None and row.to is None and not elsewhere:
            payee = _offered(row, one, parties, turns, used)
        if payee:
            used.append(payee)
        found.append(row)
        before = one
    used += _one_each(folded, found, parties, turns)
    _backwards(folded, found, sent)
    return found, used


def _window(
    folded: str, one: Sum, before: Sum | None, after: int, turns: list[Passage], moments: list[Moment]
) -> tuple[int, int]:
    """The words that speak of a payment: its sentence, from the clause after the sum before it to the next sum's."""
    sentence = _home(one, turns)
    start, told = sentence.start, max(one.told.end, one.amount.end)
    if before:
        items = (each.start for each in moments if before.amount.end < each.start and folded[each.start - 1] in "、；")
        item = next(items, one.amount.start)
        start = max(start, min(before.clause_end, item, one.amount.start))
    some = SOME.search(folded, told, sentence.end)
    end = some.start() if some else sentence.end
    if told < after < end:
        clause = re.search(r"[，；]", folded[told:after])
        end = told + clause.start() if clause else after
    return start, end


def _home(one: Sum, turns: list[Passage]) -> Passage:
    """The sentence that says that a sum was paid: its own, or the later one that takes up what was asked for."""
    asked = turns[one.passage]
    return next((each for each in turns[one.passage :] if each.start <= one.told.start < each.end), asked)


def _to_next(folded: str, one: Sum, after: int, turns: list[Passage]) -> int:
    """How far a payee may stand after a sum: to the next sum's clause, or the end of the sentence."""
    end, told = _home(one, turns).end, max(one.told.end, one.amount.end)
    if after >= end:
        return end
    if "；" in folded[told:after]:
        return folded.index("；", told)
    stops = [stop.start() for stop in re.finditer(r"[，、]", folded[told:after])]
    return told + (stops[-1] if stops else after - told)


def _words_of_way(folded: str, one: Sum, start: int, end: int, after: int) -> str:
    words = folded[start:end]
    follows = folded[end : min(after, end + 40)]
    at_once = _AT_ONCE.match(follows)
    told = folded[one.told.start : one.told.end + CLOSE]
    return words + (at_once.group() if at_once else "") + ("，" + told if one.told is not one.amount else "")


def _pay(row: Transfer, payee: Party, parties: list[Party]) -> None:
    """Let a payment go to a payee, with what its number is known with."""
    row.to = payee.number or number_like(payee, parties)
    known = next((each for each in parties if row.to and each.number == row.to), payee)
    row.bank, row.holder = payee.bank or known.bank, payee.holder or known.holder


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


def _inherit(row: Transfer, last: Transfer, told: Sum, one: Sum, payee: Party | None, words: str, between: str) -> None:
    """What the payment before says holds on, in its sentence or where the text says that it went the same way."""
    same_sentence = told.passage == one.passage
    same_way = same_sentence or bool(_SAME_WAY.search(words))
    own_way = row.channel
    listed = bool(_LISTED.fullmatch(between))
    to_bank = last.channel not in NOT_TO_BANKS
    by_bank = last.channel in NOT_TO_BANKS and _BY_BANK.search(words)
    its_own = _IN_BRACKETS.match(between)
    if row.channel is None and not by_bank and not its_own and (payee is None or listed or (to_bank and same_sentence)):
        row.channel = last.channel
    if not same_way:
        return
    if payee is None and own_way in (None, last.channel):
        row.to, row.bank, row.holder = last.to, last.bank, last.holder
    if row.source is None and own_way is None:
        row.source = last.source


def _one_each(folded: str, found: list[Transfer], parties: list[Party], turns: list[Passage]) -> list[Party]:
    """Payees that a sentence names one after another for as many payments before them: 收款人分别为..."""
    named: list[Party] = []
    for sentence, said in ((one, said) for one in turns for said in _EACH.finditer(folded, one.start, one.end)):
        rows = [row for row in found if sentence.start <= row.start < said.start()]
        listed = [each for each in parties if each.side == "suspect" and said.end() <= each.start < sentence.end]
        own = next((each.start for each in parties if each.side == "victim" and each.start > said.end()), sentence.end)
        listed = [each for each in listed if each.start < own]
        if len(rows) == len(listed):
            for row, payee in zip(rows, listed, strict=True):
                _pay(row, payee, parties)
            named += listed
    return named


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
