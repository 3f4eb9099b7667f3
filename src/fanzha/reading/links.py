"""Web addresses, wallets and waybills in a text.

>>> [one.value for one in urls("点击 dk.baixin-loan.test”，邮箱 a@b.example，安装 x.apk")]
['dk.baixin-loan.test']
>>> [one.value for one in waybills("给过我一个单号SF9991112223334，订单号773999111222333")]
['SF9991112223334']
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from fanzha.reading.first_signs import compiled
from fanzha.reading.word_search import WordSearch

_URL = compiled(
    r"(?<![A-Za-z0-9@._/-])(?:https?://[A-Za-z0-9.-]+(?::\d+)?(?:/[^\s，。；！？“”《》()\[\]、\u4e00-\u9fff]*)?"
    r"|(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,18}(?::\d+)?(?:/[^\s，。；！？“”《》()\[\]、\u4e00-\u9fff]*)?(?![A-Za-z0-9@-]))"
)
_FILES = frozenset(
    [
        "apk",
        "exe",
        "jpg",
        "jpeg",
        "png",
        "gif",
        "pdf",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "zip",
        "rar",
        "mp4",
        "mp3",
        "txt",
        "ipa",
        "dmg",
        "csv",
        "wps",
        "ppt",
    ]
)
_WALLET = compiled(
    r"(?<![A-Za-z0-9])(?:T[1-9A-HJ-NP-Za-km-z]{33}|0x[0-9a-fA-F]{40}|bc1[02-9ac-hj-np-z]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?![A-Za-z0-9])"
)
_WAYBILL = compiled(
    r"(?<![A-Za-z0-9])(?:(?:SF|YT|JT|ZT|STO|YD|DB|DPK|JDV|JDX|JD|EMS|KY|UC|HT|TT|JTSD)[A-Z]{0,3}\d{9,16}|[A-Z]{2}\d{9}CN)(?![A-Za-z0-9])"
)
_NUMBERED = WordSearch(
    [
        r"(?P<what>[\u4e00-\u9fa5]{0,4})(?:运单|快递单|物流单|快递|物流|面单|包裹|寄件|邮件|(?<![订账流易付])单)(?:号码?|编号)?[\s:是为(“]*(?P<value>[A-Z]{0,4}\d{10,18})(?![A-Za-z0-9])"
    ]
)
_ORDERS = re.compile(r"(?:订|流水|交易|转账|支付|付款|保|回|工)$")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Link:
    """What stands at text[start:end], as written."""

    start: int
    end: int
    value: str


def urls(folded: str) -> list[Link]:
    """Web addresses and domains, as written; no addresses of mail, no names of files."""
    found = []
    for match in _URL.finditer(folded):
        value = match.group().rstrip(".,;:!?'\"~*")
        host = re.sub(r"^https?://", "", value).split("/")[0].split(":")[0]
        if "." not in host or host.rsplit(".", 1)[-1].lower() in _FILES or not re.search(r"[A-Za-z]", host):
            continue
        found.append(Link(match.start(), match.start() + len(value), value))
    return found


def wallets(folded: str) -> list[Link]:
    """Addresses of coins; a base58 address only when its check sum is right."""
    return [
        Link(match.start(), match.end(), match.group())
        for match in _WALLET.finditer(folded)
        if match.group()[0] not in "T13" or _checks(match.group())
    ]


def _checks(address: str) -> bool:
    """Whether the last four bytes of a base58check address are right (Tron and Bitcoin alike)."""
    number = 0
    for sign in address:
        number = number * 58 + _BASE58.index(sign)
    if number >= 1 << 200:
        return False
    whole = number.to_bytes(25, "big")
    return sha256(sha256(whole[:-4]).digest()).digest()[:4] == whole[-4:]


def waybills(folded: str) -> list[Link]:
    """Numbers of parcels; numbers of orders and of payments are none."""
    found = {match.start(): Link(match.start(), match.end(), match.group()) for match in _WAYBILL.finditer(folded)}
    for _, match in _NUMBERED.matches(folded):
        if not _ORDERS.search(match["what"]):
            start, end = match.span("value")
            found.setdefault(start, Link(start, end, match["value"]))
    return [found[start] for start in sorted(found)]
