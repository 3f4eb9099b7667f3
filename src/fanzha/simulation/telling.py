"""One story of fraud as it is told: what it puts down, and the money that it moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fanzha.simulation import traces
from fanzha.simulation.gangs import MINUTE, US, Gang, Mule, Underworld, device_of
from fanzha.simulation.laundering import launder
from fanzha.simulation.message_texts import written


def called_from(gang: Gang) -> str:
    """A gateway stands in the city; otherwise the number roams where the den is."""
    return "451002" if gang.goip else gang.den.place


@dataclass
class Telling:
    """One story as it is told: the events it puts down and the money it moves.

    Every event hangs on an instant: its own, or for laundering that of the payment it carries on; a story that is stopped
    loses what hangs on later instants. `root`: that of the money that moves now.
    """

    world: Underworld
    gang: Gang
    scam_id: str
    number: str
    account: str
    at: int
    first: int | None = None
    paid: list[tuple[int, int]] = field(default_factory=list)
    payees: list[str] = field(default_factory=list)
    returned: int = 0
    would_pay: int | None = None
    mule: Mule | None = None
    root: int = 0
    touches: list[int] = field(default_factory=list)
    calls: list[tuple[int, int]] = field(default_factory=list)
    moves: list[tuple[int, int]] = field(default_factory=list)

    def put(self, table: str, at: int, **row: Any) -> None:
        """Put an event down at an instant (microseconds UTC); a share of contacts leaves no signal."""
        self.first = at if self.first is None else min(self.first, at)
        self.touches.append(at)
        if self.world.rng.random() < self.world.habits.unseen(table):
            return
        self.world.due[table].append({"at": at, "scam_id": self.scam_id, "hangs_on": at, **row})

    def call(self, at: int, seconds: int) -> None:
        gang = self.gang
        caller = gang.numbers[int(self.world.rng.integers(len(gang.numbers)))]
        self.world.mark("number", caller, "caller", at, gang)
        self.calls.append((at, at + seconds * US))
        self.put(
            "calls", at, caller=caller, callee=self.number, duration_s=seconds, caller_imei=device_of(gang, caller),
            caller_place=called_from(gang), caller_cell=traces.cell_of(gang),
        )  # fmt: skip

    def message(self, at: int) -> None:
        """From the gang itself, or from a luring team that works for several."""
        rng = self.world.rng
        lured = bool(rng.random() < 0.4)
        sender = self.world.lurers[int(rng.integers(len(self.world.lurers)))] if lured else self.gang.numbers[0]
        self.put(
            "messages",
            at,
            sender=sender,
            receiver=self.number,
            text=traces.with_contact(written(self.gang.case_class, rng), self.gang),
        )
        self.world.mark("number", sender, "lurer" if lured else "sender", at, self.gang)

    def visit(self, at: int, posted: bool) -> None:
        domain = self.gang.domains[int(self.world.rng.integers(len(self.gang.domains)))]
        self.world.mark("domain", domain, "site", at, self.gang)
        where = {"domain": domain, "ip": traces.server_of(self.world, self.gang, domain), "app": self.gang.app}
        self.put("visits", at, number=self.number, form_posted=posted, **where)
        for again in self.world.rng.exponential(15, self.world.rng.poisson(self.world.habits.sessions)):
            self.put("visits", at + int((1 + again) * MINUTE), number=self.number, form_posted=False, **where)

    def pay(self, at: int, yuan: float) -> None:
        """The victim's transfer, and what becomes of it."""
        rng = self.world.rng
        fen = int(max(100, yuan * 100))
        mule = self.gang.mules[0][int(rng.integers(len(self.gang.mules[0])))]
        if self.mule is not None and rng.random() < self.world.habits.one_payee:
            mule = self.mule
        self.mule, payee = mule, mule.account
        channel = "counter" if fen > 10_000_000 and rng.random() < 0.4 else "mobile"
        if channel == "counter" and rng.random() < 0.2:
            self.put(
                "pushed", at - 20 * MINUTE, source="bank", subject=self.account, subject_kind="account",
                kind="counter_refusal", level=2, case_class=self.gang.case_class,
            )  # fmt: skip
        self.root = at
        self._money(at, self.account, payee, fen, channel, 1)
        self.moves.append((at, fen))
        self.paid.append((at, fen))
        self.payees.append(payee)
        self.world.mark("account", payee, f"layer1_{mule.kind}", at, self.gang)
        launder(self.world, self.gang, self._money, at, mule, fen)

    def give_back(self, at: int, yuan: float) -> None:
        fen = int(yuan * 100)
        self.returned += fen
        self.root = at
        self.moves.append((at, -fen))
        mule = self.gang.mules[0][int(self.world.rng.integers(len(self.gang.mules[0])))]
        self._money(at, mule.account, self.account, fen, "mobile", 0)
        self.world.involve("account", mule.account, f"layer1_{mule.kind}", at, self.gang)

    def give_in(self, yuan: float) -> None:
        """What a lured person pays where nobody dissuades."""
        rng = self.world.rng
        at = self.would_pay or self.at
        for share in growing(rng, int(rng.integers(1, 4))):
            self.pay(at, yuan * share)
            at += int(rng.uniform(10, 60) * MINUTE)

    def _money(self, at: int, payer: str, payee: str, fen: int, channel: str, layer: int) -> None:
        self.world.due["payments"].append(
            {
                "at": at,
                "payer": payer,
                "payee": payee,
                "amount_fen": fen,
                "channel": channel,
                "scam_id": self.scam_id,
                "hangs_on": self.root,
                "layer": layer,
                **(traces.desk_of(self.world, self.gang, payer) if layer > 1 else {}),
            }
        )


def growing(rng: np.random.Generator, count: int) -> list[float]:
    """Shares that sum to 1, the smallest first: a victim is led from small sums to large ones."""
    parts = np.sort(rng.dirichlet(np.ones(count) * 2))
    return [float(part) for part in parts]
