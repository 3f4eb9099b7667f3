"""What pages read of holds and objections; banks and telecom operators see those of their own institution alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from fanzha.centre.access import permissions, vault
from fanzha.centre.access.words import word
from fanzha.centre.cases.timeline import Entry
from fanzha.centre.dissuasion import states as order_states
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.duty import queries as duty
from fanzha.centre.duty.pending import Pending
from fanzha.centre.holds import notices, states, terms
from fanzha.centre.holds.models import Hold, Objection
from fanzha.centre.people import queries as people
from fanzha.vocabulary import Text

LONGEST_LIST = 100
HOLD = Text("保护性止付或停机", "Hold")


@dataclass(frozen=True)
class Line:
    """A hold as pages show it. `asks_me`: it waits for this user's second word; `confirms`: what the carrier has to confirm."""

    hold: Hold
    shown: str
    reason: Text
    end: Text | None
    asks_me: bool
    confirms: str
    late: bool


@dataclass(frozen=True)
class Target:
    """Something of a person that can be held."""

    token: str
    kind: str
    shown: str
    carrier: str


def visible(user: User) -> QuerySet[Hold]:
    """The holds that a user may see, the newest first."""
    found = Hold.objects.select_related("order", "decider", "second", "objection").order_by("-requested_at", "-id")
    if permissions.role(user) in permissions.CENTRE:
        return found
    institution = duty.institution_of(user)
    if not institution:
        return found.none()
    return found.filter(carrier=institution, decided_at__isnull=False).exclude(state="refused")


def lines(holds: Iterable[Hold], user: User, now: datetime) -> list[Line]:
    """Holds with their masked targets and what they ask of the user."""
    found = list(holds)
    shown = vault.masked([hold.target for hold in found])
    may_decide, may_confirm = permissions.may_decide(user), permissions.may_confirm(user)
    return [
        Line(
            hold,
            shown[hold.target],
            terms.REASONS[hold.reason],
            terms.ENDS.get(hold.end_how),
            may_decide and hold.state == "requested" and hold.decider_id != user.pk and now < hold.answer_by,
            to_confirm(hold, now) if may_confirm else "",
            hold.late or (hold.undone_at is None and hold.confirm_due_at is not None and hold.confirm_due_at < now),
        )
        for hold in found
    ]


def to_confirm(hold: Hold, now: datetime) -> str:
    """What the bank or operator is asked to confirm of a hold: `in_force`, `undone`, or nothing."""
    if hold.state == "approved" and hold.until is not None and now < hold.until:
        return "in_force"
    return "undone" if hold.confirm_due_at is not None and hold.undone_at is None else ""


def to_do(user: User, now: datetime) -> list[Line]:
    """What waits for the user: requests for a second word, and what a bank or operator has to confirm."""
    asked = Q(state="requested", answer_by__gt=now)
    confirmed = Q(state="approved", until__gt=now) | Q(confirm_due_at__isnull=False, undone_at=None)
    told = lines(visible(user).filter(asked | confirmed), user, now)
    return [line for line in told if line.asks_me or line.confirms]


def targets(order: Order) -> list[Target]:
    """What the person of an order owns and can be held: accounts first, then numbers."""
    owned = [
        (one.token, kind, one.carrier)
        for kind in terms.KINDS
        for one in people.held_by(order.subject, terms.HOLDING[kind])
    ]
    if not owned and order.subject[:2] in ("a-", "n-"):
        owned = [(order.subject, "account" if order.subject.startswith("a-") else "line", "")]
    shown = vault.masked([token for token, _, _ in owned])
    return [Target(token, kind, shown[token], carrier) for token, kind, carrier in owned]


def can_be_asked(order: Order) -> bool:
    """Whether a hold can be asked for: the order is open."""
    return order.state not in order_states.ENDED


def by_receipt(receipt: str) -> Hold | None:
    """The hold that a receipt number was given for, once it was decided."""
    found = Hold.objects.filter(receipt=receipt, decided_at__isnull=False).exclude(state="refused")
    return found.select_related("order").first()


def objection_of(hold: Hold | None) -> Objection | None:
    """The objection to a hold, if there is one."""
    return Objection.objects.filter(hold=hold).first() if hold is not None else None


def objections(user: User) -> QuerySet[Objection]:
    """Objections to holds that a user may see: those that wait first, the earliest due on top."""
    found = Objection.objects.filter(hold__in=visible(user).order_by()).select_related("hold__order", "by")
    return found.order_by(F("decided_at").desc(nulls_first=True), "due_at")[:LONGEST_LIST]


def may_answer(objection: Objection, user: User) -> bool:
    """Whether a user may decide an objection: who decided the hold may not."""
    mine = user.pk in (objection.hold.decider_id, objection.hold.second_id)
    return permissions.may_decide(user) and objection.state == "submitted" and not mine


def notice_of(hold: Hold) -> Text | None:
    """What the person is told of a hold that was decided, for those who tell it in person or print it."""
    return notices.notice(hold.kind, hold, hold.until) if hold.until is not None else None


def is_live(hold: Hold, now: datetime) -> bool:
    """Whether a hold may restrict the person at an instant."""
    return hold.state in states.LIVE and hold.until is not None and now < hold.until


def for_handover(unit: str | None, now: datetime) -> Iterator[Pending]:
    """The holds that the next shift has to know of, of one unit's orders or of all: what may restrict a person, also since its
    bank or operator has not said that it is undone."""
    mine = Q() if unit is None else Q(order__unit=unit)
    restricts = Q(state__in=states.LIVE, until__gt=now) | Q(confirm_due_at__isnull=False, undone_at=None)
    found = list(Hold.objects.filter(mine, restricts).order_by("until", "id"))
    shown = vault.masked([one.target for one in found])
    for one in found:
        yield Pending(HOLD, shown[one.target], reverse("holds:hold", args=[one.pk]), one.confirm_due_at or one.until)


def of_tokens(tokens: list[str]) -> Iterator[Entry]:
    """Holds of numbers and accounts, for their timelines; a person's stand with the orders about them."""
    for hold in Hold.objects.filter(target__in=tokens).exclude(order__subject__in=tokens)[:LONGEST_LIST]:
        page = reverse("holds:hold", args=[hold.pk])
        for at, state in (
            (hold.requested_at, "requested"),
            (hold.in_force_at, "in_force"),
            (hold.ended_at, hold.state),
        ):
            if at is not None:
                yield Entry(at, word("acts", f"hold_{state}"), page=page)
