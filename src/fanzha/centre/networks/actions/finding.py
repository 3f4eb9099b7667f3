"""What a search through the signals found is kept: gangs and dens as suspected, each in a transaction of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.cases.actions.recording import token_of
from fanzha.centre.networks import traces
from fanzha.centre.networks.actions.steps import next_number
from fanzha.centre.networks.models import Den, Gang, GangIdentifier
from fanzha.linking import Networks

SAME = 0.5
"""A gang of the signals that has this share of the smaller one's identifiers in common with a known gang is that gang. Ours."""


def take_found(found: Networks, now: datetime) -> tuple[int, int]:
    """Keep the gangs and dens of a run over the centre's own signals (tokens) as suspected; how many gangs and dens are new.

    A gang that is a known one (SAME) gets what is new, and its figures; of several that are one known gang the largest is, and the
    others are others now; dens likewise, by their gangs. Its state is a person's, and once a person moved it, what is new waits for one. What a person ruled out stays out. The same found again changes nothing.
    """
    gangs: dict[str, Gang] = {}
    dens: list[tuple[Den, bool]] = []
    fresh = 0
    for (code,), part in sorted(found.gangs.group_by("gang"), key=lambda item: (-item[1].height, str(item[0][0]))):
        summary = found.summary.filter(pl.col("gang") == code).row(0, named=True)
        days = found.changes.filter(pl.col("gang") == code).drop("gang")
        taken = {gang.pk for gang in gangs.values()}
        gangs[str(code)], new = _take_gang(part, summary, days, taken, now)
        fresh += new
    for row in found.dens.iter_rows(named=True):
        held = {den.pk for den, _ in dens}
        dens.append(_take_den(row, {gangs[one] for one in row["gangs"] if one in gangs}, held, now))
    return fresh, sum(new for _, new in dens)


@transaction.atomic
def _take_gang(
    part: pl.DataFrame, summary: dict[str, Any], days: pl.DataFrame, taken: set[int], now: datetime
) -> tuple[Gang, bool]:
    rows = {
        (kind, _token(kind, told)): (role, key)
        for kind, told, role, key in part.select("kind", "identifier", "role", "key").sort("key").iter_rows()
    }
    known = _known(set(rows), taken)
    gang = known or Gang.objects.create(number=next_number("G", now), since=now)
    if known is None:
        audit.write(None, "gang_suspected", gang.number, now)
    standing = {(one.kind, one.token): one for one in gang.identifiers.all()}
    made, changed = [], []
    for (kind, token), (role, key) in rows.items():
        one = standing.get((kind, token))
        if one is None:
            place = "in" if gang.state == "suspected" else "proposed"
            made.append(GangIdentifier(gang=gang, kind=kind, token=token, role=role, key=key, standing=place))
        elif (one.role, one.key) != (role, key):
            one.role, one.key = role, key
            changed.append(one)
    GangIdentifier.objects.bulk_create(made, batch_size=500)
    GangIdentifier.objects.bulk_update(changed, ["role", "key"], batch_size=100)
    gang.summary = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in summary.items()
        if name not in ("gang", "key")
    }
    gang.changes = [{**row, "day": row["day"].isoformat()} for row in days.iter_rows(named=True)]
    gang.found_at = now
    gang.save()
    return gang, known is None


@transaction.atomic
def _take_den(row: dict[str, Any], gangs: set[Gang], taken: set[int], now: datetime) -> tuple[Den, bool]:
    standing = Den.objects.filter(gangs__in=gangs).exclude(pk__in=taken).distinct().prefetch_related("gangs")
    of = {den: set(den.gangs.all()) for den in standing}
    known = min(of, key=lambda den: (-len(of[den] & gangs), len(of[den] - gangs), den.pk), default=None)
    den = known or Den(number=next_number("D", now), since=now)
    if den.state == "clue":  # what a person located stays where they located it
        den.place = row["place"] or ""
    den.confidence, den.evidence, den.found_at = row["confidence"], row["evidence"], now
    den.save()
    den.gangs.add(*gangs)
    if known is None:
        audit.write(None, "den_clue", den.number, now)
    return den, known is None


def _token(kind: str, told: str) -> str:
    """The token of an identifier; a number in the text of a message came in clear, and goes into the vault like any other."""
    return told[:200] if kind == "domain" else token_of(kind, told)


def _known(identifiers: set[tuple[str, str]], taken: set[int]) -> Gang | None:
    tokens = [token for _, token in identifiers]
    counts: dict[int, int] = {}
    for begin in range(0, len(tokens), traces.BATCH):
        rows = GangIdentifier.objects.filter(token__in=tokens[begin : begin + traces.BATCH]).exclude(standing="out")
        rows = rows.exclude(gang__in=taken)
        for gang, kind, token in rows.values_list("gang_id", "kind", "token"):
            counts[gang] = counts.get(gang, 0) + ((kind, token) in identifiers)
    for gang, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        size = GangIdentifier.objects.filter(gang=gang).exclude(standing="out").count()
        if count >= SAME * min(size, len(identifiers)):
            return Gang.objects.get(pk=gang)
    return None
