"""The search for networks by itself: every day at its hour or on demand, through the worker's rounds, safe to be killed in."""

from __future__ import annotations

import shutil
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client

from fanzha.centre import rounds
from fanzha.centre.access import audit, vault
from fanzha.centre.cases import actions as cases
from fanzha.centre.cases.actions.reporting import Told
from fanzha.centre.cases.models import Case
from fanzha.centre.cases.narrative import Facts, Item
from fanzha.centre.intake.actions import receive
from fanzha.centre.networks import actions, child, viewing
from fanzha.centre.networks.models import Den, Gang, Link, Search, Series
from fanzha.home import Home, find_home
from tests.centre.demo_staff import demo_staff

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CARD, PHONE, SITE = "9999991234567890124", "15400000009", "pay.example"
STORY = "报警人称接到自称客服的电话，对方称其开通了百万保障，不关闭每月扣费，遂按要求下载会议软件并开启屏幕共享，将资金转入对方账户。"

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None, settings: Any, tmp_path: Path) -> dict[str, User]:  # noqa: ARG001  (the fixture that opens the database)
    vault.token("number", PHONE)
    shutil.copytree(find_home().secrets, tmp_path / "secrets")
    settings.HOME = Home(tmp_path)  # a lake of its own
    return demo_staff("operator", "officer", "analyst", "leader")


def reported(
    people: dict[str, User], *named: tuple[str, str], story: str = "报警人称被骗。", at: datetime = NOW
) -> Case:
    facts = Facts(case_class="AB", items=tuple(Item(kind, value, "suspect") for kind, value in named))
    told = Told("96110", story, at, phone=f"154{uuid.uuid4().int % 10**8:08d}", name="张三")
    return cases.take_report(told, facts, people["operator"], at, str(uuid.uuid4()))


def a_gang_that_calls_from_abroad(people: dict[str, User]) -> list[Case]:
    """Three people report the same account, number and site; the number's calls stand in a cell in Myanmar."""
    made = [reported(people, ("account", CARD), ("number", PHONE), ("url", SITE)) for _ in range(3)]
    rows = [
        {
            "call_id": f"c{n}",
            "started_at": (NOW - timedelta(hours=n)).isoformat(),
            "caller": PHONE,
            "callee": f"154000001{n:02d}",
            "duration_s": 300,
            "caller_place": "MM",
            "caller_cell": "MM-1",
        }
        for n in range(1, 9)
    ]
    receive("calls", pl.DataFrame(rows), "calls-1", NOW)
    return made


def searched(now: datetime = NOW, **state: str) -> Search:
    """The worker's rounds until the search has come to a state (default: its end)."""
    wanted = state.get("until", "done")
    deadline = time.monotonic() + 300  # the search is a process of its own, which a busy machine starts slowly
    while time.monotonic() < deadline:
        rounds.once(now)
        one = Search.objects.first()
        if one is not None and one.state in (wanted, "failed"):
            return one
        time.sleep(0.1)
    raise AssertionError("the search does not end")


def test_the_worker_finds_gang_and_den_at_its_hour_once_a_day(people: dict[str, User]) -> None:
    made = a_gang_that_calls_from_abroad(people)
    rounds.once(datetime(2026, 3, 1, 18, 59, tzinfo=UTC))
    assert not Search.objects.exists(), "it is not three o'clock yet"
    done = searched()
    assert (done.state, done.found["new_gangs"], done.found["new_dens"], done.found["cases"]) == ("done", 1, 1, 3)
    gang, den = Gang.objects.get(), Den.objects.get()
    assert (gang.state, {one.kind for one in gang.identifiers.all()}) == ("suspected", {"account", "number", "domain"})
    assert (den.state, den.place, list(den.gangs.all())) == ("clue", "MM", [gang])
    assert set(Series.objects.get().cases.all()) == set(made)
    rounds.once(NOW + timedelta(hours=3))
    assert Search.objects.count() == 1
    assert not list(Path(str(child.settings.HOME.root)).glob("networks/*")), "its files are taken away"
    assert audit.broken_at() is None


def test_a_kill_costs_nothing_and_what_people_decided_stays(people: dict[str, User]) -> None:
    made = a_gang_that_calls_from_abroad(people)
    searched(until="reading")
    rounds.once(NOW)
    child._RUNNING.clear()  # the worker that began it is gone
    assert searched().attempt == 2
    gang, den, series = Gang.objects.get(), Den.objects.get(), Series.objects.get()
    out = gang.identifiers.get(kind="domain")
    actions.settle_identifiers(gang.number, people["analyst"], [out.pk], "out", "公共支付页面", NOW)
    actions.move_gang(gang.number, people["analyst"], "confirmed", "比对结果", NOW)
    actions.move_den(den.number, people["leader"], "located", "协查函", NOW, place="KH")
    actions.reject_series(series.number, people["analyst"], "号码被冒用", NOW)
    actions.reject_link(Link.objects.get(a=made[0], b=made[1]).pk, people["analyst"], "号码被冒用", NOW)
    reported(people, ("account", CARD), ("number", "15400000008"))
    with pytest.raises(PermissionDenied):
        actions.ask(people["officer"], NOW)
    again = actions.ask(people["analyst"], NOW)
    assert actions.ask(people["leader"], NOW) == again, "one search at a time"
    assert (searched().found["new_gangs"], searched().found["new_dens"]) == (0, 0)
    standings = dict(
        Gang.objects.get().identifiers.values_list("kind", "standing").exclude(token=vault.token("number", PHONE))
    )
    assert standings == {"account": "in", "domain": "out", "number": "proposed"}
    assert Gang.objects.get().state == "confirmed"
    den.refresh_from_db()
    series.refresh_from_db()
    assert (den.state, den.place, series.state) == ("located", "KH", "rejected")
    assert Link.objects.get(a=made[0], b=made[1]).state == "rejected"


def test_a_search_takes_back_proposals_whose_evidence_is_gone(people: dict[str, User]) -> None:
    made = [reported(people, ("account", CARD), ("number", PHONE)) for _ in range(4)]
    searched()
    for case in made[:2]:
        case.identifiers.update(side="victim")
    actions.ask(people["analyst"], NOW)
    searched()
    assert Series.objects.get().state == "withdrawn"
    assert Link.objects.exclude(state="withdrawn").count() == 1
    for case in made[:2]:
        case.identifiers.exclude(kind="name").update(side="suspect")
    actions.ask(people["analyst"], NOW)
    searched()
    assert (Series.objects.get().state, Series.objects.get().cases.count()) == ("proposed", 4)


def test_the_same_script_supports_another_trace_and_never_links_alone(people: dict[str, User]) -> None:
    one = reported(people, ("number", PHONE), story=STORY)
    reported(people, ("number", "15400000007"), story=STORY)
    other = reported(people, ("number", PHONE), story=STORY + "损失8000元")
    reported(
        people,
        ("number", PHONE),
        story="报警人称网上刷单做任务，前几单小额返利，后称需连续完成三单才可提现，转账后对方失去联系，无法登录。",
    )
    while actions.propose(NOW):
        pass
    by_script = Link.objects.get(a=one, b=other)
    assert sorted(row["kind"] for row in by_script.evidence) == ["phone", "script"]
    assert by_script.strength == pytest.approx(1 - 0.1 * 0.6)
    assert Link.objects.count() == 3, "a script alone links nobody"
    drawn = viewing.view([by_script.a.number], [], 0.4)
    assert {node.kind for node in drawn.nodes} == {"case", "phone"}, "a script is a line between two cases, and no node"
    assert [edge.alike for edge in drawn.edges if edge.weight == pytest.approx(0.4)] == [True]
    assert [row["kind"] for row in Link.objects.exclude(pk=by_script.pk)[0].evidence] == ["phone"]
    told = one.reports.get()
    assert (len(told.script), "客服".encode() in bytes(told.script)) == (512, False)


def test_sites_with_one_icon_or_certificate_link_the_cases_that_name_them(people: dict[str, User]) -> None:
    one = reported(people, ("url", "https://a-b.top/x"))
    other = reported(people, ("url", "www.c-d.top"))
    reported(people, ("url", "e-f.top"))
    analyst = Client()
    analyst.force_login(people["analyst"])
    for site, value in (("a-b.top", "AB:" * 31 + "AB"), ("c-d.top", "ab" * 32)):
        told = {"address": site, "kind": "tls_certificate", "value": value, "back": "/cases/"}
        assert analyst.post("/networks/sites/see", told).status_code == 302
    analyst.post("/networks/sites/see", {"address": "c-d.top", "kind": "icp", "value": "桂ICP备00000000号"})
    for told in (
        {"address": "x.github.io", "kind": "icp", "value": "1"},
        {"address": "a-b.top", "kind": "favicon", "value": "x"},
    ):
        assert analyst.post("/networks/sites/see", told).status_code == 409
    while actions.propose(NOW):
        pass
    link = Link.objects.get()
    assert ({link.a, link.b}, link.strength) == ({one, other}, 0.6)
    assert link.evidence[0]["kind"] == "tls_certificate"
