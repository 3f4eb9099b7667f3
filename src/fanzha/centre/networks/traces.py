"""The traces of cases, as the library takes them: what stands in the register, and what other apps add to SOURCES."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl
from django.db.models import Q

from fanzha.centre.cases.models import Identifier
from fanzha.centre.networks.models import SiteTrace
from fanzha.linking import TRACES, Cleaned, clean, site_of

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
OF_SITES = ("favicon", "icp", "tls_certificate", "server")
"""What a site may be seen with (SiteTrace): cases that name sites with one of it in common are linked."""


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
    return rows + _rows(found.filter(pk__in=[pk for pk, _, site in naming(sites)]))


def naming(sites: Iterable[str]) -> list[tuple[int, int, str]]:
    """Identifier, case and site (registrable domain) wherever a case that stands for itself names an address of `sites`."""
    wanted = sorted(set(sites))
    rows: list[tuple[int, int, str]] = []
    for begin in range(0, len(wanted), 50):
        # an address is kept as it was told, with its path; the domain is what links
        named = Q()
        for site in wanted[begin : begin + 50]:
            named |= Q(token__icontains=site)
        found = Identifier.objects.filter(named, kind="url").exclude(side="victim").exclude(case__state="joined")
        rows += [
            (pk, case, site)
            for pk, case, token in found.values_list("pk", "case_id", "token")
            if (site := site_of(token)) in wanted
        ]
    return rows


def of_sites(cases: Iterable[int] | None, values: Iterable[tuple[str, str]] | None) -> list[Row]:
    """What the sites that cases name were seen with, told by people or by who sent it."""
    if cases is not None:
        told = (
            Identifier.objects.filter(case__in=list(cases), kind="url")
            .exclude(side="victim")
            .exclude(case__state="joined")
        )
        of = [(case, site_of(token)) for case, token in told.values_list("case_id", "token")]
        seen = SiteTrace.objects.filter(site__in={site for _, site in of})
    else:
        wanted = [(kind, value) for kind, value in values or () if kind in OF_SITES]
        seen = SiteTrace.objects.filter(kind__in=OF_SITES, value__in={value for _, value in wanted})
        of = [(case, site) for _, case, site in naming(seen.values_list("site", flat=True))]
    return [(str(case), one.kind, one.value, 0, one.at) for one in seen for case, site in set(of) if site == one.site]


def _rows(found: Iterable[Identifier]) -> list[Row]:
    columns = found.values_list("case_id", "kind", "token", "case__occurred_at", "case__reported_at")  # type: ignore[attr-defined]
    return [
        (str(case), KINDS[kind], token, 0, occurred or reported) for case, kind, token, occurred, reported in columns
    ]
