"""The verbs of a clue: the only writers; one transaction and one audit entry each."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.cases import actions as cases
from fanzha.centre.cases.actions.recording import token_of
from fanzha.centre.cases.models import Case, Overdue
from fanzha.centre.clues import states
from fanzha.centre.clues.models import Clue, Numbering
from fanzha.centre.dissuasion.models import Order, Result
from fanzha.deadlines import due, duration
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
INVOLVED = "D11"
BATCH = 100
LONGEST_ID = 80


@transaction.atomic
def receive(
    user: User, now: datetime, kind: str, value: str, source: str, text: str = "", source_id: str = "", case: str = ""
) -> Clue:
    """Write a clue down (`value`: the identifier in clear, empty where the text is all there is; `case`: number of the case it is of).

    The same id of the same sender gives the same clue, and is refused with another content; an identifier that a clue in work is about already is a duplicate of that.
    """
    _may(permissions.may_take_reports(user))
    source_id = source_id.strip()
    if len(source_id) > LONGEST_ID:
        raise Refusal("an id has at most 80 characters", code="clue.id", where="source_id")
    token = _told(kind, value, source, text)
    standing = Clue.objects.filter(source=source, source_id=source_id).first() if source_id else None
    if standing is not None:
        return _same(standing, kind, token, text)
    of = _case(case) if case else None
    return _begin(user, now, kind=kind, token=token, text=text.strip(), source=source, source_id=source_id, case=of)


@transaction.atomic
def receive_sent(sender: str, source_id: str, kind: str, value: str, text: str, now: datetime) -> Clue:
    """Write down what a sender's program tells under an id of its own; the same again gives the same clue.

    Refusal for another content under a known id.
    """
    if not source_id.strip() or len(source_id) > LONGEST_ID:
        raise Refusal("every clue has an id of the sender's own", code="clue.id", where="id")
    token, source_id = _told(kind, value, sender, text), source_id.strip()
    standing = Clue.objects.select_for_update().filter(source=sender, source_id=source_id).first()
    if standing is None:
        return _begin(None, now, kind=kind, token=token, text=text.strip(), source=sender, source_id=source_id)
    return _same(standing, kind, token, text)


def _same(standing: Clue, kind: str, token: str, text: str) -> Clue:
    """The clue that a sender's id stands for. Refusal where another content comes under it."""
    if (standing.kind, standing.token, standing.text) != (kind, token, text.strip()):
        raise Refusal("this id was sent with another content", code="clue.changed", where=standing.source_id)
    return standing


def _told(kind: str, value: str, source: str, text: str) -> str:
    """The token of what a clue is about, empty where the text is all there is. Refusal for what is of no list, or empty."""
    if kind not in states.KINDS or source not in states.SOURCES:
        raise Refusal("choose one of the list", code="clue.list", where="kind")
    if not value.strip() and not text.strip():
        raise Refusal("say what the clue is", code="clue.empty", where="value")
    return token_of(kind, "".join(value.split())) if value.strip() else ""


def _begin(user: User | None, now: datetime, **facts: object) -> Clue:
    year = now.astimezone(SHANGHAI).year
    Numbering.objects.get_or_create(year=year)
    row = Numbering.objects.select_for_update().get(year=year)
    row.last += 1
    row.save()
    clue = Clue(number=f"L{year}{row.last:06d}", received_at=now, due_at=due("clue.value", now), **facts)
    if clue.token:
        same = Clue.objects.filter(kind=clue.kind, token=clue.token, state__in=states.OPEN, case=clue.case)
        clue.duplicate_of = same.order_by("received_at").first()
    if clue.duplicate_of is not None:
        clue.state, clue.due_at, clue.disposed_at = "duplicate", None, now
    _write(clue, user, "received", now, clue.source)
    return clue


def of_dissuasion(result: Result) -> None:
    """Somebody who was warned is involved (D11): a clue about them, which the one who says so may not decide. Once an order."""
    order: Order = result.order
    if result.code == INVOLVED and not Clue.objects.filter(order=order).exists():
        by_hand = Clue.objects.filter(source="dissuasion", source_id=order.order_id).exists()
        told = {"kind": "person", "token": order.subject, "source": "dissuasion"}
        told |= {} if by_hand else {"source_id": order.order_id}
        _begin(result.by, result.at, **told, text=result.note, order=order, found_by=result.by)


@transaction.atomic
def value(number: str, user: User, worth: str, now: datetime) -> Clue:
    """What a clue is worth (A, B, C); its limit runs from its receipt. Refusal for the one it comes from."""
    clue = _for(number, user)
    if worth not in states.VALUES:
        raise Refusal("choose one of the list", code="clue.list", where="value")
    _of_another(clue, user)
    clue.value, clue.due_at = worth, due(states.LIMITS[worth], clue.received_at)
    return _move(clue, "valued", user, now, worth)


@transaction.atomic
def assign(number: str, user: User, handler: User, now: datetime) -> Clue:
    """Who verifies it. Refusal for somebody who may not, or from whom it comes."""
    clue = _for(number, user)
    if not permissions.may_work_cases(handler) or clue.found_by_id == handler.pk:
        raise Refusal("expected an officer, an analyst or a leader", code="clue.handler", where=handler.get_username())
    clue.handler = handler
    return _move(clue, "assigned", user, now, handler.get_username())


@transaction.atomic
def verify(number: str, user: User, now: datetime) -> Clue:
    """The one it was assigned to begins. Refusal for others."""
    clue = _for(number, user)
    if clue.handler_id != user.pk:
        raise Refusal("only whom it was assigned to verifies it", code="clue.mine", where=number)
    return _move(clue, "verifying", user, now)


@transaction.atomic
def dispose(number: str, user: User, to: str, finding: str, now: datetime, case: str = "") -> Clue:
    """What came of it: linked to a case, became one (`case`: its number), or ruled out; with what was found. Feedback is due from now.

    Refusal for the one it comes from.
    """
    clue = _for(number, user)
    _of_another(clue, user)
    if to not in states.DISPOSITIONS:
        raise Refusal("choose one of the list", code="clue.list", where="to")
    if not finding.strip():
        raise Refusal("say what was found", code="clue.reason", where="finding")
    if to != "invalid":
        clue.case = _case(case or (clue.case.number if clue.case else ""))
    clue.finding, clue.disposed_at, clue.due_at = finding.strip(), now, due("clue.feedback", now)
    return _move(clue, to, user, now, clue.finding)


@transaction.atomic
def feed_back(number: str, user: User, told: str, now: datetime) -> Clue:
    """What the sender was told (Anti-Telecom Fraud Law Art. 26); with it the clue is closed."""
    clue = _for(number, user)
    if not told.strip():
        raise Refusal("say what the sender was told", code="clue.reason", where="told")
    clue.feedback, clue.fed_back_at, clue.due_at = told.strip(), now, None
    return _move(clue, "closed", user, now, clue.feedback)


@transaction.atomic
def find_overdue(now: datetime) -> int:
    """Clues past their limit, and those that nobody worked on for `case.idle`; how many were new. cases.find_overdue hands them up."""
    known = set(Overdue.objects.filter(ended_at=None, about__startswith="clue ").values_list("about", "kind"))
    idle_since, found = now - duration("case.idle", now), 0
    open_ = Clue.objects.filter(state__in=states.OPEN).select_related("case")
    for kind, rows in (
        ("limit", open_.filter(due_at__lt=now).order_by("due_at")),
        ("idle", open_.filter(acted_at__lte=idle_since).order_by("acted_at")),
    ):
        new = [clue for clue in rows[: BATCH + len(known)] if (_about(clue), kind) not in known]
        for clue in new[:BATCH]:
            since = clue.due_at if kind == "limit" else clue.acted_at + duration("case.idle", now)
            found += cases.fall(_about(clue), clue.case, kind, since, now)
    return found


def without_disposition(case: Case) -> list[Text]:
    """What has to be disposed of before a case can be closed."""
    waits = Clue.objects.filter(case=case).exclude(state__in=states.DISPOSED).exists()
    return [Text("未处置的线索", "a clue without a disposition")] if waits else []


def bring(later: Case, into: Case) -> None:
    """The clues of a case that was joined to another go with it."""
    Clue.objects.filter(case=later).update(case=into)


def _about(clue: Clue) -> str:
    return f"clue {clue.number}"


def _may(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _case(number: str) -> Case:
    found = Case.objects.filter(number=number.strip().upper()).exclude(state="joined").first()
    if found is None:
        raise Refusal("say which case", code="clue.case", where="case")
    return found


def _for(number: str, user: User) -> Clue:
    _may(permissions.may_work_cases(user))
    clue = Clue.objects.select_for_update(of=("self",)).select_related("case").filter(number=number).first()
    if clue is None:
        raise Refusal("no such clue", code="clue.unknown", where=number)
    return clue


def _of_another(clue: Clue, user: User) -> None:
    if clue.found_by_id == user.pk:
        raise Refusal("somebody else looks at this clue", code="clue.own", where=clue.number)


def _move(clue: Clue, to: str, user: User, now: datetime, reason: str = "") -> Clue:
    if to not in states.ALLOWED[clue.state]:
        raise Refusal(f"a clue that is {clue.state} cannot become {to}", code="clue.state", where=clue.number)
    clue.state = to
    _write(clue, user, to, now, reason)
    return clue


def _write(clue: Clue, user: User | None, act: str, now: datetime, reason: str) -> None:
    clue.acted_at = now
    clue.save()
    over = Overdue.objects.filter(about=_about(clue), ended_at=None)
    kinds = ["idle", *(["limit"] if clue.due_at is None or clue.due_at >= now else [])]
    over.filter(kind__in=kinds).update(ended_at=now)
    audit.write(user, f"clue_{act}", clue.number, now, reason)
