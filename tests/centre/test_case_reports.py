"""A report becomes a case, drafts a stop-payment, is gone through by a person, and two of one loss are joined."""

from __future__ import annotations

import doctest
import json
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from fanzha import reading
from fanzha.centre.access import audit
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.cases import actions, narrative, typed
from fanzha.centre.cases.actions import reporting, working
from fanzha.centre.cases.models import Case, Identifier, Reading, Recovery, Report, Twin
from fanzha.centre.cases.narrative import Facts, Moved
from fanzha.centre.funds import actions as funds
from fanzha.centre.funds import at_intake
from fanzha.centre.funds.models import StopPayment
from fanzha.centre.intake.actions import fill, receive
from tests.centre import reported_cases
from tests.centre.reported_cases import CARD, FACTS, FRAUD, NOW, OTHER, PHONE, STORY, entered, refused, row, taken, told

people = reported_cases.people
standing_clock = reported_cases.standing_clock


def test_the_examples_run() -> None:
    assert doctest.testmod(narrative).failed == doctest.testmod(typed).failed == 0


def test_a_report_becomes_a_case_and_drafts_a_stop_payment_at_once(people: dict[str, User]) -> None:
    case = taken(people, form="f1")
    assert (case.state, case.case_class, case.sent_fen, case.lost_fen, case.differs_fen) == (
        "reported", "AB", 5_000_000, 5_000_000, 0,
    )  # fmt: skip
    assert case.due_at == NOW + timedelta(days=3)
    assert [item.kind for item in case.work.all()] == ["statement", "first_layer_funds", "calls", "devices"]
    stop = StopPayment.objects.get()
    assert (stop.case, stop.state, stop.amount_fen, stop.bank) == (case, "drafted", 5_000_000, "合成银行")
    assert taken(people, form="f1") == case
    assert (Case.objects.count(), StopPayment.objects.count()) == (1, 1)
    actions.after_report[0](case, None, NOW)
    assert StopPayment.objects.count() == 1


def test_of_two_clicks_at_once_the_second_waits_and_adds_nothing(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    def first(act: Callable[[], Any], waits: Callable[..., Any]) -> Callable[..., Any]:
        clicks = [act]
        return lambda *said: [*(clicks.pop()() for _ in clicks[:]), waits(*said)][-1]

    monkeypatch.setattr(reporting, "numbering", first(lambda: taken(people, form="f1"), reporting.numbering))
    number = taken(people, form="f1").number
    recover = partial(actions.recover, number, people["officer"], "frozen", 100, NOW, "r1")
    monkeypatch.setattr(working, "locked", first(recover, working.locked))
    assert recover().amount_fen == 100
    assert (Report.objects.count(), Recovery.objects.count()) == (1, 1)


def test_nothing_clear_of_anybody_lies_outside_the_vault(people: dict[str, User]) -> None:
    taken(people)
    rows = [row for model in (Case, Report, Identifier, Reading, StopPayment) for row in model.objects.values_list()]
    rows += list(AuditEntry.objects.values_list())
    lying = repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in rows])
    assert not any(value in lying for value in (CARD, PHONE, FRAUD, "张三", "李四", "报警人"))
    assert "pay.example" in lying


def test_a_draft_without_a_holder_is_completed_before_anybody_approves(people: dict[str, User]) -> None:
    bare = Moved(NOW - timedelta(minutes=3), 100, "", CARD)
    nowhere = Moved(NOW - timedelta(minutes=3), 100)
    case = taken(people, Facts(transfers=(bare, nowhere)))
    stop = StopPayment.objects.get()
    with refused("stop.field"):
        funds.approve(stop.pk, people["leader"], NOW)
    at_intake.complete(stop.pk, people["officer"], "李四", "合成银行", NOW)
    assert funds.approve(stop.pk, people["leader"], NOW).state == "approved"
    assert sorted(case.transfers.values_list("no_stop", flat=True)) == ["", "no_account"]


def test_an_account_that_was_stopped_twice_drafts_no_third_stop_and_says_so(people: dict[str, User]) -> None:
    for _ in range(3):
        last = taken(people)
    assert StopPayment.objects.count() == 2
    assert last.transfers.get().no_stop == "used_up"


def test_what_the_victim_states_and_what_the_transfers_say_are_compared(people: dict[str, User]) -> None:
    back = Moved(NOW, 20_000, CARD, "", back=True)
    case = taken(people, Facts(transfers=(*FACTS.transfers, back), stated_fen=5_000_000))
    assert (case.sent_fen, case.returned_fen, case.differs_fen) == (5_000_000, 20_000, 20_000)
    client = entered(people["analyst"])
    assert "differ by 200.00 yuan" in client.get(f"/cases/{case.number}/").text


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("channel", "pigeon", "report.channel"), ("narrative", " ", "report.narrative"), ("phone", "", "report.victim"),
     ("reported_at", NOW + timedelta(days=1), "report.time"), ("place", "110000", "report.place")],
)  # fmt: skip
def test_a_report_that_lacks_something_says_what(field: str, value: Any, code: str, people: dict[str, User]) -> None:
    with refused(code):
        actions.take_report(told(**{field: value}), FACTS, people["operator"], NOW, "f")
    assert not Case.objects.exists()


def test_a_bank_may_not_see_or_take_cases(people: dict[str, User]) -> None:
    case = taken(people)
    client = entered(people["bank"])
    for page in ("", "new/", "twins/", "cards/", "overdue/", f"{case.number}/", "training/", "file/"):
        assert client.get(f"/cases/{page}").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.take_report(told(), FACTS, people["bank"], NOW, "f2")
    with pytest.raises(PermissionDenied):
        actions.move(case.number, people["operator"], "accepted", "", NOW)


def test_reports_of_senders_become_cases_once_and_log_and_lake_hold_no_narrative(people: dict[str, User]) -> None:
    rows = pl.DataFrame([row("r1"), row("r2", at=NOW - timedelta(days=90)), row("r3", loss_fen="much")])
    receipt = receive("reports", rows, "k1", NOW)
    assert (receipt.accepted, receipt.new, receipt.refused) == (2, 2, 1)
    again = receive("reports", pl.DataFrame([row("r1")]), "k2", NOW)
    assert (again.accepted, again.new) == (1, 0)
    case = Report.objects.get(source_id="r1").case
    assert (case.channel, case.loss_fen, case.by) == ("signals", 5_000_000, None)
    assert {(one.kind, one.side, one.sure) for one in case.identifiers.all()} >= {
        ("account", "suspect", True), ("number", "suspect", True),
    }  # fmt: skip
    from django.conf import settings

    fill(NOW, every_s=0)
    lake = b"".join(path.read_bytes() for path in (settings.HOME.lake / "reports").rglob("*.parquet"))
    assert "转账".encode() not in lake
    assert people  # who may look


@pytest.mark.usefixtures("people")
def test_a_batch_that_is_sent_again_is_answered_like_the_first_time() -> None:
    batch = pl.DataFrame([row("r1"), row("r2", at=NOW - timedelta(days=90)), row("x" * 81), row("x" * 82)])
    receive("reports", batch[:1], "again-0", NOW)
    for _ in range(2):
        receipt = receive("reports", batch, "again-1", NOW)
        assert (receipt.accepted, receipt.new) == (4, 3)
    assert Report.objects.count() == 4
    with refused("batch.changed"):
        receive("reports", batch[1:], "again-1", NOW)


@pytest.mark.usefixtures("standing_clock")
def test_the_same_file_again_brings_nothing_new_and_says_so(people: dict[str, User]) -> None:
    client = entered(people["analyst"])
    text = pl.DataFrame([row("r1")]).write_csv().encode()
    told_ = [client.post("/cases/file/", {"file": SimpleUploadedFile("reports.csv", text)}) for _ in range(2)]
    assert [(answer.status_code, answer.context["receipt"].new) for answer in told_] == [(200, 1), (200, 0)]


@pytest.mark.usefixtures("standing_clock")
@pytest.mark.parametrize(("text", "found"), [("a,b\n1\n", 1), ("a,b\n", "file.empty"), ("", "file.empty")])
def test_a_file_without_a_good_row_loses_none_of_them(text: str, found: int | str, people: dict[str, User]) -> None:
    if isinstance(found, str):
        with refused(found):
            actions.bring_in(text.encode(), "reports.csv", people["operator"], NOW)
        return
    receipt = actions.bring_in(text.encode(), "reports.csv", people["operator"], NOW)
    assert (receipt.accepted, receipt.refused) == (0, found)
    assert AuditEntry.objects.get(action="reports_brought_in").actor == people["operator"]


def test_a_person_goes_through_what_was_read_and_what_changed_is_training_data(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {
        "case_class": {"code": "AB", "confidence": 0.8, "because": ["刷单"]},
        "accounts": [{"value": CARD, "bank": "", "holder": "", "side": "suspect"}, {"value": OTHER, "side": "unknown"}],
        "transfers": [{"at": NOW.isoformat(), "amount_fen": 5_000_000, "from": "", "to": CARD, "channel": "mobile"},
                      {"at": NOW.isoformat(), "amount_fen": 700, "from": "", "to": OTHER, "channel": ""}],
        "loss_fen": {"stated": 5_000_000, "summed": 5_000_700, "returned": 0},
    }  # fmt: skip
    monkeypatch.setattr(reading, "read", lambda _text, _at: SimpleNamespace(as_json=lambda: found))
    receive("reports", pl.DataFrame([row("r9", payee="[]", number="[]", case_class="")]), "k9", NOW)
    report = Report.objects.get()
    assert (report.case.differs_fen, StopPayment.objects.count()) == (-700, 2)
    with refused("case.reason"):
        actions.show(report.pk, people["analyst"], "", NOW)
    text, facts = actions.show(report.pk, people["analyst"], "核对", NOW)
    assert (text, len(facts.items)) == (STORY, 2)
    right = Facts("AB", items=facts.items[:1], transfers=facts.transfers[:1], stated_fen=5_000_000)
    actions.confirm(report.pk, people["analyst"], right, NOW)
    case = Case.objects.get()
    assert [(one.kind, one.sure) for one in case.identifiers.all()] == [("account", True)]
    assert case.differs_fen == 0
    assert sorted(StopPayment.objects.values_list("state", flat=True)) == ["drafted", "withdrawn"]
    assert Reading.objects.get().changes == {"account": 1, "transfers": 1}
    with refused("report.confirmed"):
        actions.confirm(report.pk, people["analyst"], right, NOW)
    (line,) = actions.export(people["analyst"], "训练", NOW).splitlines()
    kept = json.loads(line)
    assert (kept["text"], len(kept["read"]["items"]), len(kept["confirmed"]["items"])) == (STORY, 2, 1)
    with pytest.raises(PermissionDenied):
        actions.export(people["operator"], "训练", NOW)


def test_two_reports_of_one_loss_are_found_and_joined_by_a_person(people: dict[str, User]) -> None:
    first, second = taken(people), taken(people, now=NOW + timedelta(hours=5))
    twin = Twin.objects.get()
    assert twin.alike == ["transfer", "victim", "victim_identifier"]
    actions.join(twin.pk, people["officer"], "同一人两次报案", NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.state, second.joined_to, second.due_at) == ("joined", first, None)
    assert (first.reports.count(), first.sent_fen) == (2, 5_000_000)
    assert set(StopPayment.objects.values_list("case", flat=True)) == {first.pk}
    assert not Twin.objects.filter(joined=None).exists()
    with refused("case.joined"):
        actions.move(second.number, people["analyst"], "accepted", "", NOW)
    with refused("twin.decided"):
        actions.keep_apart(twin.pk, people["officer"], "", NOW)


def test_two_losses_that_look_alike_are_kept_apart_for_good(people: dict[str, User]) -> None:
    taken(people)
    other = taken(people, now=NOW + timedelta(days=1))
    actions.keep_apart(Twin.objects.get().pk, people["officer"], "两次被骗", NOW)
    actions.after_report[0](other, None, NOW)
    assert Twin.objects.filter(joined=None).count() == 0
    assert Case.objects.exclude(state="joined").count() == 2


@pytest.mark.usefixtures("standing_clock")
def test_a_report_is_taken_on_the_page_item_by_item(people: dict[str, User]) -> None:
    client = entered(people["analyst"])
    said = {
        "form": "f7", "narrative": STORY, "channel": "110", "reported_at": "2026-03-02T12:00", "phone": PHONE, "loss": "50000",
        "case_class": "AD", "item_kind": ["account", "number"], "item_value": [CARD, FRAUD], "item_side": ["suspect", "none"],
        "transfer_day": ["2026-03-02"], "transfer_clock": ["11:30"], "transfer_yuan": ["49,000"], "transfer_payer": [""], "transfer_payee": [CARD],
        "transfer_bank": ["合成银行"], "transfer_holder": ["李四"], "transfer_channel": ["mobile"], "transfer_way": ["sent"],
    }  # fmt: skip
    read = client.post("/cases/new/", {**said, "do": "read"})
    assert "Go through what was read" in read.text
    assert client.post("/cases/new/", {**said, "do": "take", "transfer_yuan": ["much"]}).status_code == 409
    answer = client.post("/cases/new/", {**said, "do": "take"})
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.number}/"
    assert (case.case_class, case.differs_fen, case.identifiers.filter(side="suspect").count()) == ("AD", 100_000, 1)
    page = client.get(f"/cases/{case.number}/").text
    assert CARD not in page
    assert "999999*********0124" in page
    token = case.identifiers.get(kind="account").token
    shown = client.post(f"/cases/{case.number}/unmask", {"token": token, "reason": "核查"})
    assert CARD in shown.text
    assert client.post(f"/cases/{case.number}/unmask", {"token": token, "reason": ""}).status_code == 409
    assert AuditEntry.objects.filter(action="unmask", subject=case.number).count() == 1
    assert audit.broken_at() is None
