"""Who works together: communities of fronts, their money followed to the accounts behind, laundering shops told apart."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from fanzha.linking.chains import money_by_gang
from fanzha.linking.communities import communities
from fanzha.linking.folder import Folder
from fanzha.linking.named import told_in_reports
from fanzha.linking.strengths import GROUPING

GANGS: dict[str, Any] = {"identifier": pl.String, "kind": pl.String, "gang": pl.String, "also": pl.List(pl.String)}


def group(folder: Folder, suspects: pl.DataFrame, traces: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """(`identifier, kind, gang, also`, devices of laundering shops). Gangs are G001, G002, ... by size.

    1. Fronts (numbers, sites, accounts that victims pay) are grouped by the traces they share.
    2. Each payment is followed inwards and carries its gang; an account behind belongs to the gang most of whose money it moved,
       and `also` names others with a fifth or more.
    3. A device that serves several gangs is a shop's; what it shares is taken out, all other accounts join the fronts, and both
       steps are done again: accounts of the gang's own are now told by its own devices.
    """
    accounts = set(suspects.filter(pl.col("kind") == "account")["identifier"])
    fronts = _fronts(folder, accounts)
    graph = traces.filter(~pl.col("kind").is_in(GROUPING["not_for_gangs"]))
    graph = graph.filter((pl.col("kind") != "lower_account") | (pl.col("subject") == pl.col("value")))
    standing = suspects.select("identifier", "standing")
    behind = pl.Series(sorted(accounts - fronts), dtype=pl.String)
    of_fronts = graph.filter(~pl.col("subject").is_in(behind.implode()))
    fine = communities(of_fronts, standing)
    # a gang that came apart would make shops of its own devices: whose customers are several, are several at half the resolution too
    coarse = communities(of_fronts, standing, *(one / 2 for one in fine["resolution"].head(1)))
    served = []
    for found in (fine, coarse):
        first = _members(found)
        money = money_by_gang(folder.events["payments"], accounts, {one: first[one] for one in fronts if one in first})
        moved = {one: counts.most_common(1)[0][0] for one, counts in money.items()}
        served.append(_laundering_shops(graph, fronts, moved))
    laundering_shops = served[0].filter(served[0].is_in(served[1].implode()))
    own = graph.filter(~((pl.col("kind") == "device") & pl.col("value").is_in(laundering_shops.implode())))
    rented = (
        set(graph.filter((pl.col("kind") == "device") & pl.col("value").is_in(laundering_shops.implode()))["subject"])
        - fronts
    )
    second = _members(
        communities(
            own.filter(~pl.col("subject").is_in(pl.Series(sorted(rented), dtype=pl.String).implode())), standing
        )
    )
    known = {one: gang for one, gang in second.items() if one in accounts}
    money = money_by_gang(folder.events["payments"], accounts, known)
    for one, counts in money.items():
        if one not in second and counts:
            second[one] = counts.most_common(1)[0][0]
    return _named(suspects, second, money), laundering_shops


def _fronts(folder: Folder, accounts: set[str]) -> set[str]:
    """Accounts that reports name as payees, and those that get most of their money from outside."""
    names = pl.Series(sorted(accounts), dtype=pl.String).implode()
    arrived = folder.events["payments"].filter(
        pl.col("payee").is_in(names) & ~pl.col("channel").is_in(["qr", "pos"]).fill_null(False)
    )
    outside = pl.col("amount_fen").filter(~pl.col("payer").is_in(names)).sum()
    sums = arrived.group_by("payee").agg(outside=outside, all=pl.col("amount_fen").sum()).collect(engine="streaming")
    mostly = sums.filter(pl.col("outside") >= GROUPING["front"] * pl.col("all"))["payee"]
    return (set(told_in_reports(folder)["identifier"]) & accounts) | set(mostly)


def _members(found: pl.DataFrame) -> dict[str, int]:
    return dict(zip(found["subject"], found["community"], strict=True))


def _laundering_shops(traces: pl.DataFrame, fronts: set[str], gang_of: dict[str, int]) -> pl.Series:
    """Devices whose accounts moved the money of several gangs, and hardly any of which victims pay: those are a gang's own."""
    rule = GROUPING["services"]
    used = traces.filter(pl.col("kind") == "device").select("subject", "value")
    told = used.join(
        pl.DataFrame({"subject": list(gang_of), "gang": list(gang_of.values())}, schema={"subject": pl.String, "gang": pl.Int64}),
        on="subject",
    )  # fmt: skip
    spread = told.group_by("value", "gang").len().group_by("value").agg(
        gangs=pl.len(), most=pl.col("len").max() / pl.col("len").sum()
    )  # fmt: skip
    front = pl.col("subject").is_in(pl.Series(sorted(fronts), dtype=pl.String).implode())
    hidden = used.group_by("value").agg(share=front.mean()).filter(pl.col("share") <= rule["fronts"])
    found = spread.filter((pl.col("gangs") >= rule["gangs"]) & (pl.col("most") <= rule["most"]))
    return found.join(hidden, on="value", how="semi")["value"].sort()


def _named(suspects: pl.DataFrame, members: dict[str, int], money: dict[str, Counter[int]]) -> pl.DataFrame:
    sizes = Counter(members[one] for one in suspects["identifier"] if one in members)
    ordered = [
        gang
        for gang, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
        if size >= GROUPING["smallest"]
    ]
    names = {gang: f"G{place:03d}" for place, gang in enumerate(ordered, start=1)}
    rows = []
    for identifier, kind in suspects.select("identifier", "kind").iter_rows():
        gang = names.get(members.get(identifier, -1))
        if gang is not None:
            counts = money.get(identifier, Counter())
            least = GROUPING["shared_with"] * sum(counts.values())
            also = sorted(names[one] for one, fen in counts.items() if fen >= least and names.get(one, gang) != gang)
            rows.append((identifier, kind, gang, also))
    return pl.DataFrame(rows, schema=GANGS, orient="row").sort("gang", "kind", "identifier")
