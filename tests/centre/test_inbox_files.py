"""Files of senders: mapped once, watched for, taken in once; and refused rows mended or expired."""

from __future__ import annotations

import io
import json
import os
import re
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from fanzha.centre.access import audit, vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.inbox import actions
from fanzha.centre.inbox.models import Pushed, RememberedMapping, Upload
from fanzha.centre.inbox.sheets import read_sheet
from fanzha.centre.intake import actions as intake
from fanzha.centre.intake.models import Quarantined
from fanzha.centre.intake.queries import refused_rows
from fanzha.refusal import Refusal
from fanzha.signals import REFUSED_SCHEMA, rows_to_frame
from tests.centre import handed_down
from tests.centre.handed_down import NOW, logged, push, row

empty_home = handed_down.empty_home
people = handed_down.people

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
    curious = client.post(where, {**SAID, "column.level": "手机号", "column.kind": "手机号", "do": "try"}).text
    assert not {"15400000001", "15400000002", "1540000000212345678"} & set(re.findall(r"\d+", curious))
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


def broken_sheet(kind: str) -> bytes:
    """A spreadsheet that opens and then cannot be read: of another shape inside, or torn on its way."""
    whole, torn = io.BytesIO(a_sheet(["A1", "15400000001", "2026/3/2 9:05", "特急", "刷单", "x"])), io.BytesIO()
    with zipfile.ZipFile(whole) as found, zipfile.ZipFile(torn, "w") as written:
        for name in found.namelist():
            data = found.read(name)
            written.writestr(name, data[: len(data) // 2] if name.endswith(kind) else data)
    return torn.getvalue()


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("kind", ["sheet1.xml", "workbook.xml", "styles.xml", "[Content_Types].xml"])
def test_a_torn_spreadsheet_is_refused_and_does_not_stop_what_comes_after_it(kind: str) -> None:
    torn = drop("a.xlsx", "")
    torn.write_bytes(broken_sheet(kind))
    os.utime(torn, (time.time() - 60, time.time() - 60))
    drop("b.csv", CSV)
    assert actions.watch(NOW) == 2
    (report,) = (torn.parent / "refused").glob("*.report.json")
    assert json.loads(report.read_text(encoding="utf-8"))["code"] == "file.unreadable"
    assert logged() == ["F1"]


@pytest.mark.usefixtures("people")
def test_a_refused_file_lies_there_for_its_time_however_old_it_was_when_it_was_dropped() -> None:
    path = drop("old.csv", "x,y\n1,2\n")
    long_ago = time.time() - 90 * 86_400
    os.utime(path, (long_ago, long_ago))
    assert actions.watch(datetime.now(UTC)) == 1
    assert actions.watch(datetime.now(UTC)) == 0
    assert [one.suffix for one in (path.parent / "refused").glob("old*.csv")] == [".csv"]


@pytest.mark.usefixtures("people")
def test_a_link_to_nothing_does_not_stop_what_comes_after_it() -> None:
    (drop("b.csv", CSV).parent / "a.csv").symlink_to("gone.csv")
    assert actions.watch(NOW) == 1
    assert logged() == ["F1"]


@pytest.mark.usefixtures("people")
def test_a_dropped_file_that_the_centre_may_not_read_is_told_on_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    drop("mine.csv", CSV)
    drop("theirs.csv", CSV)
    drop("notes.txt", CSV)
    monkeypatch.setattr(os, "access", lambda path, _how: path.name == "mine.csv")
    assert actions.watch(NOW) == 1
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/operator/")
    page = client.get("/inbox/").text
    assert "Dropped files that the centre may not read" in page
    assert ("province/theirs.csv" in page, "mine.csv" in page, "notes.txt" in page) == (True, False, False)
    monkeypatch.undo()
    assert "may not read" not in client.get("/inbox/").text


@pytest.mark.usefixtures("people")
def test_rows_mended_in_two_rounds_or_twice_are_no_longer_counted_as_refused(people: dict[str, User]) -> None:
    analyst, day = people["analyst"], (NOW - timedelta(days=1), NOW + timedelta(days=1))
    first = str(push(row("1", level=9), row("2", level=9), row("3", level=9)).quarantine_id)
    assert refused_rows("pushed", *day) == 3

    def mend(name: str, *rows: dict[str, Any]) -> str:
        mending = intake.drive_in(name, analyst, rows_to_frame(list(rows)), pl.DataFrame(schema=REFUSED_SCHEMA), NOW)
        return mending.again.name if mending.again else ""

    second = mend(first, row("1"), row("2", level=8), row("3", level=8))
    assert refused_rows("pushed", *day) == 2
    mend(second, row("2"))
    assert refused_rows("pushed", *day) == 1
    mend(first, row("1"), row("2"), row("3"))
    assert (refused_rows("pushed", *day), set(logged())) == (0, {"1", "2", "3"})


def test_rows_on_further_sheets_are_told_of_and_not_passed_over() -> None:
    book, row = Workbook(), ["A1", "15400000001", "2026/3/2 9:05", "特急", "刷单", "x"]
    sheets = {"百色": [THEIRS, row], "隆林": [THEIRS, row, row], "德保": [THEIRS], "填表说明": [["等级"], ["特急"]]}
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    rows, refused = read_sheet("counties.xlsx", out.getvalue())
    assert rows["编号"].to_list() == ["A1"]
    assert refused.select("line", "code", "reason").rows() == [
        (None, "sheet.other", "expected all rows on the first sheet; 2 rows of the sheet '隆林' are not read")
    ]
