"""The people of the simulated city, whom they know, and what is registered about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from fanzha.simulation.cards import BODY, cards
from fanzha.vocabulary import SYNTHETIC_NUMBER_PREFIX, load_data

Ints = npt.NDArray[np.int64]
RATES = load_data("fanzha.simulation", "rates.yaml")
CONTACTS = 12
_TEST_TAC = "00101700"
_OPERATORS = np.array(["CMCC", "CUCC", "CTCC"])
_BANKS = np.array(["ICBC", "CCB", "ABC", "RCB"])


@dataclass(frozen=True)
class Population:
    """`people` persons (rows of the arrays), then shops, employers and call centres with numbers or accounts of their own."""

    start: date
    age: Ints
    county: npt.NDArray[np.str_]
    occupation: npt.NDArray[np.str_]
    family: Ints
    contacts: Ints  # (people, CONTACTS), rows of people; the first are family
    numbers: npt.NDArray[np.str_]  # one a person, then call centres, then the free range for fraud
    accounts: npt.NDArray[np.str_]  # one a person, then shops, then employers, then the free range for fraud
    shops: int
    employers: int
    call_centres: int
    employer: Ints  # row of `accounts` that pays a person's wage; -1 for none
    stations: int  # police stations, whose numbers come after those of call centres
    imei: npt.NDArray[np.str_]  # by row of `numbers`: the device that it sits in
    place: npt.NDArray[np.str_]  # by row of `numbers`: where it mostly is
    second_cards: Ints  # people whose number sits in the phone of somebody of the family
    roamers: Ints  # people of the border who are across it every other day
    balance: Ints  # by row of `accounts`, fen, at the beginning

    @property
    def free_numbers(self) -> int:
        """The first row of `numbers` that nobody of the city holds."""
        return self.people + self.call_centres + self.stations

    @property
    def free_accounts(self) -> int:
        """The first row of `accounts` that neither people nor companies of the city hold."""
        return self.people + self.shops + self.employers

    @staticmethod
    def fresh_imei(rng: np.random.Generator) -> str:
        """A device of a type code that is for tests alone, so that it is nobody's."""
        return f"{_TEST_TAC}{rng.integers(10**6, 10**7)}"

    @property
    def people(self) -> int:
        return len(self.age)


def unique_digits(rng: np.random.Generator, count: int, digits: int) -> npt.NDArray[np.str_]:
    """`count` distinct strings of `digits` digits, in no order."""
    found = np.unique(rng.integers(0, 10**digits, size=int(count * 1.1) + 1000))
    return np.char.zfill(rng.permutation(found)[:count].astype(str), digits)


def populate(people: int, start: date, rng: np.random.Generator) -> Population:
    """A city of `people` persons with families, acquaintances of their county, shops, employers and call centres."""
    weights = RATES["county_weights"]["values"]
    share = np.array(list(weights.values()), float)
    family_of = np.repeat(np.arange(people), rng.integers(1, 6, people))[:people]
    county_of_family = rng.choice(np.array(list(weights)), people, p=share / share.sum())
    county = county_of_family[family_of]
    bands = np.array(RATES["ages"]["bands"])
    band = bands[rng.choice(len(bands), people, p=bands[:, 2] / bands[:, 2].sum())]
    age = rng.integers(band[:, 0], band[:, 1] + 1)
    occupation = _occupations(age, rng)
    shops, employers = max(20, people // 40), max(5, people // 300)
    centres, stations = max(1, people // 4000), max(2, people // 15_000)
    numbers = np.char.add(
        SYNTHETIC_NUMBER_PREFIX, unique_digits(rng, people + centres + stations + people // 5 + 400, 8)
    )
    accounts = cards(unique_digits(rng, people + shops + employers + people // 2 + 2000, BODY))
    works = np.isin(occupation, ["worker", "teacher", "civil_servant", "finance_clerk", "courier"])
    employer = np.where(works, people + shops + rng.integers(0, employers, people), -1)
    contacts = _contacts(family_of, county, rng)
    imei = np.char.add(_TEST_TAC, unique_digits(rng, len(numbers), 7))
    kept = np.flatnonzero((age < 25) & (family_of[contacts[:, 0]] == family_of) & (rng.random(people) < 0.1))
    imei[kept] = imei[contacts[kept, 0]]
    roaming = RATES["roaming"]
    at_border = np.isin(county, roaming["border_counties"]) & (rng.random(people) < roaming["border_share"])
    place = np.full(len(numbers), "451002", dtype="<U6")
    place[:people] = county
    return Population(
        start, age, county, occupation, family_of, contacts, numbers, accounts, shops, employers, centres, employer,
        stations, imei, place, kept, np.flatnonzero(at_border), _balances(len(accounts), people, shops + employers, rng),
    )  # fmt: skip


def _balances(count: int, people: int, companies: int, rng: np.random.Generator) -> Ints:
    parts = []
    for kind, number in (("person", people), ("company", companies), ("sold", count - people - companies)):
        median, sigma = RATES["balances"][kind]
        parts.append(rng.lognormal(np.log(median), sigma, number) * 100)
    return np.concatenate(parts).astype(np.int64)


def _occupations(age: Ints, rng: np.random.Generator) -> npt.NDArray[np.str_]:
    grown = np.array(
        ["worker", "farmer", "shopkeeper", "teacher", "civil_servant", "courier", "finance_clerk", "unemployed"]
    )
    chosen = rng.choice(grown, len(age), p=[0.36, 0.28, 0.1, 0.05, 0.06, 0.008, 0.022, 0.12])
    chosen = np.where(age < 19, "student", chosen)
    chosen = np.where((age < 23) & (age >= 19) & (rng.random(len(age)) < 0.5), "student", chosen)
    return np.where(age >= 62, "retired", chosen)


def _contacts(family: Ints, county: npt.NDArray[np.str_], rng: np.random.Generator) -> Ints:
    people = len(family)
    order = np.argsort(county, kind="stable")
    place = np.empty(people, np.int64)
    place[order] = np.arange(people)
    near = np.clip(place[:, None] + rng.normal(0, 60, (people, CONTACTS)).astype(np.int64), 0, people - 1)
    contacts = order[near]
    index = np.arange(people)
    for column, step in enumerate((1, -1, 2)):
        other = np.clip(index + step, 0, people - 1)
        same = family[other] == family
        contacts[same, column] = other[same]
    alone = contacts == index[:, None]
    contacts[alone] = ((contacts + 1) % people)[alone]
    return contacts


def registers(city: Population, phones: list[str | None], rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """`people`, `numbers`, `accounts`: what institutions have on file (fraud numbers and cards are on file as anybody's).

    `phones`: by row of `city.accounts`, the number that it is registered with.
    """
    names = person_names(city.people)
    studies = city.occupation == "student"
    school = [f"school-{place}" if is_student else None for is_student, place in zip(studies, city.county, strict=True)]
    people = pl.DataFrame(
        {
            "person": names,
            "birth_year": city.start.year - city.age,
            "place": city.county,
            "occupation": city.occupation,
            "school": school,
        },
        schema_overrides={"school": pl.String},
    )
    opened = datetime(city.start.year, city.start.month, city.start.day)  # noqa: DTZ001
    count = len(city.numbers)
    age_days = rng.integers(200, 4000, count)
    fraud = np.arange(count) >= city.free_numbers
    age_days[fraud] = rng.integers(3, 900, int(fraud.sum()))
    counties = np.array(list(RATES["county_weights"]["values"]))
    numbers = pl.DataFrame(
        {
            "number": city.numbers,
            "holder": _holders(names, count),
            "operator": rng.choice(_OPERATORS, count),
            "kind": ["voice"] * count,
            "opened_at": [opened - timedelta(days=int(days)) for days in age_days],
            "opening_place": rng.choice(counties, count),
            "outlet": [f"outlet-{n}" for n in rng.integers(1, 200, count)],
        },
        schema_overrides={"holder": pl.String, "opened_at": pl.Datetime("us")},
    )
    count = len(city.accounts)
    corporate = (np.arange(count) >= city.people) & (np.arange(count) < city.people + city.shops + city.employers)
    accounts = pl.DataFrame(
        {
            "account": city.accounts,
            "holder": _holders(names, count),
            "bank": rng.choice(_BANKS, count),
            "kind": np.where(corporate, "corporate", "personal"),
            "opened_at": [opened - timedelta(days=int(days)) for days in rng.integers(20, 4000, count)],
            "opening_place": rng.choice(counties, count),
            "phone": phones,
        },
        schema_overrides={"holder": pl.String, "opened_at": pl.Datetime("us"), "phone": pl.String},
    )
    utc = pl.col("opened_at").dt.replace_time_zone("UTC")
    return {"people": people, "numbers": numbers.with_columns(utc), "accounts": accounts.with_columns(utc)}


def person_names(people: int) -> list[str]:
    """The opaque ids of persons, by row."""
    return [f"p{n:07d}" for n in range(people)]


def _holders(names: list[str], count: int) -> list[str | None]:
    return [*names, *([None] * (count - len(names)))]
