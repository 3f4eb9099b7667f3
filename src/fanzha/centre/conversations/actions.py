"""The only writers of answers and tellings."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.conversations.models import Answer, Telling
from fanzha.centre.conversations.queries import script_of, standing
from fanzha.centre.conversations.walking import SITUATION
from fanzha.centre.dissuasion import queries as dissuasion
from fanzha.centre.dissuasion.actions import raise_level
from fanzha.centre.dissuasion.actions.steps import locked, next_change
from fanzha.centre.dissuasion.actions.tasks import add
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people.telling import may_tell
from fanzha.deadlines import duration
from fanzha.refusal import Refusal


@transaction.atomic
def answer(order_id: str, user: User, now: datetime, question: str, code: str) -> Answer:
    """Keep one answer, or a situation that came up (`question`: SITUATION). What puts somebody in danger sends a person at once.

    Refusal for a question that the conversation has not come to, and for an answer that it does not know.
    """
    order = _in_hands(order_id, user)
    script, stands = script_of(order), standing(order)
    open_now = {one.id for one, _ in stands.asked} | ({stands.next.id} if stands.next else set())
    if question == SITUATION:
        known = code in script.situations
        raises: str | None = code
    else:
        if question not in open_now:
            raise Refusal("the conversation has not come to this question", code="answer.question", where=question)
        known = code in script.questions[question].replies
        raises = script.questions[question].replies[code].raises if known else None
    if not known:
        raise Refusal("expected an answer of the list", code="answer.unknown", where=question)
    made = Answer.objects.create(
        order=order, again=order.again, script=script.case_class, question=question, answer=code, by=user, at=now
    )
    audit.write(user, "answer", order_id, now, question)
    if raises and script.situations[raises].then == "immediate":
        _send_somebody(order, user, now)
    return made


def _send_somebody(order: Order, user: User, now: datetime) -> None:
    """The most urgent level, and a visit that is due at once. The reason names no state of health: many can read it."""
    if order.level > 1:
        raise_level(order.order_id, user, 1, "somebody is needed there at once", now)
    order = locked(order.order_id)
    add(order, "visit", now, now + duration("conversation.immediate", now))
    order.changed = next_change()
    order.save(update_fields=["changed"])


@transaction.atomic
def tell(
    order_id: str, user: User, now: datetime, relation: str, consent: bool, money_leaving_now: bool, reason: str
) -> Telling:
    """Write down that somebody else is told. Refusal when the rules do not allow it, or a needed reason lacks."""
    order = _in_hands(order_id, user)
    ruling = may_tell(relation, order.case_class, consent, money_leaving_now, order.minor)
    if not ruling.allowed:
        raise Refusal(ruling.why.en, code="telling.not_allowed", where=relation)
    if ruling.needs_reason and not reason.strip():
        raise Refusal("say why they are told", code="telling.reason", where="reason")
    audit.write(user, "told_others", order_id, now, f"{relation}: {reason}")
    return Telling.objects.create(
        order=order,
        relation=relation,
        consent=consent,
        money_leaving_now=money_leaving_now,
        reason=reason,
        by=user,
        at=now,
    )


def _in_hands(order_id: str, user: User) -> Order:
    order = locked(order_id)
    if not dissuasion.may_work(order, user):
        raise Refusal("this order is not in your hands", code="order.taken", where=order_id)
    return order
