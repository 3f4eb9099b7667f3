"""Who may do what: work stays with its unit, roles open the pages they are shown, and nobody silences what is another's."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver

from fanzha import centre
from fanzha.centre.access import actions as accounts
from fanzha.centre.access import rates
from fanzha.centre.access.permissions import ROLES
from fanzha.centre.channels import actions as channels
from fanzha.centre.channels.models import Message
from fanzha.centre.dissuasion import actions
from fanzha.centre.dissuasion.models import Order, Review, Task
from fanzha.centre.duty import actions as duty
from fanzha.centre.duty.queries import works_for
from fanzha.centre.visits import actions as visits
from fanzha.refusal import Refusal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HERE, ELSEWHERE = "451002", "451081"


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture
def staff() -> dict[str, User]:
    """The demo's accounts, and the same roles in a county and its station, and in another county and its station."""
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    found = {role: User.objects.get(username=f"demo-{role}") for role in ROLES}
    for place, name in ((HERE, "near"), (ELSEWHERE, "far")):
        for role, unit in (("operator", f"county-{place}"), ("officer", f"station-{place}")):
            user = User.objects.create(username=f"{name}-{role}")
            user.groups.set(found[role].groups.all())
            duty.place_in(user, unit)
            found[f"{name} {role}"] = user
    return found


@pytest.fixture
def order() -> Order:
    """A warning of level 1 in the near county."""
    told: dict[str, Any] = {"reasons": [], "events": [], "related": []}
    one = actions.Incoming(actions.OWN, "w1", "p-teacher", "person", 1, NOW, told, place=HERE)
    return actions.open_orders([one], NOW)[0]


@pytest.mark.parametrize(
    ("who", "unit", "works"),
    [
        ("near operator", f"county-{HERE}", True),
        ("near officer", f"county-{HERE}", True),
        ("near operator", f"station-{HERE}", True),
        ("operator", f"county-{HERE}", True),
        ("operator", f"station-{ELSEWHERE}", True),
        ("far operator", f"county-{HERE}", False),
        ("far officer", f"station-{HERE}", False),
        ("near operator", "city", False),
        ("bank", "city", False),
        ("telecom", f"county-{HERE}", False),
    ],
)
def test_a_county_and_its_station_work_together_and_the_city_everywhere(
    staff: dict[str, User], who: str, unit: str, works: bool
) -> None:
    assert works_for(staff[who], unit) == works


@pytest.mark.parametrize(
    ("role", "act"),
    [
        ("operator", lambda order, user: actions.take(order.order_id, user, NOW)),
        ("operator", lambda order, user: actions.take_task(order.tasks.get(kind="call").pk, user, NOW)),
        ("officer", lambda order, user: actions.take_task(order.tasks.get(kind="visit").pk, user, NOW)),
        ("officer", lambda order, user: visits.take(order.tasks.get(kind="visit").pk, user, NOW)),
        ("operator", lambda order, user: actions.offer_transfer(order.order_id, user, "city", "人在市区", NOW)),
        ("operator", lambda order, user: visits.give_address(order.order_id, user, NOW, "城北路 1 号(虚构)")),
    ],
)
def test_what_waits_for_a_county_is_refused_to_another_and_given_to_its_own(
    staff: dict[str, User], order: Order, role: str, act: Callable[[Order, User], Any]
) -> None:
    with pytest.raises(Refusal, match="another unit"):
        act(order, staff[f"far {role}"])
    assert not Task.objects.exclude(holder=None).exists()
    assert act(order, staff[f"near {role}"])


def test_a_missed_limit_is_explained_by_the_orders_own_and_not_silenced_from_elsewhere(
    staff: dict[str, User], order: Order
) -> None:
    actions.find_breaches(minutes(10))
    breaches = list(order.breaches.order_by("id"))
    assert len(breaches) >= 2
    for who, refused in (("far operator", Refusal), ("far officer", Refusal), ("bank", PermissionDenied)):
        with pytest.raises(refused):
            actions.explain_breach(breaches[0].pk, staff[who], "没有人值班", minutes(11))
    for breach, who in zip(breaches, ("near operator", "leader"), strict=False):
        assert actions.explain_breach(breach.pk, staff[who], "两单同时到", minutes(11)).reason


def test_what_was_done_instead_of_a_message_is_said_by_the_orders_own(staff: dict[str, User], order: Order) -> None:
    told = {"order": order, "state": "failed", "created_at": NOW, "next_attempt_at": NOW, "expires_at": NOW}
    failed = Message.objects.create(key="k", channel="sms", marked_at=NOW, **told)
    for who, refused in (("far operator", Refusal), ("near officer", PermissionDenied), ("bank", PermissionDenied)):
        with pytest.raises(refused):
            channels.explain_failure(failed.pk, staff[who], "已改为电话", NOW)
    assert channels.explain_failure(failed.pk, staff["near operator"], "已改为电话", NOW).explained


def test_an_outcome_is_corrected_by_the_orders_own(staff: dict[str, User], order: Order) -> None:
    near = staff["near operator"]
    actions.take(order.order_id, near, NOW)
    actions.record_contact(order.order_id, near, NOW, "answered")
    actions.record_outcome(order.order_id, near, NOW, "D01", who_said="person", exception="人在外地")
    told = {"code": "D07", "reason": "重复"}
    with pytest.raises(Refusal, match="unit corrects it"):
        actions.correct_outcome(order.order_id, staff["far operator"], minutes(5), **told)
    assert actions.correct_outcome(order.order_id, staff["operator"], minutes(5), **told).code == "D07"
    (drawn,) = Review.objects.filter(order=order)
    for who in ("operator", "officer", "bank"):
        with pytest.raises(PermissionDenied):
            actions.review(drawn.pk, staff[who], "agreed", "", minutes(9))
    assert actions.review(drawn.pk, staff["analyst"], "agreed", "", minutes(9)).by == staff["analyst"]


def test_an_officer_at_the_door_can_raise_the_level_and_an_analyst_cannot(staff: dict[str, User], order: Order) -> None:
    Order.objects.update(level=2)
    with pytest.raises(PermissionDenied):
        actions.raise_level(order.order_id, staff["analyst"], 1, "钱正在转出", NOW)
    assert actions.raise_level(order.order_id, staff["near officer"], 1, "钱正在转出", NOW).after == 1


def test_shifts_and_promises_are_the_centres_own(staff: dict[str, User]) -> None:
    for who in ("bank", "telecom"):
        with pytest.raises(PermissionDenied):
            duty.go_on(staff[who], NOW)
    made = duty.promise(staff["near operator"], "o1", "晚上再打", NOW)
    duty.keep(made.pk, staff["far operator"], NOW)
    made.refresh_from_db()
    assert made.kept_at is None, "another unit's promise"
    duty.keep(made.pk, staff["near operator"], NOW)
    made.refresh_from_db()
    assert made.kept_at == NOW


def signed_in(role: str, language: str = "en") -> tuple[Client, str]:
    """A client of a demo account, and the page that it begins with."""
    client = Client(headers={"Accept-Language": language})
    return client, client.post(f"/access/demo/{role}/")["Location"]


@pytest.mark.usefixtures("staff", "order")
@pytest.mark.parametrize("role", ROLES)
def test_each_role_begins_with_a_page_and_every_link_it_is_shown_opens(
    role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    client, start = signed_in(role)
    assert client.get(start).status_code == 200
    assert client.get("/", follow=True).status_code == 200
    offered = re.findall(r'<a href="([^"]+)"', client.get(start).text.partition("<nav")[2].partition("</nav>")[0])
    assert start in offered
    seen, waiting = set(), [start, *offered]
    while waiting and len(seen) < 60:
        page = waiting.pop(0)
        if page in seen:
            continue
        seen.add(page)
        answer = client.get(page)
        assert answer.status_code in (200, 302), f"{role}: {page} answers {answer.status_code}"
        if page in offered:
            found = re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text)
            waiting += [html.unescape(one) for one in found]
    assert len(seen) >= 2, seen


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(("language", "words"), [("en", "As a bank's staff"), ("zh-hans", "以银行人员进入")])
def test_the_buttons_of_a_demo_say_as_whom_one_enters(
    language: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    page = html.unescape(Client(headers={"Accept-Language": language}).get("/access/sign-in/").text)
    assert words in page
    said = re.findall(r'data-role="\w+">([^<]+)<', page)
    assert len(said) == len(set(said)) == len(ROLES)


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])
def test_passwords_are_not_guessed_by_trying_and_nobody_is_locked_out_from_elsewhere() -> None:
    User.objects.create_user("leader", password="a long one")
    client = Client(headers={"accept-language": "en"})

    def entered(password: str, name: str = "leader", whence: str = "203.0.113.7") -> int:
        told = {"username": name, "password": password}
        return client.post("/access/sign-in/", told, REMOTE_ADDR=whence).status_code

    assert [entered(f"guess {n}") for n in range(10)] == [200] * 10
    rates.forget(datetime.now(UTC) + timedelta(days=1))  # the city of a demo lives ahead of the wall's clock
    assert entered("a long one", name="Leader") == 429, "the right one is not told from a wrong one any more"
    refused = client.post("/access/sign-in/", {"username": "leader", "password": "x"}, REMOTE_ADDR="203.0.113.7")
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert "wait some minutes" in refused.text
    assert [entered("x", name=f"n{n}") for n in range(60)].count(429) > 0, "nor by trying many names"
    assert entered("a long one", whence="203.0.113.8") == 302


@pytest.mark.usefixtures("staff")
def test_the_open_page_is_marked_in_the_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    client, _ = signed_in("leader")
    assert re.findall(r'href="([^"]+)" aria-current="page"', client.get("/dissuasion/leader/").text) == [
        "/dissuasion/leader/"
    ]


BY_ADDRESS = {"clues_api:clues", "visits:worker", "visits:list_shell", "visits:visit_shell"}
"""What programs ask for, and the officers' page that works without a connection."""


def test_every_page_is_led_to_from_the_menu_or_from_another_page() -> None:
    source = Path(centre.__file__).parent
    said = "".join(path.read_text(encoding="utf-8") for end in ("*.html", "*.py") for path in source.rglob(end))
    pages = {
        f"{app}:{page.name}"
        for app, (_, resolver) in get_resolver().namespace_dict.items()
        for page in resolver.url_patterns
        if isinstance(page, URLPattern) and not page.pattern.converters
    }
    assert len(pages) > 30
    assert {page for page in pages if not re.search(rf"""["']{page}["']""", said)} == BY_ADDRESS
