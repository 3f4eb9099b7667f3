"""Every declared figure on a small world of nine orders whose numbers are worked out by hand; and what must hold for any world."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzha.centre.dissuasion import figures, filed_cases, queries
from fanzha.centre.dissuasion.models import Basis, Clock, Contact, Order, Result
from fanzha.metrics import FIGURES
from fanzha.vocabulary import Text

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = queries.days_between(date(2026, 3, 2), date(2026, 3, 2))


def put(
    n: int,
    subject: str,
    level: int,
    *,
    at: float = 0,
    signed: float | None = None,
    calls: tuple[tuple[float, str], ...] = (),
    met: float | None = None,
    outcome: str = "",
    amount: int | None = None,
    evidence: str = "",
    **more: Any,
) -> Order:
    """An order as the actions leave it; times in minutes after noon, limits of sign-in and visit 10 and 60 minutes after its issue."""

    def instant(minutes: float | None) -> datetime | None:
        return None if minutes is None else NOON + timedelta(minutes=minutes)

    issued = NOON + timedelta(minutes=at)
    answered = [minute for minute, what in calls if what == "answered"]
    over = outcome not in ("", "D05", "D08")
    order = Order.objects.create(
        order_id=f"o{n}", subject=subject, level=level, issued_at=issued, opened_at=issued, changed=n,
        signed_in_at=instant(signed), reached_at=instant(min(answered) if answered else met), met_at=instant(met),
        outcome=outcome, state="closed" if over else "acknowledged", closed_at=issued + timedelta(hours=1) if over else None,
        owner=User.objects.get_or_create(username="whoever")[0],
        **{"source": "fanzha", "unit": "city", "place": "451002", **more},
    )  # fmt: skip
    Basis.objects.create(order=order, source=order.source, warning_id=f"w{n}", issued_at=issued, level=level, told={})
    steps = {"sign_in": (10, signed), "in_person": (60, met)} if level <= 2 else {"sign_in": (10, signed)}
    for step, (limit, done) in steps.items() if level < 4 else ():
        due = issued + timedelta(minutes=limit)
        late = done is not None and NOON + timedelta(minutes=done) > due
        Clock.objects.create(
            order=order, step=step, level=level, began_at=issued, due_at=due, met_at=instant(done), late=late
        )
    for minute, what in calls:
        Contact.objects.create(order=order, channel="call", at=NOON + timedelta(minutes=minute), contact=what)
    if outcome:
        Result.objects.create(
            order=order, code=outcome, at=issued + timedelta(hours=1), amount_fen=amount, evidence=evidence
        )
    return order


def a_small_day() -> None:
    """Nine orders of eight persons."""
    put(
        1,
        "p-a",
        1,
        signed=4,
        calls=((5, "busy"), (7, "answered")),
        met=50,
        outcome="D02",
        amount=500_000,
        evidence="screen",
    )
    put(2, "p-a", 3, signed=20, calls=((25, "answered"),), outcome="D01", amount=90_000)  # no evidence, late sign-in
    put(3, "p-b", 2, signed=9, calls=((10, "answered"),), met=100, outcome="D03", place="451022")
    put(4, "p-c", 2, signed=8, calls=((12, "answered"),), outcome="D06", source="province")
    put(5, "p-d", 3, signed=5, calls=((6, "rang_out"), (7, "rang_out"), (8, "rang_out")), outcome="D09", place="440100")
    put(6, "p-e", 4, outcome="D00", at=600)  # 22:00, the night shift
    put(7, "p-f", 3, signed=6, calls=((9, "answered"),), outcome="D01", amount=100_000, evidence="bank_record")
    put(8, "p-g", 3, outcome="D07")
    put(9, "p-h", 2)


def a_case(who: str, days: float, n: int = 1) -> filed_cases.FiledCase:
    return filed_cases.FiledCase(f"c{n}", who, NOON + timedelta(days=days), "451002", "AF")


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch) -> list[filed_cases.FiledCase]:
    """What the app of cases would say; a test fills it."""
    known: list[filed_cases.FiledCase] = []
    source = lambda begin, end: [case for case in known if begin <= case.filed_at < end]  # noqa: E731
    monkeypatch.setattr(filed_cases, "SOURCES", [source])
    return known


WORKED_OUT: dict[str, tuple[int, tuple[int, ...], float | None]] = {
    "pushed": (9, (), 9.0),
    "pushed_1": (1, (), 1.0),
    "pushed_2": (3, (), 3.0),
    "taken": (6, (), 6.0),  # 1-5 and 7
    "reached": (5, (), 5.0),  # 1, 2, 3, 4, 7
    "protected": (2, (), 2.0),  # a (twice, counted once) and f
    "late": (1, (), 1.0),
    "false": (1, (), 1.0),
    "open": (1, (), 1.0),
    "warnings": (9, (), 9.0),
    "pushed_per_day": (9, (1,), 9.0),
    "sign_in_rate": (6, (8,), 6 / 8),  # 6 of the eight at levels 1-3
    "sign_in_in_time": (5, (8,), 5 / 8),  # 2 was signed in after 20 minutes
    "called": (6, (), 6.0),
    "first_call_in_time": (0, (9,), 0.0),  # this world has no clock of first calls
    "reach_rate": (5, (9,), 5 / 9),  # nine attempts: 2 + 1 + 1 + 1 + 3 + 1
    "accuracy": (4, (5,), 4 / 5),  # 1, 2, 3, 7 of the five reached
    "met_share": (2, (4,), 2 / 4),  # 1 and 3 of 1, 3, 4, 9
    "dissuasion_rate": (3, (6,), 3 / 6),  # 1, 2, 7 of 1, 2, 3, 5, 6, 7: without 4 (D06), 8 (D07) and 9 (no outcome)
    "effective_rate": (3, (3, 1, 1), 3 / 5),  # 7 was deceived all the same
    "deceived_after": (1, (5,), 1 / 5),
    "coverage": (1, (2,), 1 / 2),  # two cases on the day itself, one of a person who had been warned
    "response": (6, (), 9.5),  # 5, 25, 10, 12, 6 and 9 minutes: the middle of 9 and 10
    "kept": (600_000, (), 600_000.0),  # 5,000 and 1,000 yuan; the 900 of order 2 have no evidence
}


def test_a_year_of_warnings_stands_in_the_file_to_the_last_one() -> None:
    cells = [figures.Measured(FIGURES["pushed"], 1_945_451, (), 1_945_451.0)]
    told = figures.rows_as_csv([figures.Row("", "", Text("全市", "The whole"), cells)], "en")
    assert ",1945451,,1945451,count," in told


@pytest.mark.django_db
def test_every_figure_is_what_one_counts_by_hand(cases: list[filed_cases.FiledCase]) -> None:
    a_small_day()
    cases += [a_case("p-f", 6), a_case("p-b", 0.2, 2), a_case("p-stranger", 0.3, 3), a_case("p-c", 8, 4)]
    found = figures.measure(FIGURES, *DAY)[""]
    assert set(WORKED_OUT) == set(FIGURES)
    for name, (numerator, of, value) in WORKED_OUT.items():
        assert (found[name].numerator, found[name].of) == (numerator, of), name
        assert found[name].value == pytest.approx(value), name


@pytest.mark.django_db
def test_by_every_grouping_the_parts_are_the_whole_and_each_number_is_as_many_records(
    cases: list[filed_cases.FiledCase],
) -> None:
    a_small_day()
    cases += [a_case("p-f", 0.4)]
    check(*DAY)
    by_county = figures.measure(["pushed"], *DAY, "county")
    assert {group: one["pushed"].numerator for group, one in by_county.items()} == {
        "451002": 7, "451022": 1, "elsewhere": 1,
    }  # fmt: skip
    by_shift = figures.measure(["pushed"], *DAY, "shift")
    assert {group: one["pushed"].numerator for group, one in by_shift.items()} == {"day": 8, "night": 1}


def check(begin: datetime, end: datetime, groupings: Iterable[str] = figures.GROUPINGS) -> None:
    """What holds of any world: shares within 0..1, parts sum to the whole, as many records behind a number as it says."""
    whole = figures.measure(FIGURES, begin, end)[""]
    for one in whole.values():
        assert one.figure.unit != "share" or one.value is None or 0 <= one.value <= 1, one
        assert behind(one, None, begin, end) == one.numerator, one
        if one.figure.over != "days":
            assert [behind(one, part, begin, end) for part in range(len(one.of))] == list(one.of), one
    for by in groupings:
        parts = figures.measure(FIGURES, begin, end, by)
        for name, one in whole.items():
            tops = [of_group[name].numerator for of_group in parts.values()]
            if one.figure.counts == "subjects":
                assert max(tops, default=0) <= one.numerator <= sum(tops), (by, one)
            elif one.figure.counts != "cases" or figures.GROUPINGS[by].of_case is not None:
                assert sum(tops) == one.numerator, (by, one)
            for group, of_group in parts.items() if one.numerator else ():
                assert behind(of_group[name], None, begin, end, by, group) == of_group[name].numerator, (
                    by,
                    group,
                    name,
                )


def behind(
    one: figures.Measured, part: int | None, begin: datetime, end: datetime, by: str = "", group: str = ""
) -> int:
    """How many records the page of a number would show (the fen of them, for an amount)."""
    counts = one.figure.counts if part is None else one.figure.over
    if counts == "cases":
        return len(figures.cases(one.figure.id, begin, end, part, by, group))
    orders = figures.records(one.figure.id, begin, end, part, by, group)
    if counts == "attempts":
        return figures.attempts(orders).count()
    if counts == "warnings":
        return figures.warnings(orders).count()
    if counts == "subjects":
        return len({order.subject for order in orders})
    if counts == "amounts":
        return sum(order.results.latest("id").amount_fen or 0 for order in orders)
    return orders.count()


orders = st.fixed_dictionaries(
    {
        "subject": st.sampled_from(["p-a", "p-b", "p-c", "p-d"]),
        "level": st.integers(1, 4),
        "at": st.sampled_from([0, 90, 600, 719]),
        "signed": st.none() | st.integers(720, 760),
        "calls": st.lists(st.tuples(st.integers(720, 800), st.sampled_from(["answered", "busy"])), max_size=3),
        "met": st.none() | st.integers(720, 900),
        "outcome": st.sampled_from(["", "D00", "D01", "D02", "D03", "D05", "D06", "D07", "D09", "D10"]),
        "amount": st.none() | st.integers(1, 1_000_000),
        "evidence": st.sampled_from(["", "screen"]),
        "place": st.sampled_from(["", "451002", "451081003", "440100", "MM"]),
        "unit": st.sampled_from(["city", "county-451002"]),
        "source": st.sampled_from(["fanzha", "province"]),
        "case_class": st.sampled_from(["", "AF", "AA"]),
    }
)


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(orders, max_size=5),
    st.lists(st.tuples(st.sampled_from(["p-a", "p-b", "p-x"]), st.integers(0, 9)), max_size=3),
    st.sampled_from(sorted(figures.GROUPINGS)),
)
def test_whatever_happened_shares_are_shares_and_every_number_has_its_records(
    cases: list[filed_cases.FiledCase], world: list[dict[str, Any]], later: list[tuple[str, int]], by: str
) -> None:
    with transaction.atomic():
        for n, order in enumerate(world):
            put(n, **{**order, "calls": tuple(order["calls"])})
        cases[:] = [a_case(who, days + 0.3, n) for n, (who, days) in enumerate(later)]
        check(*DAY, groupings=[by])
        transaction.set_rollback(True)
