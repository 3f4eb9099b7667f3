"""Small worlds with names, as tables of the contract."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from fanzha.signals import TABLES

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Baise
FRAUD, TEACHER, SON = "+8615400000009", "+8615400000001", "+8615400000002"
CARD, MULE, SHOP = "9999990000000000001", "9999990000000000666", "9999990000000000077"


def at(minutes: float) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def table(name: str, *rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of a table, in the declared columns."""
    return pl.DataFrame([{**dict.fromkeys(TABLES[name].schema), **row} for row in rows], schema=TABLES[name].schema)


def registers() -> dict[str, pl.DataFrame]:
    return {
        "people": table("people", {"person": "teacher", "birth_year": 1960}, {"person": "son", "birth_year": 1990}),
        "numbers": table("numbers", {"number": TEACHER, "holder": "teacher"}, {"number": SON, "holder": "son"}),
        "accounts": table("accounts", {"account": CARD, "holder": "teacher"}),
    }


def listed(identifier: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"identifier": identifier, "kind": kind, "listed_at": at(-1000), **more}


def call(n: int, minutes: float, caller: str, callee: str, seconds: int, **more: Any) -> dict[str, Any]:
    return {
        "call_id": f"c{n}",
        "started_at": at(minutes),
        "caller": caller,
        "callee": callee,
        "duration_s": seconds,
        **more,
    }


def payment(n: int, minutes: float, payer: str, payee: str, yuan: float, **more: Any) -> dict[str, Any]:
    return {
        "payment_id": f"t{n}",
        "paid_at": at(minutes),
        "payer": payer,
        "payee": payee,
        "amount_fen": int(yuan * 100),
        **more,
    }


def a_teacher_about_to_pay() -> dict[str, pl.DataFrame]:
    """Half an hour on the phone with a listed number, then a transfer to an involved account."""
    return {
        **registers(),
        "listed": table("listed", listed(FRAUD, "number"), listed(MULE, "account")),
        "calls": table("calls", call(1, 0, FRAUD, "154 0000 0001", 1800)),
        "payments": table("payments", payment(1, 40, CARD, MULE, 20_000)),
    }


def a_grandmother_on_the_phone() -> dict[str, pl.DataFrame]:
    """Seventy minutes with her son, then shopping."""
    return {
        **registers(),
        "calls": table("calls", call(1, 0, SON, TEACHER, 4200)),
        "payments": table("payments", payment(1, 90, CARD, SHOP, 86)),
    }


def a_recycled_number() -> dict[str, pl.DataFrame]:
    """A number that was listed before somebody new got it."""
    given = registers()["numbers"].vstack(table("numbers", {"number": FRAUD, "holder": "son", "opened_at": at(-100)}))
    return {
        **registers(),
        "numbers": given,
        "listed": table("listed", listed(FRAUD, "number")),
        "calls": table("calls", call(1, 0, FRAUD, TEACHER, 1800)),
    }


def a_courier_at_work() -> dict[str, pl.DataFrame]:
    """A hundred short calls to a hundred people, nearly all answered."""
    rounds = [call(n, n * 4, SON, f"+86154{n:08d}", 0 if n % 8 == 0 else 20) for n in range(100, 200)]
    return {**registers(), "calls": table("calls", *rounds)}


def a_modem_pool(caller: str = FRAUD) -> dict[str, pl.DataFrame]:
    """Three numbers in one device call strangers, most of whom do not answer and the rest hang up; one of them talks on."""
    device = {"caller_imei": "001017000000007"}
    others = [call(n, 95, f"+8615400000{n}", f"+86154{n:08d}", 0, **device) for n in (801, 802)]
    rounds = [call(n, n, caller, f"+86154{n:08d}", 0 if n % 3 else 9, **device) for n in range(100, 190)]
    return {**registers(), "calls": table("calls", *others, *rounds, call(999, 200, caller, TEACHER, 1900, **device))}


def a_mule_account() -> dict[str, pl.DataFrame]:
    """Three strangers pay in, everything goes on to two others within minutes, and as cash."""
    rows = [payment(n, n, f"99999900000000010{n:02d}", MULE, 9000) for n in range(3)]
    rows += [
        payment(10, 6, MULE, "9999990000000002001", 13_000),
        payment(11, 9, MULE, "cash:atm-1", 13_000, channel="atm_cash"),
    ]
    return {"payments": table("payments", *rows)}
