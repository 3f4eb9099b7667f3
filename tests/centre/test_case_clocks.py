"""The clocks of cases and clues as a police officer reads them: scenarios/cases.yaml and clues.yaml, played through the actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.contrib.auth.models import User

from fanzha.centre.cases import actions as cases
from fanzha.centre.cases.models import Case, Overdue
from fanzha.centre.cases.narrative import Facts, Moved
from fanzha.centre.clues import actions as clues
from fanzha.centre.clues.models import Clue
from fanzha.centre.funds.models import StopPayment
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

SHANGHAI = ZoneInfo("Asia/Shanghai")
CARD, FRAUD = "9999991234567890124", "15400000009"
Do = Callable[[str, User, datetime, dict[str, Any]], Any]
Staff = dict[str, User]

pytestmark = pytest.mark.django_db


def scenarios(name: str) -> list[Any]:
    told = yaml.safe_load((Path(__file__).parent / "scenarios" / name).read_text(encoding="utf-8"))
    return [pytest.param(one, id=one["it"]["en"]) for one in told]


@pytest.fixture
def people() -> Staff:
    return demo_staff("operator", "officer", "analyst", "leader")


def moment(told: Any) -> datetime | None:
    return None if told is None else datetime.fromisoformat(str(told)).replace(tzinfo=SHANGHAI)


def looks(now: datetime) -> None:
    """As the worker's rounds do: clues first, since cases hand both up."""
    clues.find_overdue(now)
    cases.find_overdue(now)


def play(steps: list[dict[str, Any]], verbs: dict[str, Do], number: str, people: Staff) -> None:
    for step in steps:
        now, actor = moment(step["at"]), next(key for key in step if key in (*people, "worker"))
        assert now is not None
        if actor == "worker":
            looks(now)
            continue
        refused = None
        try:
            verbs[step[actor]](number, people[actor], now, step)
        except Refusal as refusal:
            refused = refusal.code
        assert refused == step.get("refused"), step


def overdue(about: str) -> dict[str, str]:
    return dict(Overdue.objects.filter(about=about, ended_at=None).values_list("kind", "stage"))


def moves(to: str, reason: str = "") -> Do:
    return lambda number, user, now, step: cases.move(
        number, user, to, step.get("reason", reason), now, handed_to="南宁市公安局"
    )


def work_list(number: str, user: User, now: datetime, most: int) -> None:
    for item in list(Case.objects.get(number=number).work.all()[:most]):
        cases.work(item.pk, user, "done", "已做", now)


CASE_VERBS: dict[str, Do] = {
    "accepts": moves("accepted"),
    "files": moves("filed"),
    "does not file": moves("not_filed", "没有犯罪事实"),
    "investigates": moves("investigating"),
    "suspends": moves("suspended", "线索中断"),
    "hands over": moves("transferred", "属外地管辖"),
    "closes": moves("closed"),
    "grants": lambda number, user, now, step: cases.examine_longer(
        number, user, f"case.examine_{step['longer']}", "须核实", now
    ),
    "works": lambda number, user, now, _: work_list(number, user, now, 1),
    "finishes the work list": lambda number, user, now, _: work_list(number, user, now, 99),
    "explains": lambda number, user, now, _: cases.explain(
        Overdue.objects.get(about=number, ended_at=None).pk, user, "等待银行回函", now
    ),
    "tells the person": lambda number, user, now, _: cases.tell(number, user, "当面送达", now),
    "asks for a review": lambda number, user, now, _: cases.ask_for_review(number, user, "不服", now),
    "reviews": lambda number, user, now, step: cases.answer_review(
        number, user, step["and"] == "files", "应当立案", now
    ),
    "fears self-harm": lambda number, user, now, _: cases.care_for(number, user, now, self_harm=True),
}


@pytest.mark.parametrize("scenario", scenarios("cases.yaml"))
def test_the_clocks_of_a_case(scenario: dict[str, Any], people: Staff) -> None:
    reported, paid = (moment(scenario["given"].get(name)) for name in ("reported", "paid"))
    assert reported is not None
    facts = Facts("AB", transfers=(Moved(paid, 5_000_000, "", CARD, "合成银行", "李四", "mobile"),) if paid else ())
    told = cases.Told("110", "报警人称被骗。", reported, phone="15400000001")
    number = cases.take_report(told, facts, people["operator"], reported, "f").number
    play(scenario.get("when", []), CASE_VERBS, number, people)
    looks(moment(scenario["at"]))  # type: ignore[arg-type]
    case, then = Case.objects.get(number=number), scenario["then"]
    assert (case.state, overdue(number)) == (then["state"], then["overdue"])
    assert case.due_at == moment(then["due"])
    for name, field in (("notice by", "tell_by"), ("review until", "review_until"), ("answer by", "answer_by")):
        if name in then:
            assert getattr(case.notices.get(), field) == moment(then[name])
    if "somebody there by" in then:
        assert case.care.look_after_by == moment(then["somebody there by"])
    assert [stop.state for stop in StopPayment.objects.all()] == ([then["stop"]] if "stop" in then else [])


CLUE_VERBS: dict[str, Do] = {
    "values": lambda number, user, now, step: clues.value(number, user, step["worth"], now),
    "gives it to the officer": lambda number, user, now, _: clues.assign(
        number, user, User.objects.get(username="demo-officer"), now
    ),
    "begins": lambda number, user, now, _: clues.verify(number, user, now),
    "rules it out": lambda number, user, now, _: clues.dispose(number, user, "invalid", "机主不涉案", now),
    "tells the sender": lambda number, user, now, _: clues.feed_back(number, user, "经核查不涉案", now),
}


@pytest.mark.parametrize("scenario", scenarios("clues.yaml"))
def test_the_clocks_of_a_clue(scenario: dict[str, Any], people: Staff) -> None:
    for name in ("known", "received"):
        at = moment(scenario["given"].get(name))
        if at is not None:
            clue = clues.receive(people["analyst"], at, "number", FRAUD, "telecom")
    if "by" in scenario["given"]:
        Clue.objects.filter(pk=clue.pk).update(found_by=people[scenario["given"]["by"]])
    play(scenario.get("when", []), CLUE_VERBS, clue.number, people)
    looks(moment(scenario["at"]))  # type: ignore[arg-type]
    clue.refresh_from_db()
    then = scenario["then"]
    assert (clue.state, overdue(f"clue {clue.number}")) == (then["state"], then["overdue"])
    assert clue.due_at == moment(then["due"])
