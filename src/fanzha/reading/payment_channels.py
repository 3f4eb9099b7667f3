"""By which way money went, and the form it was handed over in.

>>> channel("其通过手机银行转账"), channel("微信扫码支付"), channel("加微信后转账")
('mobile', 'wechat', None)
>>> handover([("wechat", False), (None, True), ("crypto", False)], text="")
['payment', 'bank', 'virtual_currency']
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "payment_channels.yaml")
_WAYS: list[tuple[str, re.Pattern[str]]] = [(name, re.compile(words)) for name, words in _DATA.items()]
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


def channel(words: str) -> str | None:
    """The way that `words`, those around a payment, name; None when they name none."""
    for name, pattern in _WAYS:
        if pattern.search(words):
            return name
    return None


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
