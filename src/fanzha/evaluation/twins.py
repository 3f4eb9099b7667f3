"""Twin cities: one seed lived twice, with and without dissuasion, so that money kept is measured against the same people's losses.

In both lives the same stories are planned, those of the lured who give in included. In the life with dissuasion signals go to the
engine in slices, its warnings to a simple centre, its contacts to people who react, and who is convinced stops. All is synthetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fanzha.detection import Engine, Models
from fanzha.detection.touches import Judge
from fanzha.evaluation.desk import MINUTE, Answer, Contact, Desk, Order, Told
from fanzha.side_by_side import side_by_side
from fanzha.signals import Batch, known_at
from fanzha.simulation import DEFAULT_INFLATION, LURED_TO_THE_END_PAY, City, Plan
from fanzha.simulation.city import SHANGHAI
from fanzha.simulation.plans import STAGES
from fanzha.simulation.reactions import CHANNELS, Reacting, believes, contact

SLICE_MINUTES = 5
"""How finely the life with dissuasion is cut: nobody is contacted in the slice in which they were warned of."""
_COARSE_MINUTES = 360


@dataclass(frozen=True)
class Setting:
    """A city and its centre. `start`: Shanghai day; `operators`, `cars`: on duty at all hours."""

    people: int
    days: int
    seed: int
    operators: int
    cars: int
    models: Models
    start: date = date(2026, 3, 2)
    inflation: float = DEFAULT_INFLATION

    @property
    def begins(self) -> datetime:
        return datetime(self.start.year, self.start.month, self.start.day, tzinfo=SHANGHAI).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(days=self.days)

    def city(self) -> City:
        return City(self.people, self.seed, self.start, self.inflation, yields=LURED_TO_THE_END_PAY)


@dataclass(frozen=True)
class Life:
    """One life with dissuasion: every story planned, from when on those that were stopped were over, and what the centre did."""

    plans: Mapping[str, Plan]
    stopped: Mapping[str, int]
    orders: list[Order]
    contacts: list[Contact]
    warnings: int


@dataclass(frozen=True)
class Twins:
    """`lived`: with dissuasion, the engine seeing only what really happened. `told`: warnings of the life without, in order of time,
    from which `replayed` lives are made. Losses without dissuasion follow from the plans alone."""

    setting: Setting
    lived: Life
    told: list[Told]


def live(settings: Sequence[Setting], rates: Reacting, processes: int = 2) -> Iterator[Twins]:
    """Both lives of each city, on so many processes; a city is handed out when both of its lives are over."""
    with side_by_side(processes) as pool:
        lived = [pool.submit(with_dissuasion, setting, rates) for setting in settings]
        told = [pool.submit(without_dissuasion, setting) for setting in settings]
        for setting, one, other in zip(settings, lived, told, strict=True):
            yield Twins(setting, one.result(), other.result())


def without_dissuasion(setting: Setting) -> list[Told]:
    """The warnings that the engine gives where nobody acts on them, in order of time."""
    city = setting.city()
    listening = _Listening(setting, city)
    told = [one for end, tables in _signals(city, setting, _COARSE_MINUTES) for one in listening.warned(tables, end)]
    return sorted(told, key=lambda one: one.issued_at)


def with_dissuasion(setting: Setting, rates: Reacting) -> Life:
    """The life in which the centre acts on warnings and people react, and the engine sees what is left of their stories."""
    city = setting.city()
    listening = _Listening(setting, city)
    stories = _Stories()
    warnings = 0

    def stop(person: str, at: int) -> None:
        city.stop(person, datetime.fromtimestamp(at / 1e6, UTC))
        stories.stopped.update(city.stopped)

    desk = _desk(setting, _answering(rates, setting.seed, stories, stop))
    for end, tables in _signals(city, setting, SLICE_MINUTES, lambda until: _all(desk.work(until))):
        stories.plan(city.plans)
        for one in listening.warned(tables, end):
            warnings += 1
            desk.take_in(one, end)
    return Life(dict(city.plans), city.stopped, desk.orders, desk.contacts, warnings)


def replayed(twins: Twins, rates: Reacting, operators: int | None = None, cars: int | None = None) -> Life:
    """A life with other rates or another centre, from the warnings of the life without dissuasion: quick, and nearly the same.

    A warning of a person while one of their stories is over is left out, as it would not have come; that is where it may differ
    from a life that is lived.
    """
    setting, plans = twins.setting, twins.lived.plans
    stories = _Stories()
    stories.plan(plans)

    def stop(person: str, at: int) -> None:
        for plan in stories.of(person):
            if plan.begins <= at:
                stories.stopped[plan.scam_id] = min(at, stories.stopped.get(plan.scam_id, at))

    other = replace(setting, operators=operators or setting.operators, cars=cars or setting.cars)
    desk = _desk(other, _answering(rates, setting.seed, stories, stop))
    slices: dict[int, list[Told]] = defaultdict(list)
    width, begins = SLICE_MINUTES * MINUTE, round(setting.begins.timestamp() * 1e6)
    for one in twins.told:
        slices[begins + ((one.issued_at - begins) // width + 1) * width].append(one)
    warnings = 0
    for end in sorted(slices):
        _all(desk.work(end))
        for one in slices[end]:
            if not stories.over(one.person, one.issued_at):
                warnings += 1
                desk.take_in(one, end)
    _all(desk.work(round(setting.ends.timestamp() * 1e6)))
    return Life(plans, stories.stopped, desk.orders, desk.contacts, warnings)


class _Stories:
    """The stories by person, and since when those that were stopped are over."""

    def __init__(self) -> None:
        self.stopped: dict[str, int] = {}
        self._of: dict[str, list[Plan]] = defaultdict(list)
        self._known: set[str] = set()

    def plan(self, plans: Mapping[str, Plan]) -> None:
        if len(plans) > len(self._known):
            for scam_id in plans.keys() - self._known:
                self._of[plans[scam_id].person].append(plans[scam_id])
            self._known = set(plans)

    def of(self, person: str) -> list[Plan]:
        return self._of.get(person, [])

    def running(self, person: str, at: int) -> list[Plan]:
        """Those that have begun and are neither stopped nor over."""
        return [
            plan
            for plan in self.of(person)
            if plan.scam_id not in self.stopped and plan.stage_at(at) not in (None, "over")
        ]

    def over(self, person: str, at: int) -> bool:
        """Whether signs of this person at an instant would be those of a story that was stopped."""
        return any(self.stopped.get(plan.scam_id, at + 1) <= at <= plan.ends for plan in self.of(person))


def _answering(rates: Reacting, seed: int, stories: _Stories, stop: Callable[[str, int], None]) -> Answer:
    """How people of a city answer. The same attempt of the same person draws the same lot whatever the rates."""
    attempts: dict[tuple[str, str], int] = defaultdict(int)

    def answer(order: Order, channel: str, at: int) -> tuple[str, bool]:
        person, attempt = order.person, attempts[order.person, channel]
        attempts[order.person, channel] += 1
        lot = np.random.default_rng([seed, int(person[1:]), CHANNELS.index(channel), attempt])
        running = stories.running(person, at)
        said = contact(rates, channel, any(plan.on_the_line(at) for plan in running), lot)
        if said != "answered":
            return said, False
        if not running:
            return said, True  # nothing to stop (any more): a wrong warning, all is over, or convinced before
        plan = max(running, key=lambda one: STAGES.index(one.stage_at(at) or "lure"))
        stage = plan.stage_at(at) or "lure"
        convinced = believes(rates, stage, plan.case_class, plan.age, channel, order.contacts, lot)
        if convinced:
            stop(person, at)
        return said, convinced

    return answer


def _desk(setting: Setting, answer: Answer) -> Desk:
    return Desk(setting.operators, setting.cars, answer, np.random.default_rng([setting.seed, 1]))


class _Listening:
    """The engine on one life, and its warnings of people as the centre takes them."""

    def __init__(self, setting: Setting, city: City) -> None:
        self._engine: Engine = setting.models.engine()
        self._engine.encoder.judge = _remembering(self._engine.encoder.judge)
        registers = city.registers()
        self._holder = {
            (kind, one): person
            for kind, name in (("number", "numbers"), ("account", "accounts"))
            for one, person in registers[name].select(kind, "holder").drop_nulls().iter_rows()
        }
        self._position = 1
        self._engine.step(Batch(1, "registers", registers))

    def warned(self, tables: dict[str, pl.DataFrame], end: int) -> Iterator[Told]:
        self._position += 1
        for one in self._engine.step(Batch(self._position, str(end), tables)):
            subject, kind = one["subject"], one["subject_kind"]
            person = subject if kind == "person" else self._holder.get((kind, subject))
            if one["warning_kind"] == "victim" and person is not None:
                yield Told(
                    person, one["level"], round(datetime.fromisoformat(one["issued_at"]).timestamp() * 1_000_000)
                )


def _remembering(judge: Judge) -> Judge:
    """The same judgement, made once a text: bulk messages are a few thousand texts, and slices bring them again and again."""
    known: dict[str, float] = {}

    def judged(texts: list[str]) -> NDArray[np.float64]:
        new = [text for text in texts if text not in known]
        if new:
            known.update(zip(new, judge(new).tolist(), strict=True))
        return np.array([known[text] for text in texts])

    return judged


def _signals(
    city: City, setting: Setting, minutes: int, before: Callable[[int], None] = lambda _: None
) -> Iterator[tuple[int, dict[str, pl.DataFrame]]]:
    """What became known in each slice of time, with the instant at which the slice ends; `before` is called with it first."""
    now, waiting = setting.begins, None
    while now < setting.ends:
        now += timedelta(minutes=minutes)
        end = round(now.timestamp() * 1e6)
        before(end)
        tables = city.step(now).tables
        calls = tables["calls"] if waiting is None else pl.concat([waiting, tables["calls"]])
        known = known_at("calls", calls) < now
        tables["calls"], waiting = calls.filter(known), calls.filter(~known)
        yield end, tables


def _all(done: Iterable[object]) -> None:
    for _ in done:
        pass
