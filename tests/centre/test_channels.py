"""A channel's own folder, the address it is connected to, and the outbox that shows what was sent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.channels import actions, connectors
from fanzha.centre.channels.channel import channel, settings_of
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.simulation import Providers
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.home import Home
from fanzha.refusal import Refusal
from tests.centre import simulated_providers
from tests.centre.simulated_providers import NOON, City, order

running = simulated_providers.running
city = simulated_providers.city
users = simulated_providers.users
teacher = simulated_providers.teacher

pytestmark = pytest.mark.django_db


def test_every_channel_has_its_own_folder_with_all_of_it() -> None:
    for name in connectors.NAMES:
        assert channel(name).name == name
        assert settings_of(name).retries
        assert Providers().take(name, "k", {}, NOON)[0] == 202
        shares = sum(answer["share"] for answer in Providers()._answers[name])
        assert shares == pytest.approx(1.0)


def test_the_simulators_start_as_a_program_and_write_down_where_they_are(tmp_path: Path) -> None:
    environment = {**os.environ, "FANZHA_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    words = [sys.executable, "-m", "fanzha.centre.channels.simulators"]
    (tmp_path / "demo").touch()
    with subprocess.Popen(words, env=environment) as program:
        try:
            limit = time.monotonic() + 120
            while not connectors.ready(Home(tmp_path), "sms") and program.poll() is None and time.monotonic() < limit:
                time.sleep(0.1)
            address = connectors.connector(Home(tmp_path), "sms").address
            body, headers = {"to": "+8615400000001"}, {"Idempotency-Key": "k"}
            for _ in range(2):
                taken = httpx.post(f"{address}/messages", json=body, headers=headers, trust_env=False)
                assert (taken.status_code, bool(taken.json()["id"])) == (202, True)
            assert httpx.get(f"{address}/messages", trust_env=False).json() == [body]
        finally:
            program.terminate()


def test_a_home_without_addresses_sends_nothing_and_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(Refusal, match="the channel sms has no address; write one"):
        connectors.connector(home, "sms")
    (tmp_path / "channels.yaml").write_text(
        "sms: {address: 'https://localhost/v1/'}\nstaff: {urls: {all: ['json://localhost']}}\n"
    )
    assert connectors.connector(home, "sms").address == "https://localhost/v1"
    assert connectors.ready(home, "staff")
    assert not connectors.ready(home, "dial")
    (tmp_path / "channels.yaml").write_text("pigeon: {}\n")
    with pytest.raises(Refusal, match="expected channels by name"):
        connectors.connector(home, "sms")


@pytest.mark.usefixtures("teacher")
def test_a_channel_without_an_address_refuses_and_what_happens_by_itself_waits() -> None:
    with pytest.raises(Refusal, match="has no address"):
        actions.send("sms", key="k", now=NOON, order=order(2))
    one = order(4, subject="p-b")
    assert actions.begin_telling(NOON) == 0
    assert one.tasks.get().state == "open"


@pytest.mark.usefixtures("teacher")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_outbox_and_the_orders_page_show_what_was_sent_in_both_languages(
    city: City, users: dict[str, User], language: str
) -> None:
    one = order(2)
    dissuasion.take(one.order_id, users["operator"], NOON)
    client = Client(headers={"Accept-Language": language})
    client.post("/access/demo/operator/")
    done = client.post(f"/channels/order/{one.order_id}/write", {"channel": "sms", "once": "x"})
    assert done.status_code == 302
    for path in ("/channels/outbox/", f"/channels/outbox/?order={one.order_id}&channel=sms&state=queued"):
        page = client.get(path)
        assert ("百色反诈" in page.text, "Baise anti-fraud" in page.text) == (language != "en", language == "en")
        assert "+8615400000001" not in page.text
    assert "百色反诈" not in client.get("/channels/outbox/?state=failed").text
    city.round(NOON)
    reference = Message.objects.get(channel="sms", state="sent").provider_reference
    assert reference in client.get("/channels/outbox/?channel=sms").text
    page = client.get(f"/dissuasion/{one.order_id}/")
    assert 'id="call"' in page.text
    assert ("百色反诈" in page.text) == (language != "en")
    refused = client.post(f"/channels/order/{one.order_id}/operator", {"action": "reach_line", "reason": " "})
    assert refused.status_code == 409
    assert client.post(f"/channels/order/{one.order_id}/sing").status_code == 404
    banker = Client()
    banker.post("/access/demo/bank/")
    assert banker.get("/channels/outbox/").status_code == 403


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize("before", ["²", "九", "-1"])
def test_a_page_asked_for_from_what_is_no_row_begins_at_the_top(before: str) -> None:
    client = Client()
    client.post("/access/demo/operator/")
    assert client.get("/channels/outbox/", {"before": before}).status_code == 200
