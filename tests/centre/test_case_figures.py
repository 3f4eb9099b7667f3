"""The figures of cases: money counts once, and each figure of the register leads to its records."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import User

from fanzha.centre.cases import actions, figures
from fanzha.centre.cases.narrative import Facts
from fanzha.centre.funds import actions as funds
from fanzha.centre.funds.models import StopPayment
from fanzha.metrics import REGISTER
from fanzha.vocabulary import CASE_CLASSES
from tests.centre import reported_cases
from tests.centre.reported_cases import NOW, entered, filed, refused, taken

people = reported_cases.people


def test_money_that_was_stopped_and_frozen_counts_apart_and_once_in_the_headline(people: dict[str, User]) -> None:
    case = taken(people)
    stop = StopPayment.objects.get()
    funds.approve(stop.pk, people["leader"], NOW)
    funds.send(stop.pk, people["operator"], NOW)
    funds.take_effect(stop.pk, people["operator"], NOW, 4_000_000)
    funds.end(stop.pk, people["leader"], "converted_to_freeze", "立案", NOW + timedelta(hours=2))
    actions.recover(case.number, people["officer"], "returned", 1_000_000, NOW, "r1", of=f"freeze {stop.pk}")
    actions.recover(case.number, people["officer"], "returned", 1_000_000, NOW, "r1", of=f"freeze {stop.pk}")
    rows = case.recoveries.values_list("kind", "amount_fen", "of__kind")
    assert sorted(rows) == [
        ("frozen", 4_000_000, "stopped"),
        ("returned", 1_000_000, "frozen"),
        ("stopped", 4_000_000, None),
    ]
    with refused("recovery.amount"):
        actions.recover(case.number, people["officer"], "returned", 3_500_000, NOW, "r2", of=f"freeze {stop.pk}")


def test_each_figure_of_the_register_is_kept_and_leads_to_its_records(people: dict[str, User]) -> None:
    assert set(figures.KEPT) == set(REGISTER)
    first, second = filed(people), taken(people, Facts("AD", stated_fen=90_000), NOW + timedelta(days=40))
    for number in (second.number,):
        actions.move(number, people["analyst"], "accepted", "", NOW + timedelta(days=40))
        actions.move(number, people["analyst"], "filed", "", NOW + timedelta(days=40))
    for to in ("investigating", "cleared"):
        actions.move(first.number, people["analyst"], to, "", NOW + timedelta(days=41))
    actions.set_facts(first.number, people["officer"], NOW, confirmed_loss_fen=4_000_000)
    actions.recover(first.number, people["officer"], "frozen", 3_000_000, NOW, "a")
    actions.recover(first.number, people["officer"], "returned", 1_000_000, NOW, "b", of="a")
    actions.recover(first.number, people["officer"], "returned", 500_000, NOW, "c")
    year = (date(2026, 1, 1), date(2026, 12, 31))
    value = {name: figures.measure(name, *year).value for name in REGISTER}
    assert (value["cases_filed"], value["loss_amount"], value["loss_per_case"]) == (2, 4_090_000, 2_045_000)
    assert (value["cases_cleared"], value["clearance_rate"], value["cohort_rate"]) == (1, 0.5, 0.5)
    assert (value["recovered_frozen"], value["recovered_returned"], value["loss_recovered"]) == (
        3_000_000,
        1_500_000,
        3_500_000,
    )
    assert value["clues_fed_back"] is None
    march = figures.measure("clearance_rate", date(2026, 3, 1), date(2026, 3, 31))
    assert (march.top, march.below, march.value) == (0, 1, 0.0)
    assert figures.measure("clearance_rate", date(2026, 4, 1), date(2026, 4, 30)).value == 1.0
    assert [(code, n) for code, _, n, _ in figures.by_group("cases_filed", "class", *year)] == [("AB", 1), ("AD", 1)]
    client = entered(people["analyst"])
    assert client.get("/cases/figures/?from=2026-01-01&to=2026-12-31&by=county").status_code == 200
    for name in REGISTER:
        answer = client.get(f"/bulletins/records/?figure={name}&from=2026-01-01&to=2026-12-31")
        assert answer.status_code == 200
        assert answer.context["number"] == figures.records(name, *year).count()
        shown = f": {value[name]:,.0f}" if REGISTER[name].unit == "count" else f": ¥{(value[name] or 0) / 100:,.2f}"
        heading = answer.text.partition("<h1>")[2].partition("</h1>")[0]
        assert heading == REGISTER[name].name.en + ("" if REGISTER[name].over else shown)
        assert f"Records: {answer.context['number']}." in answer.text
    of_class = client.get("/bulletins/records/?figure=cases_filed&from=2026-01-01&to=2026-12-31&by=class&group=AB").text
    assert "Cases filed: 1 · " in of_class
    assert CASE_CLASSES["AB"].name.en in of_class
    assert first.number in of_class
    assert second.number not in of_class


def test_a_case_that_was_cleared_and_is_taken_up_again_is_not_cleared_by_now(people: dict[str, User]) -> None:
    number, march = filed(people).number, (date(2026, 3, 1), date(2026, 3, 31))
    for to, cleared in (("investigating", 0), ("cleared", 1), ("suspended", 0), ("investigating", 0), ("cleared", 1)):
        actions.move(number, people["analyst"], to, "证据不足", NOW)
        assert [figures.measure(name, *march).top for name in ("cleared_of_period", "cohort_rate")] == [cleared] * 2


def test_year_on_year_is_relative_and_says_nothing_where_there_was_nothing(people: dict[str, User]) -> None:
    for day, times in ((NOW - timedelta(days=365), 2), (NOW, 3)):
        for n in range(times):
            case = taken(people, Facts(), day + timedelta(minutes=n), phone=f"154000001{n:02d}")
            actions.move(case.number, people["analyst"], "accepted", "", day)
            actions.move(case.number, people["analyst"], "filed", "", day)
    told_ = figures.measure("cases_filed", date(2026, 3, 1), date(2026, 3, 31))
    assert (told_.value, told_.before, told_.change) == (3, 2, 0.5)
    assert figures.measure("cases_filed", date(2025, 3, 1), date(2025, 3, 31)).change is None
    assert figures.year_before(date(2028, 2, 29)) == date(2027, 2, 28)
