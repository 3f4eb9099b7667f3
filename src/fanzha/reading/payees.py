"""Whom a payment went to and from whose account, among the accounts and names that stand around it."""

from __future__ import annotations

import re

from fanzha.reading.around import PHRASE
from fanzha.reading.bank_names import SHORT
from fanzha.reading.party import Party
from fanzha.reading.sums import Sum
from fanzha.reading.times import Moment

_SENDING = re.compile(r"转|汇|付|充|存|打|支|→|投|交")


def payee_of(
    folded: str, one: Sum, parties: list[Party], start: int, end: int, moments: list[Moment], after: int
) -> Party | None:
    near = [each for each in parties if each.side == "suspect" and start <= each.start < end]
    paid = one.amount if start < one.amount.start else one.told
    ahead = [each for each in near if each.start < paid.start]
    behind = near[len(ahead) :]
    if behind and any(
        paid.end < each.start < behind[0].start and behind[0].end < after < end + PHRASE for each in moments
    ):
        behind = []  # it is the next payment's
    if ahead and _SENDING.search(folded[ahead[-1].end : paid.start]):
        return ahead[-1]
    if behind:
        return behind[0]
    return ahead[-1] if ahead else None


def payer_of(one: Sum, parties: list[Party], start: int, end: int) -> Party | None:
    near = [each for each in parties if each.side == "victim" and start <= each.start < end]
    return min(near, key=lambda each: abs(each.start - one.amount.start)) if near else None


def number_like(party: Party, parties: list[Party]) -> str | None:
    """The number of the account that a bank or a holder alone speaks of again."""
    for each in parties:
        same_bank = party.bank is not None and each.bank is not None and _short(each.bank) == _short(party.bank)
        same_holder = party.holder is not None and each.holder == party.holder
        if each.number and each.side == party.side and (same_holder or (same_bank and not party.holder)):
            if party.side == "suspect" and each.start > party.start:
                continue
            return each.number
    return None


def _short(bank: str) -> str:
    bare = bank.replace("银行", "").replace("储蓄", "")
    return SHORT.get(bare, bare)
