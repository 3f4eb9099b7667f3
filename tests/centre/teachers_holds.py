"""A teacher about to pay, whose card and line can be held: who decides it, and what was sent about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User

from fanzha.centre.access import actions as accounts
from fanzha.centre.access import vault
from fanzha.centre.channels.models import Message
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.duty import actions as duty
from fanzha.centre.holds import actions
from fanzha.centre.holds.models import Hold
from fanzha.centre.people.models import Holding
from fanzha.home import find_home
from fanzha.vocabulary import Text

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TEACHER = "p-teacher"
CARD, PHONE = "9999990000000000017", "15400000001"


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def card() -> str:
    return vault.token("account", CARD)


def phone() -> str:
    return vault.token("number", PHONE)


def a_teacher_about_to_pay() -> Order:
    Holding.objects.get_or_create(token=card(), kind="account", holder=TEACHER, carrier="ICBC")
    Holding.objects.get_or_create(token=phone(), kind="number", holder=TEACHER, carrier="CMCC")
    told: dict[str, Any] = {"reasons": [], "events": [], "related": []}
    warned = dissuasion.Incoming(dissuasion.OWN, "w1", TEACHER, "person", 2, NOW, told, 0.7)
    return dissuasion.open_orders([warned], NOW)[-1]


def staff() -> dict[str, User]:
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    for name in ("second", "third"):
        made, _ = User.objects.get_or_create(username=f"demo-{name}")
        made.groups.add(Group.objects.get(name="operator"))
    duty.ensure_demo_members()
    return {user.username.removeprefix("demo-"): user for user in User.objects.filter(username__startswith="demo-")}


@pytest.fixture
def people() -> dict[str, User]:
    return staff()


@pytest.fixture
def order() -> Order:
    return a_teacher_about_to_pay()


@pytest.fixture
def sent() -> Iterator[Any]:
    """What the channels were asked to send, as it stands in the outbox: channel, to whom or about what, text, key."""

    class Outbox(list[tuple[str, str, Text, str]]):
        def _now(self) -> list[tuple[str, str, Text, str]]:
            rows = Message.objects.order_by("id")
            return [
                (one.channel, one.about or one.recipient, Text(one.text_zh or "-", one.text_en or "-"), one.key)
                for one in rows
            ]

        def __iter__(self) -> Iterator[tuple[str, str, Text, str]]:
            return iter(self._now())

        def __len__(self) -> int:
            return len(self._now())

        def __getitem__(self, place: Any) -> Any:
            return self._now()[place]

        def __eq__(self, other: object) -> bool:
            return self._now() == other

        __hash__ = None  # type: ignore[assignment]

    connected = find_home().root / "channels.yaml"
    connected.write_text(
        "".join(f"{name}: {{address: 'http://127.0.0.1:9'}}\n" for name in ("sms", "bank_hold", "operator_help"))
    )
    yield Outbox()
    connected.unlink()


def held(order: Order, people: dict[str, User], **more: Any) -> Hold:
    asked = actions.request(order.order_id, people["operator"], NOW, more.pop("target", card()), "money_moving", **more)
    return actions.approve(asked.pk, people["second"], minutes(1))


def in_force(order: Order, people: dict[str, User]) -> Hold:
    return actions.confirm(held(order, people).pk, people["bank"], minutes(2))


def succeeded(order: Order, people: dict[str, User], at: datetime, code: str = "D01") -> None:
    operator = people["operator"]
    dissuasion.take(order.order_id, operator, at)
    dissuasion.record_contact(order.order_id, operator, at, "answered")
    said = {"who_said": "person", "exception": "人在外地"} if code == "D01" else {"evidence": "bank_record"}
    dissuasion.record_outcome(order.order_id, operator, at, code, **said)
