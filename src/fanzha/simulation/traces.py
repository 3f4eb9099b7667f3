"""What fraud cannot help leaving behind beside its numbers and accounts: cells, addresses, servers and the telephones of its money desk.

A gang changes numbers, sites and accounts every few days; what stands here changes more slowly, and some of it is shared: a den by
its gangs, a laundering shop by its customers, a proxy by everybody. All chance comes from a stream of its own, so that the rest
of a city is as it would be without. Addresses are of ranges that belong to nobody (RFC 2544, 198.18.0.0/15; RFC 6598, 100.64.0.0/10).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from fanzha.simulation.population import RATES, Population

if TYPE_CHECKING:
    from fanzha.simulation.gangs import Den, Gang, Underworld

_SITE = re.compile(r"[a-z]+(?:-[a-z]+)+\.[a-z]+")
_RATES = RATES["traces"]
PROXIES = tuple(f"198.18.0.{n}" for n in range(1, 9))
"""Exits of a proxy service that gangs and honest people use alike."""
CONTENT_NETWORK = tuple(f"198.18.1.{n}" for n in range(1, 33))
"""Front servers that most sites stand behind, honest or not."""


def address(rng: np.random.Generator) -> str:
    """A fixed address of 198.18.2.0 to 198.18.255.255, where nothing else of a city stands."""
    return f"198.18.{rng.integers(2, 256)}.{rng.integers(1, 255)}"


def furnished(den: Den, rng: np.random.Generator) -> Den:
    """A den with the cells around it and its own addresses."""
    first = int(rng.integers(1000, 9000))
    return replace(
        den,
        cells=tuple(f"{den.place}-{first + n}" for n in range(_RATES["cells_of_a_den"])),
        addresses=tuple(address(rng) for _ in range(2)),
    )


def keep(world: Underworld, gang: Gang) -> None:
    """What a gang keeps and changes when it takes new numbers, sites and accounts."""
    rng = world.leavings
    if not gang.cell:
        gang.cell = str(rng.choice(gang.den.cells))
        gang.gateway_cell = f"451002-{rng.integers(1, cells_of(world.city, '451002') + 1):04d}"
        gang.app = f"com.{''.join(rng.choice(list('bcdfgklmnpt'), 6))}.client"
        gang.servers = [address(rng) for _ in range(2)]
        gang.desk = [world.city.fresh_imei(rng) for _ in range(2)]
        return
    # one of two at most, so that a thread goes on
    if rng.random() < _RATES["changed_at_renewal"]:
        gang.servers[int(rng.integers(2))] = address(rng)
    if rng.random() < _RATES["changed_at_renewal"]:
        gang.desk[int(rng.integers(2))] = world.city.fresh_imei(rng)


def kept_handsets(world: Underworld, before: list[str], fresh: list[str]) -> list[str]:
    """The handsets for new cards: a card is thrown away, a telephone is mostly used again."""
    kept = [world.leavings.random() < _RATES["handset_kept"] for _ in fresh]
    return [
        before[n] if keeps and n < len(before) else one for n, (one, keeps) in enumerate(zip(fresh, kept, strict=True))
    ]


def cell_of(gang: Gang) -> str:
    """Where the gang's numbers are heard from: a gateway in the city, else its floor in the den."""
    return gang.gateway_cell if gang.goip else gang.cell


def server_of(world: Underworld, gang: Gang, domain: str) -> str:
    """The address that a site of the gang is reached at."""
    rng = world.leavings
    if rng.random() < _RATES["behind_a_content_network"]:
        return str(rng.choice(CONTENT_NETWORK))
    return gang.servers[gang.domains.index(domain) % len(gang.servers)]


def desk_of(world: Underworld, gang: Gang, account: str) -> dict[str, Any]:
    """`ip`, `device`, `payer_place` of a payment out of a laundering account: the gang's own desk, or the shop's."""
    rng = world.leavings
    for index, shop in enumerate(world.laundering_shops):
        if any(mule.account == account for mule in shop):
            phones, ip, place = world.shop_desks[index]
            return {"device": str(rng.choice(phones)), "ip": ip, "payer_place": place}
    device = gang.devices[0] if rng.random() < 0.5 else str(rng.choice(gang.desk))
    if rng.random() < _RATES["by_proxy"]:
        return {"device": device, "ip": str(rng.choice(PROXIES)), "payer_place": None}
    return {"device": device, "ip": str(rng.choice(gang.den.addresses)), "payer_place": gang.den.place}


def open_desks(world: Underworld) -> None:
    """A laundering shop has telephones and an address in some county."""
    rng = world.leavings
    counties = list(RATES["county_weights"]["values"])
    world.shop_desks = [
        ([world.city.fresh_imei(rng) for _ in range(2)], address(rng), str(rng.choice(counties)))
        for _ in world.laundering_shops
    ]


def with_contact(text: str, gang: Gang) -> str:
    """A text of a gang leads to the gang: its site where it names one, else the number to call back."""
    if _SITE.search(text):
        return _SITE.sub(gang.domains[0], text)
    return f"{text} {gang.numbers[0].removeprefix('+86')}"


def cells_of(city: Population, place: str) -> int:
    """How many cells a county has: one for every few hundred people."""
    people = int((city.county == place).sum())
    return max(2, people // int(_RATES["people_per_cell"]))


def bystanders(world: Underworld, payee_of: str) -> tuple[list[str], list[str]]:
    """Numbers and accounts without any part in it that a report names all the same: the courier's, the landlord's, a call centre's."""
    rng, city = world.leavings, world.city
    numbers, accounts = [], []
    if rng.random() < _RATES["bystander_numbers"]:
        couriers = np.flatnonzero(city.occupation == "courier")
        lines = np.arange(city.people, city.people + city.call_centres)
        numbers.append(str(city.numbers[rng.choice(np.concatenate([couriers, lines]))]))
    if rng.random() < _RATES["service_numbers"]:
        numbers.append(str(rng.choice(["95588", "110", "96110"])))
    if rng.random() < _RATES["bystander_payees"]:
        person = int(np.flatnonzero(city.accounts == payee_of)[0])
        accounts.append(str(city.accounts[person - person % 200]))
    return numbers, accounts
