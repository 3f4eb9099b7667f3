"""The indicators' examples: small streams at whose last event one must fire (`fires`), or must not (`silent`). Run it for docs/indicators.md.

A line: minute, what happens, between whom. "3x5 call ..." happens three times, 5 minutes apart; {n} is its number.

- `call FROM TO SECONDS`, `text FROM TO` (a fraud message), `visit WHO SITE [form]`, `pay FROM TO YUAN [channel]`, `order WHO ITEM`,
  `refuse WHO` (at a bank's counter), `list KIND WHAT` (as known fraud).
- `pool NUMBERS`: they share a device from then on. `suspect NUMBER`, `launder ACCOUNT`: put down what makes it suspected.

`me` is a person with a number and an account; every other name is somebody's number or account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from fanzha.detection.engine import Engine
from fanzha.detection.indicator import INDICATORS
from fanzha.signals import TABLES, Batch
from fanzha.vocabulary import SYNTHETIC_CARD_PREFIX, SYNTHETIC_NUMBER_PREFIX

_BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
_DEVICE = "001017000000000"


class _Stream:
    """Lines of an example as tables of the contract."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._numbers: dict[str, str] = {}
        self._accounts: dict[str, str] = {}
        self._devices: dict[str, str] = {}

    def number(self, name: str) -> str:
        return self._numbers.setdefault(name, f"{SYNTHETIC_NUMBER_PREFIX}{len(self._numbers):08d}")

    def account(self, name: str) -> str:
        if ":" in name:
            return name
        return self._accounts.setdefault(name, f"{SYNTHETIC_CARD_PREFIX}{len(self._accounts):013d}")

    def line(self, text: str) -> None:
        minute, *words = text.split()
        if "x" in words[0] and words[0].replace("x", "").isdecimal():
            times, apart = (int(part) for part in words[0].split("x"))
            for n in range(times):
                self.happen(float(minute) + n * apart, [word.format(n=n) for word in words[1:]])
        else:
            self.happen(float(minute), words)

    def happen(self, minute: float, words: Sequence[str]) -> None:
        at, what, args = _BEGIN + timedelta(minutes=minute), words[0], words[1:]
        if what == "call":
            self._put(
                "calls",
                started_at=at,
                caller=self.number(args[0]),
                callee=self.number(args[1]),
                duration_s=int(args[2]),
                caller_imei=self._devices.get(args[0]),
            )
        elif what == "text":
            self._put(
                "messages", sent_at=at, sender=self.number(args[0]), receiver=self.number(args[1]), text_class="fraud"
            )
        elif what == "visit":
            self._put("visits", visited_at=at, number=self.number(args[0]), domain=args[1], form_posted="form" in args)
        elif what == "pay":
            channel = args[3] if len(args) > 3 else "mobile"
            fen = round(float(args[2]) * 100)
            self._put(
                "payments",
                paid_at=at,
                payer=self.account(args[0]),
                payee=self.account(args[1]),
                amount_fen=fen,
                channel=channel,
            )
        elif what == "order":
            self._put("deliveries", ordered_at=at, orderer=self.number(args[0]), kind="parcel", item=args[1])
        elif what == "refuse":
            self._put(
                "pushed", received_at=at, source="bank", subject=self.account(args[0]), subject_kind="account",
                kind="counter_refusal",
            )  # fmt: skip
        elif what == "list":
            spelled = {"number": self.number, "account": self.account}.get(args[0], str)(args[1])
            self.rows["listed"].append({"identifier": spelled, "kind": args[0], "listed_at": at})
        elif what == "pool":
            self._devices |= dict.fromkeys(args, _DEVICE)
            for one in args:
                self.happen(minute, ["call", one, "somebody", "20"])
        elif what == "suspect":
            for n in range(25):
                self.happen(minute + n, ["call", args[0], f"stranger-{n}", "0"])
            for n in range(3):
                self.happen(minute + n, ["text", args[0], f"stranger-{n}"])
        elif what == "launder":
            for n in range(5):
                self.happen(minute + n, ["pay", f"payer-{n}", args[0], "2000"])
            self.happen(minute + 6, ["pay", args[0], "onwards", "9000"])
        else:
            raise ValueError(f"the line of an example: {what!r} is nothing that happens")

    def _put(self, table: str, **row: Any) -> None:
        self.rows[table].append({TABLES[table].key[-1]: f"{table}-{len(self.rows[table])}", **row})

    def tables(self) -> dict[str, pl.DataFrame]:
        held = {
            "numbers": [{"number": self.number("me"), "holder": "me"}],
            "accounts": [{"account": self.account("me"), "holder": "me"}],
        }
        return {
            name: pl.DataFrame(
                [{**dict.fromkeys(TABLES[name].schema), **row} for row in rows], schema=TABLES[name].schema
            )
            for name, rows in (self.rows | held).items()
        }


def fired(lines: Sequence[str]) -> set[int]:
    """The places in INDICATORS of everything that fired in a stream."""
    stream = _Stream()
    for line in lines:
        stream.line(line)
    engine = Engine(lambda texts: [0.0] * len(texts), {})  # type: ignore[arg-type,return-value]
    engine.step(Batch(1, "example", stream.tables()))
    signs = engine.watch.signs[: len(engine.subjects)]
    return {place for place in range(len(INDICATORS)) if ((signs >> place) & 1).any()}


def document() -> str:
    """docs/indicators.md: every indicator with its examples."""
    parts = [
        "# Indicators\nWritten by `python -m fanzha.detection.examples`; the examples run as tests. Lines: `detection/examples.py`."
    ]
    kind = ""
    for one in INDICATORS:
        if one.kind != kind:
            kind = one.kind
            parts.append(f"## {kind}")
        limits = "".join(f", `{name}` {'≥' if least else '<'} {value:g}" for name, value, least in one.limits)
        parts.append(
            f"### {one.id} {one.name.zh} · {one.name.en}\n"
            f"On `{one.view}`, value ≥ {one.at_least}{limits}. Level {one.level}, weight {one.weight}. Source: {one.source}.\n\n"
            f"- fires: {'; '.join(f'`{line}`' for line in one.fires)}\n"
            f"- silent: {'; '.join(f'`{line}`' for line in one.silent)}"
        )
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print(document(), end="")
