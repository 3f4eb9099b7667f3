"""What is known of an account that is spoken of: told there, or where its number, its bank or its holder is told."""

from __future__ import annotations

from fanzha.reading.bank_names import SHORT
from fanzha.reading.party import Party


def told_of(kind: str, party: Party, parties: list[Party]) -> str | None:
    """The number, bank or holder (`kind`) of an account, as far as the text tells it anywhere."""
    number = party.number or number_like(party, parties)
    if kind == "number":
        return number
    known = next((each for each in parties if number and each.number == number), party)
    return getattr(party, kind) or getattr(known, kind)  # type: ignore[no-any-return]


def number_like(party: Party, parties: list[Party]) -> str | None:
    """The number of the account that a bank or a holder alone speaks of again, or that is the only one of this holder."""
    for each in parties:
        same_bank = party.bank is not None and each.bank is not None and short_name(each.bank) == short_name(party.bank)
        same_holder = party.holder is not None and each.holder == party.holder
        if each.number and each.side == party.side and (same_holder or (same_bank and not party.holder)):
            if party.side == "suspect" and each.start > party.start:
                continue
            return each.number
    theirs = {each.number for each in parties if each.number and party.holder and each.holder == party.holder}
    return theirs.pop() if len(theirs) == 1 and _of_no_other_bank(party, parties) else None


def _of_no_other_bank(party: Party, parties: list[Party]) -> bool:
    """Whether no account of the same holder is told to be at another bank."""
    banks = {short_name(each.bank) for each in parties if each.holder == party.holder and each.bank}
    return len(banks) < 2


def short_name(bank: str) -> str:
    """A bank's name as it is called for short: 建设银行 and 建行 are one."""
    bare = bank.replace("银行", "").replace("储蓄", "")
    return SHORT.get(bare, bare)
