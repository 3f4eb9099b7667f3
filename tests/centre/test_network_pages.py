"""The pages of networks in a real browser: both languages, wide and narrow, by keyboard alone, and the picture as a file."""

from __future__ import annotations

import shutil
import struct
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from fanzha.centre import clock
from fanzha.centre.access import actions as accounts
from fanzha.centre.cases import actions as cases
from fanzha.centre.cases.narrative import Facts, Item
from fanzha.centre.duty import actions as duty
from fanzha.centre.networks import actions
from fanzha.centre.networks.models import Gang, Link, Series
from fanzha.centre.suspects import actions as suspects

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium here"),
    pytest.mark.filterwarnings("ignore:No directory at"),
]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
CARD, PHONE, SITE = "9999991234567890124", "15400000009", "pay.example"


@pytest.fixture
def world() -> dict[str, Any]:
    """Four cases of one hand in counties of the city, a confirmed series with its gang, a den there, a suspect put into both."""
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    staff, now = {user.username.removeprefix("demo-"): user for user in User.objects.all()}, clock.now()
    numbers = []
    for place in ("451002", "451081", "451028", "451002"):
        items = [Item("account", CARD, "suspect"), Item("number", PHONE, "suspect"), Item("url", SITE, "suspect")]
        told = cases.Told("96110", "报警人称被骗。", now, phone=f"154{uuid.uuid4().int % 10**8:08d}", place=place)
        facts = Facts("AB", items=tuple(items[: 3 if len(numbers) else 1]))
        numbers.append(cases.take_report(told, facts, staff["operator"], now, str(uuid.uuid4())).number)
    while actions.propose(now):
        pass
    series = Series.objects.get().number
    actions.confirm_series(series, staff["analyst"], now)
    gang = actions.raise_gang(series, staff["analyst"], "某刷单团伙", now)
    den = actions.write_den(staff["leader"], "某园区", "451029", "协查函", now)
    den.gangs.add(gang)
    who = suspects.name(staff["officer"], numbers[0], "451002199001010001", now, "王五", "caller")
    suspects.put(who.pk, staff["officer"], now, "口供", gang=gang.number, den=den.number)
    actions.see_site(staff["analyst"], SITE, "tls_certificate", "ab" * 32, now)
    opened = "&".join(f"open={one}" for one in numbers[:2])
    view = f"networks/view?{opened}&from={numbers[0]}&to={numbers[3]}"
    return {"cases": numbers, "series": series, "gang": gang.number, "den": den.number, "view": view}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


def entered(chromium: Any, live_server: Any, language: str, size: dict[str, int]) -> Any:
    page = chromium.new_context(locale=language, viewport=size, base_url=live_server.url).new_page()
    page.set_default_timeout(60_000)
    page.goto("/access/sign-in/")
    page.click("[data-role=analyst]")
    return page


@pytest.mark.parametrize(("language", "size"), [("zh-CN", NARROW), ("en-US", WIDE)])
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    chromium: Any, live_server: Any, world: dict[str, Any], language: str, size: dict[str, int]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = entered(chromium, live_server, language, size)
    for where in ("networks/", world["view"], f"networks/series/{world['series']}/", f"networks/gangs/{world['gang']}/",
                  f"networks/dens/{world['den']}/", f"cases/about/{SITE}/", f"cases/{world['cases'][1]}/"):  # fmt: skip
        assert page.goto(f"/{where}").status == 200, where
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{where} is too wide"
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in ("serious", "critical")]
        assert [(where, one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    page.context.close()


@pytest.mark.parametrize(("language", "size"), [("zh-CN", WIDE), ("en-US", WIDE), ("en-US", NARROW)])
def test_numbers_stand_on_one_line_and_nothing_drawn_covers_a_case(
    chromium: Any, live_server: Any, world: dict[str, Any], language: str, size: dict[str, int]
) -> None:
    page = entered(chromium, live_server, language, size)
    broken = (
        "all => all.filter(one => one.getClientRects().length > 1 || one.offsetHeight > 40).map(one => one.innerText)"
    )
    for where in ("cases/", "networks/", world["view"], f"cases/{world['cases'][1]}/"):
        page.goto(f"/{where}")
        assert page.eval_on_selector_all("table a[href*='/C2'], td.whole, main table.register th", broken) == [], where
    page.goto(f"/{world['view']}")
    boxes = [one.bounding_box() for one in page.locator("#network g rect").all()]
    traces = [one.bounding_box() for one in page.locator("#network g circle").all()]
    assert len(traces) >= 3
    for dot in traces:
        x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
        assert not any(0 <= x - one["x"] <= one["width"] and 0 <= y - one["y"] <= one["height"] for one in boxes)
    page.context.close()


def tab_to(page: Any, wanted: str) -> None:
    """Press Tab until what is wanted has the focus, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_a_case_is_expanded_a_link_rejected_and_an_identifier_ruled_out_by_keyboard_alone(
    chromium: Any, live_server: Any, world: dict[str, Any]
) -> None:
    page = entered(chromium, live_server, "en-US", WIDE)
    page.goto(f"/networks/view?open={world['cases'][0]}")
    tab_to(page, f"#network a[href*='open={world['cases'][1]}']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.count("open=") == 2
    tab_to(page, "details > summary")
    page.keyboard.press("Enter")
    tab_to(page, "input[name=reason]")
    page.keyboard.type("A shared switchboard")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Link.objects.get(state="rejected").reason == "A shared switchboard"
    page.goto(f"/networks/gangs/{world['gang']}/")
    tab_to(page, "input[name=key]")
    page.keyboard.press("Space")
    tab_to(page, "form[action$='/identifiers'] summary")
    page.keyboard.press("Enter")
    tab_to(page, "form[action$='/identifiers'] input[name=reason]")
    page.keyboard.type("A public page")
    tab_to(page, "button[value=out]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Gang.objects.get().identifiers.filter(standing="out").count() == 1
    page.context.close()


def test_the_picture_is_saved_as_png_and_the_links_as_a_table(
    chromium: Any, live_server: Any, world: dict[str, Any], tmp_path: Path
) -> None:
    page = entered(chromium, live_server, "zh-CN", WIDE)
    page.goto(f"/{world['view']}")
    with page.expect_download() as saved:
        page.click("#as-png")
    saved.value.save_as(tmp_path / "network.png")
    png = (tmp_path / "network.png").read_bytes()
    width, height = struct.unpack(">II", png[16:24])
    assert (png[:8], width >= 960, height >= 620) == (b"\x89PNG\r\n\x1a\n", True, True)
    assert len(png) > 20_000, "an empty picture is smaller"
    with page.expect_download() as table:
        page.click("a[href*='view.csv']")
    table.value.save_as(tmp_path / "network.csv")
    rows = (tmp_path / "network.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(rows) > 3
    assert CARD not in "".join(rows)
    page.context.close()
