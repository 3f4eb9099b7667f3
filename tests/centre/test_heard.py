"""In the demo a person whom the centre convinces stops paying in the city that lives beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from fanzha.centre import rounds
from fanzha.centre.access import actions as accounts
from fanzha.centre.access import audit
from fanzha.centre.dissuasion import actions
from fanzha.centre.duty import actions as duty
from fanzha.centre.heard import Heard, tell
from fanzha.centre.secrets import secret
from fanzha.home import Home
from fanzha.signals import Tokeniser
from fanzha.simulation import City

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def a_city() -> City:
    city = City(people=300, seed=5, start=date(2026, 3, 2), inflation=20_000, yields=0.7)
    city.registers()
    return city


def test_a_city_stops_whom_it_hears_of_and_lives_on_the_same_after_a_restart(tmp_path: Path) -> None:
    home, city = Home(tmp_path), a_city()
    heard = Heard(home, city, {})
    first = city.step(NOW).tables["payments"]
    plan = next(one for one in city.plans.values() if one.payments and one.begins < NOW.timestamp() * 1e6)
    token = Tokeniser(secret(home, "token_key").encode()).token("person", plan.person)
    tell(home, "p-nobody", NOW)
    tell(home, token, NOW - timedelta(minutes=5))
    heard.listen()
    of_person = {one.scam_id for one in city.plans.values() if one.person == plan.person}
    assert plan.scam_id in city.stopped
    assert set(city.stopped) <= of_person
    assert set(city.stopped.values()) == {round(NOW.timestamp() * 1e6)}, "what was lived is not undone"
    heard.listen()
    assert heard.lines == 2
    rest = city.step(NOW + timedelta(days=1)).tables["payments"]
    again = a_city()
    Heard(home, again, heard.keep()).listen()
    whole = again.step(NOW + timedelta(days=1)).tables["payments"]
    assert first.vstack(rest).equals(whole)


@pytest.mark.django_db
def test_outcomes_that_convinced_and_holds_in_force_are_told_once_and_others_never(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "HOME", Home(tmp_path))
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    operator = User.objects.get(username="demo-operator")
    for name, code in (("p-convinced", "D01"), ("p-false", "D06"), ("p-held", "")):
        told = {"reasons": [], "events": [], "related": []}
        order = actions.open_orders([actions.Incoming("fanzha", name, name, "person", 3, NOW, told)], NOW)[0]
        actions.take(order.order_id, operator, NOW)
        actions.record_contact(order.order_id, operator, NOW, "answered")
        if code:
            actions.record_outcome(order.order_id, operator, NOW, code, who_said="person")
        else:
            audit.write(operator, "hold_in_force", order.order_id, NOW)
    assert rounds.tell_the_city(NOW) == 2
    assert rounds.tell_the_city(NOW) == 0
    said = (tmp_path / "stopped.ndjson").read_text()
    assert ("p-convinced" in said, "p-false" in said, "p-held" in said) == (True, False, True)
