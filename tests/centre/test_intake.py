"""Signals over HTTP: what is acknowledged, what is refused, and in which form."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from django.test import Client

from fanzha.centre.access import vault
from fanzha.centre.intake.actions import box
from fanzha.centre.people.models import Holding, Person
from fanzha.centre.secrets import secret
from fanzha.signals import SignalLog
from tests.centre.demo_staff import demo_staff

pytestmark = pytest.mark.django_db
CALL = {
    "call_id": "intake-1",
    "started_at": "2026-03-02T10:00:00+08:00",
    "caller": "+8615400000001",
    "callee": "+8615400000002",
    "duration_s": 60,
}


def send(settings: Any, *rows: Any, key: str = "k", table: str = "calls", token: str | None = None) -> Any:
    body = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    given = token or secret(settings.HOME, "intake_token")
    headers = {"Authorization": f"Bearer {given}", "Idempotency-Key": key}
    return Client().post(f"/api/v1/signals/{table}", body, content_type="application/x-ndjson", headers=headers)


def test_good_rows_are_taken_bad_ones_kept_aside_and_a_repeated_batch_adds_nothing(settings: Any) -> None:
    bad = {**CALL, "call_id": "intake-2", "duration_s": -5}
    answer = send(settings, CALL, bad, "no json", key="once")
    assert (answer.status_code, answer.json()["accepted"], answer.json()["refused"]) == (200, 1, 2)
    sealed = settings.HOME.quarantine / f"{answer.json()['quarantine_id']}.sealed"
    assert b"15400000001" not in sealed.read_bytes()
    assert send(settings, CALL, bad, "no json", key="once").status_code == 200
    changed = send(settings, {**CALL, "duration_s": 61}, key="once")
    assert (changed.status_code, set(changed.json()["error"])) == (409, {"code", "message"})


def test_every_refusal_has_one_form(settings: Any) -> None:
    assert send(settings, CALL, token="wrong").status_code == 401
    assert send(settings, CALL, table="nothing").status_code == 404
    assert send(settings, CALL, key="").status_code == 400
    settings.INTAKE_LARGEST_BYTES = 10
    large = send(settings, CALL, key="large")
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("named", ["application/vnd.apache.arrow.stream", "application/octet-stream"])
@pytest.mark.parametrize("write", [pl.DataFrame.write_ipc_stream, pl.DataFrame.write_ipc], ids=["stream", "file"])
def test_arrow_is_taken_as_a_stream_or_a_file_whatever_it_is_called(settings: Any, write: Any, named: str) -> None:
    buffer = io.BytesIO()
    write(pl.DataFrame([CALL, {**CALL, "call_id": "intake-2", "duration_s": -5}]), buffer)
    headers = {"Authorization": f"Bearer {secret(settings.HOME, 'intake_token')}", "Idempotency-Key": f"{write}{named}"}
    for body, told in ((buffer.getvalue(), (200, 1, 1)), (buffer.getvalue()[:-300], (400, None, None))):
        answer = Client().post("/api/v1/signals/calls", body, content_type=named, headers=headers)
        assert (answer.status_code, answer.json().get("accepted"), answer.json().get("refused")) == told
    assert answer.json()["error"]["code"] == "body.arrow"


def test_a_sender_is_asked_to_wait_while_detection_is_behind(settings: Any) -> None:
    settings.INTAKE_MOST_WAITING_ROWS = -1
    answer = send(settings, CALL, key="slow")
    assert (answer.status_code, answer["Retry-After"], answer.json()["error"]["code"]) == (429, "5", "too_fast")


@pytest.mark.parametrize(
    "line", ["7", '["intake-3"]', '{"call_id": ' + "1" * 5000 + "}"], ids=["number", "list", "long"]
)
def test_a_line_that_is_json_and_no_row_is_refused_like_any_other(settings: Any, line: str) -> None:
    answer = send(settings, {**CALL, "call_id": "intake-4"}, line, key=line[:20])
    assert (answer.status_code, answer.json()["accepted"], answer.json()["refused"]) == (200, 1, 1)


def test_a_text_with_a_line_separator_of_its_own_is_one_row_and_can_be_taken_out_for_mending(settings: Any) -> None:
    text = {"message_id": "m1", "sent_at": "2026-03-02T10:00:00+08:00", "sender": "95588", "receiver": CALL["callee"]}
    row = json.dumps({**text, "text": "您好\u2028请点击"}, ensure_ascii=False)
    answer = send(settings, row, row.replace("95588", "call me").replace("m1", "m2"), key="lines", table="messages")
    assert (answer.json()["accepted"], answer.json()["refused"]) == (1, 1)
    client = Client()
    client.force_login(demo_staff("analyst")["analyst"])
    taken = client.post(f"/inbox/quarantine/{answer.json()['quarantine_id']}/out", {"reason": "核对"})
    assert "您好\u2028请点击" in taken.content.decode()


def test_a_row_of_a_time_to_come_is_refused_since_after_it_everything_would_be_late(settings: Any) -> None:
    """Events are in the order of what was known, so one clock that runs years ahead would end detection."""
    ahead = [
        {**CALL, "call_id": "ahead-1", "started_at": "2099-01-01T00:00:00+08:00"},
        {**CALL, "call_id": "ahead-2", "known_at": "2099-01-01T00:00:00+08:00"},
        {**CALL, "call_id": "ahead-3", "started_at": datetime.now(UTC).isoformat(), "duration_s": 7 * 86_400},
    ]
    answer = send(
        settings, *ahead, {**CALL, "call_id": "now", "started_at": datetime.now(UTC).isoformat()}, key="ahead"
    )
    assert (answer.json()["accepted"], answer.json()["refused"]) == (1, 3)
    sealed = (settings.HOME.quarantine / f"{answer.json()['quarantine_id']}.sealed").read_bytes()
    rows = [json.loads(line) for line in box().decrypt(sealed).decode().splitlines()]
    assert [(row["line"], row["field"], row["code"]) for row in rows] == [
        (1, "started_at", "value.ahead"), (2, "known_at", "value.ahead"), (3, "started_at", "value.ahead"),
    ]  # fmt: skip
    assert rows[0]["reason"].startswith("expected what is known by now, ")
    assert (
        send(
            settings,
            {"identifier": "a.example", "kind": "domain", "listed_at": "2099-01-01T00:00:00Z"},
            key="l",
            table="listed",
        ).json()["accepted"]
        == 1
    )


def test_a_key_that_comes_again_with_other_rows_is_refused_also_where_none_of_them_is_good(settings: Any) -> None:
    first, other = ({**CALL, "call_id": name, "duration_s": -1} for name in ("a", "b"))
    name = send(settings, first, key="bad").json()["quarantine_id"]
    assert send(settings, first, key="bad").json()["quarantine_id"] == name
    assert send(settings, other, key="bad").status_code == 409
    assert '"a' in box().decrypt((settings.HOME.quarantine / f"{name}.sealed").read_bytes()).decode().replace("\\", "")


def test_what_a_token_stands_for_is_kept_before_anything_says_the_token(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = SignalLog.append

    def killed(*told: Any) -> None:
        append(*told)
        raise KeyboardInterrupt

    monkeypatch.setattr(SignalLog, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        send(settings, {**CALL, "call_id": "killed", "caller": "+8615400000077"}, key="killed")
    assert vault.kind_of(vault.token("number", "+8615400000077")) == "number"


def test_what_one_register_does_not_know_does_not_erase_what_another_told(settings: Any) -> None:
    send(settings, {"person": "p1", "birth_year": 2012, "place": "451002"}, key="a", table="people")
    send(settings, {"person": "p1"}, {"person": "p2", "birth_year": 1980}, {"person": "p2"}, key="b", table="people")
    told = {(one.birth_year, one.place) for one in Person.objects.all()}
    assert told == {(2012, "451002"), (1980, "")}
    number = {"number": "+8615400000001", "kind": "voice"}
    opened = {"operator": "CMCC", "opening_place": "451022", "outlet": "o1"}
    send(settings, {**number, **opened, "holder": "p1"}, key="c", table="numbers")
    send(settings, {**number, "holder": "p1"}, key="d", table="numbers")
    kept = Holding.objects.get()
    assert (kept.carrier, kept.opening_place, kept.outlet) == ("CMCC", "451022", "o1")
    send(settings, {**number, "holder": "p2"}, key="e", table="numbers")
    given_anew = Holding.objects.get()
    assert given_anew.holder != kept.holder
    assert (given_anew.carrier, given_anew.opening_place, given_anew.outlet) == ("CMCC", "", "")
