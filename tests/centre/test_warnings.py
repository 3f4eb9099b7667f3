"""From the outbox to an outcome and a figure: what people may do, and what is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client

from fanzha.centre.access import actions as accounts
from fanzha.centre.access import audit, vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.warnings import actions, queries
from fanzha.centre.warnings.models import Warning
from fanzha.deadlines import deadline
from fanzha.metrics import FIGURES
from fanzha.refusal import Refusal

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
    accounts.ensure_demo_accounts()
    return {name: User.objects.get(username=f"demo-{name}") for name in ("operator", "analyst", "leader")}


def test_an_imported_row_is_there_once_and_a_rewarning_raises_the_story() -> None:
    assert actions.import_warnings([told(), told()], NOW) == 1
    assert actions.import_warnings([told()], NOW) == 0
    later = NOW + timedelta(minutes=30)
    assert actions.import_warnings([told("w2", level=1, minutes=30)], later) == 1
    (story,) = Warning.objects.all()
    assert (story.level, story.clocks_from, story.rewarnings.count()) == (1, later, 1)


def test_clocks_start_when_the_centre_received_a_late_warning() -> None:
    actions.import_warnings([told()], NOW + timedelta(hours=1))
    story = Warning.objects.get()
    assert deadline("sign_in", story.level, story.clocks_from) == NOW + timedelta(hours=1, minutes=10)
    assert deadline("sign_in", 4, NOW) is None


def test_a_story_from_taking_to_a_person_kept_from_loss(people: dict[str, User]) -> None:
    operator = people["operator"]
    actions.import_warnings([told()], NOW)
    actions.take("w1", operator, NOW)
    actions.record_call("w1", operator, NOW, "answered", "说明了情况")
    actions.record_outcome("w1", operator, NOW, "D01")
    begin, end = queries.day_of(NOW)
    figures = {name: queries.count(name, begin, end) for name in FIGURES}
    assert (figures["pushed"], figures["taken"], figures["reached"], figures["protected"], figures["open"]) == (
        1,
        1,
        1,
        1,
        0,
    )
    assert [entry.action for entry in AuditEntry.objects.all()] == ["take", "call", "outcome"]
    assert audit.broken_at() is None


def test_being_told_only_is_never_counted_as_kept_from_loss(people: dict[str, User]) -> None:
    actions.import_warnings([told()], NOW)
    actions.take("w1", people["operator"], NOW)
    actions.record_outcome("w1", people["operator"], NOW, "D00")
    assert queries.count("protected", *queries.day_of(NOW)) == 0


def test_a_person_not_found_for_now_stays_open(people: dict[str, User]) -> None:
    actions.import_warnings([told()], NOW)
    actions.take("w1", people["operator"], NOW)
    assert actions.record_outcome("w1", people["operator"], NOW, "D08").state == "contacting"


def test_nobody_takes_what_another_has_taken_and_analysts_do_not_dissuade(people: dict[str, User]) -> None:
    actions.import_warnings([told()], NOW)
    with pytest.raises(PermissionDenied):
        actions.take("w1", people["analyst"], NOW)
    actions.take("w1", people["operator"], NOW)
    with pytest.raises(Refusal, match="cannot become taken"):
        actions.take("w1", people["leader"], NOW)


def test_a_changed_audit_entry_is_found(people: dict[str, User]) -> None:
    for n in range(3):
        audit.write(people["operator"], "take", f"w{n}", NOW)
    second = AuditEntry.objects.order_by("id")[1]
    AuditEntry.objects.filter(pk=second.pk).update(reason="other")
    assert audit.broken_at() == second.pk


def test_an_identifier_is_masked_until_someone_gives_a_reason(people: dict[str, User]) -> None:
    vault.remember(pl.DataFrame({"kind": ["number"], "token": ["n-x"], "value": ["+8615400000001"]}))
    assert vault.masked(["n-x"]) == {"n-x": "154****0001"}
    with pytest.raises(PermissionDenied):
        vault.unmask("n-x", people["leader"], "because", "w1", NOW)
    with pytest.raises(ValueError, match="a reason is needed"):
        vault.unmask("n-x", people["operator"], "  ", "w1", NOW)
    assert vault.unmask("n-x", people["operator"], "to phone the person", "w1", NOW) == "+8615400000001"
    assert AuditEntry.objects.get().action == "unmask"


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages_and_strangers_are_sent_to_sign_in(language: str) -> None:
    actions.import_warnings([told()], NOW)
    paths = [
        "/",
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
def test_a_refusal_is_shown_on_the_page() -> None:
    actions.import_warnings([told()], NOW)
    client = Client()
    client.post("/access/demo/operator/")
    assert client.post("/warnings/w1/take").status_code == 302
    again = client.post("/warnings/w1/take")
    assert again.status_code == 409
    assert "cannot become taken" in again.text


@pytest.mark.usefixtures("people")
def test_every_figure_of_the_bulletin_leads_to_its_records() -> None:
    actions.import_warnings([told(), told("w2", "p-other", 1)], NOW)
    client = Client()
    client.post("/access/demo/leader/")
    page = client.get("/bulletins/?from=2026-03-02&to=2026-03-02").text
    for figure in FIGURES:
        assert f"figure={figure}&amp;from=2026-03-02&amp;to=2026-03-02" in page
    records = client.get("/bulletins/records/?figure=pushed_1&from=2026-03-02&to=2026-03-02").text
    assert "/warnings/w2/" in records
    assert "/warnings/w1/" not in records
