"""The basic work list, involved cards, facts that come up, recoveries, and care for the victim."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from fanzha import reading
from fanzha.centre.access import audit, permissions
from fanzha.centre.cases import lists
from fanzha.centre.cases.actions.recording import token_of
from fanzha.centre.cases.actions.steps import locked, may, note, told
from fanzha.centre.cases.models import Case, InvolvedCard, Recovery, VictimCare, WorkItem
from fanzha.centre.duty.queries import unit_for
from fanzha.deadlines import due
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, CITY, COUNTIES

DONE = ("done", "not_done")


@transaction.atomic
def work(item_id: int, user: User, state: str, said: str, now: datetime) -> WorkItem:
    """An item of the work list is done (what came of it), or not (why not); saying it again replaces it, and both are on record."""
    may(permissions.may_work_cases(user))
    item = WorkItem.objects.select_for_update(of=("self",)).select_related("case").filter(pk=item_id).first()
    if item is None or state not in DONE:
        raise Refusal("expected an item of the list, done or not done", code="work.state", where=str(item_id))
    case = locked(item.case.number)
    item.state, item.note, item.by, item.at = state, told(said, "note", "say what came of it, or why not"), user, now
    item.save()
    note(case, user, "work", now, f"{item.kind} {state}: {item.note}")
    return item


@transaction.atomic
def work_card(card_id: int, user: User, now: datetime, **said: str) -> InvolvedCard:
    """How an involved card left its holder's hands. `said`: holder (clear or empty), how_left, involvement, outlet, note.

    Refusal unless how it left and whether actively or passively are codes of lists.yaml (a person says that, nobody infers it), and
    for a second time: what somebody else found out stands.
    """
    may(permissions.may_work_cases(user))
    card = InvolvedCard.objects.select_for_update(of=("self",)).filter(pk=card_id).first()
    if card is None:
        raise Refusal("no such card", code="card.unknown", where=str(card_id))
    if card.worked_at is not None:
        raise Refusal("this card was worked already", code="card.worked", where=str(card_id))
    for name, known in (("how_left", lists.HOW_LEFT), ("involvement", lists.INVOLVEMENT)):
        if said.get(name, "") not in known:
            raise Refusal("choose one of the list", code=f"card.{name}", where=name)
    holder = said.get("holder", "").strip()
    if holder:
        card.holder = token_of("person", holder)
    if not card.holder and said["how_left"] != "unknown":
        raise Refusal("say who held it, or that it could not be found out", code="card.holder", where="holder")
    card.how_left, card.involvement = said["how_left"], said["involvement"]
    card.outlet, card.note = said.get("outlet", "").strip()[:80], said.get("note", "").strip()
    card.worked_by, card.worked_at = user, now
    card.save()
    audit.write(user, "card_worked", card.token, now, f"{card.how_left} {card.involvement} {card.note}".strip())
    note(locked(card.first_case.number), user, "work", now, "card")
    return card


@transaction.atomic
def used_here(number: str, user: User, token: str, place: str, now: datetime) -> InvolvedCard:
    """An involved number or account of a case was used in the city at `place`: from now a work item.

    Refusal for any other place, and for what is the victim's own.
    """
    may(permissions.may_work_cases(user))
    case = locked(number)
    row = case.identifiers.filter(token=token, kind__in=("number", "account")).exclude(side="victim").first()
    if row is None or place[:6] not in {CITY.code, *COUNTIES}:
        raise Refusal("expected a number or account of this case and a county of the city", code="card.used")
    made = {"kind": row.kind, "because": "used", "place": place, "first_case": case, "since": now}
    card, _ = InvolvedCard.objects.get_or_create(token=token, defaults=made)
    note(case, user, "facts", now, f"used here: {token}")
    return card


@transaction.atomic
def set_facts(number: str, user: User, now: datetime, **facts: Any) -> Case:
    """Facts that come up later: case_class, place, lure_channel, confirmed_loss_fen, leak, leak_note. Refusal for a code that is none."""
    may(permissions.may_work_cases(user))
    case = locked(number)
    choices = {
        "case_class": CASE_CLASSES,
        "leak": {"", *lists.LEAKS},
        "place": {"", case.place, CITY.code, *COUNTIES},
        "lure_channel": {"", *reading.LURES},
    }
    texts = ("leak_note", "confirmed_loss_fen")
    for name, value in facts.items():
        if name not in choices and name not in texts:
            raise Refusal("no such fact", code="case.fact", where=name)
        if name in choices and value not in choices[name]:
            raise Refusal("choose one of the list", code="case.fact", where=name)
        if name == "case_class" and value != case.case_class:
            case.classed_at = now
        if name == "place" and case.unit == unit_for(case.place):
            case.unit = unit_for(value)
        if name == "place" and value and case.place.startswith(value):
            continue  # the county of the township that was told
        setattr(case, name, value)
    if (case.confirmed_loss_fen or 0) < 0:
        raise Refusal("expected an amount of money", code="case.fact", where="confirmed_loss_fen")
    note(case, user, "facts", now, ", ".join(sorted(facts)))
    return case


@transaction.atomic
def recover(
    number: str,
    user: User | None,
    kind: str,
    amount_fen: int,
    now: datetime,
    key: str,
    of: str = "",
    document: str = "",
    at: datetime | None = None,
) -> Recovery:
    """Money stopped, frozen, seized or returned; the same key again adds nothing. `of`: the key of the recovery whose money it is.

    Refusal when more would come out of one than is in it. `user` None: another app that asked already who it was.
    """
    may(user is None or permissions.may_work_cases(user))
    if kind not in lists.RECOVERIES or amount_fen <= 0 or not key.strip():
        raise Refusal("expected stopped, frozen, seized or returned, and an amount", code="recovery.kind", where="kind")
    standing = Recovery.objects.filter(key=key)
    if standing.exists():
        return standing.get()
    case = locked(number)
    if standing.exists():  # the same click, while this one waited
        return standing.get()
    source = case.recoveries.filter(key=of).first() if of else None
    if of and source is None:
        raise Refusal("no such recovery in this case", code="recovery.of", where="of")
    if source is not None and amount_fen + sum(source.became.values_list("amount_fen", flat=True)) > source.amount_fen:
        raise Refusal("that is more than was there", code="recovery.amount", where="amount")
    made = Recovery.objects.create(
        case=case, key=key, kind=kind, amount_fen=amount_fen, at=at or now, by=user, of=source, document=document[:80]
    )
    note(case, user, "recovered", now, f"{kind} {amount_fen / 100:.2f}")
    return made


@transaction.atomic
def care_for(number: str, user: User, now: datetime, **said: Any) -> VictimCare:
    """Help for the victim. `said`: self_harm (somebody fears it: who is sent must be there by `case.look_after`, and when it is feared
    again after they were there, anew), there (somebody is), hardship (code), hardship_fen, note."""
    may(permissions.may_take_reports(user))
    case = locked(number)
    row, _ = VictimCare.objects.select_for_update().get_or_create(case=case)
    if said.get("self_harm") and (not row.self_harm or row.looked_after_at is not None):
        row.self_harm, row.feared_at, row.look_after_by = True, now, due("case.look_after", now)
        row.looked_after_at = None
    if said.get("there") and row.self_harm and row.looked_after_at is None:
        row.looked_after_at = now
    hardship = said.get("hardship", row.hardship)
    if hardship not in {"", *lists.HARDSHIP}:
        raise Refusal("choose one of the list", code="care.hardship", where="hardship")
    amount = said.get("hardship_fen")
    if amount is not None and (hardship != "granted" or amount <= 0):
        raise Refusal("an amount belongs to help that was granted", code="care.amount", where="hardship_fen")
    kept = row.hardship_fen if hardship == "granted" else None
    row.hardship, row.hardship_fen = hardship, kept if amount is None else amount
    row.note = said.get("note", "").strip() or row.note
    row.save()
    note(case, user, "care", now, "self_harm" if said.get("self_harm") else hardship)
    return row


def bring_care(later: Case, into: Case) -> None:
    """Who is cared for under a case that was joined to another is so under that one: nobody can write anything under the later any more."""
    row, standing = VictimCare.objects.filter(case=later).first(), VictimCare.objects.filter(case=into).first()
    if row is None or standing is None:
        VictimCare.objects.filter(case=later).update(case=into)
        return
    fears = [one for one in (standing, row) if one.self_harm]
    waits = [one for one in fears if one.looked_after_at is None] or fears
    if waits:
        first = min(waits, key=lambda one: one.look_after_by or one.feared_at)
        standing.self_harm, standing.feared_at = True, first.feared_at
        standing.look_after_by, standing.looked_after_at = first.look_after_by, first.looked_after_at
    if not standing.hardship:
        standing.hardship, standing.hardship_fen = row.hardship, row.hardship_fen
    standing.note = "; ".join(dict.fromkeys(one for one in (standing.note, row.note) if one))
    standing.save()
    row.delete()
