"""The traces of cases, as the library takes them: what stands in the register, and what other apps add to SOURCES."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl
from django.db.models import Q

from fanzha.centre.cases.models import Identifier
from fanzha.linking import TRACES, Cleaned, clean

KINDS = {
    "number": "phone",
    "account": "payee_account",
    "url": "domain",
    "app": "app",
    "im": "im",
    "wallet": "wallet",
    "waybill": "delivery",
    "imei": "imei",
}
"""Kinds of identifiers of a case that link it to others, as kinds of traces. People do not link cases here."""
Row = tuple[str, str, str, int, object]
Source = Callable[[Iterable[int] | None, Iterable[tuple[str, str]] | None], list[Row]]
SOURCES: list[Source] = []
"""Each gives rows of TRACES (subject: the case's key as text) of the cases asked for, or that have one of (kind, value)."""
BATCH = 500


def of_cases(cases: Iterable[int]) -> Cleaned:
    """The traces of cases (keys), cleaned."""
    keys = list(cases)
    return _cleaned([row for source in SOURCES for row in source(keys, None)])


def sharing(traces: pl.DataFrame) -> pl.DataFrame:
    """Every trace in the register that is among `traces` (cleaned), of whatever case."""
    wanted = list(traces.select("kind", "value").unique().iter_rows())
    return _cleaned([row for source in SOURCES for row in source(None, wanted)]).kept


def _cleaned(rows: list[Row]) -> Cleaned:
    return clean(pl.DataFrame(rows, schema=TRACES, orient="row"))


def of_identifiers(cases: Iterable[int] | None, values: Iterable[tuple[str, str]] | None) -> list[Row]:
    """What reports name of the other side, or of a side that is not known yet; of cases that stand for themselves."""
    found = Identifier.objects.filter(kind__in=KINDS).exclude(side="victim").exclude(case__state="joined")
    if cases is not None:
        return _rows(found.filter(case__in=list(cases)))
    wanted = list(values or ())
    rows: list[Row] = []
    tokens = [value for kind, value in wanted if kind != "domain"]
    for begin in range(0, len(tokens), BATCH):
        rows += _rows(found.filter(token__in=tokens[begin : begin + BATCH]))
    sites = [value for kind, value in wanted if kind == "domain"]
    for begin in range(0, len(sites), 50):
        # an address is kept as it was told, with its path; the domain is what links
        named = Q()
        for site in sites[begin : begin + 50]:
            named |= Q(token__icontains=site)
        rows += _rows(found.filter(named, kind="url"))
    return rows


def _rows(found: Iterable[Identifier]) -> list[Row]:
    columns = found.values_list("case_id", "kind", "token", "case__occurred_at", "case__reported_at")  # type: ignore[attr-defined]
    return [
        (str(case), KINDS[kind], token, 0, occurred or reported) for case, kind, token, occurred, reported in columns
    ]
