"""Stories of fraud: lure, trust, isolation, transfer, laundering through layers, cash-out; and those who did not pay.

A story is planned whole on the day it begins; its events fall on that day and later ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fanzha.simulation import traces
from fanzha.simulation.gangs import (
    CLASSES,
    DAY,
    HOUR,
    MINUTE,
    US,
    Gang,
    Mule,
    Underworld,
    device_of,
    renew,
    renew_house,
)
from fanzha.simulation.laundering import launder
from fanzha.simulation.message_texts import written
from fanzha.simulation.narratives import narrative
from fanzha.simulation.plans import Plan
from fanzha.simulation.population import RATES


def plan_day(world: Underworld, midnight: int) -> None:
    """The day's spray and the stories that begin on it. `midnight`: local midnight in microseconds UTC."""
    rng = world.rng
    renew_house(world)
    if rng.random() < 0.2:
        world.lurers[int(rng.integers(len(world.lurers)))] = world.fresh_number()
    for gang in world.gangs:
        if rng.random() < 0.25:
            renew(world, gang)
        if CLASSES[gang.case_class]["way"] in ("call", "acquaintance", "order"):
            for number in gang.numbers:
                _spray_calls(world, gang, number, midnight)
        _spray_messages(world, gang, midnight)
    baise = RATES["baise"]
    victims = baise["filed_cases"] / baise["days"] / baise["population"] * world.inflation * world.city.people
    lured = victims * RATES["lured_per_victim"]["value"]
    shares = np.array([CLASSES[gang.case_class]["share"] for gang in world.gangs], float)
    for gang in world.gangs:
        shares[[g is gang for g in world.gangs]] /= sum(g.case_class == gang.case_class for g in world.gangs)
    for pays, rate in ((True, victims), (False, lured)):
        for _ in range(rng.poisson(rate)):
            gang = world.gangs[rng.choice(len(shares), p=shares / shares.sum())]
            _story(world, gang, midnight, pays)


def _spray_calls(world: Underworld, gang: Gang, number: str, midnight: int) -> None:
    rng, city = world.rng, world.city
    opens, closes = gang.den.opens, gang.den.closes
    world.mark("number", number, "caller", midnight + int(opens * HOUR), gang)
    for callee in rng.integers(0, city.people, rng.integers(25, 90)):
        duration = 0 if rng.random() < 0.65 else int(rng.integers(3, 50))
        at = midnight + int(rng.uniform(opens, closes) * HOUR)
        world.due["calls"].append(
            {
                "at": at,
                "caller": number,
                "callee": str(city.numbers[callee]),
                "duration_s": duration,
                "caller_imei": device_of(gang, number),
                "caller_place": called_from(gang),
                "caller_cell": traces.cell_of(gang),
            }
        )


def called_from(gang: Gang) -> str:
    """A gateway stands in the city; otherwise the number roams where the den is."""
    return "451002" if gang.goip else gang.den.place


def _spray_messages(world: Underworld, gang: Gang, midnight: int) -> None:
    rng, city = world.rng, world.city
    sender = gang.numbers[0] if rng.random() < 0.5 else f"1069{rng.integers(10**7, 10**8)}"
    world.mark("number", sender, "sender", midnight + 8 * HOUR, gang)
    for receiver in rng.integers(0, city.people, max(5, city.people // 3000)):
        text = traces.with_contact(written(gang.case_class, rng), gang)
        at = midnight + int(rng.uniform(8, 21) * HOUR)
        world.due["messages"].append(
            {"at": at, "sender": sender, "receiver": str(city.numbers[receiver]), "text": text}
        )


def _story(world: Underworld, gang: Gang, midnight: int, pays: bool) -> None:
    rng, city = world.rng, world.city
    rule = CLASSES[gang.case_class]
    fits = (city.age >= rule["age"][0]) & (city.age <= rule["age"][1])
    if "occupation" in rule and (fits & (city.occupation == rule["occupation"])).any():
        fits &= city.occupation == rule["occupation"]
    person = int(rng.choice(np.flatnonzero(fits)))
    world.stories += 1
    scam_id = f"s{world.stories:06d}"
    begin = midnight + int(rng.uniform(max(9.2, gang.den.opens), gang.den.closes) * HOUR)
    number, account = str(city.numbers[person]), str(city.accounts[person])
    telling = Telling(world, gang, scam_id, number, account, begin)
    reaches = 1.0 if pays else float(rng.random())
    yuan = float(np.clip(rng.lognormal(np.log(rule["loss"][0] * world.habits.loss), rule["loss"][1]), 500, 2_000_000))
    _WAYS[rule["way"]](telling, yuan, reaches, pays)
    yields = telling.would_pay is not None and world.yields > 0 and bool(rng.random() < world.yields)
    if yields:
        telling.give_in(yuan)
        pays = True
    told = {
        "person": f"p{person:07d}",
        "number": number,
        "account": account,
        "scam_id": scam_id,
        "case_class": gang.case_class,
        "first_contact_at": telling.first or begin,
    }
    if pays:
        times = [at for at, _ in telling.paid]
        loss = sum(fen for _, fen in telling.paid) - telling.returned
        world.truth["truth_victims"].append(
            {**told, "first_payment_at": min(times), "last_payment_at": max(times), "loss_fen": loss}
        )
        if rng.random() < 0.85:
            numbers, accounts = traces.bystanders(world, account)
            reported = max(times) + int(rng.exponential(10) * HOUR) + HOUR
            world.due["reports"].append(
                {
                    "at": reported,
                    "scam_id": scam_id,
                    "hangs_on": reported,
                    "person": told["person"],
                    "narrative": narrative(
                        written(gang.case_class, rng), telling.paid, telling.payees, telling.returned
                    ),
                    "occurred_at": min(times),
                    "loss_fen": loss,
                    "payee": [*telling.payees, *accounts],
                    "number": [gang.numbers[0], *numbers],
                    "url": [gang.domains[0]],
                    "case_class": gang.case_class,
                }
            )
    stage = "lure" if reaches < 0.4 else "trust" if reaches < 0.8 else "isolation"
    if not pays:
        world.truth["truth_approached"].append({**told, "stage": stage, "would_pay_at": telling.would_pay})
    world.plans[scam_id] = Plan(
        scam_id, f"p{person:07d}", gang.case_class, int(city.age[person]), stage, telling.first or begin,
        tuple(sorted(telling.touches)), tuple(telling.calls), tuple(sorted(telling.moves)), yields,
    )  # fmt: skip


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

    def _put(self, table: str, at: int, **row: Any) -> None:
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
        self._put(
            "calls", at, caller=caller, callee=self.number, duration_s=seconds, caller_imei=device_of(gang, caller),
            caller_place=called_from(gang), caller_cell=traces.cell_of(gang),
        )  # fmt: skip

    def message(self, at: int) -> None:
        """From the gang itself, or from a luring team that works for several."""
        rng = self.world.rng
        lured = bool(rng.random() < 0.4)
        sender = self.world.lurers[int(rng.integers(len(self.world.lurers)))] if lured else self.gang.numbers[0]
        self._put(
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
        self._put("visits", at, number=self.number, form_posted=posted, **where)
        for again in self.world.rng.exponential(15, self.world.rng.poisson(self.world.habits.sessions)):
            self._put("visits", at + int((1 + again) * MINUTE), number=self.number, form_posted=False, **where)

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
            self._put(
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

    def give_in(self, yuan: float) -> None:
        """What a lured person pays where nobody dissuades."""
        rng = self.world.rng
        at = self.would_pay or self.at
        for share in _growing(rng, int(rng.integers(1, 4))):
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


def _by_call(telling: Telling, yuan: float, reaches: float, pays: bool) -> None:
    """A caller holds the person on the line; the money is moved during the call and after it."""
    rng = telling.world.rng
    begin = telling.at
    if rng.random() < 0.4:
        telling.call(begin - int(rng.uniform(10, 50) * MINUTE), int(rng.integers(60, 400)))
    long = int(rng.integers(1500, 6600)) if reaches > 0.4 else int(rng.integers(120, 1500))
    telling.call(begin, long)
    if rng.random() < 0.5 and reaches > 0.4:
        telling.visit(begin + int(rng.uniform(5, 20) * MINUTE), bool(rng.random() < 0.7))
    if not pays:
        telling.would_pay = begin + 2 * HOUR if reaches > 0.9 else None
        return
    at = begin + int(long * US * rng.uniform(0.4, 0.8))
    for share in _growing(rng, int(rng.integers(1, 4))):
        telling.pay(at, yuan * share)
        at += int(rng.uniform(6, 40) * MINUTE)
    fetched = CLASSES[telling.gang.case_class].get("fetched", 0)
    if fetched and rng.random() < fetched:
        telling._put("deliveries", at, orderer=telling.number, kind="ride", item="cash", flagged_by="driver")


def _by_site(telling: Telling, yuan: float, reaches: float, pays: bool, days: int, returns: bool) -> None:
    """A message or group leads to a site; small money first (some comes back), then more and more."""
    rng = telling.world.rng
    at = telling.at
    if rng.random() < 0.8:
        telling.message(at)
    at += int(rng.uniform(5, 90) * MINUTE)
    telling.visit(at, False)
    if reaches > 0.4:
        telling.visit(at + int(rng.uniform(3, 30) * MINUTE), True)
    if not pays:
        telling.would_pay = at + 2 * DAY if reaches > 0.9 else None
        return
    shares = _growing(rng, int(rng.integers(2, 5)) if returns else int(rng.integers(1, 3)))
    at += int(rng.uniform(20, 90) * MINUTE)
    if returns:
        first = float(rng.integers(50, 400))
        telling.pay(at, first)
        telling.give_back(at + int(rng.uniform(4, 20) * MINUTE), first * 1.2)
        at += int(rng.uniform(0.5, 3) * HOUR)
    for share in shares:
        if rng.random() < 0.8:
            telling.visit(at - int(rng.uniform(2, 15) * MINUTE), bool(rng.random() < 0.6))
        telling.pay(at, yuan * share)
        at += int(rng.uniform(0.3, 5) * HOUR) + (DAY if days > 1 and rng.random() < 0.4 else 0)


def _acquaintance(telling: Telling, yuan: float, reaches: float, pays: bool) -> None:
    """Someone claims to be known: a message, a call or two, an urgent transfer."""
    rng = telling.world.rng
    at = telling.at
    telling.message(at)
    at += int(rng.uniform(5, 60) * MINUTE)
    telling.call(at, int(rng.integers(90, 900)))
    if not pays:
        telling.would_pay = at + DAY if reaches > 0.9 else None
        return
    at += int(rng.uniform(15, 60) * MINUTE)
    for share in _growing(rng, int(rng.integers(1, 4))):
        telling.pay(at, yuan * share)
        at += int(rng.uniform(15, 120) * MINUTE)


def _order(telling: Telling, yuan: float, reaches: float, pays: bool) -> None:
    """A "unit" orders much from a shop, and then asks it to buy something else ahead from a "supplier"."""
    rng = telling.world.rng
    at = telling.at
    telling.call(at, int(rng.integers(120, 600)))
    at += int(rng.uniform(1, 4) * HOUR)
    if reaches > 0.4:
        telling.call(at, int(rng.integers(180, 900)))
    if not pays:
        telling.would_pay = at + HOUR if reaches > 0.9 else None
        return
    at += int(rng.uniform(10, 60) * MINUTE)
    for share in _growing(rng, int(rng.integers(1, 4))):
        telling.pay(at, yuan * share)
        at += int(rng.uniform(20, 90) * MINUTE)


def _blackmail(telling: Telling, yuan: float, reaches: float, pays: bool) -> None:
    """A dating app takes the contacts; then threats, and payment after payment."""
    rng = telling.world.rng
    at = telling.at
    telling.visit(at, False)
    at += int(rng.uniform(5, 40) * MINUTE)
    telling.message(at)
    if reaches > 0.4:
        telling.call(at + 5 * MINUTE, int(rng.integers(60, 500)))
    if not pays:
        telling.would_pay = at + HOUR if reaches > 0.9 else None
        return
    at += int(rng.uniform(10, 40) * MINUTE)
    for share in _growing(rng, int(rng.integers(2, 6))):
        telling.pay(at, yuan * share)
        at += int(rng.uniform(8, 60) * MINUTE)


def _growing(rng: np.random.Generator, count: int) -> list[float]:
    parts = np.sort(rng.dirichlet(np.ones(count) * 2))
    return [float(part) for part in parts]


_WAYS = {
    "call": _by_call,
    "rebate": lambda telling, yuan, reaches, pays: _by_site(telling, yuan, reaches, pays, 1, True),
    "investment": lambda telling, yuan, reaches, pays: _by_site(telling, yuan, reaches, pays, 3, True),
    "shop": lambda telling, yuan, reaches, pays: _by_site(telling, yuan, reaches, pays, 1, False),
    "acquaintance": _acquaintance,
    "order": _order,
    "blackmail": _blackmail,
}
