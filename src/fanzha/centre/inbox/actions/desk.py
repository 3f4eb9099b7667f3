"""What a counter, a courier or a driver tells while the money is still in their hands."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.inbox import words
from fanzha.centre.inbox.models import Pushed, Report
from fanzha.centre.inbox.words import Told
from fanzha.centre.intake.actions import receive
from fanzha.refusal import Refusal
from fanzha.signals import TABLES, rows_to_frame
from fanzha.vocabulary import COUNTIES, normal_number

SOURCE = "desk"
MOST_FEN = TABLES["payments"].column("amount_fen").maximum or 0


def report(
    user: User,
    told: Told,
    now: datetime,
    form: str,
    place: str = "",
    where: str = "",
    number: str = "",
    call_back: str = "",
) -> Report:
    """Take a report down and open its order at once, at level 1 or 2 by grading.yaml; the same form again adds nothing.

    `number`: the customer's, empty when nobody knows it (then the order is a person at a place); `call_back`: the
    reporter's; `place`: a code of COUNTIES; `where`: in words. Refusal names what is wrong.
    """
    if not permissions.may_report(user):
        raise PermissionDenied
    _check(told, place, number, call_back)
    level = words.level_of_report(told, now)
    with transaction.atomic():
        told_of = {
            "reporter": told.reporter,
            "item": told.item,
            "amount_fen": told.amount_fen,
            "recipient": told.recipient,
            "where": where.strip(),
            "call_back": vault.keep("number", call_back) if call_back.strip() else "",
            "level": level,
            "by": user,
            "at": now,
        }
        found, new = Report.objects.get_or_create(form=form, defaults=told_of)
        if new:
            audit.write(user, "report", f"{SOURCE} {form}", now, f"{told.reporter}, level {level}")
    if found.pushed is None:
        row = {
            "source": SOURCE,
            "source_id": form,
            "received_at": found.at.isoformat(),
            "subject": number.strip() or f"desk {form}",
            "subject_kind": "number" if number.strip() else "person",
            "kind": words.REPORTED_AS[told.reporter],
            "level": found.level,
            "text": _text(told, where.strip()),
            "place": place,
        }
        receive("pushed", rows_to_frame([row]), f"{SOURCE}:{form}", now)
        found.pushed = Pushed.objects.get(source=SOURCE, source_id=form)
        found.save(update_fields=["pushed"])
    return found


def _check(told: Told, place: str, number: str, call_back: str) -> None:
    wrong = [
        name
        for name, value, known in (
            ("reporter", told.reporter, words.REPORTERS),
            ("item", told.item, words.ITEMS),
            ("recipient", told.recipient, words.RECIPIENT),
            ("place", place, {"": None, **COUNTIES}),
        )
        if value not in known
    ]
    if wrong:
        raise Refusal("expected one of the list", code="desk.choice", where=wrong[0])
    if not 0 <= told.amount_fen <= MOST_FEN:
        raise Refusal("expected an amount in yuan", code="desk.amount", where="amount")
    for name, value in (("number", number), ("call_back", call_back)):
        if value.strip() and normal_number(value) is None:
            raise Refusal("expected a phone number", code="desk.number", where=name)


def _text(told: Told, where: str) -> str:
    """The report in one line, in the language of the records."""
    names = (words.REPORTERS[told.reporter], words.ITEMS[told.item], words.RECIPIENT[told.recipient])
    parts = [names[0].zh, f"{names[1].zh} {told.amount_fen / 100:,.2f} 元", names[2].zh]
    if told.under_way:
        parts.append("已经送出")
    return "，".join([*parts, *([where] if where else [])])
