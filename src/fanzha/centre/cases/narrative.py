"""A narrative as the library reads it (contract 3, `fanzha read --json`), and as items that a person goes through.

>>> facts = facts_of({"numbers": [{"value": "15400000001", "side": "suspect"}], "urls": ["a.example"], "loss_fen": {"stated": 5}})
>>> [(one.kind, one.value, one.side) for one in facts.items]
[('number', '15400000001', 'suspect'), ('url', 'a.example', 'suspect')]
>>> facts.stated_fen
5
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from fanzha import reading
from fanzha.centre.access import vault
from fanzha.centre.cases import lists
from fanzha.linking import signature
from fanzha.vocabulary import CASE_CLASSES

Read = dict[str, Any]
OF_THE_FRAUD = {"urls": "url", "apps": "app", "wallets": "wallet", "waybills": "waybill"}
"""What is told without a side belongs to the other side."""


@dataclass(frozen=True)
class Item:
    """An identifier in clear; `side`: victim, suspect or unknown."""

    kind: str
    value: str
    side: str = "unknown"


@dataclass(frozen=True)
class Moved:
    """A transfer in clear: `at` aware or None, `amount_fen` fen or None; `back`: it came back to the victim; `day_only`: `at` is the
    midnight of its day, since no hour was told."""

    at: datetime | None = None
    amount_fen: int | None = None
    payer: str = ""
    payee: str = ""
    bank: str = ""
    holder: str = ""
    channel: str = ""
    back: bool = False
    day_only: bool = False


@dataclass(frozen=True)
class Facts:
    """What a narrative says. `confidence`, `because`: of the class; money in fen."""

    case_class: str = ""
    confidence: float | None = None
    because: tuple[str, ...] = ()
    lure_channel: str = ""
    items: tuple[Item, ...] = ()
    transfers: tuple[Moved, ...] = ()
    handover: tuple[str, ...] = ()
    stated_fen: int | None = None
    returned_fen: int = 0

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the sealed record of a reading."""
        told = asdict(self)
        for row in told["transfers"]:
            row["at"] = row["at"].isoformat() if row["at"] else None
        return told


def read(text: str, reported_at: datetime) -> Facts:
    """The narrative as the library reads it."""
    return facts_of(reading.read(text, reported_at).as_json()) if text.strip() else Facts()


def script_of(text: str) -> bytes:
    """What is kept of a narrative beside its seal, so that the same script is known again: a signature under the vault's key."""
    return signature(text, vault.script_key())


def facts_of(told: Mapping[str, Any]) -> Facts:
    """The JSON of the contract as facts; keys that are not there, and codes that are none, are left empty."""
    case_class, loss = told.get("case_class") or {}, told.get("loss_fen") or {}
    code = str(case_class.get("code") or "")
    return Facts(
        case_class=code if code in CASE_CLASSES else "",
        confidence=case_class.get("confidence"),
        because=tuple(case_class.get("because") or ()),
        lure_channel=str(told.get("lure_channel") or ""),
        items=tuple(dict.fromkeys(_items(told))),
        transfers=tuple(_moved(row) for row in told.get("transfers") or ()),
        handover=tuple(code for code in told.get("handover") or () if code in reading.HANDOVERS),
        stated_fen=loss.get("stated"),
        returned_fen=int(loss.get("returned") or 0),
    )


def _items(told: Mapping[str, Any]) -> Iterable[Item]:
    for key, kind in {"numbers": "number", "accounts": "account", "im": "im", **OF_THE_FRAUD}.items():
        for row in told.get(key) or ():
            value = row if isinstance(row, str) else str(row.get("value") or "")
            side = "" if isinstance(row, str) else str(row.get("side") or "")
            fallback = "suspect" if key in OF_THE_FRAUD else "unknown"
            if value.strip():
                yield Item(kind, value.strip(), side if side in lists.SIDES else fallback)


def _moved(row: Mapping[str, Any]) -> Moved:
    at, channel = row.get("at"), str(row.get("channel") or "")
    return Moved(
        at=datetime.fromisoformat(at) if isinstance(at, str) else at,
        amount_fen=row.get("amount_fen"),
        payer=str(row.get("from") or ""),
        payee=str(row.get("to") or ""),
        bank=str(row.get("bank") or ""),
        holder=str(row.get("holder") or ""),
        channel=channel if channel in reading.PAID_BY else "",
        back=bool(row.get("back")),
        day_only=row.get("precision") == "day",
    )


def merged(facts: Facts, items: Iterable[Item]) -> Facts:
    """Facts with further items (a sender's own columns), each once; what was told with a side keeps it."""
    told = {(one.kind, one.value): one for one in facts.items}
    told |= {(one.kind, one.value): one for one in items}
    return replace(facts, items=tuple(told.values()))


@dataclass
class Changes:
    """How many items a person added, took away or changed, by kind."""

    counted: dict[str, int] = field(default_factory=dict)

    def note(self, kind: str, read_: Iterable[Any], confirmed: Iterable[Any]) -> None:
        """Count what stands on one side alone."""
        differs = len(set(read_) ^ set(confirmed))
        if differs:
            self.counted[kind] = self.counted.get(kind, 0) + differs


def changes(read_: Facts, confirmed: Facts) -> dict[str, int]:
    """What a person made of a reading: kind -> how many items stand in one of the two alone."""
    found = Changes()
    for name in ("case_class", "lure_channel", "stated_fen", "returned_fen"):
        found.note(name, [getattr(read_, name)], [getattr(confirmed, name)])
    found.note("handover", read_.handover, confirmed.handover)
    found.note("transfers", read_.transfers, confirmed.transfers)
    for kind in sorted({one.kind for one in (*read_.items, *confirmed.items)}):
        found.note(kind, *([one for one in facts.items if one.kind == kind] for facts in (read_, confirmed)))
    return found.counted
