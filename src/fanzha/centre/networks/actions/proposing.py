"""Propose: link cases that name something new, and put cases that hang together into series. A person decides."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from django.db import transaction
from django.db.models import Q

from fanzha.centre.access import audit
from fanzha.centre.cases.models import Case, Identifier
from fanzha.centre.networks import states, traces
from fanzha.centre.networks.actions.steps import next_number
from fanzha.centre.networks.models import Link, Progress, Series
from fanzha.linking import links_of, propose_series

BATCH = 100
"""Identifiers that one round takes in: a fraction of a second, during which nobody else writes."""
LARGEST = 500
"""Cases of a component that are looked at for one series."""


@transaction.atomic
def propose(now: datetime) -> int:
    """Link the cases of the next identifiers that were written down; how many links are new or changed."""
    progress = Progress.objects.get_or_create(name="identifiers")[0]
    rows = list(Identifier.objects.filter(pk__gt=progress.value).order_by("pk").values_list("pk", "case_id")[:BATCH])
    if not rows:
        return 0
    cases = {case for _, case in rows}
    changed = link_cases(cases, now)
    if changed:
        _put_in_series(cases, now)
    progress.value = rows[-1][0]
    progress.save()
    return changed


def link_cases(cases: set[int], now: datetime) -> int:
    """Bring the proposed links of cases up to date; how many are new or changed. Decided links stay as they were decided."""
    new = traces.of_cases(cases).kept
    found = links_of(new, traces.sharing(new)) if new.height else links_of(new, new)
    told = {
        (min(int(a), int(b)), max(int(a), int(b))): (strength, evidence)
        for a, b, strength, evidence in found.select("a", "b", "strength", "evidence").iter_rows()
    }
    standing = {(one.a_id, one.b_id): one for one in Link.objects.filter(Q(a__in=cases) | Q(b__in=cases))}
    changed = 0
    for pair, (strength, evidence) in told.items():
        link = standing.pop(pair, None) or Link(a_id=pair[0], b_id=pair[1], proposed_at=now)
        if link.pk is None or (link.state in ("proposed", "withdrawn") and link.evidence != evidence):
            link.strength, link.evidence, link.state = strength, evidence, "proposed"
            link.save()
            changed += 1
    gone = [link.pk for link in standing.values() if link.state == "proposed"]
    return changed + Link.objects.filter(pk__in=gone).update(state="withdrawn")


def _put_in_series(cases: set[int], now: datetime) -> None:
    links = _component(cases)
    known = dict(Case.objects.filter(pk__in={pk for a, b, *_ in links for pk in (a, b)}).in_bulk())
    table = pl.DataFrame(
        [(str(a), str(b), strength, evidence) for a, b, strength, evidence in links],
        schema={
            "a": pl.String,
            "b": pl.String,
            "strength": pl.Float64,
            "evidence": pl.List(pl.Struct({"kind": pl.String, "value": pl.String, "weight": pl.Float64})),
        },
        orient="row",
    )
    for row in propose_series(table).iter_rows(named=True):
        members = {known[int(one)] for one in row["cases"]}
        of = Series.objects.filter(cases__in=members).distinct().order_by("id")
        if any(members <= set(one.cases.all()) for one in of):
            continue
        standing = of.filter(state="proposed").first()  # a confirmed one does not grow without a person
        series = standing or Series(number=next_number("S", now), strength=row["strength"], proposed_at=now)
        series.kinds = sorted({*series.kinds, *row["kinds"]})
        series.save()
        series.cases.add(*members)
        audit.write(None, "series_grown" if standing else "series_proposed", series.number, now)


def _component(cases: set[int]) -> list[tuple[int, int, float, list[dict[str, object]]]]:
    """The links that stand of everything that hangs together with cases, as far as LARGEST cases."""
    met, edge, found = set(cases), set(cases), {}
    while edge and len(met) < LARGEST:
        links = Link.objects.filter(Q(a__in=edge) | Q(b__in=edge), state__in=states.STANDING)
        rows = {pk: told for pk, *told in links.values_list("pk", "a_id", "b_id", "strength", "evidence")}
        found.update(rows)
        edge = {one for a, b, *_ in rows.values() for one in (a, b)} - met
        met |= edge
    return [(a, b, strength, evidence) for a, b, strength, evidence in found.values()]
