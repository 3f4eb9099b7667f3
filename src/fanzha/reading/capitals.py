"""Amounts in the capitals of Chinese cheques, which nobody misreads.

>>> capitals(5_000_050)
'伍万元伍角整'
"""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_GROUPS = ("", "万", "亿")


def capitals(amount_fen: int) -> str:
    """An amount in the capitals of Chinese cheques, which nobody misreads. Source: the rules for filling in bills (common practice)."""
    yuan, rest = divmod(amount_fen, 100)
    jiao, cent = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return (text or "零元") + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (_DIGITS[cent] + "分" if cent else "整")


def _whole(yuan: int) -> str:
    text, gap = "", False
    for place in range(len(_GROUPS) - 1, -1, -1):
        group = yuan // 10_000**place % 10_000
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text, gap = text + _four(group) + _GROUPS[place], False
    return text


def _four(group: int) -> str:
    text, gap = "", False
    for power, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = group // power % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return text
