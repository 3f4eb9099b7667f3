"""An ordinary day: calls, messages, visits, payments and deliveries, by the local hour, with heavy-tailed shops and sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from fanzha.simulation.habits import Habits
from fanzha.simulation.message_texts import FRAUD_CLASSES, written
from fanzha.simulation.population import RATES, Ints, Population

Row = dict[str, npt.NDArray[np.generic] | list[str | None]]
_EVERYDAY = RATES["everyday"]
_HOURS = np.array(RATES["hours"]["values"], float)
_BANK = -1


@dataclass(frozen=True)
class Places:
    """Where people shop and browse; the weights are Zipf's."""

    shop_weights: npt.NDArray[np.float64]
    domains: npt.NDArray[np.str_]
    domain_weights: npt.NDArray[np.float64]
    ports: npt.NDArray[np.str_]
    texts: npt.NDArray[np.str_]


def places(city: Population, rng: np.random.Generator) -> Places:
    """The shops, sites and bulk senders of a city."""
    zipf = 1 / np.arange(1, city.shops + 1) ** 1.1
    sites = 1500
    sites_zipf = 1 / np.arange(1, sites + 1) ** 1.05
    domains = np.array([f"site{n}.example" for n in rng.permutation(sites)])
    ports = np.array([f"1069{n}" for n in rng.integers(10**7, 10**8, 60)])
    texts = np.array([written("normal", rng) for _ in range(4000)])
    return Places(zipf / zipf.sum(), domains, sites_zipf / sites_zipf.sum(), ports, texts)


def seconds_of_day(count: int, rng: np.random.Generator) -> Ints:
    """`count` moments of a day, in seconds after local midnight, by the rhythm of the hours."""
    hours = rng.choice(24, count, p=_HOURS / _HOURS.sum())
    return (hours * 3600 + rng.integers(0, 3600, count)).astype(np.int64)


def _who(city: Population, rate: float, rng: np.random.Generator) -> Ints:
    activity = rng.gamma(2.0, 0.5, city.people)
    return np.repeat(np.arange(city.people), rng.poisson(rate * activity))


def calls(city: Population, habits: Habits, weekend: bool, rng: np.random.Generator) -> Row:
    """Calls among acquaintances, long family calls, couriers, teachers, call centres and the bank's line."""
    caller = _who(city, habits.calls * (0.8 if weekend else 1.0), rng)
    callee = city.contacts[caller, np.minimum(rng.geometric(0.25, len(caller)) - 1, city.contacts.shape[1] - 1)]
    duration = np.clip(rng.lognormal(4.1, 1.0, len(caller)), 3, 7000).astype(np.int64)
    duration[rng.random(len(caller)) < _EVERYDAY["unanswered"]] = 0
    retired = np.flatnonzero(city.occupation == "retired")
    talks = retired[rng.random(len(retired)) < _EVERYDAY["family_long_calls_of_the_retired"]]
    parts = [(caller, callee, seconds_of_day(len(caller), rng), duration)]
    evening = rng.integers(19 * 3600, 21 * 3600, len(talks))
    parts.append((city.contacts[talks, 0], talks, evening, rng.integers(1500, 5400, len(talks))))
    couriers = np.flatnonzero(city.occupation == "courier")
    rounds = np.repeat(couriers, rng.integers(40, 110, len(couriers)))
    parts.append(_outreach(rounds, city, rng, 0.2, (8, 45)))
    teachers = np.flatnonzero(city.occupation == "teacher")
    parts.append(_outreach(np.repeat(teachers, rng.poisson(2.0, len(teachers))), city, rng, 0.15, (40, 400)))
    parts.append(_outreach(np.repeat(loan_officers(city), 25), city, rng, 0.4, (30, 700)))
    centres = np.arange(city.people, city.people + city.call_centres)
    parts.append(_outreach(np.repeat(centres, 140), city, rng, 0.6, (10, 90)))
    stations = np.arange(city.people + city.call_centres, city.free_numbers)
    parts.append(_outreach(np.repeat(stations, 25), city, rng, 0.3, (120, 2400)))
    parts.append(_outreach(np.full(max(1, city.people // 60), _BANK), city, rng, 0.3, (20, 900)))
    callers, callees, at, seconds = (np.concatenate([part[n] for part in parts]) for n in range(4))
    bank = callers == _BANK
    away = np.zeros(len(city.numbers), np.bool_)
    away[city.roamers[rng.random(len(city.roamers)) < 0.5]] = True
    return {
        "caller": np.where(bank, "95588", city.numbers[callers]),
        "callee": city.numbers[callees],
        "at": at,
        "duration_s": seconds,
        "caller_imei": np.where(bank, "", city.imei[callers]),
        "caller_place": np.where(away[callers], "VN", np.where(bank, "", city.place[callers])),
    }


def loan_officers(city: Population) -> Ints:
    """The finance clerks who call strangers about loans all day."""
    return np.flatnonzero((city.occupation == "finance_clerk") & (np.arange(city.people) % 4 == 0))


def red_packet_hosts(city: Population) -> Ints:
    """People whose groups send small money around; others pay them and are paid by them."""
    return np.arange(7, city.people, 2000)


def landlords(city: Population) -> Ints:
    """To whom the tenants pay."""
    return np.arange(0, city.people, 200)


def _outreach(
    callers: Ints, city: Population, rng: np.random.Generator, unanswered: float, talk: tuple[int, int]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Calls of the working day to people all over the city, `talk` seconds long when they are answered."""
    count = len(callers)
    duration = rng.integers(*talk, count)
    duration[rng.random(count) < unanswered] = 0
    return callers, rng.integers(0, city.people, count), rng.integers(9 * 3600, 19 * 3600, count), duration


def messages(city: Population, habits: Habits, at: Places, rng: np.random.Generator) -> Row:
    """Bulk messages with their text, private ones without."""
    bulk = _who(city, habits.bulk_messages, rng)
    private = _who(city, habits.private_messages, rng)
    texts = at.texts[rng.integers(0, len(at.texts), len(bulk))].tolist()
    for n in np.flatnonzero(rng.random(len(bulk)) < habits.misread_texts):
        texts[n] = written(str(rng.choice(FRAUD_CLASSES)), rng)
    return {
        "sender": np.concatenate([at.ports[rng.integers(0, len(at.ports), len(bulk))], city.numbers[private]]),
        "receiver": np.concatenate(
            [city.numbers[bulk], city.numbers[city.contacts[private, rng.integers(0, 6, len(private))]]]
        ),
        "at": seconds_of_day(len(bulk) + len(private), rng),
        "text": [*texts, *([None] * len(private))],
    }


def visits(city: Population, habits: Habits, at: Places, rng: np.random.Generator) -> Row:
    """Visits to sites, most to a few; now and then a form is posted."""
    who = _who(city, habits.visits, rng)
    return {
        "number": city.numbers[who],
        "domain": at.domains[rng.choice(len(at.domains), len(who), p=at.domain_weights)],
        "at": seconds_of_day(len(who), rng),
        "form_posted": rng.random(len(who)) < habits.form_share,
    }


def payments(city: Population, habits: Habits, at: Places, day_of_month: int, rng: np.random.Generator) -> Row:
    """Shopping, transfers among acquaintances, wages and rents by the calendar, cash, and the rare big purchase."""
    shop_at = city.people
    parts: list[tuple[npt.NDArray[np.str_], npt.NDArray[np.str_], Ints, Ints, npt.NDArray[np.str_]]] = []

    def add(payer: Ints, payee: Ints, yuan: npt.NDArray[np.float64], channel: str) -> None:
        fen = np.maximum((yuan * 100).astype(np.int64), 100)
        parts.append(
            (
                city.accounts[payer],
                city.accounts[payee],
                seconds_of_day(len(payer), rng),
                fen,
                np.full(len(payer), channel),
            )
        )

    buyers = _who(city, habits.shop_payments, rng)
    shops = shop_at + rng.choice(city.shops, len(buyers), p=at.shop_weights)
    add(buyers, shops, rng.lognormal(3.3, 1.0, len(buyers)), "qr")
    senders = _who(city, habits.transfers, rng)
    friends = city.contacts[senders, rng.integers(0, 8, len(senders))]
    add(senders, friends, np.ceil(rng.lognormal(5.3, 1.2, len(senders))), "mobile")
    big = _who(city, habits.big_purchases, rng)
    sellers = np.where(
        rng.random(len(big)) < 0.6,
        shop_at + rng.integers(0, city.shops, len(big)),
        rng.integers(0, city.people, len(big)),
    )
    add(big, sellers, np.round(rng.lognormal(9.2, 1.0, len(big)), -2), "mobile")
    if day_of_month in (5, 10, 15):
        paid = np.flatnonzero((city.employer >= 0) & (np.arange(city.people) % 3 == (5, 10, 15).index(day_of_month)))
        add(city.employer[paid], paid, rng.normal(4600, 900, len(paid)).clip(1500), "online")
    if day_of_month <= 5:
        tenants = np.flatnonzero(np.arange(city.people) % 25 == day_of_month)
        add(tenants, tenants - tenants % 200, rng.normal(1100, 300, len(tenants)).clip(300), "mobile")
    givers = np.repeat(red_packet_hosts(city), 30)
    near = np.clip(givers + rng.integers(-300, 300, len(givers)), 0, city.people - 1)
    small = rng.lognormal(2.8, 0.8, len(givers)).clip(1, 200)
    add(near, givers, small, "mobile")
    add(givers, near[::-1], small[::-1] * 0.98, "mobile")
    cash = _who(city, _EVERYDAY["withdrawals"], rng)
    parts.append(
        (
            city.accounts[cash],
            np.array([f"cash:atm-{n}" for n in rng.integers(0, 400, len(cash))]),
            seconds_of_day(len(cash), rng),
            rng.integers(2, 100, len(cash)) * 10_000,
            np.full(len(cash), "atm_cash"),
        )
    )
    gold = _who(city, 0.0006, rng)
    add(gold, shop_at + rng.integers(0, 10, len(gold)), np.round(rng.lognormal(8.9, 0.6, len(gold))), "gold")
    return {
        "payer": np.concatenate([part[0] for part in parts]),
        "payee": np.concatenate([part[1] for part in parts]),
        "at": np.concatenate([part[2] for part in parts]),
        "amount_fen": np.concatenate([part[3] for part in parts]),
        "channel": np.concatenate([part[4] for part in parts]),
    }


def deliveries(city: Population, rng: np.random.Generator) -> Row:
    """Parcels, rides and errands; what is in them is mostly unknown to the courier."""
    who = _who(city, _EVERYDAY["deliveries"], rng)
    return {
        "orderer": city.numbers[who],
        "at": seconds_of_day(len(who), rng),
        "kind": rng.choice(np.array(["parcel", "ride", "errand"]), len(who), p=[0.7, 0.2, 0.1]),
        "item": rng.choice(np.array(["other", "document"]), len(who), p=[0.93, 0.07]),
    }


def frame(row: Row, midnight_us: int, time: str) -> pl.DataFrame:
    """Arrays of one day as a frame whose `at` (seconds of the day) became the UTC instant `time`."""
    table = pl.DataFrame(row)
    instant = (midnight_us + pl.col("at").cast(pl.Int64) * 1_000_000).cast(pl.Datetime("us", "UTC"))
    return table.select(instant.alias(time), pl.exclude("at"))
