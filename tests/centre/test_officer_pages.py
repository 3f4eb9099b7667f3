"""The officer's phone: a visit goes on without a connection, is sent once, and leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
ADDRESS = "右江区城北路 1 号(虚构)"
PEOPLE = ("teacher", "farmer", "nurse", "driver", "guide")
WORLD = f"""
from fanzha.home import find_home
from fanzha.centre.preparing import prepare
(find_home().root / "demo").touch()
prepare(find_home())
import polars as pl
from fanzha.centre import clock
from fanzha.centre.access import vault
from fanzha.centre.dissuasion import actions
from fanzha.centre.people.models import Holding
reason = {{"indicator": "W01", "text_zh": "与涉诈号码长时间通话", "text_en": "A long call with a fraud number"}}
for place, name in enumerate({PEOPLE!r}):
    vault.remember(pl.DataFrame({{"kind": ["person", "number"], "token": [f"p-{{name}}", f"n-{{name}}"],
        "value": [f"{{name}} (synthetic)", f"+8615400000{{place:03d}}"]}}))
    Holding.objects.create(token=f"n-{{name}}", kind="number", holder=f"p-{{name}}")
    told = {{"reasons": [reason]}}
    one = actions.Incoming(actions.OWN, name, f"p-{{name}}", "person", 1 + place % 2, clock.now(), told, 0.7, place="451002")
    print(actions.open_orders([one], clock.now())[0].order_id)
"""

VISITS = """SELECT task.id AS id, task.state AS state, one.order_id AS order_id FROM dissuasion_task task
JOIN dissuasion_order one ON one.id = task.order_id WHERE task.kind = 'visit'"""
UNLABELLED = """[...document.querySelectorAll('#form :is(input, select, textarea)')].filter((one) => !one.labels?.length).length"""


class Centre:
    """A centre with five people to visit; the operator has taken their orders and given addresses."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        source = str(Path(__file__).parents[2] / "src")
        environment = {**os.environ, "PYTHONPATH": source, "FANZHA_HOME": str(home)}
        made = subprocess.run(
            [sys.executable, "-c", WORLD], env=environment, capture_output=True, text=True, check=True
        )
        self.orders = dict(zip(PEOPLE, made.stdout.split(), strict=True))
        words = ["-m", "uvicorn", "fanzha.centre.asgi:application", "--port", str(port), "--log-level", "warning"]
        self.process = subprocess.Popen([sys.executable, *words], env=environment)
        self.operator = httpx.Client(base_url=self.address, trust_env=False, timeout=30)
        deadline = time.monotonic() + 180
        while "csrftoken" not in self.operator.cookies:
            assert time.monotonic() < deadline, "the centre does not answer"
            try:
                self.operator.get("/access/sign-in/")
            except httpx.TransportError:
                time.sleep(0.2)
        self.post("/access/demo/operator/")
        for order in self.orders.values():
            self.post(f"/dissuasion/{order}/take")
            self.post(f"/visits/{order}/address", address=ADDRESS)

    def post(self, path: str, **said: str) -> None:
        headers = {"X-CSRFToken": self.operator.cookies["csrftoken"], "Referer": self.address}
        assert self.operator.post(path, data=said, headers=headers).status_code == 302, path

    def close(self, name: str) -> None:
        """The operator ends an order by phone."""
        order = self.orders[name]
        self.post(f"/dissuasion/{order}/contact", contact="answered")
        self.post(f"/dissuasion/{order}/outcome", code="D01", who_said="person", exception="电话中已核实")

    def records(self, question: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.home / "centre.sqlite") as database:
            return database.execute(question).fetchall()

    def visits(self, name: str) -> list[tuple[Any, ...]]:
        """What came of the visits for a person's order: result, latitude, whether protection is wanted, whether there is a photo."""
        told = "SELECT result, latitude, protection_wanted, length(photo) > 100 FROM visits_visit WHERE order_id ="
        return self.records(f"{told} (SELECT id FROM dissuasion_order WHERE order_id = '{self.orders[name]}')")

    def state(self, name: str) -> str:
        return str(self.records(f"SELECT state FROM dissuasion_order WHERE order_id = '{self.orders[name]}'")[0][0])


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    running = Centre(tmp_path_factory.mktemp("home"))
    yield running
    running.process.terminate()
    running.process.wait(120)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*flags, "--disable-sync", "--no-first-run"]
        )
        yield started
        started.close()


def phone(browser: Any, centre: Centre, language: str = "zh-CN", width: int = 390) -> Any:
    """A page of the officer, signed in, on a phone of their own."""
    context = browser.new_context(
        locale=language, viewport={"width": width, "height": 844}, timezone_id="Asia/Shanghai",
        permissions=["geolocation"], geolocation={"latitude": 23.90217, "longitude": 106.61844},
    )  # fmt: skip
    page = context.new_page()
    page.goto(centre.address + "/access/sign-in/")
    page.click("[data-role=officer]")
    return page


def take(page: Any, centre: Centre, name: str) -> None:
    """Take the visit, or open it where it is taken, and wait until the phone has what it needs to do without a connection."""
    page.goto(centre.address + "/visits/")
    task = centre.records(f"SELECT id FROM ({VISITS}) WHERE order_id = '{centre.orders[name]}'")[0][0]
    button = page.locator(f"form[action='/visits/take/{task}'] button")
    if button.count():
        button.click()
    else:
        page.goto(f"{centre.address}/visits/{centre.orders[name]}/")
    page.wait_for_selector("#where:visible")
    page.wait_for_selector("html[data-offline=ready]")


def fill(page: Any) -> None:
    page.check("[value=met]")
    for select in page.locator("select[name^=look-]").all():
        select.select_option("found")
    page.fill("[name=question-why_transfer]", "投资，老师带单")
    page.select_option("[name=question-to_strangers]", "yes")
    page.fill("[name=question-who_told]", "群里的老师")
    page.check("[name=protection_wanted]")
    page.click("#locate")
    page.get_by_text("23.9, 106.62").wait_for()
    page.check("[name=confirmed]")


def picture() -> bytes:
    """A small PNG of one colour."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = zlib.compress(b"".join(b"\0" + b"\x80\xa0\xc0" * 64 for _ in range(64)))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def kept(page: Any) -> dict[str, list[str]]:
    """Everything in the phone's store, by its parts, as text (what is sealed as its bytes)."""
    return page.evaluate(
        """async () => {
          const found = {};
          for (const { name } of await indexedDB.databases()) {
            const request = indexedDB.open(name);
            await new Promise((done) => (request.onsuccess = done));
            for (const part of request.result.objectStoreNames) {
              const rows = request.result.transaction(part).objectStore(part).getAll();
              await new Promise((done) => (rows.onsuccess = done));
              const text = (row) => Object.values(row).map((value) =>
                value instanceof ArrayBuffer ? new TextDecoder().decode(value) : String(value)).join(" ");
              if (rows.result.length) found[part] = rows.result.map(text);
            }
            request.result.close();
          }
          return found;
        }"""
    )


def says(page: Any, words: str) -> None:
    page.locator("#standing", has_text=words).wait_for()


def test_a_visit_without_a_connection_waits_and_is_sent_once_however_often_it_is_sent(
    browser: Any, centre: Centre
) -> None:
    page = phone(browser, centre)
    take(page, centre, "teacher")
    assert ADDRESS in page.inner_text("#where")
    page.context.set_offline(True)
    fill(page)
    page.check("[name=consent]")
    page.set_input_files("[name=photo]", {"name": "p.png", "mimeType": "image/png", "buffer": picture()})
    page.wait_for_selector("#preview:visible")
    page.wait_for_selector("#form[data-kept=yes]")
    page.reload()
    page.wait_for_selector("#form:visible")
    assert page.input_value("[name=question-who_told]") == "群里的老师"
    page.wait_for_selector("#preview:visible")
    page.click("#save")
    says(page, "等待发送")
    page.reload()
    says(page, "等待发送")
    assert ADDRESS in page.inner_text("#where")
    store = kept(page)
    assert set(store) == {"keys", "visits", "drafts", "reports"}
    assert not [row for rows in store.values() for row in rows if "城北路" in row or "老师" in row]
    assert centre.visits("teacher") == []

    lost = page.context.new_cdp_session(page)  # the first answer is lost on its way: the phone sends again
    lost.send("Fetch.enable", {"patterns": [{"urlPattern": "*/report", "requestStage": "Response"}]})
    dropped: list[str] = []

    def drop(event: dict[str, Any]) -> None:
        dropped.append(event["request"]["url"])
        lost.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "ConnectionReset"})

    lost.on("Fetch.requestPaused", drop)
    page.context.set_offline(False)
    deadline = time.monotonic() + 120
    while not dropped and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert dropped
    lost.send("Fetch.disable")
    assert centre.visits("teacher") == [("met", 23.9, 1, 1)]
    page.reload()
    says(page, "已发送")
    assert centre.visits("teacher") == [("met", 23.9, 1, 1)]
    assert centre.state("teacher") == "met"
    assert kept(page) == {}
    assert ADDRESS not in page.content()
    page.context.close()


def test_when_the_order_closes_the_phone_forgets_it(browser: Any, centre: Centre) -> None:
    page = phone(browser, centre)
    take(page, centre, "farmer")
    page.fill("[name=note]", "没写完")
    page.wait_for_selector("#form[data-kept=yes]")
    page.context.set_offline(True)
    page.goto(centre.address + "/visits/")
    says(page, "没有网络")
    page.locator("#kept", has_text="farmer (synthetic)").wait_for()
    page.click("#kept a")
    page.wait_for_selector("#form:visible")
    assert page.input_value("[name=note]") == "没写完"
    centre.close("farmer")
    page.context.set_offline(False)
    says(page, "已结束")
    assert kept(page) == {}
    assert ADDRESS not in page.content()
    assert page.reload().status == 410
    says(page, "已结束")
    page.context.close()


def test_nobody_is_signed_out_with_something_unsent_and_signing_out_leaves_nothing(
    browser: Any, centre: Centre
) -> None:
    page = phone(browser, centre, "en-US")
    take(page, centre, "nurse")
    page.context.set_offline(True)
    fill(page)
    page.check("[value=not_at_home]")
    page.click("#save")
    says(page, "Waiting to be sent")
    page.click("#sign-out button")
    page.locator("#leaving", has_text="Not signed out").wait_for()
    page.context.set_offline(False)
    says(page, "Sent")
    page.wait_for_selector("#form:visible")
    assert set(kept(page)) == {"keys", "visits"}
    page.click("#sign-out button")
    page.wait_for_selector("[data-role=officer]")
    assert kept(page) == {}
    assert page.evaluate("caches.keys()") == []
    page.context.close()


def test_a_report_that_the_centre_refuses_can_be_mended(browser: Any, centre: Centre) -> None:
    page = phone(browser, centre, "en-US")
    take(page, centre, "driver")
    fill(page)
    page.evaluate("document.querySelector('[name=note]').removeAttribute('maxlength')")
    page.fill("[name=note]", "long " * 300)
    page.click("#save")
    says(page, "Not accepted: note")
    page.fill("[name=note]", "short")
    assert page.input_value("[name=question-who_told]") == "群里的老师"
    page.check("[value=refused]")
    page.click("#save")
    says(page, "Sent")
    rows = centre.records("SELECT contact, note FROM dissuasion_contact WHERE note LIKE 'refused%'")
    assert rows == [("hung_up", "refused: short")]
    page.context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_fit_the_screen_in_both_languages(browser: Any, centre: Centre, language: str, width: int) -> None:
    page = phone(browser, centre, language, width)
    take(page, centre, "guide")
    order, reported = centre.orders["guide"], centre.orders["teacher"]
    pictures = os.environ.get("FANZHA_PICTURES")
    for name, path in {"visits": "/visits/", "visit": f"/visits/{order}/", "order": f"/dissuasion/{reported}/"}.items():
        page.goto(centre.address + path)
        if name == "visit":
            page.wait_for_selector("#where:visible")
            fill(page)
            assert page.evaluate(UNLABELLED) == 0
        if pictures:
            page.screenshot(path=f"{pictures}/{name}-{language}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.context.close()
