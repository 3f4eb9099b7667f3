"""Outcomes go back to detection: what is right, what is wrong and when one may say so, in the form that training reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from typer.testing import CliRunner

from fanzha.centre.dissuasion import actions, filed_cases
from fanzha.centre.dissuasion.labels import as_truth, labels
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.warnings import actions as warnings
from fanzha.cli import app
from fanzha.detection import known_from, training
from fanzha.signals import Tokeniser, append_to_lake, read_folder
from fanzha.simulation import City
from tests.centre.demo_staff import demo_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def told(name: str, subject: str, kind: str = "victim", level: int = 2, at: datetime = NOW) -> dict[str, Any]:
    """A row of the outbox: a warning that rests on a call half an hour before it."""
    reason = {"indicator": "W01", "value": 1.0, "threshold": 1.0, "text_zh": "通话", "text_en": "call"}
    return {
        "warning_id": name, "issued_at": at.isoformat(), "event_id": "c1", "subject": subject, "level": level, "score": 0.7,
        "subject_kind": "person" if kind == "victim" else kind, "warning_kind": kind, "case_class": None, "reasons": [reason],
        "related": [], "events": [{"table": "calls", "id": "c1", "at": (at - timedelta(minutes=30)).isoformat()}],
        "features": {}, "versions": {"indicators": "v7"},
    }  # fmt: skip


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "analyst", "leader")


def ended(user: User, name: str, subject: str, code: str, level: int = 3, at: datetime = NOW, **said: Any) -> Order:
    """An order of a warning, worked to an outcome ten minutes after it."""
    row = told(name, subject, level=level, at=at)
    (order,) = actions.open_orders([actions.Incoming(actions.OWN, name, subject, "person", level, at, row)], at)
    actions.take(order.order_id, user, at)
    after = at + timedelta(minutes=10)
    actions.record_contact(order.order_id, user, after, "answered")
    actions.record_outcome(order.order_id, user, after, code, **said)
    return order


def label_of(now: datetime) -> dict[str, int | None]:
    return dict(labels(now).select("warning_id", "label").iter_rows())


def test_an_outcome_becomes_a_label_with_what_gave_the_warning(people: dict[str, User]) -> None:
    ended(people["operator"], "w1", "p-a", "D01", who_said="person")
    (row,) = labels(NOW + DAY).to_dicts()
    assert (row["subject"], row["kind"], row["label"], row["indicators"]) == ("p-a", "victim", 1, ["W01"])
    assert row["versions"] == '{"indicators": "v7"}'
    assert (row["began"], row["ended"]) == (NOW - timedelta(minutes=30), NOW + timedelta(minutes=10))


def test_a_wrong_warning_of_an_urgent_level_is_learned_from_only_after_thirty_quiet_days(
    people: dict[str, User],
) -> None:
    ended(people["operator"], "urgent", "p-a", "D06", level=2, evidence="bank_record")
    ended(people["operator"], "plain", "p-b", "D06", level=3)
    assert label_of(NOW + 29 * DAY) == {"urgent": None, "plain": 0}
    assert label_of(NOW + 31 * DAY) == {"urgent": 0, "plain": 0}


def test_what_was_called_wrong_and_ended_in_a_case_or_a_later_rescue_never_is_a_label(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(people["operator"], "case", "p-a", "D06", level=2, evidence="bank_record")
    ended(people["operator"], "rescue", "p-b", "D06", level=3)
    ended(
        people["operator"], "later", "p-b", "D01", level=3, at=NOW + 3 * DAY, who_said="person", exception="电话已核实"
    )
    case = filed_cases.FiledCase("c1", "p-a", NOW + 9 * DAY)
    monkeypatch.setattr(filed_cases, "SOURCES", [lambda begin, end: [case] if begin <= case.filed_at < end else []])
    assert label_of(NOW + 60 * DAY) == {"case": None, "rescue": None, "later": 1}


def test_what_was_found_right_before_the_order_was_opened_again_is_not_learned_as_wrong(
    people: dict[str, User],
) -> None:
    order = ended(people["operator"], "right", "p-a", "D01", who_said="person")
    later = NOW + timedelta(hours=3)
    again = actions.Incoming("ICBC", "c1", "p-a", "person", 3, later, told("c1", "p-a", at=later), kind="fund")
    actions.open_orders([again], later)
    actions.take(order.order_id, people["operator"], later)
    actions.record_outcome(order.order_id, people["operator"], later, "D06")
    assert label_of(NOW + 60 * DAY) == {"right": None, "c1": None}


def test_numbers_and_accounts_are_labelled_by_who_judged_them(people: dict[str, User]) -> None:
    rows = [told("right", "n-x", "number"), told("wrong", "a-y", "account"), told("open", "n-z", "number")]
    warnings.import_warnings(rows, NOW)
    for name in ("right", "wrong"):
        warnings.judge(name, people["analyst"], NOW + DAY, name)
    assert label_of(NOW + 2 * DAY) == {"right": 1, "wrong": 0, "open": None}
    truth = as_truth(labels(NOW + 2 * DAY))
    assert truth["truth_numbers"]["number"].to_list() == ["n-x"]
    assert truth["truth_accounts"].is_empty()
    assert truth["truth_unsettled"]["number"].to_list() == ["n-z"]


def test_what_is_unsettled_is_no_ordinary_life_to_training(people: dict[str, User]) -> None:
    ended(people["operator"], "urgent", "p-a", "D06", level=2, evidence="bank_record")
    ended(people["operator"], "paid", "p-b", "D03", who_said="person")
    warnings.import_warnings([told("open", "n-z", "number")], NOW)
    known = known_from(as_truth(labels(NOW + DAY)))
    ((began, until),) = known.victims["person:p-a"]
    assert until < began == int((NOW - timedelta(minutes=30)).timestamp() * 1e6), (
        "no moment is in it, and none comes before it all"
    )
    assert known.victims["person:p-b"][0][1] == int((NOW + timedelta(minutes=10)).timestamp() * 1e6)
    assert known.numbers["number:n-z"] > 2**61


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """The lake of a small city as the intake leaves it, in tokens, and whom fraud reached there."""
    lake, tokens = tmp_path_factory.mktemp("lake"), Tokeniser(b"a key of this test")
    people = City(people=900, seed=7, start=NOW.date(), inflation=6000)
    for table, frame in people.registers().items():
        append_to_lake(lake, table, tokens.tokenise(table, frame)[0], "1")
    for n in range(3):
        for table, frame in people.day(n).tables.items():
            append_to_lake(lake, table, tokens.tokenise(table, frame)[0], f"{n}")
    truth, reached = people.truth(), []
    for name, until in (("truth_victims", "last_payment_at"), ("truth_approached", "would_pay_at")):
        for who, at, ended_at in (
            truth[name].select("person", "first_contact_at", until).drop_nulls("person").iter_rows()
        ):
            reached.append({"who": tokens.token("person", who), "at": at, "until": ended_at})
    return lake, reached


def test_a_model_is_trained_from_the_lake_and_what_the_centre_found_out(
    people: dict[str, User], city: tuple[Path, list[dict[str, Any]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, reached = city
    assert read_folder(lake)["people"].height == 900
    for n, one in enumerate(reached):
        (order,) = actions.open_orders(
            [actions.Incoming("province", f"w{n}", one["who"], "person", 3, one["at"], {"reasons": []})], one["at"]
        ) or [None]
        if order is None or order.state == "closed":
            continue
        if order.owner is None:
            actions.take(order.order_id, people["operator"], one["at"])
        until = one["until"] or one["at"] + DAY
        actions.record_contact(order.order_id, people["operator"], until, "answered")
        actions.record_outcome(
            order.order_id, people["operator"], until, "D01", who_said="person", exception="电话已核实"
        )
    monkeypatch.setattr("fanzha.home.Home.centre_database", lake)  # the tests' database is in memory
    made = CliRunner().invoke(app, ["labels", "--out", str(tmp_path / "found")])
    assert made.exit_code == 0, made.output
    assert " right, 0 wrong, 0 unsettled" in made.output
    monkeypatch.setattr(training, "ROUNDS", 20)  # that it learns is shown here, how well in tests/detection
    monkeypatch.setitem(training._SETTINGS, "num_threads", 1)
    (lake / "visits.csv").write_text("visit_id,visited_at\nv1,tomorrow\n")
    trained = CliRunner().invoke(
        app, ["train", str(lake), str(tmp_path / "found"), "--model", str(tmp_path / "d.model")]
    )
    assert trained.exit_code == 0, trained.output
    assert "victim   AUC" in trained.output
    assert f"1 rows were refused; each with its reason in {tmp_path / 'd.model.quarantine'}" in trained.output
    assert "tomorrow" in (tmp_path / "d.model.quarantine" / "visits.ndjson").read_text()
