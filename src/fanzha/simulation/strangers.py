"""Honest life among strangers: calls, sales and small sites that look, one by one, like the beginning of a fraud."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fanzha.simulation.cards import BODY, cards
from fanzha.simulation.everyday import Row, seconds_of_day
from fanzha.simulation.habits import Habits
from fanzha.simulation.population import Ints, Population
from fanzha.vocabulary import SYNTHETIC_NUMBER_PREFIX


def day(city: Population, habits: Habits, rng: np.random.Generator) -> dict[str, Row]:
    """The rows of one day by table, beside those of everyday life."""
    return {
        "calls": _calls(city, habits, rng),
        "visits": _visits(city, habits, rng),
        "payments": _payments(city, habits, rng),
    }


def dealers(city: Population, habits: Habits) -> Ints:
    """People who sell for others: money of strangers comes in to their own account and mostly goes on to other strangers."""
    return np.flatnonzero(np.arange(city.people) * 7919 % 10_007 < habits.dealers * 10_007)


def sellers(city: Population, habits: Habits) -> Ints:
    """People who call strangers all day, most of whom do not answer, and talk long with some."""
    return np.flatnonzero(np.arange(city.people) * 6007 % 10_007 < habits.sellers * 10_007)


def _of(prefix: str, digits: int, which: Ints) -> npt.NDArray[np.str_]:
    """Identifiers of people outside the city: the same stranger always has the same one."""
    spread = (which.astype(np.uint64) * np.uint64(2654435761) + np.uint64(12345)) % np.uint64(10**digits)
    return np.array([f"{prefix}{one:0{digits}d}" for one in spread.tolist()], dtype=f"<U{len(prefix) + digits}")


def _some(city: Population, rate: float, rng: np.random.Generator) -> Ints:
    return rng.integers(0, city.people, rng.poisson(rate * city.people))


def _calls(city: Population, habits: Habits, rng: np.random.Generator) -> Row:
    person = _some(city, habits.stranger_calls, rng)
    stranger = _of(SYNTHETIC_NUMBER_PREFIX, 8, rng.integers(0, 2 * city.people, len(person)))
    duration = np.clip(rng.lognormal(4.4, 1.3, len(person)), 4, 9000).astype(np.int64)
    duration[rng.random(len(person)) < 0.35] = 0
    called = rng.random(len(person)) < 0.7
    own = city.numbers[person]
    selling = np.repeat(sellers(city, habits), rng.integers(20, 150, len(sellers(city, habits))))
    answered = rng.random(len(selling)) < rng.uniform(0.25, 0.7)
    talk = np.clip(rng.lognormal(3.6, 1.3, len(selling)), 3, 4000).astype(np.int64)
    return {
        "caller": np.concatenate([np.where(called, stranger, own), city.numbers[selling]]),
        "callee": np.concatenate(
            [np.where(called, own, stranger), city.numbers[rng.integers(0, city.people, len(selling))]]
        ),
        "at": np.concatenate([seconds_of_day(len(person), rng), rng.integers(9 * 3600, 20 * 3600, len(selling))]),
        "duration_s": np.concatenate([duration, np.where(answered, talk, 0)]),
        "caller_imei": np.concatenate([np.where(called, "", city.imei[person]), city.imei[selling]]),
        "caller_place": np.concatenate([np.where(called, "", city.place[person]), city.place[selling]]),
    }


def _visits(city: Population, habits: Habits, rng: np.random.Generator) -> Row:
    who = _some(city, habits.visits * habits.small_sites, rng)
    sites = rng.integers(0, max(20, city.people // 4), len(who))
    names = np.array([f"small{site}.example" for site in sites.tolist()], dtype="<U24")
    return {
        "number": city.numbers[who],
        "domain": names,
        "at": seconds_of_day(len(who), rng),
        "form_posted": rng.random(len(who)) < 2 * habits.form_share,
    }


def _payments(city: Population, habits: Habits, rng: np.random.Generator) -> Row:
    parts: list[tuple[npt.NDArray[np.str_], npt.NDArray[np.str_], Ints, Ints]] = []

    def add(payer: npt.NDArray[np.str_], payee: npt.NDArray[np.str_], at: Ints, yuan: npt.NDArray[np.float64]) -> None:
        parts.append((payer, payee, at, np.maximum((yuan * 100).astype(np.int64), 100)))

    for rate, pays in ((habits.stranger_payments, True), (habits.stranger_receipts, False)):
        person = _some(city, rate, rng)
        own = city.accounts[person]
        stranger = cards(_of("", BODY, rng.integers(0, 4 * city.people, len(person))))
        yuan = np.ceil(rng.lognormal(6.2, 1.3, len(person)))
        add(own if pays else stranger, stranger if pays else own, seconds_of_day(len(person), rng), yuan)
    traders = dealers(city, habits)
    deals = np.repeat(traders, rng.integers(1, 9, len(traders)))
    yuan = np.ceil(rng.lognormal(7.2, 1.0, len(deals)))
    at = seconds_of_day(len(deals), rng)
    buyer, maker = (rng.integers(0, 4 * city.people, len(deals)) for _ in range(2))
    later = np.minimum(at + rng.exponential(2400, len(deals)).astype(np.int64) + 30, 86_399)
    add(cards(_of("", BODY, buyer)), city.accounts[deals], at, yuan)
    goes_on = rng.random(len(deals)) < 0.5
    add(
        city.accounts[deals[goes_on]],
        cards(_of("", BODY, maker[goes_on])),
        later[goes_on],
        yuan[goes_on] * 0.9,
    )
    payer, payee, moments, fen = (np.concatenate([part[n] for part in parts]) for n in range(4))
    return {"payer": payer, "payee": payee, "at": moments, "amount_fen": fen, "channel": np.full(len(fen), "mobile")}
