"""How what is suspected leads to more: one function a lead. Each takes the folder and the suspects that stand, and gives new ones.

Columns of what they give: identifier, kind, standing, because, and `sure`: whether it holds although its holder has a life of their own.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from fanzha.linking.folder import Folder
from fanzha.linking.passing import parts, passed_on
from fanzha.linking.strengths import SUSPICION
from fanzha.linking.traces import is_worn
from fanzha.linking.victims import reached, visited
from fanzha.vocabulary import is_nobodys

Lead = Callable[[Folder, pl.DataFrame], pl.DataFrame]


def _of(suspects: pl.DataFrame, kind: str) -> pl.Series:
    return suspects.filter(pl.col("kind") == kind)["identifier"]


def _found(identifiers: pl.Series, kind: str, because: str, sure: bool, standing: float = 1.0) -> pl.DataFrame:
    unique = identifiers.drop_nulls().unique().sort()
    return pl.DataFrame({"identifier": unique.cast(pl.String)}).with_columns(
        kind=pl.lit(kind), standing=pl.lit(standing), because=pl.lit(because), sure=pl.lit(sure)
    )


def money(folder: Folder, suspects: pl.DataFrame) -> pl.DataFrame:
    """Accounts that the money of suspected accounts went on to.

    Out of an account whose holder lives with it, only what was moved from a desk's device is followed: its holder pays friends too.
    Where the receiver has a life it must have passed that very payment on.
    """
    accounts = _of(suspects, "account")
    onward = parts(folder.events["payments"], accounts)
    desk = pl.col("device").is_in(desks(folder, suspects).implode()).fill_null(False)
    onward = onward.filter(~pl.col("account").is_in(folder.alive.implode()) | desk)
    sure = passed_on(folder.events["payments"], onward.select("payment_id", "payee"))["payee"].unique()
    rest = onward.filter(~pl.col("payee").is_in(sure.implode()))["payee"].unique()
    return pl.concat([_found(sure, "account", "passed_on", True), _found(rest, "account", "passed_on", False)])


def desks(folder: Folder, suspects: pl.DataFrame) -> pl.Series:
    """Devices that move the money of `device_accounts` suspected accounts, or sit in a suspected number's telephone."""
    accounts, numbers = _of(suspects, "account"), _of(suspects, "number")
    used = folder.events["payments"].drop_nulls("device").filter(pl.col("payer").is_in(accounts.implode()))
    used = used.select("payer", "device").unique()
    several = used.group_by("device").len().filter(pl.col("len") >= SUSPICION["device_accounts"])
    # a telephone that a person lives with may be a victim's, whose number somebody named
    lonely = numbers.filter(~numbers.is_in(folder.alive.implode()))
    own = folder.events["calls"].filter(pl.col("caller").is_in(lonely.implode())).select(device="caller_imei")
    both = pl.concat([several.select("device"), own.drop_nulls()]).unique().collect(engine="streaming")
    return pl.Series("device", sorted(one for one in both["device"] if not is_nobodys(one)), dtype=pl.String)


def devices(folder: Folder, suspects: pl.DataFrame) -> pl.DataFrame:
    """Accounts that a desk's device moves, and numbers in the handset of a suspected number."""
    desk = desks(folder, suspects)
    used = folder.events["payments"].filter(pl.col("device").is_in(desk.implode()))
    moved = used.select("payer").unique().collect(engine="streaming")
    handsets = folder.events["calls"].filter(pl.col("caller_imei").is_in(desk.implode()))
    shared = handsets.select("caller").unique().collect(engine="streaming")
    return pl.concat(
        [_found(moved["payer"], "account", "device", True), _found(shared["caller"], "number", "imei", False)]
    )


def texts(folder: Folder, suspects: pl.DataFrame) -> pl.DataFrame:
    """Senders whose texts name a suspected site or number; and what else the texts of such senders name.

    Not of senders that fraud wears: a bank's own texts come from the same number.
    """
    named = folder.texts
    known = pl.concat([_of(suspects, "domain"), _of(suspects, "number")])
    naming = named.filter(pl.col("value").is_in(known.implode()))["sender"].unique()
    own = pl.Series([one for one in naming if not is_worn(one)], dtype=pl.String)
    senders = pl.concat([own, _of(suspects, "number")])
    told = named.filter(pl.col("sender").is_in(senders.implode()))
    return pl.concat(
        [
            _found(told["sender"], "number", "text", False),
            _found(told.filter(pl.col("kind") == "domain")["value"], "domain", "text", False),
            _found(told.filter(pl.col("kind") == "phone")["value"], "number", "text", False),
        ]
    )


def servers(folder: Folder, suspects: pl.DataFrame) -> pl.DataFrame:
    """Sites on the server, or with the app, of a suspected one, where few sites are there."""
    domains = _of(suspects, "domain")
    found = []
    for column in ("ip", "app"):
        told = folder.events["visits"].drop_nulls(column).select("domain", column).unique()
        stands = told.collect(engine="streaming")
        few = stands.group_by(column).len().filter(pl.col("len") <= SUSPICION["server_sites"])
        own = stands.filter(pl.col("domain").is_in(domains.implode())).join(few, on=column)[column].unique()
        found.append(_found(stands.filter(pl.col(column).is_in(own.implode()))["domain"], "domain", "server", False))
    return pl.concat(found)


def movement(folder: Folder, suspects: pl.DataFrame) -> pl.DataFrame:
    """Numbers that appear in a suspected number's cell, and vanish from it, on the same days, calling strangers."""
    seen = folder.moving
    own = seen.filter(pl.col("number").is_in(_of(suspects, "number").implode()))
    together = seen.join(own.select("cell", "first", "last").unique(), on=["cell", "first", "last"], how="semi")
    return _found(together["number"], "number", "cells", False)


def contact(folder: Folder, suspects: pl.DataFrame) -> pl.DataFrame:
    """Numbers and sites that reached several people before they paid a suspected account."""
    accounts = _of(suspects, "account")
    return pl.concat(
        [
            _found(reached(folder, accounts), "number", "contact", False),
            _found(visited(folder, accounts), "domain", "contact", False),
        ]
    )


ALL: tuple[Lead, ...] = (money, devices, texts, servers, contact, movement)
