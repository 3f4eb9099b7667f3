"""What a reading gives, and its form as JSON (contract, section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from fanzha.reading.case_class import Suggestion
from fanzha.reading.losses import Loss
from fanzha.reading.sides import Side
from fanzha.reading.transfers import Transfer

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class NumberRead:
    """A telephone number in normal form; `span` is its place in the text."""

    value: str
    side: Side
    span: Span


@dataclass(frozen=True, slots=True)
class AccountRead:
    """A bank card or account, with the bank and the holder that the text gives it."""

    value: str
    bank: str | None
    holder: str | None
    side: Side
    span: Span


@dataclass(frozen=True, slots=True)
class ItemRead:
    """Another identifier: `kind` is url, app, wallet, waybill or the messenger."""

    kind: str
    value: str
    side: Side
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """What is in a case narrative; every span is a half-open range of `text`, every amount is fen, every time has +08:00."""

    text: str
    case_class: Suggestion
    lure_channel: str
    numbers: list[NumberRead]
    accounts: list[AccountRead]
    urls: list[ItemRead]
    apps: list[ItemRead]
    im: list[ItemRead]
    wallets: list[ItemRead]
    waybills: list[ItemRead]
    transfers: list[Transfer]
    loss: Loss
    handover: list[str]

    def as_json(self) -> dict[str, Any]:
        """The contract's JSON of `fanzha read`; `spans` and `differs` are additions."""
        return {
            "case_class": {
                "code": self.case_class.code,
                "confidence": self.case_class.confidence,
                "because": list(self.case_class.because),
            },
            "lure_channel": self.lure_channel,
            "numbers": [{"value": one.value, "side": one.side} for one in self.numbers],
            "accounts": [
                {"value": one.value, "bank": one.bank, "holder": one.holder, "side": one.side} for one in self.accounts
            ],
            "urls": [one.value for one in self.urls],
            "apps": [one.value for one in self.apps],
            "im": [{"kind": one.kind, "value": one.value, "side": one.side} for one in self.im],
            "wallets": [one.value for one in self.wallets],
            "waybills": [one.value for one in self.waybills],
            "transfers": [
                {
                    "at": one.at,
                    "precision": one.precision,
                    "amount_fen": one.amount_fen,
                    "from": one.source,
                    "to": one.to,
                    "bank": one.bank,
                    "holder": one.holder,
                    "channel": one.channel,
                }
                for one in self.transfers
            ],
            "loss_fen": {"stated": self.loss.stated, "summed": self.loss.summed, "returned": self.loss.returned},
            "loss_differs": self.loss.differs,
            "handover": self.handover,
            "spans": self.spans(),
        }

    def spans(self) -> list[dict[str, Any]]:
        """Every item by its place, in order, so that a page can mark it: `{"start", "end", "item", "value"}`."""
        found: list[tuple[int, int, str, str]] = []
        for item, read in (("number", self.numbers), ("account", self.accounts)):
            found += [(*one.span, item, one.value) for one in read]
        for several in (self.urls, self.apps, self.im, self.wallets, self.waybills):
            found += [(*one.span, one.kind, one.value) for one in several]
        found += [(one.start, one.end, "amount", str(one.amount_fen)) for one in self.transfers]
        found += [(*place, "because", self.text[slice(*place)]) for place in self.case_class.spans]
        return [{"start": start, "end": end, "item": item, "value": value} for start, end, item, value in sorted(found)]


class _Sided(Protocol):
    @property
    def value(self) -> str: ...
    @property
    def side(self) -> Side: ...


Read = TypeVar("Read", bound=_Sided)


def once(read: Sequence[Read]) -> list[Read]:
    """Each value once, where it stands first, with the side it is given first that is not unknown."""
    kept: dict[str, Read] = {}
    for one in read:
        before = kept.get(one.value)
        if before is None or (before.side == "unknown" and one.side != "unknown"):
            kept[one.value] = one
    return list(kept.values())
