"""Outcomes as labels for detection: what was right, what was wrong, and of what it is too early to say."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import polars as pl

from fanzha.centre.dissuasion import filed_cases
from fanzha.centre.dissuasion.actions.opening import OWN
from fanzha.centre.dissuasion.models import Basis, Order, Result
from fanzha.centre.dissuasion.precision import FALSE, TRUE
from fanzha.centre.dissuasion.standing import LATE
from fanzha.centre.warnings import queries as judged_warnings
from fanzha.deadlines import duration
from fanzha.signals import INSTANT
from fanzha.signals.tokens import PREFIXES

URGENT = (1, 2)
_KINDS = {letter: kind for kind, letter in PREFIXES.items() if kind in ("number", "account", "person")}
SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "subject": pl.String(),
    "kind": pl.String(),
    "warning_id": pl.String(),
    "began": INSTANT,
    "ended": INSTANT,
    "label": pl.Int8(),
    "indicators": pl.List(pl.String()),
    "versions": pl.String(),
    "outcome": pl.String(),
}
Row = dict[str, Any]


def labels(now: datetime) -> pl.DataFrame:
    """One row (SCHEMA) for each warning, ours or handed down: found right (label 1), wrong (0), or unsettled (null).

    `source`: whose warning it was; `subject`: token; `kind`: what was warned of (victim, number, account); `began`: the first event that the warning rests on;
    `ended`: when it was found out; `indicators`, `versions` (JSON): what gave it. Right are D01-D04 and numbers and accounts judged
    right. A false warning (D06) of the two urgent levels, where victims are told to lie, is a label only after the dated wait
    without a case or a later true outcome; one with such a sequel is never one. Everything else is unsettled.
    """
    rows = [*_of_people(now), *_of_things()]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("began", "warning_id")


def _of_people(now: datetime) -> Iterable[Row]:
    proved = _proved(now)
    told = Basis.objects.select_related("order").order_by("issued_at", "id")
    for basis in told.iterator(500):
        order = basis.order
        ended = order.fed_back_at or now
        row = _row(order.subject, "victim", basis.warning_id, basis.told, basis.issued_at, ended)
        yield row | {"source": basis.source, "label": _label(order, proved, now), "outcome": order.outcome}


def _label(order: Order, proved: dict[str, list[datetime]], now: datetime) -> int | None:
    if order.outcome in TRUE:
        return 1
    if order.outcome not in FALSE or order.fed_back_at is None:
        return None
    if any(at > order.opened_at for at in proved.get(order.subject, ())):
        return None
    urgent = min([order.level, *order.bases.values_list("level", flat=True)]) in URGENT
    waits_until = order.fed_back_at + duration("labels.wrong_after", order.fed_back_at)
    return None if urgent and now < waits_until else 0


def _proved(now: datetime) -> dict[str, list[datetime]]:
    """Persons that something true is known of, with the instants: a case that was filed, a true outcome that stands.

    Also one that an order had before it was opened again and ended otherwise.
    """
    found: dict[str, list[datetime]] = {}
    true = Result.objects.filter(code__in=TRUE, corrected_by=None).order_by().values_list("order__subject", "at")
    cases = filed_cases.filed(datetime.fromtimestamp(0, now.tzinfo), now)
    for who, at in [*true, *((case.subject, case.filed_at) for case in cases)]:
        found.setdefault(who, []).append(at)
    return found


def _of_things() -> Iterable[Row]:
    for one in judged_warnings.of_things():
        label = {"right": 1, "wrong": 0}.get(one.judged)
        ended = one.judged_at or one.received_at
        row = _row(one.subject, one.kind, one.warning_id, one.told, one.issued_at, ended)
        yield row | {"source": OWN, "label": label, "outcome": one.judged}


def _row(subject: str, kind: str, name: str, told: Row, issued: datetime, ended: datetime) -> Row:
    times = [datetime.fromisoformat(event["at"]) for event in told.get("events") or () if event.get("at")]
    return {
        "subject": subject,
        "kind": kind,
        "warning_id": name,
        "began": min([issued, *times]),
        "ended": max(ended, issued),
        "indicators": sorted({str(reason["indicator"]) for reason in told.get("reasons") or ()}),
        "versions": json.dumps(told.get("versions") or {}, sort_keys=True),
    }


def as_truth(told: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Labels as the truth tables that detection is trained from (contract 1), with tokens for identifiers.

    Who had paid (D03, D04) is in `truth_victims`; who was about to (D01, D02) in `truth_approached`; numbers and accounts judged
    right in theirs. What is unsettled is in `truth_unsettled`: from then on nothing is learned of that subject. Wrong warnings
    need no row: whatever is in no table is learned as ordinary.
    """
    right, people = told.filter(pl.col("label") == 1), pl.col("kind") == "victim"
    paid = pl.col("outcome").is_in(LATE)
    tables = {
        "truth_victims": _persons(right.filter(people & paid), "last_payment_at"),
        "truth_approached": _persons(right.filter(people & ~paid), "would_pay_at"),
        "truth_unsettled": _unsettled(told.filter(pl.col("label").is_null()), right),
    }
    for kind in ("number", "account"):
        found = right.filter(pl.col("kind") == kind).group_by("subject").agg(pl.col("began").min().alias("since"))
        tables[f"truth_{kind}s"] = found.rename({"subject": kind}).with_columns(role=pl.lit("judged")).sort(kind)
    return tables


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    """The subject in the column of its kind (person, number, account), by the first letter of its token."""
    kind = pl.col("subject").str.slice(0, 1).replace_strict(_KINDS, default="person")
    return frame.with_columns(
        *(pl.when(kind == name).then(pl.col("subject")).alias(name) for name in ("person", "number", "account"))
    )


def _persons(rows: pl.DataFrame, until: str) -> pl.DataFrame:
    named = _named(rows).rename({"began": "first_contact_at", "ended": until})
    return named.select("person", "number", "account", "first_contact_at", until)


def _unsettled(rows: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Since when nothing is learned of a subject; what was found right of it in another story is learned all the same."""
    open_now = rows.join(right.select("subject", "kind"), on=["subject", "kind"], how="anti")
    since = open_now.group_by("subject", "kind").agg(pl.col("began").min().alias("since"))
    return _named(since).select("kind", "person", "number", "account", "since").sort("since")
