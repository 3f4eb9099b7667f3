"""Looking somebody or something up is an act: it is on record, with the token and never with what was typed."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.cases.actions.steps import may, told
from fanzha.centre.cases.models import Case
from fanzha.refusal import Refusal
from fanzha.signals.tokens import PREFIXES

KINDS = tuple(PREFIXES)
"""What an identifier may be that somebody types without saying what it is; a number first."""


@transaction.atomic
def look_up(typed: str, user: User, now: datetime) -> list[str]:
    """The tokens that a typed identifier may stand for, what was typed itself (for addresses, apps and wallets) last."""
    may(permissions.may_see_warnings(user))
    plain = "".join(typed.split())
    if not plain:
        raise Refusal("type a number, an account, an address or a case number", code="search.empty", where="q")
    found = [vault.token(kind, plain) for kind in KINDS]
    found.append(vault.token("person", f"name\0{typed.strip()}"))
    tokens = list(dict.fromkeys([*(token for token in found if token != plain), plain, typed.strip()]))
    audit.write(user, "search", found[0] if found[0] != plain else plain[:80], now)
    return tokens


@transaction.atomic
def unmask(number: str, token: str, user: User, reason: str, now: datetime) -> str:
    """An identifier of a case in clear, with a reason, on record of the case. Refusal for one that is not of the case."""
    may(permissions.may_unmask(user))
    case = Case.objects.filter(number=number).first()
    if case is None or not _is_of(case, token):
        raise Refusal("this identifier is not of this case", code="case.identifier", where=number)
    return vault.unmask(token, user, told(reason, "reason"), number, now)


def _is_of(case: Case, token: str) -> bool:
    of_transfers = {one for row in case.transfers.values_list("payer", "payee", "holder") for one in row}
    return token in (case.victim, *of_transfers) or case.identifiers.filter(token=token).exists()
