"""From the outbox to an outcome and a figure: what people may do, and what is written down."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from typer.testing import CliRunner

from fanzha.centre import rounds
from fanzha.centre.access import audit, vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.warnings import actions, queries
from fanzha.centre.warnings.models import Warning
from fanzha.cli import app
from fanzha.metrics import DESK
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def told(name: str = "w1", subject: str = "p-teacher", level: int = 2, minutes: float = 0) -> dict[str, Any]:
    """A row of the outbox as the engine writes it."""
    at = (NOW + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    reason = {
        "indicator": "W01",
        "value": 1800.0,
        "threshold": 1500.0,
        "text_zh": "与涉诈号码通话",
        "text_en": "A fraud call",
    }
    event = {"table": "calls", "id": "c1", "at": at, "caller": "n-fraud", "callee": "n-teacher", "duration_s": 1800}
    return {
        "warning_id": name, "issued_at": at, "event_id": "c1", "subject": subject, "subject_kind": "person", "warning_kind": "victim",
        "level": level, "score": 0.7, "case_class": None, "reasons": [reason], "related": ["n-fraud"], "events": [event],
        "features": {}, "versions": {},
    }  # fmt: skip


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "analyst", "leader")


def test_an_imported_row_is_there_once_and_a_rewarning_raises_the_story() -> None:
    assert actions.import_warnings([told(), told()], NOW) == 1
    assert actions.import_warnings([told()], NOW) == 0
    later = NOW + timedelta(minutes=30)
    assert actions.import_warnings([told("w2", level=1, minutes=30)], later) == 1
    (story,) = Warning.objects.all()
    assert (story.level, story.rewarnings.count()) == (1, 1)


@pytest.mark.parametrize(("verdict", "stays"), [("wrong", ""), ("right", "right")])
def test_a_number_that_was_judged_wrong_and_gives_further_signs_waits_to_be_judged_again(
    people: dict[str, User], verdict: str, stays: str
) -> None:
    number = {"warning_kind": "number", "subject_kind": "number"}
    actions.import_warnings([{**told(subject="n-x", level=3), **number}], NOW)
    actions.judge("w1", people["analyst"], NOW, verdict)
    later = NOW + timedelta(minutes=30)
    actions.import_warnings([{**told("w2", "n-x", level=1, minutes=30), **number}], later)
    story = Warning.objects.get()
    assert (story.level, story.judged, story.judged_at is None) == (1, stays, not stays)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["analyst"])
    assert "Judged the warning" in client.get("/warnings/w1/").text, "what was said before stays on record"


@pytest.mark.usefixtures("people")
def test_a_warning_that_comes_while_the_list_is_read_is_on_the_page_or_sent_by_its_feed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actions.import_warnings([told()], NOW)
    client, read = Client(), queries.lines
    client.post("/access/demo/operator/")

    def slowly(found: Any) -> list[queries.Line]:
        shown = read(found)
        actions.import_warnings([told("w2", "p-other")], NOW)
        return shown

    monkeypatch.setattr(queries, "lines", slowly)
    page = client.get("/warnings/")
    on_it = {line.warning.warning_id for line in page.context["lines"]}
    assert "w2" in on_it | {one.warning_id for one in queries.changed_after(page.context["change"])}


@pytest.mark.usefixtures("people")
def test_where_the_list_of_warnings_is_cut_the_page_says_how_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    actions.import_warnings([told(), told("w2", "p-other")], NOW)
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/operator/")
    assert "Warnings in all" not in client.get("/warnings/").text
    monkeypatch.setattr(queries, "LONGEST_LIST", 1)
    page = client.get("/warnings/").text
    assert ("Warnings in all: 2" in page, page.count('class="line ')) == (True, 1)


def test_a_number_is_judged_by_an_analyst_and_a_person_never(people: dict[str, User]) -> None:
    actions.import_warnings(
        [{**told(subject="n-x"), "warning_kind": "number", "subject_kind": "number"}, told("w2")], NOW
    )
    with pytest.raises(PermissionDenied):
        actions.judge("w1", people["operator"], NOW, "wrong")
    assert actions.judge("w1", people["analyst"], NOW, "wrong").judged == "wrong"
    page = Client(headers={"Accept-Language": "en"})
    page.force_login(people["leader"])
    assert "<b>wrong</b> · demo-analyst · 2026-03-02 12:00" in page.get("/warnings/w1/").text
    with pytest.raises(Refusal, match="for a number or an account"):
        actions.judge("w2", people["analyst"], NOW, "wrong")


def test_a_changed_audit_entry_is_found(people: dict[str, User]) -> None:
    for n in range(3):
        audit.write(people["operator"], "take", f"w{n}", NOW)
    second = AuditEntry.objects.order_by("id")[1]
    AuditEntry.objects.filter(pk=second.pk).update(reason="other")
    assert audit.broken_at() == second.pk


def test_audit_entries_that_were_taken_away_are_found(people: dict[str, User]) -> None:
    assert audit.broken_at() is None
    first, second, third = (audit.write(people["operator"], "take", f"w{n}", NOW).pk for n in range(3))
    AuditEntry.objects.filter(pk=third).delete()
    assert audit.broken_at() == second + 1
    AuditEntry.objects.filter(pk=first).delete()
    assert audit.broken_at() == second
    AuditEntry.objects.all().delete()
    assert audit.broken_at() == 1


def test_doctor_looks_at_every_entry_of_the_chain(
    people: dict[str, User], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanzha.home.Home.centre_database", tmp_path)  # the tests' database is in memory
    audit.write(people["operator"], "take", "w1", NOW)
    whole = CliRunner().invoke(app, ["doctor"])
    assert (whole.exit_code, "works    the chain of acts is whole" in whole.output) == (0, True), whole.output
    AuditEntry.objects.update(action="give_back")
    changed = CliRunner().invoke(app, ["doctor"])
    assert changed.exit_code == 1
    entry = AuditEntry.objects.get().pk
    assert f"broken   the chain of acts, from entry {entry} on" in changed.output
    chinese = CliRunner().invoke(app, ["doctor"], env={"LC_ALL": "zh_CN.UTF-8"})
    assert chinese.exit_code == 1
    assert f"操作记录链，自第 {entry} 条起" in chinese.output


def test_an_identifier_is_masked_until_someone_gives_a_reason(people: dict[str, User]) -> None:
    vault.remember(pl.DataFrame({"kind": ["number"], "token": ["n-x"], "value": ["+8615400000001"]}))
    assert vault.masked(["n-x"]) == {"n-x": "154****0001"}
    with pytest.raises(PermissionDenied):
        vault.unmask("n-x", people["leader"], "because", "w1", NOW)
    with pytest.raises(Refusal, match="a reason is needed"):
        vault.unmask("n-x", people["operator"], "  ", "w1", NOW)
    assert vault.unmask("n-x", people["operator"], "to phone the person", "w1", NOW) == "+8615400000001"
    assert AuditEntry.objects.get().action == "unmask"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages_and_strangers_are_sent_to_sign_in(language: str) -> None:
    actions.import_warnings([told()], NOW)
    paths = [
        "/warnings/",
        "/warnings/w1/",
        "/bulletins/",
        "/bulletins/records/?figure=pushed&from=2026-03-02&to=2026-03-02",
    ]
    client = Client(headers={"Accept-Language": language})
    assert {client.get(path).status_code for path in paths} == {302}
    client.post("/access/demo/operator/")
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200, path
        assert ("预警" in page.text) == (language == "zh-hans"), path
    assert ("与涉诈号码通话" in client.get("/warnings/w1/").text) == (language == "zh-hans")


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("language", "said"), [("zh-hans", "只能把号码或账户的预警"), ("en", "of a number or an account")]
)
def test_a_refusal_is_shown_on_the_page_in_the_readers_language(language: str, said: str) -> None:
    actions.import_warnings([told()], NOW)
    client = Client(headers={"Accept-Language": language})
    client.post("/access/demo/analyst/")
    refused = client.post("/warnings/w1/judge", {"verdict": "right"})
    assert refused.status_code == 409
    assert said in refused.text


@pytest.mark.usefixtures("people")
def test_every_figure_of_the_bulletin_leads_to_its_records() -> None:
    rows = [told(), told("w2", "p-other", 1)]
    first, second = dissuasion.open_orders([rounds.incoming(row) for row in rows], NOW)
    client = Client()
    client.post("/access/demo/leader/")
    page = client.get("/bulletins/?from=2026-03-02&to=2026-03-02").text
    for figure in DESK:
        assert f"figure={figure}&amp;from=2026-03-02&amp;to=2026-03-02" in page
    records = client.get("/bulletins/records/?figure=pushed_1&from=2026-03-02&to=2026-03-02").text
    assert second.order_id in records
    assert first.order_id not in records


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("last", ["2026-12-31", "2025-12-31"])
def test_every_link_of_a_bulletin_leads_somewhere_also_of_two_years(last: str) -> None:
    client = Client()
    client.post("/access/demo/leader/")
    for page in ("/bulletins/?", "/bulletins/records/?figure=pushed&", "/bulletins/records/?figure=cases_filed&"):
        text = client.get(f"{page}from=2025-01-01&to={last}").text.partition("<main>")[2]
        links = [unescape(link) for link in re.findall(r'href="(/[^"]+)"', text)]
        assert links
        assert {client.get(link).status_code for link in links} == {200}, page
    assert client.get("/bulletins/?from=2026-03-02&to=2026-03-01").status_code == 404, "no zeros of days that are none"
