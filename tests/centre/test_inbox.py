"""What is handed down: each row once in, once an order, once handled, once fed back; and refused rows mended."""

from __future__ import annotations

import csv
import doctest
import io
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from openpyxl import Workbook

from fanzha.centre.access import actions as accounts
from fanzha.centre.access import audit, vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.channels.models import Message
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Breach, Order
from fanzha.centre.duty import actions as duty
from fanzha.centre.inbox import actions, mapping, queries, words
from fanzha.centre.inbox.models import FeedbackFile, Pushed, RememberedMapping, Report, Upload
from fanzha.centre.intake import actions as intake
from fanzha.centre.intake.models import Quarantined
from fanzha.centre.secrets import secret
from fanzha.refusal import Refusal
from fanzha.signals import SignalLog, rows_to_frame

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TEACHER = "+8615400000001"
FOLDERS = ("feedback", "inbox", "handed_in", "quarantine")


@pytest.fixture(autouse=True)
def empty_home() -> Iterator[None]:
    """The files of this app and the log, as before the first day."""
    clear_home()
    yield
    clear_home()


def clear_home() -> None:
    for name in FOLDERS:
        shutil.rmtree(django_settings.HOME.root / name, ignore_errors=True)
    for path in django_settings.HOME.root.glob("log.sqlite*"):
        path.unlink()


def everybody() -> dict[str, User]:
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    return {
        name: User.objects.get(username=f"demo-{name}") for name in ("operator", "officer", "analyst", "leader", "bank")
    }


@pytest.fixture
def people(db: None) -> dict[str, User]:  # noqa: ARG001  (the fixture that opens the database)
    return everybody()


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def row(source_id: str = "1", source: str = "province", subject: str = TEACHER, **more: Any) -> dict[str, Any]:
    told = {"source": source, "source_id": source_id, "received_at": NOW.isoformat(), "subject": subject}
    return {**told, "subject_kind": "number", "kind": "call", "level": 2, **more}


def push(*rows: dict[str, Any], key: str | None = None, at: datetime = NOW) -> intake.Receipt:
    return intake.receive("pushed", rows_to_frame(list(rows)), key or str(uuid.uuid4()), at)


def logged() -> list[str]:
    """The source ids that the engine sees."""
    log = SignalLog(django_settings.HOME.log)
    try:
        return [name for batch in log.read(0, 1000) for name in batch.tables["pushed"]["source_id"].to_list()]
    finally:
        log.close()


def told_to(sender: str) -> list[dict[str, str]]:
    files = sorted((django_settings.HOME.root / "feedback" / sender).glob("*.csv"), key=lambda path: path.name)
    return [line for path in files for line in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))]


def conclude(order: Order, user: User, at: datetime, code: str = "D10") -> None:
    if Order.objects.get(pk=order.pk).signed_in_at is None:
        dissuasion.take(order.order_id, user, at)
    dissuasion.record_outcome(order.order_id, user, at, code)


def test_what_several_senders_say_of_one_person_is_one_order_with_ours(people: dict[str, User]) -> None:
    subject = vault.keep("number", TEACHER)
    ours = dissuasion.Incoming(dissuasion.OWN, "w1", subject, "number", 3, NOW, {"reasons": []})
    order = dissuasion.open_orders([ours], NOW)[0]
    push(row("1"), row("1", source="12381", level=1, text="来电 15400000099"))
    assert Order.objects.get().level == 1
    assert set(order.bases.values_list("source", "warning_id")) == {("fanzha", "w1"), ("province", "1"), ("12381", "1")}
    client = Client()
    client.force_login(people["operator"])
    assert "工信部12381 · 话单预警: 来电 154****99" in client.get(f"/dissuasion/{order.order_id}/").text


@pytest.mark.usefixtures("people")
def test_a_row_that_comes_again_in_another_file_is_one_record_and_one_signal() -> None:
    assert push(row("1"), row("2"), key="a").new == 2
    receipt = push(row("1"), row("2"), row("3"), key="b")
    assert (receipt.accepted, receipt.new) == (3, 1)
    assert push(row("1"), row("2"), row("3"), key="b").new == 1
    assert logged() == ["1", "2", "3"]
    assert Pushed.objects.count() == 3
    with pytest.raises(Refusal, match="other rows"):
        push(row("9"), key="b")
    assert not Pushed.objects.filter(source_id="9").exists()


@pytest.mark.usefixtures("people")
def test_the_interface_takes_them_in_the_same_way() -> None:
    body = json.dumps(row("1")) + "\n" + json.dumps(row("2", level=9))
    token = secret(django_settings.HOME, "intake_token")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    answer = Client().post("/api/v1/signals/pushed", body, content_type="application/x-ndjson", headers=headers)
    assert (answer.json()["accepted"], answer.json()["refused"]) == (1, 1)
    one = Pushed.objects.get()
    assert one.order is not None
    assert one.subject != TEACHER
    assert Quarantined.objects.get().rows == 1


@pytest.mark.usefixtures("people")
def test_a_warning_without_a_level_is_graded_by_its_kind_and_without_a_deadline_by_its_level() -> None:
    push(row("1", kind="fund", level=None), row("2", kind="unheard of", level=None, subject="+8615400000002"))
    fund, other = Pushed.objects.order_by("source_id")
    assert (fund.level, fund.order.level, other.order.level) == (None, 1, 3)
    assert (fund.feedback_due, other.feedback_due) == (minutes(120), minutes(1440))


def test_each_row_is_told_once_and_a_correction_is_told_again(people: dict[str, User]) -> None:
    push(row("1"), row("2", source="ministry"))
    order, leader = Order.objects.get(), people["leader"]
    conclude(order, leader, minutes(30), "D08")
    conclude(order, leader, minutes(31), "D08")
    assert actions.write_feedback(minutes(32)) == 0, "it waits to be gathered with others"
    assert actions.write_feedback(minutes(41)) == 2
    assert actions.write_feedback(minutes(60)) == 0
    conclude(order, leader, minutes(70), "D10")
    actions.write_feedback(minutes(90))
    dissuasion.correct_outcome(order.order_id, leader, minutes(100), "D07", "重复")
    actions.write_feedback(minutes(120))
    for sender in ("province", "ministry"):
        said = [(line["said"], line["outcome"]) for line in told_to(sender)]
        assert said == [("first", "D08"), ("further", "D10"), ("corrected", "D07")]
    one = Pushed.objects.get(source="province")
    assert (one.handled_at, one.fed_back_at, one.code) == (minutes(30), minutes(41), "D07")
    assert told_to("province")[0]["concluded_at"] == "2026-03-02T12:30:00+08:00"


def test_a_writer_killed_before_it_could_say_so_writes_the_same_file_again(people: dict[str, User]) -> None:
    push(row("1"))
    conclude(Order.objects.get(), people["leader"], minutes(5))
    actions.write_feedback(minutes(20))
    before = told_to("province")
    FeedbackFile.objects.update(written_at=None)
    Pushed.objects.update(fed_back_at=None)
    actions.write_feedback(minutes(21))
    assert told_to("province") == before
    assert FeedbackFile.objects.count() == 1


def test_a_file_goes_out_at_once_when_the_senders_deadline_is_near(people: dict[str, User]) -> None:
    push(row("1", feedback_due=minutes(15).isoformat()))
    conclude(Order.objects.get(), people["leader"], minutes(6))
    assert actions.write_feedback(minutes(7)) == 1


def test_a_row_that_joins_an_order_that_is_over_is_told_what_stands(people: dict[str, User]) -> None:
    push(row("1"))
    conclude(Order.objects.get(), people["leader"], minutes(5))
    push(row("2", level=3), at=minutes(10))
    late_comer = Pushed.objects.get(source_id="2")
    assert (late_comer.handled_at, late_comer.code) == (minutes(10), "D10")


@pytest.mark.usefixtures("people")
def test_a_sender_who_was_not_told_in_time_is_a_breach_that_everybody_sees(people: dict[str, User]) -> None:
    push(row("1", feedback_due=minutes(45).isoformat()))
    assert actions.find_late(minutes(44)) == 0
    assert actions.find_late(minutes(46)) == 1
    assert actions.find_late(minutes(47)) == 0
    dissuasion.find_breaches(minutes(46))
    assert Breach.objects.filter(step="sender_feedback").count() == 1
    client = Client()
    client.force_login(people["leader"])
    assert "province" not in client.get("/inbox/?late=1&sender=bank").text.split("<table")[1]
    assert Pushed.objects.get().source_id in client.get("/inbox/?late=1").text


def test_the_month_balances_only_when_all_is_handled_and_fed_back(people: dict[str, User]) -> None:
    push(row("1"), row("2", source="bank", subject="+8615400000002"))
    conclude(Pushed.objects.get(source="bank").order, people["leader"], minutes(5))
    bank, province = queries.reconciliation(date(2026, 3, 1))
    assert (bank.pushed, bank.handled, bank.fed_back, bank.balances, len(bank.not_fed_back)) == (1, 1, 0, False, 1)
    actions.write_feedback(minutes(20))
    bank, province = queries.reconciliation(date(2026, 3, 31))
    assert (bank.fed_back, bank.balances) == (1, True)
    assert (province.handled, province.balances, [one.source_id for one in province.not_handled]) == (0, False, ["1"])
    assert queries.reconciliation(date(2026, 2, 1)) == []
    client = Client()
    client.force_login(people["leader"])
    told = client.get("/inbox/month/?month=2026-03&as=csv").content.decode("utf-8-sig")
    assert "2026-03,bank,1,1,1,0,true" in told
    opened = client.get("/inbox/month/?month=2026-03&as=open").content.decode("utf-8-sig")
    assert "province,1,not_handled" in opened


class EachRow(TestCase):
    @settings(max_examples=12, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(("push", "again", "conclude", "write", "late", "correct")),
                st.sampled_from(("province", "bank")),
                st.integers(1, 4),
            ),
            min_size=3,
            max_size=14,
        )
    )
    def test_every_pushed_row_is_exactly_once_handled_and_fed_back(self, steps: list[tuple[str, str, int]]) -> None:
        clear_home()
        leader, now, last = everybody()["leader"], NOW, row()
        for step, source, number in steps:
            now += timedelta(minutes=7)
            open_ones = Order.objects.exclude(state="closed").order_by("id")
            if step == "push":
                last = row(f"{source}{number}", source, f"+861540000000{number}", level=number)
                push(last, at=now)
            elif step == "again":
                push(last, at=now)
            elif step == "conclude" and open_ones:
                conclude(open_ones[number % len(open_ones)], leader, now)
            elif step == "write":
                actions.write_feedback(now)
            elif step == "late":
                actions.find_late(now)
            elif step == "correct" and (closed := Order.objects.filter(state="closed", outcome="D10").first()):
                dissuasion.correct_outcome(closed.order_id, leader, now, "D07", "重复")
        actions.open_waiting(now)
        for order in Order.objects.exclude(state="closed"):
            conclude(order, leader, now)
        actions.write_feedback(now + timedelta(hours=1))
        for source in ("province", "bank"):
            rows = Pushed.objects.filter(source=source)
            told = told_to(source)
            first = [line["source_id"] for line in told if line["said"] == "first"]
            assert sorted(first) == sorted(rows.values_list("source_id", flat=True)), "each once"
            newest = {line["source_id"]: line["outcome"] for line in told}
            assert newest == {one.source_id: one.order.outcome for one in rows}, "the newest outcome was told"
        assert all(one.balances for one in queries.reconciliation(date(2026, 3, 1)))
        assert sorted(logged()) == sorted(Pushed.objects.values_list("source_id", flat=True))


THEIRS = ["编号", "手机号", "下发时间", "等级", "类型", "姓名"]


def a_sheet(*rows: list[Any]) -> bytes:
    book = Workbook()
    for line in (THEIRS, *rows):
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SHEET = [
    ["A1", "15400000001", datetime(2026, 3, 2, 9, 5), "特急", "刷单", "合成人"],  # noqa: DTZ001  (as spreadsheets have it)
    ["A2", 15400000002, "2026/3/2 9:06", "中危", "刷单", "合成人"],
    ["A3", "not a number", "2026/3/2 9:07", "中危", "刷单", "合成人"],
    ["A4", 1540000000212345678, "2026/3/2 9:07", "中危", "刷单", "合成人"],
]
SAID = {
    "column.source_id": "编号", "column.subject": "手机号", "column.received_at": "下发时间", "column.level": "等级",
    "column.kind": "类型", "column.subject_kind": "=number", "local_times": "on",
    "theirs.level": ["特急", "中危"], "ours.level": ["1", "3"], "theirs.kind": "刷单", "ours.kind": "app",
}  # fmt: skip


def test_a_senders_spreadsheet_is_mapped_once_and_then_remembered(people: dict[str, User]) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    sheet = SimpleUploadedFile("warnings.xlsx", a_sheet(*SHEET))
    where = client.post("/inbox/files/", {"sender": "province", "file": sheet})["Location"]
    shown = client.get(where).text
    assert 'value="手机号" selected' in shown
    assert "15400000001" not in shown
    lacking = client.post(where, {**SAID, "column.subject_kind": "", "do": "try"})
    assert "Still needed: Kind of subject" in " ".join(lacking.text.split())
    tried = client.post(where, {**SAID, "do": "try"}).text
    assert "<b>2</b> good, <b>2</b> refused" in " ".join(tried.split())
    assert Pushed.objects.count() == 0
    assert client.post(where, {**SAID, "do": "take"}).status_code == 302
    first, second = Pushed.objects.order_by("source_id")
    assert (first.level, first.kind, first.received_at) == (1, "app", datetime(2026, 3, 2, 1, 5, tzinfo=UTC))
    assert second.subject == vault.keep("number", "+8615400000002")
    assert not list((django_settings.HOME.root / "handed_in").glob("*")), "the clear file is gone"
    assert Quarantined.objects.get().rows == 2

    more = SimpleUploadedFile("next.xlsx", a_sheet(["A5", "15400000005", "2026/3/2 9:09", "特急", "刷单", "合成人"]))
    where = client.post("/inbox/files/", {"sender": "province", "file": more})["Location"]
    shown = " ".join(client.get(where).text.split())
    assert "These columns were mapped before" in shown
    assert "<b>1</b> good, <b>0</b> refused" in shown
    assert RememberedMapping.objects.count() == 1


def test_times_without_an_offset_are_refused_unless_the_mapping_says_what_they_are(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["operator"])
    sheet = SimpleUploadedFile("w.csv", "编号,手机号,下发时间\n1,15400000001,2026-03-02 09:05:00\n".encode("gb18030"))
    where = client.post("/inbox/files/", {"sender": "bank", "file": sheet})["Location"]
    said = {name: value for name, value in SAID.items() if name != "local_times"}
    client.post(where, {**said, "column.level": "", "column.kind": "", "do": "take"})
    assert (Upload.objects.get().new, Upload.objects.get().refused) == (0, 1)


def test_only_those_of_the_centre_bring_files_in_and_bad_ones_are_refused_in_a_sentence(
    people: dict[str, User],
) -> None:
    client = Client()
    client.force_login(people["officer"])
    assert client.get("/inbox/files/").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.hand_in(people["bank"], "bank", "w.csv", b"a\n1\n", NOW)
    for name, data, code in (
        ("w.pdf", b"x", "file.format"), ("w.xlsx", b"x", "file.unreadable"), ("w.csv", b"", "file.empty"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            actions.hand_in(people["operator"], "province", name, data, NOW)
        assert refused.value.code == code


def drop(name: str, text: str, sender: str = "province") -> Path:
    folder = django_settings.HOME.root / "inbox" / sender
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    settled = time.time() - 60
    os.utime(path, (settled, settled))
    return path


CSV = "source_id,received_at,subject,subject_kind\nF1,2026-03-02T12:00:00+08:00,15400000007,number\nF2,soon,15400000008,number\n"


@pytest.mark.usefixtures("people")
def test_a_file_that_another_program_drops_is_taken_in_and_moved_with_a_report() -> None:
    path = drop("a.csv", CSV)
    assert actions.watch(NOW) == 1
    assert not path.exists()
    (report,) = (path.parent / "done").glob("*.report.json")
    told = json.loads(report.read_text(encoding="utf-8"))
    assert (told["new"], told["refused"]) == (1, 1)
    assert Pushed.objects.get().source == "province"
    assert all(b"15400000007" not in one.read_bytes() for one in (path.parent / "done").iterdir())
    drop("a.csv", CSV)
    actions.watch(NOW)
    assert (Pushed.objects.count(), logged()) == (1, ["F1"])


@pytest.mark.usefixtures("people")
def test_a_file_with_columns_that_nobody_mapped_is_refused_with_the_reason() -> None:
    path = drop("b.csv", "x,y\n1,2\n")
    fresh = drop("c.csv", CSV)
    os.utime(fresh)
    assert actions.watch(NOW) == 1
    assert fresh.exists(), "it may still be written"
    (report,) = (path.parent / "refused").glob("*.report.json")
    assert json.loads(report.read_text(encoding="utf-8"))["code"] == "mapping.unknown"
    actions.watch(datetime.now(UTC) + timedelta(days=31))
    assert not list((path.parent / "refused").iterdir())


@pytest.mark.parametrize(
    ("told", "level"),
    [
        (words.Told("courier", "cash", 20_000_000, "no"), 1),
        (words.Told("courier", "cash", 4_999_999, "no"), 2),
        (words.Told("gold_shop", "gold", 100_000, "unknown"), 1),
        (words.Told("bank", "transfer", 20_000_000, "yes"), 2),
        (words.Told("ride", "other", 0, "yes", under_way=True), 1),
    ],
)
def test_a_report_is_graded_by_the_dated_rules(told: words.Told, level: int) -> None:
    assert words.level_of_report(told, NOW) == level


def test_a_courier_with_cash_for_a_stranger_gets_an_answer_and_the_order_is_open(people: dict[str, User]) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    said = {
        "form": "form-1", "reporter": "courier", "item": "cash", "yuan": "200,000", "recipient": "no", "place": "451002",
        "where": "某小区门口", "number": "154 0000 0009", "call_back": "15400000010",
    }  # fmt: skip
    answer = client.post("/inbox/desk/", said)
    assert client.post("/inbox/desk/", said)["Location"] == answer["Location"]
    page = client.get(answer["Location"]).text
    for text in ("请先不要送出", "Do not deliver it", "96110"):
        assert text in page
    order = Order.objects.get()
    assert (order.level, order.unit, order.source) == (1, "county-451002", "desk")
    assert Pushed.objects.get().subject == vault.keep("number", "15400000009")
    assert "现金 200,000.00 元" in client.get(f"/dissuasion/{order.order_id}/").text


@pytest.mark.parametrize(
    ("code", "words_zh"), [("D01", "感谢您及时停手"), ("D06", "可以正常办理"), ("D09", "我们已处理")]
)
def test_a_reporter_hears_what_became_of_it_by_message_and_on_the_page_and_nothing_of_the_customer(
    people: dict[str, User], code: str, words_zh: str
) -> None:
    settings_of_channels = django_settings.HOME.root / "channels.yaml"
    settings_of_channels.write_text('sms: {address: "http://127.0.0.1:9"}\n')
    try:
        told = words.Told("courier", "cash", 20_000_000, "no")
        numbers = {"number": "15400000009", "call_back": "15400000010"}
        made = actions.report(people["operator"], told, NOW, "form-1", place="451002", **numbers)
        quiet = actions.report(people["operator"], told, NOW, "form-2", place="451002", number="15400000011")
        for report in (made, quiet):
            report.pushed.refresh_from_db()
            order_id = report.pushed.order.order_id
            dissuasion.take(order_id, people["operator"], NOW)
            dissuasion.record_contact(order_id, people["operator"], NOW, "answered")
            said = {"who_said": "person", "evidence": "screen", "exception": "电话中已核实"}
            assert queries.closings_of(report) == []
            dissuasion.record_outcome(order_id, people["operator"], NOW, code, **said)
    finally:
        settings_of_channels.unlink()
    message = Message.objects.get(channel="sms", order=None)
    assert message.recipient == vault.keep("number", "15400000010")
    assert words_zh in message.text_zh
    assert "15400000009" not in message.text_zh + message.text_en
    told_by = {one.form: queries.closings_of(one)[0].sent for one in Report.objects.all()}
    assert told_by["form-1"] is not None
    assert told_by["form-2"] is None
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    assert words_zh in client.get("/inbox/desk/form-1/").text
    assert "tell the reporter" in client.get("/inbox/desk/form-2/").text
    assert "Answered" in client.get("/inbox/desk/").text


def test_a_banks_own_staff_report_and_see_only_their_reports(people: dict[str, User]) -> None:
    told = words.Told("gold_shop", "gold", 100_000_00, "no")
    others = actions.report(people["operator"], told, NOW, "form-a")
    client = Client()
    client.force_login(people["bank"])
    said = {"form": "form-b", "reporter": "bank", "item": "transfer", "yuan": "9000", "recipient": "unknown"}
    answer = client.post("/inbox/desk/", said)
    assert "请马上拨打110" in client.get(answer["Location"]).text
    assert client.get(f"/inbox/desk/{others.form}/").status_code == 403
    assert others.form not in client.get("/inbox/desk/").text
    assert client.get("/inbox/").status_code == 403
    assert client.post("/inbox/desk/", {**said, "form": "c", "yuan": "many"}).status_code == 409
    client.force_login(people["officer"])
    assert client.get("/inbox/desk/").status_code == 403


def test_a_mended_file_is_driven_in_once_and_what_is_still_wrong_is_kept_anew(people: dict[str, User]) -> None:
    receipt = push(row("1"), row("2", level=9), row("3", subject_kind="dog"), key="k")
    name, analyst = str(receipt.quarantine_id), people["analyst"]
    with pytest.raises(PermissionDenied):
        intake.take_out(name, people["operator"], "修改", NOW)
    with pytest.raises(Refusal, match="say why"):
        intake.take_out(name, analyst, " ", NOW)
    client = Client()
    client.force_login(analyst)
    taken = client.post(f"/inbox/quarantine/{name}/out", {"reason": "修改等级"}).content.decode("utf-8-sig")
    assert "expected a whole number" in taken
    assert AuditEntry.objects.get(action="quarantine_out").reason == "修改等级"
    mended = taken.replace(",9", ",2").encode()
    for _ in range(2):
        answer = client.post(f"/inbox/quarantine/{name}/in", {"file": SimpleUploadedFile("m.csv", mended)})
        assert answer.status_code == 302
    assert set(Pushed.objects.values_list("source_id", flat=True)) == {"1", "2"}
    original = Quarantined.objects.get(name=name)
    mending = original.mendings.get()
    assert (mending.accepted, mending.refused, mending.again.rows) == (1, 1, 1)
    assert logged() == ["1", "2"]
    assert "已重新导入：1" in client.get("/inbox/quarantine/").text
    client.force_login(people["operator"])
    assert client.get("/inbox/quarantine/").status_code == 403


def test_refused_rows_expire_and_their_count_stays(people: dict[str, User]) -> None:
    name = str(push(row("2", level=9)).quarantine_id)
    sealed = django_settings.HOME.quarantine / f"{name}.sealed"
    assert intake.expire(NOW + timedelta(days=29)) == 0
    assert sealed.exists()
    assert intake.expire(NOW + timedelta(days=30)) == 1
    assert not sealed.exists()
    with pytest.raises(Refusal, match="not kept"):
        intake.take_out(name, people["leader"], "修改", NOW)
    assert Quarantined.objects.get().rows == 1
    assert audit.broken_at() is None


def test_a_file_that_nobody_took_in_expires(people: dict[str, User]) -> None:
    actions.hand_in(people["operator"], "province", "w.csv", CSV.encode(), NOW)
    assert actions.expire(NOW + timedelta(days=30)) == 1
    assert not list((django_settings.HOME.root / "handed_in").glob("*"))


def test_a_senders_name_never_leads_out_of_the_folder_of_feedback(people: dict[str, User]) -> None:
    push(row("=1+1", source="../../evil"))
    conclude(Order.objects.get(), people["leader"], minutes(5))
    actions.write_feedback(minutes(20))
    (folder,) = (django_settings.HOME.root / "feedback").iterdir()
    assert folder.name.startswith("______evil-")
    assert told_to(folder.name)[0]["source_id"] == "'=1+1"


def test_the_examples_in_the_code_run() -> None:
    assert doctest.testmod(mapping) == (0, 5)
    assert doctest.testmod(words) == (0, 1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages_and_strangers_are_sent_to_sign_in(
    language: str, people: dict[str, User]
) -> None:
    push(row("1"))
    client = Client(headers={"Accept-Language": language})
    paths = ["/inbox/", "/inbox/month/", "/inbox/files/", "/inbox/desk/", "/inbox/quarantine/", "/funds/", "/cases/"]
    assert {client.get(path).status_code for path in paths} == {302}
    client.force_login(people["leader"])
    for path in paths:
        page = client.get(path)
        assert (page.status_code, "收件" in page.text) == (200, language == "zh-hans"), path
