"""The providers of every channel, simulated over real HTTP, and a teacher whom they can reach."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
import uvicorn
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.access import vault
from fanzha.centre.channels import actions
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.simulation import Providers
from fanzha.centre.channels.simulators import Application
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people.models import Holding
from fanzha.centre.secrets import secret
from tests.centre.demo_staff import demo_staff

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
TEACHER, PHONE, MOTHER = "p-teacher", "t-phone", "t-mother"


def after(seconds: float, since: datetime = NOON) -> datetime:
    return since + timedelta(seconds=seconds)


class City:
    """The simulated providers, listening on a free port, with a clock that the test sets."""

    def __init__(self) -> None:
        self.clock = NOON
        self.providers = Providers()
        self.application = Application(self.providers, now=lambda: self.clock)
        self.listening = socket.socket()
        self.listening.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(self.application, log_level="critical", lifespan="off"))
        self.thread = threading.Thread(target=self.server.run, args=([self.listening],), daemon=True)
        self.thread.start()

    def answering(self, channel: str, *receipts: dict[str, Any], after_s: float = 5) -> None:
        """From now on every message of a channel is answered with these receipts."""
        told = [{"after_s": after_s + place, "body": body} for place, body in enumerate(receipts)]
        self.providers._answers[channel] = [{"share": 1.0, "receipts": told}]

    def began_anew(self) -> None:
        self.clock, self.application.trouble = NOON, {}
        self.providers.__init__()  # type: ignore[misc]

    def round(self, at: datetime) -> int:
        """A worker's round at an instant, and the receipts that are due then."""
        self.clock = at
        actions.begin_telling(at)
        sent = actions.deliver(at)
        self.receipts(at)
        return sent

    def receipts(self, at: datetime) -> None:
        clock.publish(django_settings.HOME, at.timestamp(), 0.0)
        self.providers.hand_in(at, lambda name, body: hand_in(name, body).status_code < 500)

    def taken(self, channel: str) -> list[dict[str, Any]]:
        return list(httpx.get(f"{self.address}/{channel}/messages", trust_env=False).json())


def hand_in(name: str, body: Any, token: str | None = None) -> Any:
    given = token or secret(django_settings.HOME, "receipt_token")
    sent = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": f"Bearer {given}"}
    return Client().post(f"/channels/receipts/{name}", sent, content_type="application/json", headers=headers)


@pytest.fixture(scope="module")
def running() -> Iterator[City]:
    city = City()
    yield city
    city.server.should_exit = True
    city.thread.join(5)


@pytest.fixture
def city(running: City) -> Iterator[City]:
    running.began_anew()
    with connected(running):
        yield running


@contextmanager
def connected(city: City) -> Iterator[None]:
    path = django_settings.HOME.root / "simulators.json"
    path.write_text(json.dumps({"address": city.address}))
    clock.publish(django_settings.HOME, NOON.timestamp(), 0.0)
    yield
    path.unlink()
    (django_settings.HOME.root / "city_clock.json").unlink()


@pytest.fixture
def users() -> dict[str, User]:
    return demo_staff("operator", "analyst", "leader")


@pytest.fixture
def teacher() -> None:
    known("+8615400000001", PHONE)
    known("+8615400000002", MOTHER)
    Holding.objects.create(token=PHONE, kind="number", holder=TEACHER, carrier="mobile")


def known(number: str, token: str) -> None:
    vault.remember(pl.DataFrame({"kind": ["number"], "token": [token], "value": [number]}))


def order(level: int, at: datetime = NOON, subject: str = TEACHER, case_class: str = "AF") -> Order:
    told: dict[str, Any] = {"reasons": [], "events": [], "related": []}
    name = f"w-{subject}-{level}-{at.timestamp()}"
    one = dissuasion.Incoming(dissuasion.OWN, name, subject, "person", level, at, told, 0.7, case_class)
    return dissuasion.open_orders([one], at)[0]


def in_hands(one: Order, users: dict[str, User]) -> Order:
    """Taken by the operator, who alone can call and write from then on."""
    return dissuasion.take(one.order_id, users["operator"], one.issued_at)


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("channel", "state"))
