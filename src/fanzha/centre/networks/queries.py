"""What pages and timelines read of networks; identifiers are masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.access.words import Done, in_words
from fanzha.centre.cases import timeline
from fanzha.centre.cases.models import Case, Identifier
from fanzha.centre.cases.timeline import Entry
from fanzha.centre.networks import states, traces
from fanzha.centre.networks.models import Den, Gang, GangIdentifier, Link, Search, Series, SiteTrace
from fanzha.centre.networks.showing import shown
from fanzha.linking import KINDS, site_of
from fanzha.vocabulary import CITY, COUNTIES, Text

PAGE = 50
IDENTIFIERS, CASES = 500, 200
"""Of a gang that its page shows; the sums are of all."""
LINKS = 200
"""That a page of a series or a network lists."""
LOST = Coalesce("confirmed_loss_fen", "loss_fen")
"""The loss of a case as a person settled it, also to nothing, else as it was told; None where neither is known."""
IN_SERIES = Text("列入串并", "Put in a series")


@dataclass(frozen=True)
class LinkLine:
    """A link with its words: `shares` is (kind, masked value, weight)."""

    link: Link
    state: Text
    shares: list[tuple[Text, str, float]]


def link_lines(links: Iterable[Link]) -> list[LinkLine]:
    """Links as pages show them."""
    found = list(links)
    seen = shown((one["kind"], one["value"]) for link in found for one in link.evidence)
    return [
        LinkLine(
            link,
            states.NAMES["link"][link.state],
            [(KINDS[one["kind"]].name, seen[one["kind"], one["value"]], one["weight"]) for one in link.evidence],
        )
        for link in found
    ]


def links_of_case(case: Case) -> dict[str, Any]:
    """The links of a case that stand or were rejected, the strongest first: `lines`, their `number`, and the `longest` list."""
    found = Link.objects.filter(Q(a=case) | Q(b=case)).exclude(state="withdrawn").select_related("a", "b")
    return _listed(found, PAGE)


def links_within(cases: Iterable[Case]) -> dict[str, Any]:
    """The same of the links between cases of a series."""
    keys = [case.pk for case in cases]
    found = Link.objects.filter(a__in=keys, b__in=keys).exclude(state="withdrawn").select_related("a", "b")
    return _listed(found, LINKS)


def _listed(found: QuerySet[Link], longest: int) -> dict[str, Any]:
    return {"lines": link_lines(found[:longest]), "number": found.count(), "longest": longest}


def not_found(ones: Sequence[Gang | Den]) -> dict[int, datetime]:
    """Key -> when the signals were last looked through, of those that a search had found and the last one did not."""
    last = Search.objects.filter(state="done").order_by("-ended_at").first()
    if last is None:
        return {}
    return {one.pk: last.ended_at for one in ones if one.found_at is not None and one.found_at < last.ended_at}


def overview() -> dict[str, Any]:
    """What the page of networks lists: series, gangs and dens, what waits for a person first."""
    series = Series.objects.prefetch_related("cases")
    known = Gang.objects.exclude(state="dismissed")
    belong = Count("identifiers", filter=~Q(identifiers__standing="out"))
    gangs, dens = list(known.annotate(belong=belong)[:PAGE]), list(Den.objects.all()[:PAGE])
    numbers = {state: Series.objects.filter(state=state).count() for state in states.STANDING}
    gone, gone_dens = not_found(gangs), not_found(dens)
    return {
        "series": [
            (one, states.NAMES["series"][one.state], _kinds(one.kinds))
            for one in [*series.filter(state="proposed")[:PAGE], *series.filter(state="confirmed")[:PAGE]]
        ],
        "gangs": [(one, states.NAMES["gang"][one.state], gone.get(one.pk)) for one in gangs],
        "dens": [(one, states.NAMES["den"][one.state], place_name(one.place), gone_dens.get(one.pk)) for one in dens],
        "longest": PAGE,
        "numbers": {"series": max(numbers.values()), "gangs": known.count(), "dens": Den.objects.count()},
        "waiting": Link.objects.filter(state="proposed").count(),
        "search": next(((one, states.SEARCHES[one.state]) for one in Search.objects.all()[:1]), None),
    }


def open_gangs() -> QuerySet[Gang]:
    """The gangs that a form offers: the newest that were not dismissed."""
    return Gang.objects.exclude(state="dismissed")[: 4 * PAGE]


def open_dens() -> QuerySet[Den]:
    """The dens that a form offers, the newest."""
    return Den.objects.all()[: 4 * PAGE]


def series_page(series: Series) -> dict[str, Any]:
    """The context of the page of a series."""
    cases = list(series.cases.annotate(lost=LOST).order_by("reported_at"))
    return {
        "series": series,
        "state": states.NAMES["series"][series.state],
        "kinds": _kinds(series.kinds),
        "cases": cases,
        "loss_fen": sum(case.lost or 0 for case in cases),
        "links": links_within(cases),
        "counties": by_county(case.place for case in cases),
        "gangs": list(series.gangs.all()),
        "done": history(series.number),
    }


def gang_page(gang: Gang) -> dict[str, Any]:
    """The context of the page of a gang: members by kind and role, money, dens, cases that name its identifiers, counties."""
    belong = gang.identifiers.exclude(standing="out")
    identifiers = list(belong[:IDENTIFIERS])
    shown = vault.masked([one.token for one in identifiers])
    on_sites = [pk for pk, _, _ in traces.naming(belong.filter(kind="domain").values_list("token", flat=True))]
    naming = Identifier.objects.filter(Q(token__in=belong.values("token")) | Q(pk__in=on_sites)).exclude(side="victim")
    named = Case.objects.filter(pk__in=naming.values("case")).exclude(state="joined")
    losses = named.aggregate(fen=Sum(LOST), number=Count("pk"))
    roles = Counter(belong.exclude(role="").order_by().values_list("role", flat=True))
    return {
        "gang": gang,
        "gone": not_found([gang]).get(gang.pk),
        "state": states.NAMES["gang"][gang.state],
        "identifiers": [(one, states.KINDS.get(one.kind), shown[one.token], states.ROLES.get(one.role), states.STANDINGS[one.standing]) for one in identifiers],
        "numbers": {"identifiers": belong.count(), "cases": losses["number"]},
        "longest": {"identifiers": IDENTIFIERS, "cases": CASES},
        "proposed": belong.filter(standing="proposed").count(),
        "out": gang.identifiers.filter(standing="out").count(),
        "roles": [(states.ROLES[code], count) for code, count in roles.most_common()],
        "cases": list(named.annotate(lost=LOST).order_by("reported_at")[:CASES]),
        "loss_fen": losses["fen"] or 0,
        "counties": by_county(named.values_list("place", flat=True)),
        "dens": [(den, states.NAMES["den"][den.state], place_name(den.place)) for den in gang.dens.all()],
        "steps": [(to, states.NAMES["gang"][to]) for to in states.ALLOWED["gang"][gang.state]],
        "done": history(gang.number),
    }  # fmt: skip


def den_page(den: Den) -> dict[str, Any]:
    """The context of the page of a den: what tells of its place, and its gangs."""
    # calls that came with a place and no cell are told as being in the place (linking.dens), which is shown beside
    told = [one | {"value": "" if one["value"] == f"in {one['place']}" else one["value"]} for one in den.evidence]
    shown = vault.masked([one["value"] for one in told])
    return {
        "den": den,
        "gone": not_found([den]).get(den.pk),
        "state": states.NAMES["den"][den.state],
        "place": place_name(den.place),
        "counties": by_county([den.place] if den.place[:4] == CITY.code[:4] else []),
        "evidence": [
            (states.EVIDENCE.get(one["kind"]), one["value"] if one["kind"] != "address" else shown[one["value"]], place_name(one["place"] or ""), one["events"])
            for one in told[:PAGE]
        ],
        "gangs": list(den.gangs.all()),
        "steps": [(to, states.NAMES["den"][to]) for to in states.ALLOWED["den"][den.state]],
        "done": history(den.number),
    }  # fmt: skip


def place_name(code: str) -> Text | None:
    """A county, the city or a country by its name, else by its code; None for no place."""
    if not code:
        return None
    if code[:6] in COUNTIES:
        return COUNTIES[code[:6]].name
    return CITY.name if code == CITY.code else states.COUNTRIES.get(code) or Text(code, code)


def by_county(places: Iterable[str]) -> list[dict[str, Any]]:
    """Every county of the city with its place on the grid and how many of `places` are in it."""
    counts = Counter(place[:6] for place in places)
    return [
        {"code": code, "name": COUNTIES[code].name, "count": counts[code], "x": 4 + 92 * column, "y": 4 + 52 * row}
        for code, (column, row) in states.GRID.items()
    ]


def history(number: str) -> list[Done]:
    """What was done about a series, gang or den."""
    return in_words(list(AuditEntry.objects.filter(subject=number).select_related("actor")))


def happened_in(case: Case) -> Iterator[Entry]:
    """The series that a case is in and what was decided about them, and the gangs behind, for its timeline."""
    for one in case.series.prefetch_related("gangs"):
        page = reverse("networks:series", args=[one.number])
        yield Entry(one.proposed_at, IN_SERIES, detail=one.number, page=page)
        yield from timeline.acts([one.number], page, named=True)
        for gang in one.gangs.all():
            yield from timeline.acts([gang.number], reverse("networks:gang", args=[gang.number]), named=True)


def page_of(number: str) -> str | None:
    """The page of a series, gang or den by its number."""
    for model, name in ((Series, "series"), (Gang, "gang"), (Den, "den")):
        if model._default_manager.filter(number=number).exists():
            return reverse(f"networks:{name}", args=[number])
    return None


def sites_seen_with(typed: str) -> list[str]:
    """The sites that were seen with what was typed: an icon's or certificate's digest, a number of registration, a server."""
    plain = "".join(typed.split())
    spelled = {plain, plain.replace(":", "").lower()}
    return list(SiteTrace.objects.filter(value__in=spelled).order_by().values_list("site", flat=True).distinct()[:PAGE])


IN_GANG = Text("列入团伙标识", "Among a gang's identifiers")


def of_tokens(tokens: list[str]) -> Iterator[Entry]:
    """The gangs that tokens are of, for their timelines; it says nothing of who holds them."""
    for one in GangIdentifier.objects.filter(token__in=tokens).exclude(standing="out").select_related("gang")[:PAGE]:
        page = reverse("networks:gang", args=[one.gang.number])
        yield Entry(one.gang.since, IN_GANG, detail=f"{one.gang.number} {one.gang.name}".strip(), page=page)


def seen_with(address: str) -> list[tuple[Text, str, SiteTrace]]:
    """What the site of an address was seen with: kind, value, record."""
    found = SiteTrace.objects.filter(site=site_of(address)).select_related("by") if site_of(address) else []
    return [(KINDS[one.kind].name, one.value, one) for one in found]


def _kinds(codes: Iterable[str]) -> list[Text]:
    return [KINDS[code].name for code in codes if code in KINDS]
