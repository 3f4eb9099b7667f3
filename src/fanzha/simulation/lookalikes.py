"""Who looks like fraud and is none: groups of honest people whose numbers or accounts behave like those of gangs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from fanzha.simulation import everyday, strangers
from fanzha.simulation.habits import Habits
from fanzha.simulation.population import Population
from fanzha.simulation.surroundings import children, tenants


def lookalikes(
    city: Population, habits: Habits, recycled: Sequence[str], guilty: Collection[str]
) -> list[dict[str, str]]:
    """Rows of `truth_lookalikes`. `recycled`: numbers that were listed before their owner had them; `guilty`: accounts that were
    lent to fraud, which are no look-alikes whoever they belong to."""
    people, numbers, accounts = city.people, city.numbers, city.accounts
    centres = people + city.call_centres
    old = np.flatnonzero((city.occupation == "retired") & (np.arange(people) % 4 == 0))
    groups = [
        ("courier", numbers[:people][city.occupation == "courier"]),
        ("teacher", numbers[:people][city.occupation == "teacher"]),
        ("loan_officer", numbers[everyday.loan_officers(city)]),
        ("call_centre", numbers[people:centres]),
        ("police", numbers[centres : city.free_numbers]),
        ("second_card", numbers[city.second_cards]),
        ("border", numbers[city.roamers]),
        ("family_calls", numbers[old]),
        ("recycled", np.array(recycled)),
        ("shop", accounts[people : people + city.shops]),
        ("payroll", accounts[people + city.shops : city.free_accounts]),
        ("landlord", accounts[everyday.landlords(city)]),
        ("red_packet", accounts[everyday.red_packet_hosts(city)]),
        ("seller", numbers[strangers.sellers(city, habits)]),
        ("dealer", accounts[strangers.dealers(city, habits)]),
        ("landlord_phone", accounts[tenants(city)]),
        ("family_card", accounts[children(city)]),
    ]
    return [
        {"identifier": str(one), "group": group}
        for group, members in groups
        for one in members
        if str(one) not in guilty
    ]
