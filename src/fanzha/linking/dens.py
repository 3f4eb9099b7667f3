"""From where gangs work: addresses and cells that they stand at, and what says in which place these are.

A den is about where a gang's calls and payments come from. It says nothing of anybody who lives there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fanzha.linking.folder import Folder
from fanzha.linking.strengths import GROUPING
from fanzha.linking.traces import clean

_RULE = GROUPING["dens"]
_DAY_MINUTES = 24 * 60
EVIDENCE = pl.List(pl.Struct({"kind": pl.String, "value": pl.String, "place": pl.String, "events": pl.Int64}))
DENS: dict[str, Any] = {
    "den": pl.String, "place": pl.String, "confidence": pl.Float64, "identifiers": pl.List(pl.String), "evidence": EVIDENCE,
    "gangs": pl.List(pl.String),
}  # fmt: skip


def locate(folder: Folder, suspects: pl.DataFrame, gangs: pl.DataFrame, laundering_shops: pl.Series) -> pl.DataFrame:
    """`den, place, confidence, identifiers, evidence, gangs`. `gangs`: identifier, kind, gang; `laundering_shops`: devices of laundering shops.

    Gangs that stand at one address or in one cell, with a fifth or more of their payments or calls, are in one den; its identifiers
    are their numbers. Addresses that people outside pay from too are no den's. The place is what most of what tells of places says;
    confidence is 1 - prod(1 - w) over the kinds of evidence that say so, times their share of all that tells of places.
    """
    seen = pl.concat([_calls(folder, gangs), _payments(folder, suspects, gangs, laundering_shops)])
    all_of = seen.group_by("gang", "kind").agg(all=pl.col("events").sum())
    stands = seen.group_by("gang", "kind", "value").agg(pl.col("events").sum()).join(all_of, on=["gang", "kind"])
    stands = stands.filter((pl.col("events") >= _RULE["share"] * pl.col("all")) & (pl.col("events") >= _RULE["fewest"]))
    if stands.is_empty():
        return pl.DataFrame(schema=DENS)
    kept = seen.join(stands.select("gang", "kind", "value"), on=["gang", "kind", "value"], how="semi")
    den_of = _together(_abroad_first(kept))
    rows = []
    for (number,), part in sorted(den_of.group_by("den"), key=lambda item: item[0]):
        own = part["gang"].unique().sort()
        numbers = gangs.filter(pl.col("gang").is_in(own.implode()) & (pl.col("kind") == "number"))["identifier"].sort()
        told = (
            kept.filter(pl.col("gang").is_in(own.implode()))
            .group_by("kind", "value", "place")
            .agg(pl.col("events").sum())
        )
        place, confidence = _place(told, folder, numbers)
        evidence = told.sort("events", "kind", "value", "place", descending=[True, False, False, False]).to_dicts()
        shift = _shift(folder, numbers)
        if shift:
            evidence.append({"kind": "shift", "value": shift[0], "place": None, "events": shift[2]})
        rows.append((f"D{number + 1:03d}", place, confidence, numbers.to_list(), evidence, own.to_list()))
    return pl.DataFrame(rows, schema=DENS, orient="row")


def _calls(folder: Folder, gangs: pl.DataFrame) -> pl.DataFrame:
    """`gang, kind cells, value, place, events` of calls out."""
    own = gangs.filter(pl.col("kind") == "number").select(caller="identifier", gang="gang")
    calls = folder.events["calls"].join(own.lazy(), on="caller")
    value = pl.coalesce("caller_cell", pl.format("in {}", "caller_place"))
    counted = calls.group_by("gang", value=value, place="caller_place").agg(events=pl.len().cast(pl.Int64))
    told = counted.collect(engine="streaming")
    return told.drop_nulls("value").select("gang", "value", "place", "events", kind=pl.lit("cells"))


def _payments(folder: Folder, suspects: pl.DataFrame, gangs: pl.DataFrame, laundering_shops: pl.Series) -> pl.DataFrame:
    """The same of payments out of the gangs' accounts by their own devices, at addresses that nobody outside pays from."""
    own = gangs.filter(pl.col("kind") == "account").select(payer="identifier", gang="gang")
    paid = folder.events["payments"].drop_nulls("ip")
    outside = (
        paid.filter(~pl.col("payer").is_in(suspects["identifier"].implode()))
        .select("payer", "ip")
        .unique()
        .group_by("ip")
        .len()
        .collect(engine="streaming")
    )
    open_to_all = outside.filter(pl.col("len") >= _RULE["strangers"])["ip"]
    by_laundering_shop = pl.col("device").is_in(laundering_shops.implode()).fill_null(False)
    rented = (
        paid.group_by("ip")
        .agg(share=by_laundering_shop.mean())
        .filter(pl.col("share") >= _RULE["laundering_shop"])
        .collect(engine="streaming")["ip"]
    )
    addresses = paid.select(pl.col("ip").unique()).collect(engine="streaming")["ip"]
    fixed = clean(pl.DataFrame({"subject": addresses, "kind": "ip", "value": addresses})).kept.filter(
        pl.col("kind") == "ip"
    )
    rows = paid.join(own.lazy(), on="payer").filter(
        ~pl.col("ip").is_in(open_to_all.implode())
        & pl.col("ip").is_in(fixed["subject"].implode())
        & ~pl.col("ip").is_in(rented.implode())
    )
    counted = rows.group_by("gang", value="ip", place="payer_place").agg(events=pl.len().cast(pl.Int64))
    return counted.collect(engine="streaming").select("gang", "value", "place", "events", kind=pl.lit("address"))


def _abroad_first(kept: pl.DataFrame) -> pl.DataFrame:
    """A gang that stands abroad and in the city has a gateway in the city: only what is abroad makes dens of it."""
    abroad = pl.col("place").str.contains(r"^[A-Z]{2}$").fill_null(False)
    outside = kept.filter(abroad)["gang"].unique()
    return kept.filter(abroad | ~pl.col("gang").is_in(outside.implode()))


def _together(kept: pl.DataFrame) -> pl.DataFrame:
    """`gang, den`: gangs that share an address or a cell; the largest first."""
    names = kept["gang"].unique().sort()
    values = kept.select(pl.struct("kind", "value").rank("dense").cast(pl.Int64)).to_series().to_numpy() - 1
    rows = kept["gang"].cast(pl.Enum(names)).to_physical().cast(pl.Int64).to_numpy()
    size = len(names) + int(values.max()) + 1
    graph = coo_matrix((np.ones(len(rows)), (rows, values + len(names))), shape=(size, size))
    _, part = connected_components(graph, directed=False)
    found = pl.DataFrame({"gang": names, "part": part[: len(names)]})
    sizes = found.group_by("part").agg(pl.len(), first=pl.col("gang").min())
    order = sizes.sort("len", "first", descending=[True, False]).with_row_index("den").select("part", "den")
    return found.join(order, on="part").select("gang", "den")


def _place(told: pl.DataFrame, folder: Folder, numbers: pl.Series) -> tuple[str | None, float]:
    weights = _RULE["weights"]
    known = told.drop_nulls("place")
    abroad = known.filter(pl.col("place").str.contains(r"^[A-Z]{2}$"))
    known = abroad if abroad.height else known
    if known.is_empty():
        return None, 0.0
    # each kind of evidence has one voice, however many events there are of it
    voices = known.group_by("kind", "place").agg(pl.col("events").sum())
    voices = voices.with_columns(voice=pl.col("events") / pl.col("events").sum().over("kind"))
    by_place = voices.group_by("place").agg(pl.col("voice").sum()).sort("voice", "place", descending=[True, False])
    place, agree = by_place.row(0)
    kinds = set(voices.filter(pl.col("place") == place)["kind"])
    found = [weights["calls"], weights["cells"]] if "cells" in kinds else []
    found += [weights["payments"], weights["address"]] if "address" in kinds else []
    shift = _shift(folder, numbers)
    if shift and shift[1] <= _RULE["shift_hours"]:
        found.append(weights["shift"])
    sure = 1 - float(np.prod([1 - one for one in found]))
    return place, round(sure * agree / float(by_place["voice"].sum()), 4)


def _shift(folder: Folder, numbers: pl.Series) -> tuple[str, float, int] | None:
    """("09:12-20:40", hours, calls): within which Shanghai hours nine tenths of the calls lie; None for too few.

    The day is cut in the longest silence, since a shift may go through midnight.
    """
    own = folder.events["calls"].filter(pl.col("caller").is_in(numbers.implode())).select("started_at")
    calls = own.collect(engine="streaming")
    if calls.height < _RULE["fewest"]:
        return None
    local = calls["started_at"].dt.convert_time_zone("Asia/Shanghai")
    minutes = np.sort((local.dt.hour().cast(pl.Int64) * 60 + local.dt.minute()).to_numpy())
    silences = np.diff(minutes, prepend=minutes[-1] - _DAY_MINUTES)
    begins = int(minutes[np.argmax(silences)])
    since = np.sort((minutes - begins) % _DAY_MINUTES)
    low, high = (int(np.quantile(since, share, method="nearest")) for share in (0.05, 0.95))
    spelled = "-".join(f"{(begins + at) // 60 % 24:02d}:{(begins + at) % 60:02d}" for at in (low, high))
    return f"{spelled} +08:00", (high - low) / 60, calls.height
