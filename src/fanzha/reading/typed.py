"""What a person types or pastes into a form, read back to them: account numbers and amounts.

>>> account_numbers("收款卡号 9999 9912 3456 7890 124，金额五万")
[TypedAccount(value='9999991234567890124', luhn=True)]
>>> typed_fen("50,000.5"), typed_fen("三万五")
(5000050, 3500000)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from fanzha.reading import cards
from fanzha.reading.amounts import amounts
from fanzha.reading.folding import fold
from fanzha.refusal import Refusal

SHORTEST, LONGEST = 8, 32
"""Digits and letters of an account: corporate accounts and wallets are shorter or longer than cards."""
_MOST_FEN = 10**14 - 1
_COMMAS = re.compile("[,，]")
_RUN = re.compile(r"(?<![\d.])\d(?:[ \t-]?\d){11,}(?![\d.])")


@dataclass(frozen=True)
class TypedAccount:
    """An account as it was read; `luhn`: whether its check digit is right (cards only, None for others)."""

    value: str
    luhn: bool | None


def typed_account(typed: str) -> TypedAccount:
    """An account as typed, without spaces and dashes. Refusal when it cannot be one."""
    value = re.sub(r"[\s-]", "", fold(typed))
    if not SHORTEST <= len(value) <= LONGEST or not (value.isascii() and value.isalnum()):
        said = f"expected an account of {SHORTEST} to {LONGEST} digits or letters"
        raise Refusal(said, code="stop.account", where="account")
    of_a_card = value.isdigit() and cards.SHORTEST <= len(value) <= cards.LONGEST
    return TypedAccount(value, cards.is_card(value) if of_a_card else None)


def account_numbers(text: str) -> list[TypedAccount]:
    """The account numbers in a pasted text, cards with a right check digit first, mistyped ones too."""
    folded = fold(text)
    found = [TypedAccount(one.value, True) for one in cards.cards(folded)]
    runs = [re.sub(r"\D", "", run) for run in _RUN.findall(folded)]
    others = [run for run in runs if len(run) <= LONGEST and not any(one.value in run for one in found)]
    return list(dict.fromkeys([*found, *map(typed_account, others)]))


def typed_fen(typed: str, where: str = "amount", least: int = 1) -> int:
    """An amount typed in yuan (50000.50, 5万, 三万五), as fen. Refusal, naming the field `where`, when it is none, is below `least`, or has
    more than two places."""
    folded = fold(typed).strip()
    try:
        value = Decimal(_COMMAS.sub("", folded)) * 100
    except InvalidOperation:
        written = amounts(folded)
        whole = len(written) == 1 and (written[0].start, written[0].end) == (0, len(folded))
        value = Decimal(written[0].fen) if whole else Decimal("NaN")
    if not value.is_finite() or value != value.to_integral_value() or not least <= value <= _MOST_FEN:
        raise Refusal("expected an amount in yuan, such as 50000 or 50000.50", code="typed.amount", where=where)
    return int(value)
