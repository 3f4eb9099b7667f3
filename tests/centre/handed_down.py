"""Rows as senders hand them down: pushed, logged, concluded and told back, in a home that each test finds empty."""

from __future__ import annotations

import csv
import io
import shutil
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User

from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.intake import actions as intake
from fanzha.signals import SignalLog, rows_to_frame
from tests.centre.demo_staff import demo_staff

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
    return demo_staff("operator", "officer", "analyst", "leader", "bank")


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
