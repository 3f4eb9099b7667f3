"""Reports of one loss are found; a person joins their cases, or keeps them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from fanzha.centre.access import permissions
from fanzha.centre.cases.actions import recording
from fanzha.centre.cases.actions.moving import examined, step
from fanzha.centre.cases.actions.steps import locked, may, note, told
from fanzha.centre.cases.actions.working import bring_care
from fanzha.centre.cases.models import Case, Identifier, InvolvedCard, Recovery, Report, Transfer, Twin
from fanzha.centre.cases.states import ALLOWED
from fanzha.deadlines import duration
from fanzha.refusal import Refusal

MOST = 20
"""A shop's account can be in a thousand cases: more than so many twins of one case are noise."""
KNOWN = (
    *(
        "case_class",
        "classed_at",
        "place",
        "unit",
        "victim",
        "occurred_at",
        "lure_channel",
        "loss_fen",
        "confirmed_loss_fen",
    ),
    *("leak", "leak_note", "handler"),
)
"""What the later case may know and the earlier one not."""
after_joining: list[Callable[[Case, Case], None]] = []
"""What other apps bring from the later case to the earlier one: stops, clues, suspects."""


def find_twins(case: Case, now: datetime) -> list[Twin]:
    """Propose the cases that may be the same loss (codes `alike` of lists.yaml), once each; how they are alike is kept."""
    within = duration("case.alike", now)
    others = Case.objects.filter(
        reported_at__gte=case.reported_at - within, reported_at__lte=case.reported_at + within
    ).exclude(Q(pk=case.pk) | Q(state__in=("joined", "closed")))
    found: dict[int, set[str]] = {}

    def add(why: str, keys: Iterable[int]) -> None:
        for key in keys:
            found.setdefault(key, set()).add(why)

    if case.victim:
        add("victim", others.filter(victim=case.victim).values_list("pk", flat=True)[:MOST])
    own = list(case.identifiers.filter(side="victim").exclude(kind="name").values_list("token", flat=True))
    if own:
        same = Identifier.objects.filter(token__in=own, side="victim", case__in=others)
        add("victim_identifier", same.values_list("case", flat=True)[:MOST])
    for payee, amount in case.transfers.filter(dropped_at=None, back=False).values_list("payee", "amount_fen"):
        if payee and amount:
            same_money = Transfer.objects.filter(payee=payee, amount_fen=amount, dropped_at=None, case__in=others)
            same_money = same_money.exclude(payee="")
            add("transfer", same_money.values_list("case", flat=True)[:MOST])
    made = []
    for other in Case.objects.filter(pk__in=list(found)[:MOST]):
        made.append(_propose(case, other, sorted(found[other.pk]), now))
    return made


def _propose(case: Case, other: Case, alike: list[str], found_at: datetime) -> Twin:
    earlier, later = sorted((case, other), key=lambda one: (one.reported_at, one.pk))
    told_ = {"alike": alike, "found_at": found_at}
    return Twin.objects.get_or_create(earlier=earlier, later=later, defaults=told_)[0]


@transaction.atomic
def join(twin_id: int, user: User, reason: str, now: datetime) -> Case:
    """It is one loss: what the later case holds goes to the earlier one, or the other way where the later one alone is filed already.

    Refusal when both are, or when the one that would go on is closed.
    """
    may(permissions.may_work_cases(user))
    twin = _open(twin_id)
    into, later = locked(twin.earlier.number), locked(twin.later.number)
    if "joined" not in ALLOWED[later.state] and "joined" in ALLOWED[into.state]:
        into, later = later, into
    why = told(reason, "reason")
    if into.state == "closed":
        raise Refusal("a case that is closed takes no other in", code="case.closed", where=into.number)
    step(later, "joined")
    later.joined_to = into
    examined(later, now)
    _bring(later, into, twin)
    for act in after_joining:
        act(later, into)
    recording.sum_up(into)
    recording.fill_in(into, **{name: getattr(later, name) for name in KNOWN})
    note(later, user, "joined", now, f"{into.number}: {why}")
    note(into, user, "joined", now, f"{later.number}: {why}")
    _decide(twin, user, True, why, now)
    return into


@transaction.atomic
def keep_apart(twin_id: int, user: User, reason: str, now: datetime) -> Twin:
    """They are two losses, with the reason; the pair is not proposed again."""
    may(permissions.may_work_cases(user))
    twin = _open(twin_id)
    why = told(reason, "reason")
    for case in (twin.earlier, twin.later):
        note(locked(case.number), user, "apart", now, why)
    return _decide(twin, user, False, why, now)


def _open(twin_id: int) -> Twin:
    twin = Twin.objects.select_for_update(of=("self",)).select_related("earlier", "later").filter(pk=twin_id).first()
    if twin is None or twin.joined is not None:
        raise Refusal("somebody decided about these two already", code="twin.decided", where=str(twin_id))
    return twin


def _decide(twin: Twin, user: User, joined: bool, why: str, now: datetime) -> Twin:
    twin.by, twin.at, twin.joined, twin.reason = user, now, joined, why
    twin.save()
    return twin


def _bring(later: Case, into: Case, decided: Twin) -> None:
    twice = _twice(later, into)
    Report.objects.filter(case=later).update(case=into)
    Transfer.objects.filter(case=later).exclude(pk__in=twice).update(case=into)
    known = {(row.kind, row.token): row for row in into.identifiers.all()}
    for row in later.identifiers.all():
        standing = known.get((row.kind, row.token))
        if standing is None:
            Identifier.objects.filter(pk=row.pk).update(case=into)
        elif (
            row.sure and not standing.sure
        ):  # else whose it is, and that it was told at all, goes with what nobody confirms
            told = {"side": row.side, "sure": True, "report": row.report_id}
            Identifier.objects.filter(pk=standing.pk).update(**told)
    Recovery.objects.filter(case=later).update(case=into)
    InvolvedCard.objects.filter(first_case=later).update(first_case=into)
    if into.order_id is None and later.order_id is not None:
        into.order_id, later.order_id = later.order_id, None
        Case.objects.filter(pk=later.pk).update(order=None)
    bring_care(later, into)
    for twin in Twin.objects.filter(Q(earlier=later) | Q(later=later), joined=None).exclude(pk=decided.pk):
        other = twin.later if twin.earlier_id == later.pk else twin.earlier
        _propose(into, other, twin.alike, twin.found_at)
        twin.delete()


def _twice(later: Case, into: Case) -> list[int]:
    """The transfers that both cases tell of: they stay with the later one, so that money is summed once."""
    known = Counter(into.transfers.filter(dropped_at=None).values_list("payee", "amount_fen", "back"))
    found = []
    for pk, *what in later.transfers.filter(dropped_at=None).values_list("pk", "payee", "amount_fen", "back"):
        if known[tuple(what)]:
            known[tuple(what)] -= 1
            found.append(pk)
    return found
