"""A report comes in: by the centre's form or from a sender; it becomes a case, is read, and drafts what cannot wait."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import permissions, vault
from fanzha.centre.cases import lists, narrative
from fanzha.centre.cases.actions import recording
from fanzha.centre.cases.actions.confirming import after_report, keep_reading
from fanzha.centre.cases.actions.opening import begin, numbering
from fanzha.centre.cases.actions.steps import may, note
from fanzha.centre.cases.actions.twins import find_twins
from fanzha.centre.cases.models import Case, Report
from fanzha.centre.cases.narrative import Facts, Item
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people import queries as people
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, CITY, COUNTIES

FORM = "form"
SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Told:
    """What somebody reports, in clear. `person`: identity number, `phone`, `name` of who lost the money (at least one of the first two);
    `reporter`: the phone of who reports, when that is somebody else. `loss_fen`: as stated; times aware; `place`: GB/T 2260."""

    channel: str
    narrative: str
    reported_at: datetime
    person: str = ""
    phone: str = ""
    name: str = ""
    reporter: str = ""
    place: str = ""
    occurred_at: datetime | None = None
    loss_fen: int | None = None


@transaction.atomic
def take_report(told: Told, facts: Facts, user: User, now: datetime, form: str, order: Order | None = None) -> Case:
    """The report that a person took down, with the facts as that person confirmed them; the same form again gives the same case.

    Refusal for a field that is missing or is not of its list.
    """
    may(permissions.may_take_reports(user))
    numbering(now)  # a second click waits here for the first
    standing = Report.objects.filter(source=FORM, source_id=form).select_related("case").first()
    if standing is not None:
        return standing.case
    _check(told, form, now)
    victim = _victim(told)
    stated = facts.stated_fen if told.loss_fen is None else told.loss_fen
    case = _case(told, facts, victim, stated, user, now, order)
    report = Report(case=case, source=FORM, source_id=form, channel=told.channel, reported_at=told.reported_at)
    report.received_at, report.by, report.victim, report.loss_fen = now, user, victim, stated
    report.reporter = recording.token_of("number", told.reporter) if told.reporter.strip() else ""
    report.narrative, report.script = vault.seal(told.narrative.encode()), narrative.script_of(told.narrative)
    report.returned_fen, report.handover = facts.returned_fen, list(facts.handover)
    report.confirmed_by, report.confirmed_at = user, now
    report.save()
    keep_reading(report, told.narrative, facts, user, now)
    mine = [Item("number", told.phone, "victim")] if told.phone.strip() else []
    mine += [Item("name", told.name.strip(), "victim")] if told.name.strip() else []
    _put(case, report, narrative.merged(facts, mine), user, now, sure=True)
    return case


def take_sent(row: dict[str, Any], name: str, batch: str, now: datetime) -> Case:
    """A report as a sender's row tells it (contract 1, `reports`, its identifiers as tokens); call it inside a transaction.

    `name`, `batch`: what the report and the batch that brings it are known by.

    The narrative is read here, and a person goes through it later; what the sender told in columns counts as said.
    """
    at, text = row["reported_at"], row["narrative"] or ""
    facts = narrative.read(text, at)
    if row.get("case_class") in CASE_CLASSES:
        facts = replace(facts, case_class=row["case_class"])
    told = Told("signals", text, at, place=row.get("place") or people.place_of(row["person"]))
    told = replace(told, occurred_at=row.get("occurred_at"), loss_fen=row.get("loss_fen"))
    stated = facts.stated_fen if told.loss_fen is None else told.loss_fen
    case = _case(told, facts, row["person"], stated, None, now, None)
    report = Report(case=case, source="signals", source_id=name, channel="signals", reported_at=at)
    report.received_at, report.batch, report.victim, report.loss_fen = now, batch, row["person"], stated
    report.returned_fen, report.handover = facts.returned_fen, list(facts.handover)
    report.narrative, report.script = vault.seal(text.encode()), narrative.script_of(text)
    report.save()
    said = {"payee": "account", "number": "number", "url": "url"}
    sent = [Item(kind, value, "suspect") for name, kind in said.items() for value in row.get(name) or ()]
    recording.put_identifiers(case, report, sent, True, now)
    _put(case, report, facts, None, now, sure=False)
    return case


def _case(
    told: Told, facts: Facts, victim: str, stated: int | None, user: User | None, now: datetime, order: Order | None
) -> Case:
    known = {
        "case_class": facts.case_class,
        "victim": victim,
        "channel": told.channel,
        "place": told.place,
        "occurred_at": told.occurred_at,
        "loss_fen": stated,
        "lure_channel": facts.lure_channel,
    }
    case = begin(order, user, now, reported_at=told.reported_at, **known)
    recording.fill_in(case, classed_at=now, **known)
    return case


def _put(case: Case, report: Report, facts: Facts, user: User | None, now: datetime, sure: bool) -> None:
    recording.put_identifiers(case, report, facts.items, sure, now)
    recording.put_transfers(report, facts.transfers, now, sure)
    recording.sum_up(case)
    note(case, user, "facts", now)
    find_twins(case, now)
    for act in after_report:
        act(case, user, now)


def _check(told: Told, form: str, now: datetime) -> None:
    if not form.strip() or len(form) > 80:
        raise Refusal("this form has no number of its own; open it anew", code="report.form", where="form")
    if told.channel not in lists.CHANNELS:
        raise Refusal("choose how the report came in", code="report.channel", where="channel")
    if not told.narrative.strip():
        raise Refusal("write down what happened", code="report.narrative", where="narrative")
    if not told.person.strip() and not told.phone.strip():
        raise Refusal("whose loss is it? an identity number or a telephone number is needed", code="report.victim")
    if told.reported_at > now + SKEW or (told.occurred_at or told.reported_at) > now + SKEW:
        raise Refusal("a report cannot lie in the future", code="report.time", where="reported_at")
    if told.place and told.place[:6] not in {CITY.code, *COUNTIES}:
        raise Refusal("choose a county of the city", code="report.place", where="place")
    if told.loss_fen is not None and told.loss_fen < 0:
        raise Refusal("expected an amount of money", code="report.loss", where="loss")


def _victim(told: Told) -> str:
    """The person; where only a phone is told, whoever holds it by the register, else the number itself."""
    if told.person.strip():
        return recording.token_of("person", told.person.strip())
    return people.holder_of("number", recording.token_of("number", told.phone.strip()))
