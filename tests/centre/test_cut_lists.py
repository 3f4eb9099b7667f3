"""Lists that show the first of many say how many there are, and show nobody twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.dissuasion import actions, brief, queries
from fanzha.centre.duty import actions as duty
from tests.centre import test_leader_pages
from tests.centre.test_leader_pages import warned, worked

pytestmark = pytest.mark.django_db
people = test_leader_pages.people


def test_the_care_list_says_how_many_there_are_and_shows_each_person_once(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, operator, said = clock.now(), people["operator"], {"who_said": "person", "exception": "电话已核实"}
    for number, who, days in ((1, "p-1", 6), (2, "p-2", 4), (3, "p-1", 3)):
        before = now - timedelta(days=days)
        worked(warned(number, before, subject=who), operator, before, "D01", **said)
    monkeypatch.setattr(queries, "LONGEST_LIST", 2)
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/operator/")
    page = client.get("/dissuasion/care/")
    assert "Follow-ups to make: 7" in page.text
    assert "On the list: 2" in page.text
    assert [(one.shown, one.care.until > now + timedelta(days=20)) for one in page.context["care"]] == [
        ("p-2***", False),
        ("p-1***", True),
    ]


def test_where_a_list_is_cut_the_page_says_how_many_there_are(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, operator = clock.now(), people["operator"]
    for n in range(2):
        order = warned(n, now - timedelta(minutes=30), level=2)
        actions.propose_lower(order.order_id, people["leader"], 3, "已核实", now)
        actions.offer_transfer(order.order_id, people["leader"], "county-451022", "在那边", now)
        duty.promise(operator, "", f"第{n}件", now, None if n else now)
    actions.find_breaches(now)
    for module in ("brief", "leading", "pending"):
        monkeypatch.setattr(f"fanzha.centre.dissuasion.{module}.LONGEST", 1)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["leader"])
    pages = {path: client.get(f"/dissuasion/{path}").text for path in ("leader/", "brief/", "")}
    assert "Levels to lower: 2" in pages["leader/"]
    assert "Transfers unanswered: 2" in pages["leader/"]
    assert "Transfers unanswered: 2" in pages["brief/"]
    assert "Missed limits to explain: 4" in pages[""]
    told = brief.brief(now.astimezone(queries.SHANGHAI).date() + timedelta(days=1), now)
    assert ([one.text for one in told.promises], told.promises_number) == (["第0件"], 2)
