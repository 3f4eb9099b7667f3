"""Card secrets are bought by the piece: 买了六张五百的 is three thousand.

>>> card_count("买了六张", "的游戏点卡"), card_count("购买面值", "元的E卡3张"), card_count("转了", "元")
(6, 3, 0)
"""

from __future__ import annotations

import re

from fanzha.reading.numerals import numeral

_CARDS_BEFORE = re.compile(r"(?P<count>[一二两三四五六七八九十]{1,2}|\d{1,2})张(?:面值)?(?:各)?\Z")
_CARDS_AFTER = re.compile(
    r"(?:元|块)?(?:钱)?(?:面值)?的[^，。、\d]{0,8}?(?P<count>[一二两三四五六七八九十]{1,2}|\d{1,2})张"
)


def card_count(near: str, right: str) -> int:
    """How many cards of this face value are told (买了六张五百的, 面值1000元的E卡2张), 0 where it is no face value."""
    said = _CARDS_BEFORE.search(near) or _CARDS_AFTER.match(right)
    if said is None:
        return 0
    count = said["count"]
    return int(count) if count.isdigit() and count.isascii() else numeral(count) or 0
