"""The way of an order as its page shows it: sign-in, call, meeting, feedback, closing; each done, due, late or not asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fanzha.centre.access.words import word
from fanzha.centre.dissuasion.models import Contact, Order
from fanzha.deadlines import limits
from fanzha.vocabulary import Text

_STEPS = (
    ("order.sign_in", ("sign_in",)),
    ("order.first_call", ("first_call",)),
    ("order.in_person", ("in_person", "in_person_remote", "in_person_after_failed_call", "revisit")),
    ("order.feedback", ("feedback",)),
)


@dataclass(frozen=True)
class Step:
    """One step: when it was done, or is due. `late`: its limit passed. Neither: this order does not ask for it."""

    name: Text
    done_at: datetime | None
    due_at: datetime | None
    late: bool


def steps_of(order: Order, now: datetime) -> list[Step]:
    """The steps of an order, as its clocks and records stand."""
    clocks = [one for one in order.clocks.all() if one.again == order.again and not one.passed_over]
    done = {
        "order.sign_in": order.signed_in_at,
        "order.first_call": min((one.at for one in order.contacts.all() if _is_call(one, order)), default=None),
        "order.in_person": order.met_at,
        "order.feedback": order.fed_back_at,
    }
    found = []
    for limit, names in _STEPS:
        mine = [one for one in clocks if one.step in names]
        due = min((one.due_at for one in mine if one.met_at is None), default=None)
        late = any(one.late or (one.met_at is None and one.due_at < now) for one in mine)
        found.append(Step(limits()[limit].name, done[limit], due, late))
    return [*found, Step(word("states", "closed"), order.closed_at, None, False)]


def _is_call(contact: Contact, order: Order) -> bool:
    """Since the order was last opened; a knock at a door where nobody opens is no call, as for its clock."""
    return contact.at >= order.issued_at and (contact.channel != "visit" or contact.contact == "answered")
