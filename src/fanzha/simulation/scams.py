"""Stories of fraud: lure, trust, isolation, transfer, laundering through layers, cash-out; and those who did not pay.

A story is planned whole on the day it begins; its events fall on that day and later ones.
"""

from __future__ import annotations

import numpy as np

from fanzha.simulation import traces
from fanzha.simulation.gangs import (
    CLASSES,
    HOUR,
    Gang,
    Underworld,
    device_of,
    renew,
    renew_laundering_shop,
)
from fanzha.simulation.message_texts import written
from fanzha.simulation.narratives import narrative
from fanzha.simulation.plans import Plan
from fanzha.simulation.population import RATES
from fanzha.simulation.telling import Telling, called_from
from fanzha.simulation.ways import WAYS


def plan_day(world: Underworld, midnight: int) -> None:
    """The day's spray and the stories that begin on it. `midnight`: local midnight in microseconds UTC."""
    rng = world.rng
    renew_laundering_shop(world)
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
    WAYS[rule["way"]](telling, yuan, reaches, pays)
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
