"""A report is gone through in its form: what the page shows and what comes of sending it."""

from __future__ import annotations

import uuid
from html.parser import HTMLParser
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.cases import actions
from fanzha.centre.cases.models import Case, Report
from fanzha.centre.intake.actions import receive
from tests.centre import reported_cases
from tests.centre.reported_cases import CARD, NOW, entered, row

people = reported_cases.people
standing_clock = reported_cases.standing_clock
pytestmark = pytest.mark.usefixtures("standing_clock")
STORY = f"3月1日14时，报警人被骗，向对方账户{CARD}转账6800元，共损失6800元。"


class Form(HTMLParser):
    """The fields of a page's forms as a browser would send them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: dict[str, list[str]] = {}
        self.select, self.first = "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "select":
            self.select, self.first = told["name"], True
            self.said.setdefault(self.select, []).append("")
        elif tag == "option" and ("selected" in told or self.first):
            self.said[self.select][-1], self.first = told["value"], False
        elif (
            tag == "input"
            and told.get("name", "csrfmiddlewaretoken") != "csrfmiddlewaretoken"
            and (told.get("type") != "checkbox" or "checked" in told)
        ):
            self.said.setdefault(told["name"], []).append(told.get("value", ""))


def sent(**more: Any) -> Report:
    receive("reports", pl.DataFrame([row("r1", narrative=STORY, **more)]), f"through-{uuid.uuid4()}", NOW)
    return Report.objects.get()


def opened(client: Client, report: Report) -> tuple[str, dict[str, list[str]]]:
    where = f"/cases/{report.case.number}/reports/{report.pk}/"
    return where, {**Form(client.post(where, {"reason": "核对"}).text).said, "do": ["confirm"]}


def test_a_form_that_is_sent_as_it_is_shown_changes_nothing_that_was_said_before(people: dict[str, User]) -> None:
    report, client = sent(loss_fen="800000", case_class="AD"), entered(people["analyst"])
    actions.set_facts(report.case.number, people["officer"], NOW, case_class="AF", lure_channel="call")
    where, said = opened(client, report)
    assert client.post(where, said).status_code == 302
    case = Case.objects.get()
    assert (case.case_class, case.lure_channel, case.loss_fen, case.sent_fen) == ("AF", "call", 800_000, 680_000)


def test_a_way_in_that_is_taken_out_stays_out(people: dict[str, User]) -> None:
    report, client = sent(), entered(people["analyst"])
    actions.set_facts(report.case.number, people["officer"], NOW, lure_channel="call")
    where, said = opened(client, report)
    assert client.post(where, {**said, "lure_channel": [""]}).status_code == 302
    assert Case.objects.get().lure_channel == ""


def test_a_refused_form_comes_back_as_it_was_filled_in(people: dict[str, User]) -> None:
    report, client = sent(), entered(people["analyst"])
    where, said = opened(client, report)
    said |= {"stated": ["6,900"], "came_back": ["much"], "transfer_bank": ["合成银行", "", ""], "handover": ["bank"]}
    said["item_side"][0] = said["transfer_way"][1] = "none"
    answer = client.post(where, said)
    assert answer.status_code == 409
    assert STORY in answer.text
    assert {**Form(answer.text).said, "do": ["confirm"]} == said
    assert client.post(where, {**said, "came_back": ["1"]}).status_code == 302
    assert Case.objects.get().loss_fen == 690_000


def test_a_new_report_that_is_refused_comes_back_as_it_was_filled_in(people: dict[str, User]) -> None:
    client = entered(people["analyst"])
    told = {"narrative": STORY, "channel": "110", "reported_at": "2026-03-02T12:00", "phone": "15400000001"}
    said = {**told, **Form(client.post("/cases/new/", {**told, "do": "read"}).text).said, "do": ["take"]}
    said["transfer_bank"][0], said["transfer_yuan"][0] = "合成银行", "much"
    answer = client.post("/cases/new/", {**said, "narrative": STORY})
    assert answer.status_code == 409
    assert Form(answer.text).said["transfer_bank"][0] == "合成银行"
    assert Form(answer.text).said["transfer_yuan"][0] == "much"


def test_a_form_of_which_a_part_did_not_come_leaves_nothing_out(people: dict[str, User]) -> None:
    report, client = sent(), entered(people["analyst"])
    where, said = opened(client, report)
    for name in ("transfer_clock", "item_side"):
        assert client.post(where, {key: value for key, value in said.items() if key != name}).status_code == 409
    assert Report.objects.get().confirmed_at is None
    assert report.case.transfers.filter(dropped_at=None).count() == 1


def test_a_report_of_very_many_transfers_can_be_gone_through(people: dict[str, User]) -> None:
    report, client = sent(), entered(people["analyst"])
    where, said = opened(client, report)
    many = {name: values[:1] * 200 if name.startswith("transfer_") else values for name, values in said.items()}
    assert client.post(where, many).status_code == 302
    assert report.case.transfers.filter(dropped_at=None).count() == 200


def test_a_place_elsewhere_stays_when_other_facts_are_changed(people: dict[str, User]) -> None:
    report, client = sent(place="450103"), entered(people["analyst"])
    page = client.get(f"/cases/{report.case.number}/").text
    facts = page[page.index('/facts"') :]
    said = Form(facts[: facts.index("</form>")]).said
    assert client.post(f"/cases/{report.case.number}/facts", {**said, "leak": "shop"}).status_code == 302
    case = Case.objects.get()
    assert (case.leak, case.place) == ("shop", "450103")


def test_a_loss_that_was_read_and_is_none_is_the_loss_no_more(people: dict[str, User]) -> None:
    report, client = sent(loss_fen=None), entered(people["analyst"])
    assert report.case.loss_fen == 680_000
    where, said = opened(client, report)
    assert client.post(where, {**said, "stated": [""]}).status_code == 302
    report.refresh_from_db()
    assert (report.loss_fen, Case.objects.get().loss_fen) == (None, None)
