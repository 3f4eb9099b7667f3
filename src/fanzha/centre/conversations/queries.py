"""What pages read of a conversation, and its answers as labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from fanzha.centre.conversations.models import Answer, Telling
from fanzha.centre.conversations.reading import script_for
from fanzha.centre.conversations.script import Script, Situation
from fanzha.centre.conversations.seen import seen
from fanzha.centre.conversations.walking import SITUATION, Standing, walk
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people.telling import may_tell
from fanzha.centre.trials import queries as trials
from fanzha.vocabulary import Text

_LABELS = {
    "order": pl.String,
    "subject": pl.String,
    "case_class": pl.String,
    "question": pl.String,
    "answer": pl.String,
    "at": pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True)
class Card:
    """A conversation as the order's page shows it. `greeting`: how the call begins, and what is always said
    next; `seen`: what may be said of the warning, empty while nothing may be."""

    script: Script
    standing: Standing
    greeting: tuple[Text, Text]
    seen: list[Text]
    raised: list[Situation]
    situations: list[Situation]
    told: list[tuple[Telling, Text | None]]


def script_of(order: Order) -> Script:
    """The script that an order is spoken by."""
    return script_for(order.case_class)


def standing(order: Order) -> Standing:
    """Where the conversation of an order stands; an order that was opened again begins anew."""
    told = Answer.objects.filter(order=order, again=order.again).order_by("id")
    return walk(script_of(order), told.values_list("question", "answer"))


def card(order: Order, now: datetime) -> Card:
    """All that the script's card shows."""
    script, stands = script_of(order), standing(order)
    warnings = list(order.bases.values_list("told", flat=True))
    raised = _with_what_follows(script, stands.raised, order.minor)
    return Card(
        script=script,
        standing=stands,
        greeting=(_opening(order, script, now), script.assurance),
        seen=seen(warnings, stands.tells),
        raised=raised,
        situations=[one for one in script.situations.values() if one not in raised],
        told=[(one, _words(order, one)) for one in order.tellings.order_by("id")],
    )


def _with_what_follows(script: Script, raised: list[Situation], minor: bool) -> list[Situation]:
    """After a loss comes the guard against the second fraud; a minor is spoken with as one from the beginning."""
    codes = [one.code for one in raised]
    more = ["second_fraud"] if "paid" in codes else []
    more += ["minor"] if minor else []
    return [*raised, *(script.situations[code] for code in more if code not in codes)]


def _opening(order: Order, script: Script, now: datetime) -> Text:
    variant = trials.drawn(order, "script.opening", now)
    return variant.text if variant is not None and variant.text is not None else script.opening


def _words(order: Order, one: Telling) -> Text | None:
    return may_tell(one.relation, order.case_class, one.consent, one.money_leaving_now, order.minor).words


def labels(since: datetime) -> pl.DataFrame:
    """The answers given since `since` as labels: order, subject (token), case_class, question, answer, at.

    An answer that was changed within the same conversation gives way to the later one.
    """
    found = Answer.objects.filter(at__gte=since).order_by("id")
    rows = found.values_list(
        "order__order_id", "order__subject", "order__case_class", "question", "answer", "at", "again"
    )
    kept: dict[tuple[str, int, str], tuple[object, ...]] = {}
    for order, subject, case_class, question, answer, at, again in rows:
        key = (order, again, f"{question}:{answer}" if question == SITUATION else question)
        kept[key] = (order, subject, case_class, question, answer, at)
    return pl.DataFrame(list(kept.values()), schema=_LABELS, orient="row")
