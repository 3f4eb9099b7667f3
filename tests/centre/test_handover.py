"""From one shift to the next: on and off duty, and what was promised."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.dissuasion import queries
from fanzha.centre.duty.models import Promise
from tests.centre import test_leader_pages
from tests.centre.test_leader_pages import warned

pytestmark = pytest.mark.django_db
people = test_leader_pages.people


@pytest.mark.usefixtures("people")
def test_a_promise_about_something_that_is_no_order_leaves_the_handover_readable() -> None:
    client = Client()
    client.post("/access/demo/operator/")
    client.post("/duty/promise", {"text": "明早再打给她儿子", "about": "3/2 王老师"})
    assert "3/2 王老师" in client.get("/duty/").text


@pytest.mark.usefixtures("people")
def test_one_shift_hands_promises_to_the_next() -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/operator/")
    client.post("/duty/on")
    order = warned(1, clock.now())
    assert "On duty since" in client.get("/duty/").text
    assert client.post("/duty/promise", {"text": " "}).status_code == 409
    refused = client.post(
        "/duty/promise", {"text": "call her son", "about": order.order_id, "due_at": "0001-01-01T00:00"}
    )
    assert (refused.status_code, 'value="call her son"' in refused.text) == (409, True), "what was typed stays"
    assert f'value="{order.order_id}"' in refused.text
    client.post(
        "/duty/promise", {"text": "call her son at nine", "about": order.order_id, "due_at": "2026-03-04T09:00"}
    )
    made = Promise.objects.get()
    assert made.due_at is not None
    assert made.due_at.astimezone(queries.SHANGHAI).hour == 9
    client.post("/duty/off")
    client.post("/access/demo/leader/")
    assert "call her son at nine" in client.get("/duty/").text
    client.post("/duty/keep", {"promise": made.pk})
    assert "call her son at nine" not in client.get("/duty/").text


@pytest.mark.usefixtures("people")
def test_who_changes_the_language_of_a_refused_form_comes_to_the_page_that_it_stood_on() -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/operator/")
    refused = client.post("/duty/promise", {"text": " "}, headers={"Referer": "http://testserver/duty/"})
    (back,) = re.findall(r'name="next" value="([^"]+)"', refused.text)
    page = client.post("/language/setlang/", {"next": back, "language": "zh-hans"}, follow=True)
    assert (refused.status_code, page.status_code, "已作承诺" in page.text) == (409, 200, True)


@pytest.mark.usefixtures("people")
def test_a_promise_is_in_the_audit_and_a_second_click_makes_no_second_one() -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/operator/")
    order = warned(1, clock.now())
    for _ in range(2):
        client.post("/duty/promise", {"text": "call her son at nine", "about": order.order_id})
    made = Promise.objects.get()
    assert AuditEntry.objects.get(action="promise").subject == order.order_id
    assert "Wrote down a promise" in client.get(f"/dissuasion/{order.order_id}/").text
    client.post("/duty/keep", {"promise": made.pk})
    client.post("/duty/promise", {"text": "call her son at nine", "about": order.order_id})
    assert Promise.objects.filter(kept_at=None).count() == 1, "the same can be promised again once it was kept"
