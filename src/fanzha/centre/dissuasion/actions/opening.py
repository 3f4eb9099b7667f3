"""Warnings become orders: one for all that comes for a person within the merging window."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks, tasks
from fanzha.centre.dissuasion.actions.steps import move, next_change, save
from fanzha.centre.dissuasion.models import Basis, Care, LevelChange, Order
from fanzha.centre.duty import queries as duty
from fanzha.centre.people import queries as people
from fanzha.centre.people.models import Person
from fanzha.deadlines import deadline, duration
from fanzha.vocabulary import LEVELS

LOWEST = max(LEVELS)
OWN = "fanzha"
"""The source of our own warnings."""
MOVING_MONEY = ("fund", "cash_withdrawal", "bank_counter", "counter_refusal")
"""Kinds of a handed-down warning that open a closed order again: money is moving (domain page 3.5)."""


@dataclass(frozen=True)
class Incoming:
    """A graded warning of a person, ours or handed down. `told`: what the sender said, with the reasons in both languages.

    `subject`, `subject_kind`: tokens. `place`: where the person was last seen, empty where nobody knows.
    """

    source: str
    warning_id: str
    subject: str
    subject_kind: str
    level: int
    issued_at: datetime
    told: dict[str, Any]
    score: float = 0.0
    case_class: str = ""
    kind: str = ""
    place: str = ""


@transaction.atomic
def open_orders(incoming: Iterable[Incoming], now: datetime) -> list[Order]:
    """The order of each warning, new or one that stood; a warning that is known adds nothing."""
    return [_open(one, now) for one in incoming if not _known(one)]


def _known(one: Incoming) -> bool:
    return Basis.objects.filter(source=one.source, warning_id=one.warning_id).exists()


def _open(one: Incoming, now: datetime) -> Order:
    subject = people.holder_of(one.subject_kind, one.subject)
    begins = max(one.issued_at, now)
    window, repeats = duration("merging.window", begins), duration("care.repeated", begins)
    since = begins - max(window, repeats)
    before = list(Order.objects.select_for_update().filter(subject=subject, issued_at__gt=since).order_by("-issued_at"))
    order = before[0] if before and before[0].issued_at > begins - window else None
    if order is None:
        repeated = any(other.level < LOWEST and other.issued_at > begins - repeats for other in before)
        order = _new(one, subject, begins, repeated)
        Basis.objects.create(order=order, **_basis(one))
        return order
    new_source = one.level < LOWEST and not order.bases.filter(source=one.source).exists()
    Basis.objects.create(order=order, **_basis(one))
    rises = one.level < order.level
    opens = order.state in states.ENDED and (rises or one.kind in MOVING_MONEY or new_source)
    if not order.place and (opens or order.state not in states.ENDED):
        _learn_place(order, _place_of(one, people.person(subject)))
    if opens:
        order.minor = order.minor or people.is_minor(people.person(subject), begins)
        reopen(order, min(one.level, order.level), begins)
    elif rises and order.state not in states.ENDED:
        raise_to(order, one.level, begins, "further signs", None)
    order.score, order.case_class = max(order.score, one.score), one.case_class or order.case_class
    save(order)
    return order


def _basis(one: Incoming) -> dict[str, Any]:
    return {
        "source": one.source,
        "warning_id": one.warning_id,
        "issued_at": one.issued_at,
        "level": one.level,
        "told": one.told,
    }


def learn_minors(tokens: list[str], now: datetime) -> None:
    """A register tells how old people (tokens) are: whoever may be a minor is spoken with as one from now on, in orders that are open."""
    for order in Order.objects.select_for_update().filter(subject__in=tokens, minor=False, state__in=states.OPEN):
        if people.is_minor(people.person(order.subject), now):
            order.minor = True
            save(order)


def _place_of(one: Incoming, known: Person | None) -> str:
    return (one.place or (known.place if known else ""))[:9]


def _learn_place(order: Order, place: str) -> None:
    """Where the person is becomes known: what nobody works on yet is that county's from now on, else its visit alone. The caller saves."""
    order.place = place
    waits = order.state not in states.WORKED and order.unit == duty.CITY_UNIT
    if waits and not order.transfers.filter(accepted=True).exists():  # else people said whose it is
        tasks.hand_over(order, duty.unit_for(place))
        order.unit = duty.unit_for(place)
    else:
        tasks.send_visits(order)
    if order.state in states.ENDED:
        order.remote = duty.is_remote(place)  # its clocks begin anew; those that run are kept


def _new(one: Incoming, subject: str, begins: datetime, repeated: bool) -> Order:
    known = people.person(subject)
    place = _place_of(one, known)
    level = max(1, one.level - 1) if repeated else one.level
    order = Order.objects.create(
        order_id="o" + hashlib.sha256(f"{one.source}\x1f{one.warning_id}".encode()).hexdigest()[:22],
        subject=subject,
        level=level,
        score=one.score,
        case_class=one.case_class,
        source=one.source,
        issued_at=begins,
        opened_at=begins,
        unit=duty.unit_for(place),
        place=place,
        language=known.language if known else "",
        minor=people.is_minor(known, begins),
        remote=duty.is_remote(place),
        changed=next_change(),
    )
    if repeated:
        change = {"before": one.level, "after": level, "reason": "care.repeated", "at": begins, "granted": True}
        LevelChange.objects.create(order=order, **change)
        put_on_care(order, "repeated", "care.long", begins)
    clocks.start(order, level, begins, new=True)
    tasks.open_for(order, level, begins, new=True)
    return order


def put_on_care(order: Order, reason: str, limit: str, since: datetime) -> None:
    """Put the person on the care list for as long as `limit` says; a longer stay stands."""
    until = since + duration(limit, since)
    if not Care.objects.filter(subject=order.subject, until__gte=until).exists():
        Care.objects.create(subject=order.subject, order=order, reason=reason, since=since, until=until)


def end_care(order: Order, now: datetime) -> None:
    """Take the person off the care list that the outcome of an order, since it was opened last, had put them on; other stays stand."""
    mine = Care.objects.filter(order=order, reason="after_outcome", since__gte=order.issued_at, until__gt=now)
    mine.update(until=now)


def raise_to(order: Order, level: int, at: datetime, reason: str, by: Any) -> None:
    """Make an order more urgent: the clocks of the new level run from `at`, and the earliest due counts; the caller saves."""
    LevelChange.objects.create(
        order=order, before=order.level, after=level, reason=reason, by=by, at=at, decided_at=at, granted=True
    )
    withdraw(order, at)
    order.level = level
    if order.state == "assigned" and order.give_back_at is not None:
        order.give_back_at = min(order.give_back_at, deadline("order.offer", level, at) or at)
    clocks.start(order, level, at)
    tasks.open_for(order, level, at)


def withdraw(order: Order, at: datetime) -> None:
    """Proposals to lower the level fall: they were made before something that changes the case."""
    order.level_changes.filter(granted=None).update(granted=False, decided_at=at)


def reopen(order: Order, level: int, at: datetime) -> None:
    """Begin again with an order that was closed; what was found before stays on record. The caller saves."""
    move(order, "created")
    order.again += 1
    order.level, order.issued_at = level, at
    order.owner, order.give_back_at, order.signed_in_at, order.closed_at, order.outcome = None, None, None, None, ""
    order.reached_at, order.met_at, order.fed_back_at = None, None, None
    tasks.drop_follow_ups(order, at)
    clocks.start(order, level, at)
    tasks.open_for(order, level, at)
