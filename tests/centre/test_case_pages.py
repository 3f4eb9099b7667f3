"""The pages of cases in a real browser: both languages, wide and narrow, by keyboard, and nothing that axe finds serious."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from fanzha.centre import clock
from fanzha.centre.access import actions as accounts
from fanzha.centre.cases import actions
from fanzha.centre.cases.models import Case
from fanzha.centre.cases.narrative import Facts, Item, Moved
from fanzha.centre.clues import actions as clues
from fanzha.centre.duty import actions as duty
from fanzha.centre.suspects import actions as suspects

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
CARD = "9999991234567890124"


def a_case_at_work() -> Case:
    """A report of this morning with a clue, a suspect, a twin, and a fear of self-harm."""
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    officer, now = User.objects.get(username="demo-officer"), clock.now()
    moved = Moved(now - timedelta(minutes=20), 4_900_000, "", CARD, "合成银行", "李四", "mobile")
    items = (
        Item("account", CARD, "suspect"),
        Item("number", "15400000009", "suspect"),
        Item("url", "pay.example", "suspect"),
    )
    facts = Facts("AE", items=items, transfers=(moved,), handover=("bank",), stated_fen=5_000_000)
    for form in ("f1", "f2"):
        told = actions.Told("110", "报警人称被骗。", now, phone="15400000001", name="张三", place="451002")
        case = actions.take_report(told, facts, officer, now, form)
    actions.care_for(case.number, officer, now, self_harm=True)
    clues.receive(officer, now, "number", "15400000009", "telecom", case=case.number)
    suspects.name(officer, case.number, "451002199001010001", now, "王五", "card_holder")
    return case


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.mark.parametrize(("language", "size"), [("zh-CN", WIDE), ("en-US", NARROW)])
def test_pages_fit_their_screen_and_axe_finds_nothing_serious(
    chromium: Any, live_server: Any, language: str, size: dict[str, int]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    case = a_case_at_work()
    context = chromium.new_context(locale=language, viewport=size)
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(live_server.url + "/access/sign-in/")
    page.click("[data-role=analyst]")
    report, clue, suspect = case.reports.get().pk, case.clues.get().number, case.suspects.get().pk
    for where in ("cases/", f"cases/{case.number}/", "cases/new/", f"cases/{case.number}/reports/{report}/", "cases/twins/",
                  "cases/cards/", "cases/figures/", f"clues/{clue}/", "suspects/", f"suspects/{suspect}/", "suspects/cooperation/"):  # fmt: skip
        page.goto(f"{live_server.url}/{where}")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], where
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], where
    context.close()


def test_a_report_is_taken_and_the_case_picked_up_by_keyboard(chromium: Any, live_server: Any) -> None:
    a_case_at_work()
    context = chromium.new_context(locale="en-US", viewport=WIDE)
    page = context.new_page()
    page.set_default_timeout(90_000)
    page.goto(live_server.url + "/access/sign-in/")
    page.click("[data-role=analyst]")
    page.goto(live_server.url + "/cases/")
    page.keyboard.press("n")
    page.wait_for_selector("[name=narrative]")
    page.focus("[name=narrative]")
    page.keyboard.type("报警人称被人以刷单返利骗走五万元")
    page.focus("[name=phone]")
    page.keyboard.type("15400000077")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=case_class]")
    page.focus("[name=do][value=take]")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Reported')")
    page.keyboard.press("t")
    page.wait_for_selector("text=demo-analyst")
    assert Case.objects.order_by("-id").first().handler.username == "demo-analyst"  # type: ignore[union-attr]
    context.close()
