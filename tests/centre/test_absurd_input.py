"""What nobody means (years 1 and 9999, sums of twenty digits, numbers of nothing) is refused or not found, and is no error of the server."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.holds.models import Hold
from fanzha.centre.trials.models import Plan
from tests.centre import teachers_holds
from tests.centre.reported_cases import entered, taken

pytestmark = pytest.mark.django_db
people = teachers_holds.people


@pytest.fixture
def client(people: dict[str, User]) -> Client:
    return entered(people["leader"])


PERIODS = ("/bulletins/", "/cases/figures/", "/dissuasion/figures/", "/suspects/")


@pytest.mark.parametrize("page", PERIODS)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_period_at_the_end_of_time_is_not_found(client: Client, page: str, day: str) -> None:
    assert client.get(page, {"from": day, "to": day}).status_code == 404


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_brief_and_a_month_at_the_end_of_time_are_no_error(client: Client, day: str) -> None:
    assert client.get("/dissuasion/brief/", {"day": day}).status_code == 404
    assert client.get("/inbox/month/", {"month": day[:7]}).status_code in (200, 404)


@pytest.mark.parametrize(
    "asked", [{"part": "9" * 5000}, {"by": "level", "group": "x"}, {"by": "shift", "group": "x"}, {"by": "songs"}]
)
def test_records_of_a_part_or_group_that_there_is_not_are_not_found(client: Client, asked: dict[str, str]) -> None:
    assert client.get("/bulletins/records/", {"figure": "sign_in_rate", **asked}).status_code == 404


@pytest.mark.parametrize("level", ["9" * 5000, "0", "high", ""])
def test_a_level_that_there_is_not_is_refused(client: Client, level: str) -> None:
    order = teachers_holds.a_teacher_about_to_pay()
    told = {"to": "raise", "level": level, "reason": "says the money is being moved"}
    assert client.post(f"/dissuasion/{order.order_id}/level", told).status_code == 409


@pytest.mark.parametrize("field", ["hours", "yuan"])
def test_a_hold_of_twenty_digits_is_refused(client: Client, field: str) -> None:
    order = teachers_holds.a_teacher_about_to_pay()
    told = {"target": teachers_holds.card(), "reason": "money_moving", field: "9" * 20}
    assert client.post(f"/holds/ask/{order.order_id}/", told).status_code == 409
    assert not Hold.objects.exists()


def test_an_objection_that_there_is_not_is_refused(client: Client) -> None:
    assert client.post("/holds/objections/999/decide", {"answer": "grant", "reason": "x"}).status_code in (404, 409)


@pytest.mark.parametrize(
    ("field", "value"), [("sample", "9" * 20), ("within_days", "9" * 20), ("within_days", "9" * 9)]
)
def test_a_comparison_of_more_orders_or_days_than_there_are_is_refused(client: Client, field: str, value: str) -> None:
    told = {"variant": "flash_question", "hypothesis": "x", "sample": "400", "within_days": "7", "looks": "2"}
    assert client.post("/trials/write", {**told, field: value}).status_code == 409
    assert not Plan.objects.exists()


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_time_at_the_end_of_time_is_refused_in_forms(client: Client, at: str) -> None:
    told = {"channel": "96110", "narrative": "被骗", "phone": "15400000001", "reported_at": at, "form": "f1"}
    assert client.post("/cases/new/", told).status_code == 409
    stop = {
        "holder": "李四",
        "account": "9999991234567890124",
        "yuan": "5000",
        "paid_at": at,
        "bank": "合成银行",
        "form": "f2",
    }
    assert client.post("/funds/new/", stop).status_code == 409
    assert client.post("/duty/promise", {"about": "", "text": "回电", "due_at": at}).status_code == 409


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5000])
def test_a_list_that_goes_on_from_where_nothing_is_is_no_error(
    client: Client, key: str, people: dict[str, User]
) -> None:
    taken({"operator": people["leader"]})
    for page in ("/cases/cards/?after=", "/cases/cards/?worked=1&after=", "/cases/?after=2026-03-03T00:00:00%2B08:00~"):
        assert client.get(page + key).status_code == 200
    for page in ("/clues/?before=", "/suspects/?before=", "/channels/outbox/?before="):
        assert client.get(page + key).status_code == 200


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00%2B08:00", "9999-12-31T23:59:59-08:00", "x"])
def test_cases_after_the_end_of_time_are_none(client: Client, at: str, people: dict[str, User]) -> None:
    taken({"operator": people["leader"]})
    assert not client.get(f"/cases/?after={at}~1").context["lines"]


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5000])
def test_a_record_of_a_number_that_none_has_is_not_found(client: Client, key: str, people: dict[str, User]) -> None:
    number = taken({"operator": people["leader"]}).number
    assert client.post(f"/cases/{number}/work", {"item": key}).status_code == 404
    assert client.post(f"/cases/{number}/explain", {"overdue": key, "reason": "x"}).status_code == 404
    assert client.post("/suspects/1/role_ended", {"held": key, "reason": "x"}).status_code == 404
    assert client.post("/duty/keep", {"promise": key}).status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        *(f"/dissuasion/leader/{verb}/999999" for verb in ("reason", "review", "lower", "transfer")),
        "/dissuasion/care/999999",
        "/warnings/none/judge",
    ],
)
def test_what_is_decided_of_a_record_that_there_is_not_is_not_found(client: Client, page: str) -> None:
    told = {"reason": "x", "verdict": "agreed" if "leader" in page else "right", "contact": "answered"}
    assert client.post(page, told).status_code == 404
