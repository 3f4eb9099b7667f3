"""The operator's room in a real browser: keyboard alone, both languages, wide and narrow, and nothing that axe finds serious."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from fanzha.centre import clock
from fanzha.centre.access import actions as accounts
from fanzha.centre.dissuasion import actions
from fanzha.centre.dissuasion.models import Breach, Order
from fanzha.centre.duty import actions as duty

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here"),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
REASON = {"indicator": "V08", "value": 1.0, "threshold": 1.0}
WORDS = {"text_zh": "与高危号码通话十分钟以上期间付款", "text_en": "Paid during ten minutes with a high-risk number"}
SIGN_IN = "/access/sign-in/"


def opened(name: str, level: int, case_class: str, minutes_ago: float = 1, place: str = "") -> Order:
    now = clock.now()
    told = {"reasons": [{**REASON, **WORDS}], "events": [], "related": []}
    at = now - timedelta(minutes=minutes_ago)
    one = actions.Incoming(actions.OWN, name, f"p-{name}", "person", level, at, told, 0.7, case_class, place=place)
    return actions.open_orders([one], at)[0]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def staff() -> None:
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()


@pytest.fixture
def enter(chromium: Any, live_server: Any, staff: None) -> Iterator[Any]:  # noqa: ARG001 (accounts stand first)
    """Opens a signed-in page; its stream is cut off, since the tests' server cannot end one (test_running follows a real one)."""
    contexts = []

    def open_page(language: str = "en-US", size: dict[str, int] = WIDE) -> Any:
        context = chromium.new_context(locale=language, viewport=size)
        context.route("**/dissuasion/stream*", lambda route: route.fulfill(content_type="text/event-stream", body=""))
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(90_000)
        page.goto(live_server.url + SIGN_IN)
        page.click("[data-role=operator]")
        page.goto(live_server.url + "/dissuasion/")
        return page

    yield open_page
    for context in contexts:
        context.close()


def press(page: Any, *keys: str) -> int:
    """Press keys one after another as a person does, each followed by its page but for those that only choose; how many."""
    for key in keys:
        if page.locator(f"input[data-key='{key}']:not(:checked)").count():
            page.keyboard.press(key)
        else:
            with page.expect_navigation():
                page.keyboard.press(key)
    return len(keys)


def outcomes() -> dict[str, str]:
    return dict(Order.objects.order_by("id").values_list("subject", "outcome"))


def test_the_stop_payment_form_reads_back_what_stands_there_however_late_an_earlier_answer_comes(enter: Any) -> None:
    page = enter()
    page.goto(page.url.partition("/dissuasion")[0] + "/funds/new/")
    late: list[Any] = []

    def answer(route: Any) -> None:
        late.append(route) if 'name="yuan"\r\n\r\n5\r\n' in route.request.post_data else route.continue_()

    page.route("**/funds/check*", answer)
    page.fill("#yuan", "5")
    while not late:
        page.wait_for_timeout(50)
    page.fill("#yuan", "50000")
    page.locator("#yuan-said", has_text="50,000").wait_for()
    for route in late:
        with page.expect_response("**/funds/check*"):
            route.continue_()
    page.wait_for_timeout(300)
    assert "50,000" in page.inner_text("#yuan-said")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_an_outcome_without_loss_takes_at_most_five_keys_and_the_next_order_is_there(enter: Any, language: str) -> None:
    ways = {
        "p-1": (2, ("a", "1", "1", "1", "Enter"), "D01"),
        "p-2": (3, ("a", "1", "1", "Enter"), "D01"),
        "p-3": (3, ("m", "2", "2", "Enter"), "D02"),
        "p-4": (3, ("6", "Enter"), "D06"),
        "p-5": (3, ("9", "3", "Enter"), "D09"),
        "p-6": (3, ("0", "Enter"), "D10"),
    }
    for place, (name, (level, _, _)) in enumerate(ways.items()):
        opened(name[2:], level, "AB", minutes_ago=len(ways) - place)
    page = enter(language)
    press(page, "n")
    for name, (_, keys, _) in ways.items():
        assert page.locator(".work h1").inner_text().split()[1] == f"{name[:4]}***"
        assert press(page, *keys) <= 5
    assert outcomes() == {name: code for name, (_, _, code) in ways.items()}
    assert page.url.endswith("/dissuasion/")
    assert page.locator("#none").is_visible()


def test_the_conversation_is_led_by_keys_and_says_nothing_before_it_knows_who_speaks(enter: Any) -> None:
    opened("teacher", 2, "AF")
    page = enter()
    press(page, "n")
    card = page.locator("#conversation")
    assert "say nothing of the warning" in card.inner_text()
    assert "payments to strangers" not in card.inner_text()
    press(page, "q")
    assert "payments to strangers" in card.inner_text()
    press(page, "q", "w")
    assert "Secrecy keeps your family" in card.inner_text()
    press(page, "e", "q", "e")
    assert "Time matters most now" in card.inner_text()
    assert "The second fraud" in card.inner_text()
    assert "There is no safe account" in card.inner_text()
    with page.expect_navigation():
        page.keyboard.press("x")
    assert "/funds/" in page.url or page.url.endswith("outcome=D03#outcome")


def test_signs_of_self_harm_send_somebody_and_the_script_stays_on_the_line(enter: Any) -> None:
    opened("student", 3, "AM")
    page = enter()
    press(page, "n")
    page.get_by_role("button", name="Signs of self-harm").focus()
    press(page, "Enter")
    card = page.locator("#conversation").inner_text()
    assert "12356" in card
    assert "never hang up first" in card
    assert page.locator(".work h1").inner_text().startswith("Critical")
    assert Order.objects.get().tasks.filter(kind="visit", state="open").exists()


def test_single_keys_can_be_switched_off_and_everything_is_reached_by_tab(enter: Any) -> None:
    opened("driver", 3, "AC")
    page = enter()
    page.locator("#keys").uncheck()
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/dissuasion/")
    page.locator("#lines a").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "take":
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Order.objects.get().state == "acknowledged"


@pytest.mark.parametrize(("language", "size"), [("zh-CN", WIDE), ("en-US", NARROW)])
def test_pages_fit_their_screen_and_axe_finds_nothing_serious(enter: Any, language: str, size: dict[str, int]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    opened("old", 1, "AE", minutes_ago=30, place="451002")
    actions.find_breaches(clock.now())
    Order.objects.update(unit="city")
    Breach.objects.update(stage="city")
    page = enter(language, size)
    checks = [lambda: None, lambda: press(page, "n"), lambda: press(page, "a", "q", "w"), lambda: press(page, "1")]
    for step in checks:
        step()
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


@pytest.mark.parametrize(("language", "size"), [("zh-CN", NARROW), ("en-US", WIDE)])
def test_the_other_language_fits_too(enter: Any, language: str, size: dict[str, int]) -> None:
    opened("old", 1, "AE", minutes_ago=30, place="451002")
    Order.objects.update(unit="city")
    page = enter(language, size)
    for keys in ((), ("n",), ("a", "q", "w", "1")):
        press(page, *keys)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
