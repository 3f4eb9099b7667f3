"""Who is behind the fraud: gangs in dens with shifts, luring teams and laundering shops that they share, and what they use up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from fanzha.simulation import traces
from fanzha.simulation.habits import Habits
from fanzha.simulation.population import RATES, Population
from fanzha.vocabulary import of_classes

if TYPE_CHECKING:
    from fanzha.simulation.plans import Plan

US = 1_000_000
MINUTE = 60 * US
HOUR = 60 * MINUTE
DAY = 24 * HOUR
CLASSES: dict[str, dict[str, Any]] = dict(
    sorted(of_classes("simulated").items(), key=lambda one: (one[1]["share"], one[0]), reverse=True)
)
"""What the files of the classes say of their frauds (vocabulary/case_class.py), the commonest first."""
_ABROAD = ("MM", "KH", "LA", "PH", "AE")


@dataclass(frozen=True)
class Den:
    """A place where gangs work, with the local hours of its shift."""

    name: str
    place: str
    opens: float
    closes: float
    cells: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mule:
    """An account that launders. kind: sold (or rented), loan (its holder believes in "turnover" for a loan), friend (helps one)."""

    account: str
    kind: str


@dataclass
class Gang:
    """Who runs stories of one class, with what it uses now."""

    name: str
    case_class: str
    den: Den
    goip: bool
    numbers: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    mules: list[list[Mule]] = field(default_factory=list)  # by layer
    cell: str = ""
    gateway_cell: str = ""
    app: str = ""
    servers: list[str] = field(default_factory=list)
    desk: list[str] = field(default_factory=list)  # the telephones that move its money


@dataclass
class Underworld:
    """The gangs of a city, their supply of fresh identifiers, and everything of theirs that is still to happen.

    `yields`: the share of those lured to the end who pay where nobody dissuades; `plans`: every story by its scam_id.
    """

    city: Population
    habits: Habits
    rng: np.random.Generator
    leavings: np.random.Generator
    inflation: float
    yields: float = 0.0
    gangs: list[Gang] = field(default_factory=list)
    lurers: list[str] = field(default_factory=list)
    laundering_shops: list[list[Mule]] = field(default_factory=list)
    shop_desks: list[tuple[list[str], str, str]] = field(default_factory=list)  # telephones, address, place
    due: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    truth: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    since: dict[str, int] = field(default_factory=dict)  # when each identifier first worked for fraud
    marked: set[str] = field(default_factory=set)
    used_by: set[tuple[str, str]] = field(default_factory=set)
    plans: dict[str, Plan] = field(default_factory=dict)
    stories: int = 0

    def fresh_number(self) -> str:
        """A number of the free range that nobody in the city holds."""
        return str(self.city.numbers[self.rng.integers(self.city.free_numbers, len(self.city.numbers))])

    def fresh_mule(self) -> Mule:
        """Mostly a card that was sold; now and then an account whose holder lives in the city and lends it."""
        rng, city = self.rng, self.city
        kind = str(rng.choice(["sold", "loan", "friend"], p=RATES["mules"]["kinds"]))
        if kind == "sold":
            return Mule(str(city.accounts[rng.integers(city.free_accounts, len(city.accounts))]), kind)
        return Mule(str(city.accounts[rng.integers(0, city.people)]), kind)

    def involve(self, kind: str, identifier: str, role: str, at: int, gang: Gang) -> None:
        """Write an identifier's part into the truth, once, and its use at an instant: a story is planned whole, so an earlier use may come later."""
        if (identifier, gang.name) not in self.used_by:
            self.used_by.add((identifier, gang.name))
            self.truth["truth_gangs"].append({"identifier": identifier, "gang": gang.name, "role": role})
            if kind == "number":
                told = {"den": gang.den.name, "place": gang.den.place, "identifier": identifier}
                self.truth["truth_dens"].append(told)
        if identifier not in self.since and kind != "domain":
            name = "truth_numbers" if kind == "number" else "truth_accounts"
            self.truth[name].append({kind: identifier, "role": role})
        self.since[identifier] = min(at, self.since.get(identifier, at))

    def mark(self, kind: str, identifier: str, role: str, since: int, gang: Gang) -> None:
        """`involve` an identifier, and perhaps let it be listed later."""
        self.involve(kind, identifier, role, since, gang)
        if identifier in self.marked:
            return
        self.marked.add(identifier)
        share, hours = RATES["late_listing"][kind]
        if self.rng.random() < share * self.habits.listing:
            self.due["listed"].append(
                {
                    "at": since + int(self.rng.exponential(hours) * HOUR) + HOUR,
                    "identifier": identifier,
                    "kind": kind,
                    "reason": "report",
                    "source": "police",
                    "confidence": 0.9,
                }
            )


def make_gangs(
    city: Population, habits: Habits, inflation: float, rng: np.random.Generator, leavings: np.random.Generator
) -> Underworld:
    """One or more gangs a class, by the size of the city, in dens that several may share. `leavings`: the chance of traces."""
    world = Underworld(city, habits, rng, leavings, inflation)
    dens = [
        Den(f"den-{n + 1}", str(rng.choice(_ABROAD)), float(rng.uniform(8.5, 10.5)), float(rng.uniform(18.5, 21.5)))
        for n in range(max(4, city.people // 15_000))
    ]
    dens = [traces.furnished(den, leavings) for den in dens]
    world.lurers = [world.fresh_number() for _ in range(max(3, city.people // 20_000))]
    world.laundering_shops = [[world.fresh_mule() for _ in range(12)] for _ in range(max(2, city.people // 25_000))]
    traces.open_desks(world)
    for case_class in CLASSES:
        for n in range(max(1, int(CLASSES[case_class]["share"] * city.people / 300_000))):
            den = dens[int(rng.integers(len(dens)))]
            gang = Gang(f"gang-{case_class}-{n + 1}", case_class, den, bool(rng.random() < RATES["goip"]["share"]))
            renew(world, gang)
            world.gangs.append(gang)
    return world


def renew(world: Underworld, gang: Gang) -> None:
    """New numbers, sites and accounts, as gangs take every few days; a gateway or a pool of modems stays longer."""
    rng = world.rng
    gang.numbers = [world.fresh_number() for _ in range(rng.integers(4, 9) if gang.goip else rng.integers(2, 5))]
    if not gang.devices or not gang.goip:
        fresh = [world.city.fresh_imei(rng) for _ in range(2 if gang.goip else len(gang.numbers))]
        gang.devices = traces.kept_handsets(world, gang.devices, fresh)
    gang.domains = [f"{_word(rng)}-{_word(rng)}.{rng.choice(['top', 'vip', 'xyz', 'cc', 'shop'])}" for _ in range(2)]
    layers = int(rng.integers(2, 7))
    gang.mules = [[world.fresh_mule() for _ in range(4 + 2 * layer)] for layer in range(layers)]
    for layer in range(1, layers):
        if rng.random() < RATES["mules"]["shared_laundering_shop"]:
            gang.mules[layer] = world.laundering_shops[int(rng.integers(len(world.laundering_shops)))]
    traces.keep(world, gang)


def renew_laundering_shop(world: Underworld) -> None:
    """A laundering shop changes a few of its accounts."""
    shop = world.laundering_shops[int(world.rng.integers(len(world.laundering_shops)))]
    for n in world.rng.integers(0, len(shop), 3):
        shop[int(n)] = world.fresh_mule()


def device_of(gang: Gang, number: str) -> str:
    """The device that a number sits in: its own telephone, or one slot of a gateway."""
    place = gang.numbers.index(number) if number in gang.numbers else 0
    return gang.devices[place % len(gang.devices)]


def _word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list("abcdefghjkmnpqrstuwxyz"), rng.integers(2, 6)))
