"""Cases to try things on: what a report says, who takes and works on it, and cases just reported or filed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.cases import actions
from fanzha.centre.cases.actions.reporting import Told
from fanzha.centre.cases.models import Case
from fanzha.centre.cases.narrative import Facts, Item, Moved
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CARD, OTHER = "9999991234567890124", "9999990000000000077"
PHONE, FRAUD = "15400000001", "15400000009"
STORY = f"报警人称被骗，向对方账户{CARD}转账5万元。"
FACTS = Facts(
    case_class="AB",
    items=(Item("number", FRAUD, "suspect"), Item("account", CARD, "suspect"), Item("url", "pay.example", "suspect")),
    transfers=(Moved(NOW - timedelta(minutes=9), 5_000_000, "", CARD, "合成银行", "李四", "mobile"),),
    stated_fen=5_000_000,
)


@pytest.fixture
def people(db: None) -> dict[str, User]:  # noqa: ARG001  (the fixture that opens the database)
    staff = demo_staff("operator", "officer", "analyst", "leader", "bank", "telecom")
    second = User.objects.create(username="second")
    second.groups.set(staff["leader"].groups.all())
    return {**staff, "second": second}


def told(**more: Any) -> Told:
    return Told(**{"channel": "96110", "narrative": STORY, "reported_at": NOW, "phone": PHONE, "name": "张三", **more})


def taken(people: dict[str, User], facts: Facts = FACTS, now: datetime = NOW, **more: Any) -> Case:
    form = more.pop("form", str(uuid.uuid4()))
    return actions.take_report(told(**{"reported_at": now, **more}), facts, people["operator"], now, form)


def filed(people: dict[str, User]) -> Case:
    number = taken(people).number
    for to in ("accepted", "filed"):
        actions.move(number, people["analyst"], to, "", NOW)
    return Case.objects.get(number=number)


def refused(code: str) -> Any:
    class Caught:
        def __enter__(self) -> None:
            self.context = pytest.raises(Refusal)
            self.info = self.context.__enter__()

        def __exit__(self, *said: Any) -> bool | None:
            swallowed = self.context.__exit__(*said)
            if swallowed:
                assert self.info.value.code == code
            return swallowed

    return Caught()


def row(name: str, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    base = {
        "report_id": name,
        "reported_at": at.isoformat(),
        "person": "teacher",
        "narrative": STORY,
        "loss_fen": "5000000",
    }
    return {**base, "payee": f'["{CARD}"]', "number": f'["+86{FRAUD}"]', "case_class": "AB", **more}


def entered(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from fanzha.centre import clock

    monkeypatch.setattr(clock, "now", lambda: NOW)
    return iter(())
