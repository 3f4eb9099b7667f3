"""What every role opens, in a real browser: nothing that axe finds serious, nothing too wide; officer and leader by keyboard alone."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.access import actions as accounts
from fanzha.centre.dissuasion import actions
from fanzha.centre.dissuasion.figure_pages import keep_newest_brief
from fanzha.centre.dissuasion.models import Breach, Task
from fanzha.centre.duty import actions as duty
from fanzha.centre.duty.queries import institution_of
from fanzha.centre.holds import actions as holds
from fanzha.centre.inbox import actions as inbox
from fanzha.centre.inbox import words as desk
from fanzha.centre.people.models import Holding
from fanzha.centre.visits import actions as visits

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here"),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PAGES = {
    "operator": ("/inbox/", "/inbox/desk/", "/inbox/desk/{form}/", "/inbox/files/", "/funds/new/", "/phrases/callback/", "/channels/outbox/"),
    "officer": ("/", "/visits/", "/visits/{visited}/", "/dissuasion/{visited}/"),
    "analyst": ("/warnings/", "/trials/", "/inbox/quarantine/", "/phrases/wrong/", "/bulletins/"),
    "leader": ("/dissuasion/leader/", "/dissuasion/brief/", "/dissuasion/figures/?by=county", "/dissuasion/care/", "/duty/", "/holds/{hold}/"),
    "bank": ("/holds/", "/holds/{hold}/", "/holds/objections/", "/holds/counter/", "/inbox/desk/"),
    "telecom": ("/holds/", "/holds/counter/"),
    "": ("/access/sign-in/", "/holds/object/", "/phrases/check/"),
}  # fmt: skip
"""By role; nobody's are the public's."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def world() -> dict[str, Any]:
    """An order that was missed, one being visited, a hold in force, an objection, a report of the desk, a brief."""
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    now, staff = clock.now(), {user.username.removeprefix("demo-"): user for user in User.objects.all()}

    def warned(name: str, minutes: float, place: str = "451002") -> str:
        at = now - timedelta(minutes=minutes)
        told = {
            "reasons": [{"indicator": "V08", "text_zh": "通话期间付款", "text_en": "Paid during a call"}],
            "events": [],
        }
        one = actions.Incoming(actions.OWN, name, f"p-{name}", "person", 1, at, told, 0.7, "AF", place=place)
        return str(actions.open_orders([one], at)[0].order_id)

    warned("missed", 30, "451081")
    visited, waiting = warned("visited", 4), warned("waiting", 3)
    actions.find_breaches(now)
    Breach.objects.update(stage="leader")
    actions.take(visited, staff["operator"], now)
    visits.take(Task.objects.get(kind="visit", order__order_id=visited).pk, staff["officer"], now)
    Holding.objects.create(token="a-card", kind="account", holder="p-visited", carrier=institution_of(staff["bank"]))
    hold = holds.request(visited, staff["operator"], now, "a-card", "money_moving")
    holds.approve(hold.pk, staff["leader"], now)
    holds.confirm(hold.pk, staff["bank"], now)
    holds.object_by_receipt(hold.receipt, "请解除", now)
    form = str(uuid.uuid4())
    told = desk.Told("courier", "cash", 20_000_000, "no")
    inbox.report(staff["operator"], told, now, form, place="451002", number="15400000009")
    keep_newest_brief(now)
    return {"visited": visited, "waiting": waiting, "hold": hold.pk, "form": form, "staff": staff}


@pytest.fixture
def enter(chromium: Any, live_server: Any, world: dict[str, Any]) -> Iterator[Any]:
    """A page of a role that is signed in already."""
    contexts = []

    def open_page(role: str, language: str = "en-US", size: dict[str, int] = WIDE) -> Any:
        context = chromium.new_context(locale=language, viewport=size, base_url=live_server.url)
        context.route("**/stream*", lambda route: route.fulfill(content_type="text/event-stream", body=""))
        contexts.append(context)
        if role:
            client = Client()
            client.force_login(world["staff"][role])
            context.add_cookies(
                [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    ("role", "language", "size"),
    [(role, ("zh-CN", "en-US")[n % 2], (NARROW, WIDE)[n // 2 % 2]) for n, role in enumerate(PAGES)],
)
def test_axe_finds_nothing_serious_on_the_pages_of_a_role(
    enter: Any, world: dict[str, Any], role: str, language: str, size: dict[str, int]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = enter(role, language, size)
    for path in PAGES[role]:
        answer = page.goto(path.format(**world))
        assert answer.status == 200, path
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{path} is too wide"
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert [(path, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def tab_to(page: Any, wanted: str) -> None:
    """Press Tab until what is wanted has the focus, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_an_officer_takes_a_visit_and_answers_at_the_door_by_keyboard_alone(enter: Any, world: dict[str, Any]) -> None:
    page = enter("officer", "zh-CN", NARROW)
    page.goto("/visits/")
    tab_to(page, "form.visit-waiting button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(f"/visits/{world['waiting']}/")
    page.wait_for_selector("#where:visible")
    tab_to(page, "#form [name=result]")
    page.keyboard.press("Space")
    assert page.evaluate("document.querySelectorAll('#form [name=result]:checked').length") == 1
    tab_to(page, "#form [name=protection_wanted]")
    page.keyboard.press("Space")
    assert page.is_checked("[name=protection_wanted]")
    tab_to(page, "#save")


def test_a_leader_hears_why_a_limit_was_missed_by_keyboard_alone(enter: Any) -> None:
    page = enter("leader")
    page.goto("/dissuasion/leader/")
    tab_to(page, "input[name=reason]")
    page.keyboard.type("Two orders came at once")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Breach.objects.filter(reason="Two orders came at once").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")
