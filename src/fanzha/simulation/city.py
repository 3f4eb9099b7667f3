"""A city that can be lived day by day or in slices: everyday life and the underworld together, as signals and as truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import polars as pl

from fanzha.signals import TABLES
from fanzha.simulation import everyday, gangs, scams, strangers
from fanzha.simulation.balances import Balances
from fanzha.simulation.habits import Habits, usual
from fanzha.simulation.lookalikes import lookalikes
from fanzha.simulation.plans import Plan, Stops
from fanzha.simulation.population import RATES, populate, registers
from fanzha.simulation.surroundings import Surroundings, registered_phone
from fanzha.simulation.wrong_listings import wrong_listings

SHANGHAI = timezone(timedelta(hours=8))
LURED_TO_THE_END_PAY: float = RATES["lured_to_the_end_pay"]["value"]
"""What twin and living cities take as `yields`."""
VERSIONS_S = (600, 1500)
"""A call that still lasts is reported at 10 and at 25 minutes (contract 1)."""
_NAMES = {
    "calls": "c",
    "messages": "m",
    "visits": "v",
    "payments": "t",
    "deliveries": "d",
    "pushed": "w",
    "reports": "r",
}
_KEYS = {name: TABLES[name].key[-1] for name in _NAMES}
INSTANT = pl.Datetime("us", "UTC")
TRUTH: dict[str, dict[str, Any]] = {
    "truth_numbers": {"number": pl.String, "role": pl.String, "since": INSTANT},
    "truth_accounts": {"account": pl.String, "role": pl.String, "since": INSTANT},
    "truth_gangs": {"identifier": pl.String, "gang": pl.String, "role": pl.String},
    "truth_victims": {
        "person": pl.String, "number": pl.String, "account": pl.String, "scam_id": pl.String, "case_class": pl.String,
        "first_contact_at": INSTANT, "first_payment_at": INSTANT, "last_payment_at": INSTANT, "loss_fen": pl.Int64,
    },
    "truth_approached": {
        "person": pl.String, "number": pl.String, "account": pl.String, "scam_id": pl.String, "case_class": pl.String,
        "first_contact_at": INSTANT, "stage": pl.String, "would_pay_at": INSTANT,
    },
    "truth_dens": {"den": pl.String, "place": pl.String, "identifier": pl.String},
    "truth_payments": {"payment_id": pl.String, "scam_id": pl.String, "layer": pl.Int64},
    "truth_lookalikes": {"identifier": pl.String, "group": pl.String},
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """One Shanghai day, or a slice of time: `tables` of events sorted by time, and the part of the truth that they hold."""

    tables: dict[str, pl.DataFrame]
    payments_truth: pl.DataFrame


class City:
    """`people` persons from local midnight of `start` on; fraud per head is `inflation` times Baise's; None: the usual habits.

    Days must be taken in order (0, 1, ...), or time in slices (`step`): stories run on. The same arguments give the same events,
    however time is cut. `yields`: the share of those lured to the end who pay where nobody dissuades (LURED_TO_THE_END_PAY).
    """

    def __init__(
        self, people: int, seed: int, start: date, inflation: float, habits: Habits | None = None, yields: float = 0.0
    ) -> None:
        seeds = np.random.SeedSequence(seed).spawn(6)
        self.start, self.people, self.inflation = start, people, inflation
        self._habits = habits or usual()
        self._population = populate(people, start, np.random.default_rng(seeds[0]))
        self._registers = registers(
            self._population, registered_phone(self._population), np.random.default_rng(seeds[1])
        )
        self._rng = np.random.default_rng(seeds[2])
        self._places = everyday.places(self._population, self._rng)
        chances = (np.random.default_rng(seeds[3]), np.random.default_rng(seeds[4]))
        self._world = gangs.make_gangs(self._population, self._habits, inflation, *chances)
        self._surroundings = Surroundings(self._population)
        self._world.yields = yields
        again = np.random.default_rng(people).choice(people, max(5, people // 500), replace=False)
        self._recycled = [str(self._population.numbers[n]) for n in again]
        self._balances = Balances(
            self._population.accounts,
            self._population.balance,
            self._habits.unseen_balances,
            self._habits.strangers_balances,
        )
        self._wrong = wrong_listings(
            self._population,
            self._places,
            self._habits.wrong_listings,
            self._midnight(0),
            np.random.default_rng(seeds[5]),
        )
        self._stops = Stops()
        self._today: dict[str, pl.DataFrame] = {}
        self._next, self._reached = 0, self._midnight(0)

    def registers(self) -> dict[str, pl.DataFrame]:
        """`people`, `numbers`, `accounts` and what is listed before the first day, in the contract's columns."""
        rng = np.random.default_rng(self.people)
        old = [self._world.fresh_number() for _ in range(20)] + self._recycled
        opened = dict(self._registers["numbers"].select("number", pl.col("opened_at").dt.epoch("us")).iter_rows())
        begins = [opened[number] if number in self._recycled else self._midnight(0) for number in old]
        listed = pl.DataFrame(
            {
                "identifier": [str(number) for number in old],
                "kind": ["number"] * len(old),
                "listed_at": begins - rng.integers(200, 900, len(old)) * gangs.DAY,
                "until": [self._midnight(0) - 100 * gangs.DAY] * len(old),
            }
        ).with_columns(pl.col("listed_at", "until").cast(INSTANT))
        tables = {**self._registers, "listed": pl.concat([listed, self._wrong], how="diagonal")}
        return {name: _declared(name, table) for name, table in tables.items()}

    def _midnight(self, index: int) -> int:
        day = self.start + timedelta(days=index)
        local = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        return int(local.astimezone(UTC).timestamp()) * gangs.US

    @property
    def plans(self) -> dict[str, Plan]:
        """Every story that has begun or will begin today, by its scam_id."""
        return self._world.plans

    @property
    def stopped(self) -> dict[str, int]:
        """From which instant (microseconds UTC) each stopped story is over."""
        return dict(self._stops.of)

    def stop(self, who: str, at: datetime) -> datetime:
        """End the story `who` (scam_id), or all that the person `who` is in, from `at` or, where that was lived already, from now on.

        What hangs on later instants does not happen: contacts, payments, reports. Money that was paid before is still carried on,
        what is listed stays listed, and everything else in the city is as it would have been. Returns the instant that counts.
        """
        instant = max(round(at.timestamp() * gangs.US), self._reached)
        self._stops.ask(who, instant, self.plans.values())
        return datetime.fromtimestamp(instant / gangs.US, UTC)

    def day(self, index: int) -> Day:
        """The signals of day `index`; ValueError when days are not taken in order, or one was begun in slices."""
        if index != self._next or self._reached != self._midnight(index):
            raise ValueError(f"days are lived in order; the next one is {self._next}, not {index}")
        return self._live(self._midnight(index + 1))

    def step(self, until: datetime) -> Day:
        """Everything that happens from where the city stands to before `until` (aware); ValueError when that is past."""
        end = round(until.timestamp() * gangs.US)
        if end < self._reached:
            raise ValueError("time runs forward")
        return self._live(end)

    def _live(self, end: int) -> Day:
        parts: list[Day] = []
        while not parts or self._reached < end:
            if self._reached == self._midnight(self._next):
                self._today = self._begin_day()
            until = min(end, self._midnight(self._next))
            parts.append(self._slice(until))
            self._reached = until
            if until == self._midnight(self._next):
                self._balances.end_day()
        if len(parts) == 1:
            return parts[0]
        names = dict.fromkeys(name for part in parts for name in part.tables)
        tables = {name: pl.concat([part.tables[name] for part in parts if name in part.tables]) for name in names}
        return Day(tables, pl.concat([part.payments_truth for part in parts]))

    def _begin_day(self) -> dict[str, pl.DataFrame]:
        """All that is planned for the next day, with its ids: they stay as they are whatever is stopped."""
        index = self._next
        self._next += 1
        midnight = self._midnight(index)
        date_of_day = self.start + timedelta(days=index)
        city, habits, rng = self._population, self._habits, self._rng
        scams.plan_day(self._world, midnight)
        self._stops.heed(self.plans.values())
        ordinary = {
            "calls": everyday.calls(city, habits, date_of_day.weekday() >= 5, rng),
            "messages": everyday.messages(city, habits, self._places, rng),
            "visits": everyday.visits(city, habits, self._places, rng),
            "payments": everyday.payments(city, habits, self._places, date_of_day.day, rng),
            "deliveries": everyday.deliveries(city, rng),
        }
        among_strangers = strangers.day(city, habits, rng)
        tables = {}
        for name in (*_NAMES, "listed"):
            time = TABLES[name].time or ""
            rows = [found[name] for found in (ordinary, among_strangers) if name in found]
            parts = [everyday.frame(row, midnight, time) for row in rows]
            due = self._due(name, midnight + gangs.DAY)
            if due:
                told = pl.DataFrame(due, infer_schema_length=None)
                parts.append(told.with_columns(pl.col("at").cast(INSTANT).alias(time)).drop("at"))
            if not parts:
                continue
            table = pl.concat(parts, how="diagonal_relaxed")
            table = table.sort(
                time, *sorted(set(table.columns) & {"caller", "payer", "number", "sender", "identifier"})
            )
            if name in _NAMES:
                ids = pl.format(
                    "{}{}", pl.lit(f"{_NAMES[name]}{index:03d}"), pl.int_range(pl.len()).cast(pl.String).str.zfill(8)
                )
                table = table.with_columns(ids.alias(_KEYS[name]))
            tables[name] = self._surroundings.fill(name, table)
        return tables

    def _slice(self, end: int) -> Day:
        """What of today's happens before `end`, without what was stopped, with balances as they then stand."""
        tables: dict[str, pl.DataFrame] = {}
        truth = pl.DataFrame(schema=TRUTH["truth_payments"])
        for name, waiting in self._today.items():
            time = TABLES[name].time or ""
            cut = waiting[time].search_sorted(datetime.fromtimestamp(end / gangs.US, UTC), side="left")
            table, self._today[name] = self._unstopped(waiting.head(cut)), waiting.slice(cut)
            if name == "payments" and table.height:
                table = self._balances.after(table)
            if name == "payments" and "scam_id" in table.columns:
                truth = table.filter(pl.col("scam_id").is_not_null()).select(*TRUTH["truth_payments"])
            if name == "calls":
                empty = [
                    pl.when(pl.col(one) != "").then(pl.col(one)).alias(one) for one in ("caller_imei", "caller_place")
                ]
                table = _with_versions(table.with_columns(empty))
            tables[name] = _declared(name, table)
        return Day(tables, truth)

    def _unstopped(self, table: pl.DataFrame) -> pl.DataFrame:
        if not self._stops.of or "scam_id" not in table.columns:
            return table
        over = pl.col("scam_id").replace_strict(self._stops.of, default=None, return_dtype=pl.Int64)
        return table.filter((pl.col("hangs_on") < over).fill_null(True))

    def _due(self, table: str, end: int) -> list[dict[str, Any]]:
        waiting = self._world.due[table]
        now = [row for row in waiting if row["at"] < end]
        self._world.due[table] = [row for row in waiting if row["at"] >= end]
        return now

    def truth(self) -> dict[str, pl.DataFrame]:
        """What really happened in the time lived so far (`truth_payments` comes with each day)."""
        end = pl.lit(self._reached).cast(INSTANT)
        since, told = self._world.since, {**self._world.truth, **self._what_was_paid()}
        for name, kind in (("truth_numbers", "number"), ("truth_accounts", "account")):
            told[name] = [{**row, "since": since[row[kind]]} for row in told.get(name, [])]
        tables = {name: pl.DataFrame(told.get(name, []), schema=schema) for name, schema in TRUTH.items()}
        unused = [one for one, at in since.items() if at >= self._reached]
        for name in ("truth_gangs", "truth_dens"):
            tables[name] = tables[name].filter(~pl.col("identifier").is_in(unused))
        for name in ("truth_numbers", "truth_accounts"):
            tables[name] = tables[name].filter(pl.col("since") < end)
        tables["truth_approached"] = tables["truth_approached"].filter(pl.col("first_contact_at") < end)
        guilty = set(tables["truth_accounts"]["account"])
        rows = lookalikes(self._population, self._habits, self._recycled, guilty)
        tables["truth_lookalikes"] = pl.DataFrame(rows, schema=TRUTH["truth_lookalikes"])
        return tables

    def _what_was_paid(self) -> dict[str, list[dict[str, Any]]]:
        """The truth of victims and of the lured so far: only what was paid was paid, before a story was stopped or the time ended."""
        victims, lured = [], list(self._world.truth["truth_approached"])
        for row in self._world.truth["truth_victims"]:
            over, plan = self._stops.of.get(row["scam_id"]), self.plans[row["scam_id"]]
            until = self._reached if over is None else min(over, self._reached)
            paid = [at for at in plan.payments if at < until]
            if paid:
                victims.append({**row, "last_payment_at": paid[-1], "loss_fen": plan.loss(until)})
            else:
                stage = "trust" if over is None else plan.stage_at(over) or "lure"
                kept = {name: row[name] for name in TRUTH["truth_approached"] if name in row}
                lured.append({**kept, "stage": stage, "would_pay_at": row["first_payment_at"]})
        return {"truth_victims": victims, "truth_approached": lured}


def _with_versions(calls: pl.DataFrame) -> pl.DataFrame:
    parts = [calls.with_columns(pl.lit(None, dtype=INSTANT).alias("known_at"))]
    for seconds in VERSIONS_S:
        known = (pl.col("started_at") + pl.duration(seconds=seconds)).alias("known_at")
        parts.append(
            calls.filter(pl.col("duration_s") > seconds).with_columns(known, duration_s=pl.lit(seconds, dtype=pl.Int64))
        )
    return pl.concat(parts, how="diagonal_relaxed").sort("started_at", "call_id", "duration_s")


def _declared(name: str, table: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES[name].schema
    filled = table.with_columns(
        [pl.lit(None, dtype=dtype).alias(column) for column, dtype in schema.items() if column not in table.columns]
    )
    if name == "pushed":
        filled = filled.with_columns(pl.coalesce("source", pl.lit("bank")))
    return filled.select(pl.col(column).cast(dtype) for column, dtype in schema.items())
