"""The register as the table `reports` of a signal folder, so that gangs are found from what cases name as well as from signals."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path

import polars as pl

from fanzha.centre.cases.actions.sent import SEALED
from fanzha.centre.cases.models import Case, Identifier
from fanzha.signals import TABLES

COLUMNS = {"account": "payee", "number": "number", "url": "url"}


def write_register(folder: Path, since: datetime) -> int:
    """Write `reports` of the cases since an instant: number of the case, victim, what is the other side's; all as tokens, no narrative.

    Only what somebody is sure of counts: a side that was guessed accuses nobody's number. How many were written.
    """
    cases = Case.objects.filter(reported_at__gte=since).exclude(state="joined").exclude(victim="")
    told: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    named = Identifier.objects.filter(case__in=cases, side="suspect", sure=True, kind__in=COLUMNS)
    for case, kind, token in named.order_by("id").values_list("case", "kind", "token"):
        told[case][COLUMNS[kind]].append(token)
    rows = [
        {
            "report_id": number,
            "reported_at": reported_at,
            "person": victim,
            "narrative": SEALED,
            "place": place or None,
            "occurred_at": occurred_at,
            "loss_fen": loss_fen,
            "case_class": case_class,
            **told[key],
        }
        for key, number, reported_at, victim, place, occurred_at, loss_fen, case_class in cases.order_by(
            "id"
        ).values_list("pk", "number", "reported_at", "victim", "place", "occurred_at", "loss_fen", "case_class")
    ]
    folder.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows, schema=TABLES["reports"].schema, orient="row").write_parquet(folder / "reports.parquet")
    return len(rows)
