"""Propose: link cases that name something new, and put cases that hang together into series. A person decides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl
from django.db import transaction
from django.db.models import Q

from fanzha.centre.access import audit
from fanzha.centre.cases.models import Case, Identifier
from fanzha.centre.networks import scripts, states, traces
from fanzha.centre.networks.actions.steps import next_number
from fanzha.centre.networks.models import Link, Progress, Series, SiteTrace
from fanzha.linking import links_of, propose_series

BATCH = 100
"""Identifiers that one round takes in: a fraction of a second, during which nobody else writes."""
SITES = 5
"""What sites were seen with, as many a round: many cases may name one."""
LARGEST = 500
"""Cases of a component that are looked at for one series."""


def propose(now: datetime) -> int:
    """Link the cases of what was written down next, identifiers before what sites were seen with; how many links are new or changed."""
    return sum(_go_on(name, following, now) for name, following in FEEDS.items())


@transaction.atomic
def _go_on(name: str, following: Callable[[int], tuple[int, set[int]]], now: datetime) -> int:
    progress = Progress.objects.get_or_create(name=name)[0]
    last, cases = following(progress.value)
    if last == progress.value:
        return 0
    changed = link_cases(cases, now)
    if changed:
        put_in_series(cases, now)
    progress.value = last
    progress.save()
    return changed


def _identifiers(after: int) -> tuple[int, set[int]]:
    rows = list(Identifier.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "case_id")[:BATCH])
    return (rows[-1][0], {case for _, case in rows}) if rows else (after, set())


def _sites(after: int) -> tuple[int, set[int]]:
    rows = list(SiteTrace.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "site")[:SITES])
    return (rows[-1][0], {case for _, case, _ in traces.naming({site for _, site in rows})}) if rows else (after, set())


FEEDS: dict[str, Callable[[int], tuple[int, set[int]]]] = {"identifiers": _identifiers, "sites": _sites}
"""What is written down, by its own progress: from the last key that was taken in to the next last key and its cases."""


def link_cases(cases: set[int], now: datetime) -> int:
    """Bring the proposed links of cases up to date; how many are new or changed. Decided links stay as they were decided."""
    new = traces.of_cases(cases).kept
    sharing = traces.sharing(new) if new.height else new
    found = links_of(new, sharing, scripts.alike(new, sharing))
    told = {
        (min(int(a), int(b)), max(int(a), int(b))): (strength, evidence)
        for a, b, strength, evidence in found.select("a", "b", "strength", "evidence").iter_rows()
    }
    standing = {(one.a_id, one.b_id): one for one in Link.objects.filter(Q(a__in=cases) | Q(b__in=cases))}
    changed = 0
    for pair, (strength, evidence) in told.items():
        link = standing.pop(pair, None) or Link(a_id=pair[0], b_id=pair[1], proposed_at=now)
        if link.pk is None or link.state == "withdrawn" or (link.state == "proposed" and link.evidence != evidence):
            link.strength, link.evidence, link.state = strength, evidence, "proposed"
            link.save()
            changed += 1
    gone = [link.pk for link in standing.values() if link.state == "proposed"]
    return changed + Link.objects.filter(pk__in=gone).update(state="withdrawn")


def put_in_series(cases: set[int], now: datetime) -> None:
    """Propose series of what hangs together with cases. What a person decided covers its cases: they are not proposed again, and what
    a person took out of a series does not come back to it by a case that hangs together with both."""
    links = _component(cases)
    while links:
        out, stay = _split(_ends(links))
        first = [one for one in links if not _ends([one]) & out]
        _put_in_series(first, now)
        placed = _ends(first) | stay
        links = [one for one in links if not _ends([one]) & placed] if out and placed else []


def _put_in_series(links: list[Row], now: datetime) -> None:
    known = Case.objects.in_bulk(_ends(links))
    for row in propose_series(_table(links)).iter_rows(named=True):
        members = {known[int(one)] for one in row["cases"]}
        of = Series.objects.filter(cases__in=members).distinct().order_by("id")
        if any(members <= set(one.cases.all()) for one in of.exclude(state="withdrawn")):
            continue
        # a confirmed one does not grow without a person
        standing = of.filter(state__in=("proposed", "withdrawn")).order_by("state", "id").first()
        series = standing or Series(number=next_number("S", now), strength=row["strength"], proposed_at=now)
        if series.state == "withdrawn":  # what held it together is gone
            series.kinds = []
            series.cases.clear()
        series.state, series.kinds = "proposed", sorted({*series.kinds, *row["kinds"]})
        series.save()
        series.cases.add(*members)
        audit.write(None, "series_grown" if standing else "series_proposed", series.number, now)
        for one in of.filter(state="proposed", split_from=None, parts=None).exclude(pk=series.pk):
            if set(one.cases.all()) <= members:  # two that grew together are one
                one.state = "withdrawn"
                one.save()
                audit.write(None, "series_withdrawn", one.number, now, series.number)


def _split(cases: set[int]) -> tuple[set[int], set[int]]:
    """Of cases: those that a person took out of a series of which others are among them, and those others."""
    out: set[int] = set()
    stay: set[int] = set()
    for part in Series.objects.filter(cases__in=cases).exclude(split_from=None).distinct():
        own, above = _cases(part), part.split_from
        while above is not None:
            rest = _cases(above) & cases
            stay |= rest
            out |= own - rest if rest else set()
            above = above.split_from
    return out, stay - out


def _cases(series: Series) -> set[int]:
    return set(series.cases.values_list("pk", flat=True))


def _ends(links: list[Row]) -> set[int]:
    return {case for a, b, *_ in links for case in (a, b)}


def withdraw_series(now: datetime) -> int:
    """Take back proposed series whose cases no longer hang together, all or some of them; how many changed. What was split stays."""
    changed = 0
    for series in Series.objects.filter(state="proposed", split_from=None, parts=None).order_by("id"):
        keys = _cases(series)
        links = Link.objects.filter(a__in=keys, b__in=keys, state__in=states.STANDING)
        found = propose_series(_table(list(links.values_list("a_id", "b_id", "strength", "evidence"))))
        held = {int(one) for one in found["cases"][0]} if found.height else set()
        if held == keys:
            continue
        series.state = "proposed" if held else "withdrawn"
        series.kinds = found["kinds"][0].to_list() if held else series.kinds
        series.save()
        if held:
            series.cases.remove(*(keys - held))
        audit.write(None, "series_shrunk" if held else "series_withdrawn", series.number, now)
        changed += 1
    return changed


Row = tuple[int, int, float, list[dict[str, object]]]


def _table(links: list[Row]) -> pl.DataFrame:
    evidence = pl.List(pl.Struct({"kind": pl.String, "value": pl.String, "weight": pl.Float64}))
    schema = {"a": pl.String, "b": pl.String, "strength": pl.Float64, "evidence": evidence}
    rows = [(str(a), str(b), strength, told) for a, b, strength, told in links]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _component(cases: set[int]) -> list[Row]:
    """The links that stand of everything that hangs together with cases, as far as LARGEST cases."""
    met, edge, found = set(cases), set(cases), {}
    while edge and len(met) < LARGEST:
        links = Link.objects.filter(Q(a__in=edge) | Q(b__in=edge), state__in=states.STANDING)
        rows = {pk: told for pk, *told in links.values_list("pk", "a_id", "b_id", "strength", "evidence")}
        found.update(rows)
        edge = {one for a, b, *_ in rows.values() for one in (a, b)} - met
        met |= edge
    return [(a, b, strength, evidence) for a, b, strength, evidence in found.values()]
