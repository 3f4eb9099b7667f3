"""Whether warnings of numbers and accounts came in time, what victims would have kept, and who is wrongly taken for a fraud."""

from __future__ import annotations

from typing import Any

import polars as pl

from fanzha.evaluation.truth import Measured
from fanzha.vocabulary import normal_number

_HALF_HOUR = pl.duration(minutes=30)


def numbers_in_time(measured: Measured) -> dict[str, Any] | None:
    """Share of fraud numbers warned of within 24 hours of their first use, each once; None where no first use is known."""
    known = measured.numbers if measured.numbers.is_empty() else measured.numbers.drop_nulls("since")
    if known.is_empty():
        return None
    subject = pl.col("subject").map_elements(_normal, pl.String)
    first = _first_warned(measured, "number").group_by(subject).agg(pl.col("warned_at").min())
    numbers = known.rename({"number": "subject"}).group_by(subject).agg(pl.col("since").min())
    joined = numbers.join(first, on="subject", how="left")
    within = (joined["warned_at"] - joined["since"]).dt.total_hours() < 24
    return {"count": joined.height, "within_24_h": _mean(within)}


def accounts_in_time(measured: Measured) -> dict[str, Any] | None:
    """Involved accounts that got tainted money: warned before the first payment out after it, and within 30 minutes of it.

    None where the truth knows of none.
    """
    moved = measured.moved
    if moved.is_empty():
        return None
    tainted = moved.filter(pl.col("layer") >= 1).group_by("payee").agg(pl.col("paid_at").min().alias("inflow_at"))
    tainted = tainted.rename({"payee": "subject"}).join(
        measured.accounts.select(pl.col("account").alias("subject")).unique(), on="subject", how="semi"
    )
    if tainted.is_empty():
        return None
    out = moved.join(tainted, left_on="payer", right_on="subject").filter(pl.col("paid_at") > pl.col("inflow_at"))
    out = out.group_by("payer").agg(pl.col("paid_at").min().alias("out_at"))
    each = tainted.join(out, left_on="subject", right_on="payer", how="left").join(
        _first_warned(measured, "account"), on="subject", how="left"
    )
    before_out = each["warned_at"].is_not_null() & (each["warned_at"] < each["out_at"]).fill_null(True)
    within = each.select(pl.col("warned_at") <= pl.col("inflow_at") + _HALF_HOUR).to_series()
    return {"count": each.height, "before_first_out": _mean(before_out), "within_30_min": _mean(within)}


def money(measured: Measured, victim: pl.DataFrame) -> dict[str, Any] | None:
    """What victims paid in all, and what they paid after their first warning of level 1-2: kept, if that warning stops them.

    A payment is of the victim who made it; of the scam's only one where somebody else's account did. None where no victim paid anything.
    """
    paid = measured.moved.filter(pl.col("layer") == 1) if not measured.moved.is_empty() else measured.moved
    if paid.is_empty():
        return None
    urgent = victim.filter(pl.col("level") <= 2).group_by("who").agg(pl.col("issued_at").min().alias("urgent_at"))
    stories = measured.victims.select("scam_id", "who").unique(maintain_order=True)
    alone = stories.group_by("scam_id").agg(pl.len().alias("victims"), pl.col("who").first().alias("only"))
    joined = paid.join(alone, on="scam_id").with_columns(
        pl.when(pl.col("victims") == 1).then("only").otherwise("who").alias("who")
    )
    joined = joined.join(urgent, on="who", how="left")
    if joined.is_empty():
        return None
    kept = int(joined.filter(pl.col("urgent_at") < pl.col("paid_at"))["amount_fen"].sum())
    total = int(joined["amount_fen"].sum())
    return {"paid_fen": total, "kept_fen": kept, "share": kept / total}


def lookalikes(measured: Measured) -> dict[str, Any]:
    """How often each benign group is warned of (number, account or victim warnings), over the rate of all people.

    People are the base for victim warnings; numbers and accounts of a group count by its own identifiers.
    """
    if measured.lookalikes.is_empty():
        return {}
    guilty = set(measured.victims["who"]) | set(measured.lured["who"])
    warned = measured.warnings.filter(pl.col("warning_kind") == "victim")
    who = set(warned["who"]) - guilty
    others = measured.warnings.filter(pl.col("warning_kind") != "victim")["subject"]
    subjects = {_normal(subject) for subject in others}
    general = len(who) / max(measured.count, 1)
    found = {}
    for (group,), members in measured.lookalikes.group_by("group"):
        innocent = members.filter(~pl.col("who").is_in(list(guilty)))
        as_victims = int(innocent["who"].is_in(list(who)).sum()) / max(innocent.height, 1)
        named = pl.Series([_normal(one) in subjects for one in members["identifier"]], dtype=pl.Boolean)
        found[str(group)] = {
            "count": members.height,
            "victim_warnings_over_general": as_victims / general if general else None,
            "number_or_account_warned": _mean(named),
        }
    return dict(sorted(found.items()))


def _first_warned(measured: Measured, kind: str) -> pl.DataFrame:
    of_kind = measured.warnings.filter(pl.col("warning_kind") == kind)
    return of_kind.group_by("subject").agg(pl.col("issued_at").min().alias("warned_at"))


def _normal(value: str) -> str:
    return normal_number(value) or value


def _mean(values: pl.Series) -> float | None:
    return None if values.is_empty() else float(values.fill_null(False).cast(pl.Float64).mean() or 0)  # type: ignore[arg-type]
