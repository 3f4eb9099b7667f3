"""What a person pastes or types, read back to them: account numbers, amounts, their capitals.

>>> account_numbers("收款卡号 9999 9912 3456 7890 124，金额五万")
[Account(value='9999991234567890124', luhn=True)]
>>> capitals(5_000_050)
'伍万元伍角整'
>>> fen("50,000.5")
5000050
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from stdnum import luhn

from fanzha.refusal import Refusal

SHORTEST, LONGEST = 8, 32
"""Digits and letters of an account: corporate accounts and wallets are shorter or longer than cards."""
CARD = (16, 19)
"""Digits of a bank card; a card whose check digit is wrong was read or typed wrongly."""
_MOST_FEN = 10**14 - 1
_RUN = re.compile(r"(?<![\d.])\d(?:[ \t-]?\d){11,}(?![\d.])")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_GROUPS = ("", "万", "亿")


@dataclass(frozen=True)
class Account:
    """An account as it was read; `luhn`: whether its check digit is right (cards only, None for others)."""

    value: str
    luhn: bool | None


def account(typed: str) -> Account:
    """An account as typed, without spaces and dashes. Refusal when it cannot be one."""
    value = re.sub(r"[\s-]", "", typed)
    if not SHORTEST <= len(value) <= LONGEST or not (value.isascii() and value.isalnum()):
        said = f"expected an account of {SHORTEST} to {LONGEST} digits or letters"
        raise Refusal(said, code="stop.account", where="account")
    is_card = value.isdigit() and CARD[0] <= len(value) <= CARD[1]
    return Account(value, luhn.is_valid(value) if is_card else None)


def account_numbers(text: str) -> list[Account]:
    """The account numbers in a pasted text, those with a right check digit first."""
    found = [account(run) for run in _RUN.findall(text) if len(re.sub(r"\D", "", run)) <= LONGEST]
    return sorted(dict.fromkeys(found), key=lambda one: one.luhn is not True)


def fen(typed: str) -> int:
    """An amount typed in yuan, as fen. Refusal when it is none, or has more than two places."""
    try:
        value = Decimal(typed.replace(",", "").replace("，", "").replace("¥", "").strip()) * 100
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value != value.to_integral_value() or not 0 < value <= _MOST_FEN:
        raise Refusal("expected an amount in yuan, such as 50000 or 50000.50", code="stop.amount", where="amount")
    return int(value)


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
