"""A person goes through what the machine read; what was changed is kept, sealed, as training data."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.cases import narrative
from fanzha.centre.cases.actions import recording, twins
from fanzha.centre.cases.actions.steps import locked, may, note, told
from fanzha.centre.cases.models import Case, Identifier, Reading, Report
from fanzha.centre.cases.narrative import Facts
from fanzha.refusal import Refusal
from fanzha.vocabulary import OTHER_CLASS

after_report: list[Callable[[Case, User | None, datetime], None]] = []
"""What other apps do when the transfers of a case are told or changed: stop-payments are drafted."""


def keep_reading(report: Report, text: str, confirmed: Facts, user: User, now: datetime) -> Reading:
    """Keep the text with what the reader finds in it and what the person made of that, sealed together."""
    found = narrative.read(text, report.reported_at)
    kept = {"text": text, "reported_at": report.reported_at.isoformat()}
    sealed = json.dumps({**kept, "read": found.as_json(), "confirmed": confirmed.as_json()}, ensure_ascii=False)
    changed = narrative.changes(found, confirmed)
    return Reading.objects.create(report=report, by=user, at=now, told=vault.seal(sealed.encode()), changes=changed)


@transaction.atomic
def show(report_id: int, user: User, reason: str, now: datetime) -> tuple[str, Facts]:
    """The narrative in clear with what is read in it: for those who may see clear identifiers, with a reason, on record."""
    may(permissions.may_unmask(user))
    report = Report.objects.select_related("case").get(pk=report_id)
    why = told(reason, "reason", "say why you read it")
    audit.write(user, "case_read", report.case.number, now, f"report {report_id}: {why}")
    text = vault.unseal(bytes(report.narrative)).decode()
    return text, narrative.read(text, report.reported_at)


def settled(found: Facts, report: Report) -> Facts:
    """What is read in a report as a person goes through it: what its sender told in columns, or a person settled since, stands first."""
    case = report.case
    return replace(
        found,
        case_class=found.case_class if case.case_class == OTHER_CLASS else case.case_class,
        lure_channel=case.lure_channel or found.lure_channel,
        stated_fen=found.stated_fen if report.loss_fen is None else report.loss_fen,
    )


@transaction.atomic
def confirm(report_id: int, user: User, facts: Facts, now: datetime) -> Report:
    """Put the facts of a report as a person confirmed them in the place of what was read; each report once.

    What nobody else is sure of and the person left out goes; it stays in the sealed reading. Refusal for a second time.
    """
    may(permissions.may_unmask(user))
    report = Report.objects.select_for_update().filter(pk=report_id).first()
    if report is None or report.confirmed_at is not None:
        raise Refusal("this report was confirmed already", code="report.confirmed", where=str(report_id))
    case = locked(report.case.number)
    report.confirmed_by, report.confirmed_at = user, now
    report.returned_fen, report.handover = facts.returned_fen, list(facts.handover)
    report.save(update_fields=["confirmed_by", "confirmed_at", "returned_fen", "handover"])
    reading = keep_reading(report, vault.unseal(bytes(report.narrative)).decode(), facts, user, now)
    Identifier.objects.filter(report=report, sure=False).delete()
    recording.put_identifiers(case, report, facts.items, True, now)
    recording.put_transfers(report, facts.transfers, now, True)
    recording.bring_back(case)
    recording.sum_up(case)
    if facts.case_class:
        case.case_class, case.classed_at = facts.case_class, now
    case.lure_channel = facts.lure_channel
    _state_loss(case, report, facts.stated_fen)
    note(case, user, "confirmed", now, ", ".join(f"{kind} {count}" for kind, count in reading.changes.items()))
    twins.find_twins(case, now)
    for act in after_report:
        act(case, user, now)
    return report


def _state_loss(case: Case, report: Report, stated_fen: int | None) -> None:
    """What a report states is the loss of its case, unless that is what another report of it states. The caller saves the case.

    None: it states none after all, and what was read as one is the loss no more.
    """
    others = case.reports.exclude(pk=report.pk).exclude(loss_fen=None)
    if not others.filter(loss_fen=case.loss_fen).exists():
        if stated_fen is not None:
            case.loss_fen = stated_fen
        elif case.loss_fen == report.loss_fen:
            case.loss_fen = others.values_list("loss_fen", flat=True).first()
    report.loss_fen = stated_fen
    report.save(update_fields=["loss_fen"])


@transaction.atomic
def export(user: User, reason: str, now: datetime) -> str:
    """Every reading as one JSON line (text, read, confirmed): training data in clear, with a reason, on record."""
    may(permissions.may_unmask(user) and permissions.may_file(user))
    rows = Reading.objects.order_by("pk").values_list("told", flat=True)
    audit.write(user, "readings_exported", "readings", now, told(reason, "reason"))
    return "".join(vault.unseal(bytes(sealed)).decode() + "\n" for sealed in rows)
