"""Clues over HTTP: a sender's program tells clues, each once, and sees what became of its own and of nobody else's."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.access import actions as accounts
from fanzha.centre.access import audit, vault
from fanzha.centre.clues import actions, states
from fanzha.centre.clues.models import Clue
from fanzha.centre.secrets import secret
from fanzha.home import find_home

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DOC = Path(__file__).parents[2] / "docs" / "clues.md"
TOLD = {"id": "T-1", "kind": "number", "value": "154 0000 0009", "text": "群发短信"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_quiet_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.ensure_demo_accounts()
    monkeypatch.setattr(clock, "now", lambda: NOW)


def asked(method: str, path: str, sender: str = "telecom", *rows: Any) -> Any:
    headers = {"authorization": f"Bearer {secret(find_home(), f'clues_{sender}')}"}
    body = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    return Client().generic(method, path, body, "application/x-ndjson", headers=headers)


def test_a_clue_is_told_once_and_its_identifier_lies_in_the_vault_alone() -> None:
    for _ in range(2):
        told = asked("POST", "/api/v1/clues", "telecom", TOLD).json()
        assert (told["accepted"], told["refused"], told["clues"][0]["state"]) == (1, 0, "received")
    clue = Clue.objects.get()
    assert (clue.source, clue.source_id, clue.text) == ("telecom", "T-1", "群发短信")
    assert "0009" not in clue.token
    assert asked("POST", "/api/v1/clues", "bank", TOLD).json()["clues"][0]["known_already"]
    assert audit.broken_at() is None


def test_no_sign_in_a_text_breaks_a_batch_in_two_or_keeps_the_rest_of_it_out() -> None:
    torn = [{**TOLD, "id": "T-1", "text": "换行\u2028在此"}, {**TOLD, "id": "T-2", "value": "", "text": "表情\ud83d"}]
    rows = [
        json.dumps(torn[0], ensure_ascii=False),
        json.dumps(torn[1]),
        '{"id": ' + "1" * 5000 + "}",
        TOLD | {"id": "T-3"},
    ]
    told = asked("POST", "/api/v1/clues", "telecom", *rows).json()
    assert (told["accepted"], [one["code"] for one in told["refusals"]]) == (3, ["clue.form"])
    assert set(Clue.objects.values_list("text", flat=True)) == {"换行\u2028在此", "表情\ufffd", "群发短信"}


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("imsi", "460001540000009", "46000**********"),
        ("address", "城东大道9号", "城*****"),
        ("group", "98765432", "9*******"),
    ],
)
def test_what_leads_to_a_person_lies_in_the_vault_and_is_masked(kind: str, value: str, shown: str) -> None:
    asked("POST", "/api/v1/clues", "telecom", {**TOLD, "kind": kind, "value": value})
    clue = Clue.objects.get()
    assert value not in clue.token
    assert vault.masked([clue.token]) == {clue.token: shown}
    client = Client()
    client.force_login(User.objects.get(username="demo-analyst"))
    assert client.post("/cases/search/", {"q": value})["Location"] == f"/cases/about/{clue.token}/"


def test_what_belongs_to_the_fraud_or_to_a_business_is_kept_and_shown_whole() -> None:
    told = {"outlet": "城东通信代办点", "wallet": "TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE", "cert": "9f86d081884c7d65"}
    rows = [{"id": kind, "kind": kind, "value": value} for kind, value in told.items()]
    asked("POST", "/api/v1/clues", "telecom", *rows)
    kept = dict(Clue.objects.values_list("kind", "token"))
    assert kept == told
    assert set(vault.masked(list(told.values())).values()) == set(told.values())


def test_a_number_or_a_token_that_the_vault_does_not_know_is_hidden() -> None:
    hidden = ["15400000009", "+86154 0000 0009", "45260119900101123X", "g-abcdefghijklmnopqrst"]
    assert list(vault.masked(hidden).values()) == ["1540***", "+861***", "4526***", "g-ab***"]


@pytest.mark.django_db(transaction=True)
def test_groups_places_and_imsis_of_older_clues_go_into_the_vault() -> None:
    before = MigrationExecutor(connection)
    before.migrate([("clues", "0001_initial")])
    older = before.loader.project_state([("clues", "0001_initial"), ("access", "0003_raterow")]).apps
    told = [
        ("group", "98765432"),
        ("address", "城东大道9号"),
        ("imsi", "460001540000009"),
        ("outlet", "城东通信代办点"),
    ]
    for n, (kind, value) in enumerate(told):
        older.get_model("clues", "Clue").objects.create(
            number=f"L202600000{n}", kind=kind, token=value, source="telecom", received_at=NOW, acted_at=NOW
        )
    after = MigrationExecutor(connection)
    after.migrate(after.loader.graph.leaf_nodes())
    kept = dict(Clue.objects.values_list("kind", "token"))
    assert kept.pop("outlet") == "城东通信代办点"
    assert kept == {kind: vault.token(kind, value) for kind, value in told[:3]}
    assert vault.masked([kept["group"]]) == {kept["group"]: "9*******"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({**TOLD, "id": " "}, "clue.id"),
        ({**TOLD, "id": "x" * 81}, "clue.id"),
        ({**TOLD, "kind": "pigeon"}, "clue.list"),
        ({"id": "T-2", "kind": "number"}, "clue.empty"),
        ({**TOLD, "value": "15400000008"}, "clue.changed"),
        ({**TOLD, "value": 154}, "clue.form"),
        ("[1]", "clue.form"),
        ("{", "clue.form"),
    ],
)
def test_a_line_that_is_wrong_is_refused_and_the_others_stand(row: Any, code: str) -> None:
    told = asked("POST", "/api/v1/clues", "telecom", TOLD, row, {**TOLD, "id": "T-9"}).json()
    assert (told["accepted"], [(one["line"], one["code"]) for one in told["refusals"]]) == (2, [(2, code)])


def test_a_sender_reads_the_feedback_and_nobody_elses_clues() -> None:
    number = asked("POST", "/api/v1/clues", "telecom", TOLD).json()["clues"][0]["number"]
    asked("POST", "/api/v1/clues", "bank", {**TOLD, "kind": "account", "value": "9999990000000000077"})
    analyst, officer = (User.objects.get(username=f"demo-{name}") for name in ("analyst", "officer"))
    actions.value(number, analyst, "A", NOW)
    actions.assign(number, analyst, officer, NOW)
    actions.verify(number, officer, NOW)
    actions.dispose(number, officer, "invalid", "机主为张三，与本案无关", NOW)
    actions.feed_back(number, officer, "经核查不涉案", NOW)
    one = asked("GET", f"/api/v1/clues/{number}")
    assert (one.json()["state"], one.json()["feedback"]) == ("closed", "经核查不涉案")
    assert "张三" not in one.content.decode()
    assert asked("GET", f"/api/v1/clues/{number}", "bank").status_code == 404
    assert [row["id"] for row in asked("GET", "/api/v1/clues?state=closed").json()["clues"]] == ["T-1"]
    assert len(asked("GET", "/api/v1/clues", "bank").json()["clues"]) == 1


def test_a_long_list_goes_on_where_it_ended() -> None:
    asked(
        "POST", "/api/v1/clues", "telecom", *({**TOLD, "id": f"T-{n}", "value": f"1540000{n:04d}"} for n in range(60))
    )
    first = asked("GET", "/api/v1/clues").json()
    rest = asked("GET", f"/api/v1/clues?after={first['next']}").json()
    assert (len(first["clues"]), len(rest["clues"]), rest["next"]) == (50, 10, None)


def test_without_a_token_nothing_is_told_and_too_much_at_once_is_refused() -> None:
    for answer in (Client().get("/api/v1/clues"), Client().get("/api/v1/clues/L1"), Client().post("/api/v1/clues")):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token")
    assert asked("DELETE", "/api/v1/clues").status_code == 405
    assert asked("POST", "/api/v1/clues", "telecom", *["{}"] * 1001).json()["error"]["code"] == "too_large"
    assert not Clue.objects.exists()


def test_the_page_for_senders_shows_what_is_answered() -> None:
    text = DOC.read_text(encoding="utf-8")
    sent, answered = re.findall(r"```json\n(.*?)```", text, re.S)
    assert asked("POST", "/api/v1/clues", "telecom", sent.strip()).json() == json.loads(answered)
    assert all(f"{one}" in text for one in (*states.KINDS, *states.NAMES))
