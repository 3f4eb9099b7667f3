"""Which cases tell the same script, by the signatures of their reports (cases.Report.script); the narratives stay sealed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import polars as pl

from fanzha.centre.cases.models import Report
from fanzha.linking import same_script


def alike(new: pl.DataFrame, sharing: pl.DataFrame) -> pl.DataFrame:
    """`a, b`: the cases of `new` (traces) and those that share something with them, where both tell one script.

    Only cases that share another trace are compared: a script never links alone.
    """
    others: dict[tuple[str, str], set[str]] = defaultdict(set)
    for case, kind, value in sharing.select("subject", "kind", "value").iter_rows():
        others[kind, value].add(case)
    pairs = {
        (min(case, other), max(case, other))
        for case, kind, value in new.select("subject", "kind", "value").iter_rows()
        for other in others[kind, value] - {case}
    }
    told = _signatures({one for pair in pairs for one in pair})
    found = sorted(
        (a, b) for a, b in pairs if any(same_script(one, other) for one in told.get(a, ()) for other in told.get(b, ()))
    )
    return pl.DataFrame(found, schema={"a": pl.String, "b": pl.String}, orient="row")


def _signatures(cases: Iterable[str]) -> dict[str, list[bytes]]:
    rows = Report.objects.filter(case__in=[int(one) for one in cases]).exclude(script=b"")
    told: dict[str, list[bytes]] = defaultdict(list)
    for case, script in rows.values_list("case_id", "script"):
        told[str(case)].append(bytes(script))
    return told
