"""Sums of money as people write them, each with its place in the text.

>>> [one.fen for one in amounts("转了三万五，又转1.2万、2万6千元，共四十五万余元，手续费8000.10元")]
[3500000, 1200000, 2600000, 45000000, 800010]
>>> [(one.fen, one.bare) for one in amounts("充了500，尾号1234")]
[(50000, True)]
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from fanzha.reading.around import left_of
from fanzha.reading.numerals import CHARACTERS, DIGITS, numeral
from fanzha.vocabulary import load_data

MOST_FEN = 10**14
"""More than any city loses in a year: what is above was read wrongly."""

_DATA = load_data("fanzha.reading", "amounts.yaml")


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SCALES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "k": 1000,
    "万": 10**4,
    "w": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}
_UNIT = _any(_DATA["units"])
_ABOUT = "[余多来几许]"
_WRITTEN = re.compile(
    rf"""
    (?=[¥$R人\s\d{DIGITS}十拾半])  # what it begins with: looked at first, since most signs of a text are none of these
    (?P<sign>[¥$]|RMB|人民币)?\s?
    (?:
      (?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,4}})?(?!\d)|\d+(?:\.\d+)?)\s?
      (?P<scale>十万|百万|千万|十|百|千|万|亿|[wWkK](?![a-zA-Z]))?{_ABOUT}?
      (?(scale)(?:(?P<tail>(?:\d[千百十]){{1,3}}\d?|零?\d{{1,4}}(?:\.\d+)?|[{CHARACTERS}]{{1,6}})(?!\d)(?![年月日号点:时次笔回单]))?)
      |(?<![几数好])(?P<chinese>[{DIGITS}十拾][{CHARACTERS}]*)(?:点(?P<point>[{DIGITS}]+)(?P<pointscale>[万千百亿]))?
      |(?P<half>半)(?=[万亿])(?P<halfscale>[万亿])
    )
    (?P<about>{_ABOUT})?(?P<late>[万千百亿](?:[{CHARACTERS}]{{0,5}}))?(?P<halves>半)?{_ABOUT}?\s?
    (?P<unit>{_UNIT})?
    (?:(?<=[元块])(?P<jiao>[\d{DIGITS}])(?:角|毛)(?:(?P<cent>[\d{DIGITS}])分)?
      |(?<=块)(?P<loose>[{DIGITS[3:]}1-9])(?:(?=[了的这])|(?![\u4e00-\u9fa5\d])))?
    """,
    re.VERBOSE,
)
_FOREIGN = re.compile(rf"\s?(?:{_any(_DATA['foreign'])})(?![a-zA-Z])")
_COUNTED = re.compile(rf" ?(?:{'|'.join(sorted(_DATA['counted'], key=len, reverse=True))})")
_NAMED = re.compile(rf"(?:{_any(_DATA['named'])})[\s:是为]*\Z")
_PAID_OUT = re.compile(r"(?:[转付充投返退做交、]|提现)[了过]?\Z")
_GROUP_AFTER, _GROUP_BEFORE = re.compile(r" \d{3,5}(?!\d)"), re.compile(r"(?<!\d)\d{3,5} \Z")
_TENS = re.compile(rf"[{DIGITS[1:]}]?十[{DIGITS[1:]}]?")
_PAID = re.compile(
    r"(?:第[一二三四五六七八九十]+[次笔回]|[给转付充扫垫退返][了他她我]|给[我其他她]?[退返还发]|[转付充扫垫退返])(?:是|就)?\Z"
)
_RED_PACKET = re.compile("的?红包")
_GLUED = re.compile(r"[\dA-Za-z.@_/]\Z|[^\s:，(]-\Z")
_GOES_ON = re.compile(r"[\dA-Za-z_@]|/\d|\.\d")
_ITEM_BEFORE = re.compile(r"(?:^|[\s:；。，(])\Z")
_SHORT_NUMBER = re.compile(
    r"95\d[1-9]\d|95\d\d[1-9]|96110|12381|12345|12315|12389|12306|12123|10086|10010|11[0249]|12[02]"
)


class Amount(NamedTuple):
    """A sum of money at text[start:end]. `bare`: nothing but its neighbours says that it is money."""

    start: int
    end: int
    fen: int
    bare: bool


def amounts(folded: str) -> list[Amount]:
    """The sums in a folded text, in order; a number that only could be money comes as `bare`."""
    found = []
    for one in _WRITTEN.finditer(folded):
        yuan = _yuan(one)
        if yuan is None:
            continue
        fen = int(yuan * 100)
        start = one.start() + (len(one.group()) - len(one.group().lstrip()))
        end = one.start() + len(one.group().rstrip())
        left = left_of(folded, start)
        if not 0 < fen < MOST_FEN or (_GLUED.search(left) and not one["sign"]):
            continue
        if one["unit"] or one["sign"]:
            found.append(Amount(start, end, fen, False))
            continue
        if _FOREIGN.match(folded, end) or _COUNTED.match(folded, end) or _NAMED.search(left):
            continue
        if _GOES_ON.match(folded, end):
            continue
        scaled = bool(one["scale"] or one["late"] or one["pointscale"] or one["half"]) or (
            bool(one["chinese"]) and any(unit in one["chinese"] for unit in "万千百仟佰")
        )
        if (
            one["chinese"]
            and not scaled
            and not (_TENS.fullmatch(one["chinese"]) and (_PAID.search(left) or _RED_PACKET.match(folded, end)))
        ):
            continue
        if (
            not scaled
            and len(one["digits"] or "") < 3
            and folded.startswith(("、", ".", ")"), end)
            and _ITEM_BEFORE.search(left)
        ):
            continue
        if one["digits"] and not scaled and _SHORT_NUMBER.fullmatch(one["digits"]) and not _PAID_OUT.search(left):
            continue
        if one["digits"] and not scaled and (_GROUP_AFTER.match(folded, end) or _GROUP_BEFORE.search(left)):
            continue  # a number that was said in groups
        if one["digits"] and not scaled and len(one["digits"].split(".")[0].replace(",", "")) > 8:
            continue
        found.append(Amount(start, end, fen, not scaled))
    return found


def _yuan(one: re.Match[str]) -> Decimal | None:
    if one["digits"]:
        value = Decimal(one["digits"].replace(",", ""))
        scale = _SCALES[(one["scale"] or "").lower()]
        value *= scale
        if one["tail"]:
            if scale < 1000:
                return None
            value += _tail(one["tail"], scale)
    elif one["half"]:
        value, scale = Decimal(5000) if one["halfscale"] == "万" else Decimal(50_000_000), 10**4
    else:
        whole = numeral(one["chinese"])
        if whole is None:
            return None
        value, scale = Decimal(whole), _last_scale(one["chinese"])
        if one["point"]:
            part = numeral(one["point"])
            scale = _SCALES[one["pointscale"]]
            value = (value + Decimal(part or 0).scaleb(-len(one["point"]))) * scale
    if one["late"]:
        scale = _SCALES[one["late"][0]]
        value *= scale
        if one["late"][1:]:
            rest = numeral(one["late"][1:])
            value += Decimal(rest or 0) * (scale // 10 if len(one["late"]) == 2 else 1)
    if one["halves"]:
        value += Decimal(scale) / 2
    for group, worth in (("jiao", "0.1"), ("cent", "0.01"), ("loose", "0.1")):
        if one[group]:
            digit = one[group]
            value += Decimal(worth) * (int(digit) if digit.isdigit() else Decimal(numeral(digit) or 0))
    return value


def _tail(tail: str, scale: int) -> Decimal:
    """What stands after 万: 2万6千, 2万6 (a tenth of the unit), 2万6500 (as it stands)."""
    if any(unit in tail for unit in "千百十") and tail[0].isdigit():
        parts = re.findall(r"(\d)([千百十]?)", tail)
        value, below = 0, 10
        for digit, unit in parts:
            below = _SCALES[unit] if unit else below // 10
            value += int(digit) * below
        return Decimal(value)
    if tail[0] == "零" and tail[1:].isdigit():
        return Decimal(tail[1:])
    whole = Decimal(tail) if tail[0].isdigit() else Decimal(numeral(tail) or 0)
    return whole * (scale // 10) if len(tail) == 1 else whole


def _last_scale(written: str) -> int:
    units = [_SCALES.get({"拾": "十", "佰": "百", "仟": "千"}.get(one, one), 1) for one in written]
    return units[-1]
