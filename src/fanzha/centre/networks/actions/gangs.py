"""Gangs and dens: raised from a confirmed series or taken from the signals as suspected, moved on by a person alone (12.9)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.cases.models import Identifier
from fanzha.centre.networks import traces
from fanzha.centre.networks.actions.steps import held, may_decide, next_number, step, why
from fanzha.centre.networks.models import Den, Gang, GangIdentifier, Series
from fanzha.linking import Networks
from fanzha.refusal import Refusal

SAME = 0.5
"""A gang of the signals with at least this share of a known gang's identifiers is that gang, grown. Ours."""
_KINDS = {"number": "number", "account": "account", "url": "domain"}


@transaction.atomic
def raise_gang(series: str, user: User, name: str, now: datetime) -> Gang:
    """Suspect a gang behind a confirmed series; what its cases name of the other side are its identifiers."""
    may_decide(user)
    found = held(Series, number=series)
    if found.state != "confirmed":
        raise Refusal("confirm the series first", code="networks.series", where=series)
    if not name.strip():
        raise Refusal("give the gang a name", code="networks.name", where="name")
    gang = Gang.objects.create(number=next_number("G", now), name=name.strip()[:80], series=found, since=now, by=user)
    told = Identifier.objects.filter(case__in=found.cases.all(), side="suspect", kind__in=_KINDS)
    known = {(_KINDS[kind], token) for kind, token in told.values_list("kind", "token")}
    GangIdentifier.objects.bulk_create(
        GangIdentifier(gang=gang, kind=kind, token=token) for kind, token in sorted(known)
    )
    audit.write(user, "gang_suspected", gang.number, now, found.number)
    return gang


@transaction.atomic
def move_gang(number: str, user: User, to: str, reason: str, now: datetime) -> Gang:
    """The next state of a gang, with what it rests on. Refusal for a step that its states do not allow, or without a reason."""
    may_decide(user)
    gang = held(Gang, number=number)
    step("gang", gang.state, to, number)
    told = why(reason, "reason")
    gang.state = to
    gang.save()
    audit.write(user, f"gang_{to}", number, now, told)
    return gang


@transaction.atomic
def move_den(number: str, user: User, to: str, reason: str, now: datetime, place: str = "") -> Den:
    """The next state of a den, with what it rests on; `place`: where a person found it to be, empty to leave it."""
    may_decide(user)
    den = held(Den, number=number)
    step("den", den.state, to, number)
    told = why(reason, "reason")
    den.state, den.place = to, place.strip()[:9] or den.place
    den.save()
    audit.write(user, f"den_{to}", number, now, told)
    return den


@transaction.atomic
def take_found(found: Networks, now: datetime) -> tuple[int, int]:
    """Keep the gangs and dens of a run over the centre's own signals (tokens) as suspected; how many gangs and dens are new.

    A gang that shares half of a known one's identifiers is that gang: it gets what is new, and its figures; its state is a person's.
    """
    gangs: dict[str, Gang] = {}
    fresh = dens = 0
    for code, part in sorted(found.gangs.group_by("gang"), key=lambda item: str(item[0][0])):
        rows = list(part.select("kind", "identifier", "role", "key").iter_rows())
        gang = _known({(kind, token) for kind, token, *_ in rows})
        if gang is None:
            gang = Gang.objects.create(number=next_number("G", now), since=now)
            audit.write(None, "gang_suspected", gang.number, now)
            fresh += 1
        for kind, token, role, key in rows:
            told = {"role": role, "key": key}
            GangIdentifier.objects.update_or_create(gang=gang, kind=kind, token=token[:200], defaults=told)
        summary = found.summary.filter(found.summary["gang"] == code[0]).row(0, named=True)
        gang.summary = {name: str(value) if hasattr(value, "isoformat") else value for name, value in summary.items() if name not in ("gang", "key")}  # fmt: skip
        days = found.changes.filter(found.changes["gang"] == code[0]).drop("gang")
        gang.changes = [{**row, "day": row["day"].isoformat()} for row in days.iter_rows(named=True)]
        gang.save()
        gangs[str(code[0])] = gang
    for row in found.dens.iter_rows(named=True):
        own = [gangs[one] for one in row["gangs"] if one in gangs]
        den = Den.objects.filter(gangs__in=own).order_by("id").first()
        if den is None:
            den = Den(number=next_number("D", now), since=now)
            dens += 1
        if den.state == "clue":  # what a person located stays where they located it
            den.place = row["place"] or ""
        den.confidence, den.evidence = row["confidence"], row["evidence"]
        new = den.pk is None
        den.save()
        den.gangs.add(*own)
        if new:
            audit.write(None, "den_clue", den.number, now)
    return fresh, dens


def _known(identifiers: set[tuple[str, str]]) -> Gang | None:
    tokens = [token for _, token in identifiers]
    counts: dict[int, int] = {}
    for begin in range(0, len(tokens), traces.BATCH):
        rows = GangIdentifier.objects.filter(token__in=tokens[begin : begin + traces.BATCH])
        for gang, kind, token in rows.values_list("gang_id", "kind", "token"):
            counts[gang] = counts.get(gang, 0) + ((kind, token) in identifiers)
    for gang, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count >= SAME * GangIdentifier.objects.filter(gang=gang).count():
            return Gang.objects.get(pk=gang)
    return None
