"""By which way money went, and the form it was handed over in.

>>> [channel(ways(text), 0, len(text)) for text in ("其通过手机银行转账", "微信扫码支付", "加微信后转账")]
['mobile', 'wechat', None]
>>> handover([("wechat", False), (None, True), ("crypto", False)], text="")
['payment', 'bank', 'virtual_currency']
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "payment_channels.yaml")
_WAYS = [*_DATA]
_SEARCH = WordSearch([*_DATA.values()])
_ADDED = re.compile(
    r"(?:添加|加(?:了|上)?|互加|推送|关注|联系|聊)(?:对方|其|他|她|我|为)?(?:的)?(?:企业)?(?:微信|QQ)(?:号|好友)?[\w-]{0,20}"
)
SERVICES = {name: re.compile(_DATA[name]) for name in _WAYS if name in ("wechat", "alipay", "payment")}
"""Payment services, which go before a code that was scanned."""
_FORMS = {
    "card_secret": "card_secret",
    "gold": "gold_courier",
    "crypto": "virtual_currency",
    "wechat": "payment",
    "alipay": "payment",
    "payment": "payment",
    "qr": "payment",
    "counter": "bank",
    "atm_cash": "bank",
    "mobile": "bank",
    "online": "bank",
    "pos": "pos",
    "cash": "cash_courier",
}
_RIDE = re.compile(r"网约车|滴滴|货拉拉|顺风车|出租车|快车|专车|的士|跑腿车")
_HANDED = re.compile(r"(?:放|交|装|送|递|寄|塞|搁)[^。]{0,24}|上车|后备箱")
_GOODS = re.compile(r"现金|黄金|金条|银行卡|钱|金饰")


NOT_TO_BANKS = ("wechat", "alipay", "payment", "crypto", "card_secret", "qr", "cash", "gold", "pos")
"""Channels of payments that go to no account at a bank unless the text says so."""
_CARD = re.compile(r"\[(?:红包|(?:红包|微信)?(?:转账|支付|付款))[\]\s¥\d]")


_ORDER = {name: place for place, name in enumerate(_WAYS)}


def ways(folded: str, within: str | None = None) -> list[tuple[int, int, str]]:
    """Every way that a folded text names, as (start, end, channel), in order; a transfer that a chat shows as a card is
    WeChat's, unless the text speaks of Alipay only. `within` as in `WordSearch.matches`."""
    plain = without_contacts(folded)
    found = [(one.start(), one.end(), _WAYS[which]) for which, one in _SEARCH.matches(plain, within) if one.group()]
    card = "alipay" if "支付宝" in folded and "微信" not in folded else "wechat"
    found += [(one.start(), one.end(), card) for one in _CARD.finditer(folded)]
    return sorted(found)


def without_contacts(folded: str) -> str:
    """The text with blanks where somebody is added on a messenger, which is no way to pay."""
    return _ADDED.sub(lambda said: " " * len(said.group()), folded)


def channel(found: list[tuple[int, int, str]], start: int, end: int) -> str | None:
    """The way that is named in a part of a text, of several that which goes first (payment_channels.yaml); None without any."""
    inside = (way for first, last, way in found if start <= first and last <= end)
    return min(inside, key=lambda way: _ORDER[way], default=None)


_AT_A_BANK = re.compile(
    r"银行(?!来电|预警|客服|工作人员|经理|流水)|(?:卡|账户|存折)(?:里|内|上|中|被|转|汇|扣)|账号|(?:转|打|汇|存)(?:到|入|进|至)[^，。；]{0,10}(?:账户|卡|户头)|汇款|汇了|存折|信用社|农信|[工农建中交招]行|邮储|尾号"
)
_ELSEWHERE = re.compile(
    r"微信|支付宝|扫码|二维码|收款码|现金|红包|花呗|云闪付|卡密|点卡|充值卡|USDT|虚拟币|黄金|QQ钱包|数字人民币"
)


def at_a_bank(words: str) -> bool:
    """Whether words around a payment of which no way and no account is told say that banks had a hand in it."""
    return bool(_AT_A_BANK.search(words)) and not _ELSEWHERE.search(words)


def handover(ways: Sequence[tuple[str | None, bool]], *, text: str) -> list[str]:
    """The forms of hand-over, once each, in order of the payments.

    `ways` are the channel of each payment and whether an account at a bank took part; in `text`, the whole of it, a
    hired car is looked for.
    """
    forms: list[str] = []
    for way, bank in ways:
        form = _FORMS[way] if way else ("bank" if bank else None)
        if form and form not in forms:
            forms.append(form)
    ride = _RIDE.search(text)
    if ride and ("cash_courier" in forms or "gold_courier" in forms):
        around = text[max(0, ride.start() - 60) : ride.end() + 60]
        if _HANDED.search(around) and _GOODS.search(around):
            forms = [one for one in forms if one not in ("cash_courier", "gold_courier")] + ["ride_hailing"]
    return forms
