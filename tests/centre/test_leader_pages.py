"""The leader's task: what is late and why, who needs help, what waits for a word, where warnings are wrong; and a shift's handover."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from fanzha.centre import clock
from fanzha.centre.access import audit
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.dissuasion import actions, brief, figure_pages, figures, leading, precision, queries
from fanzha.centre.dissuasion.bias import bias
from fanzha.centre.dissuasion.models import Breach, LevelChange, Mark, Order, Review, Task
from fanzha.centre.duty import actions as duty
from fanzha.centre.duty import pending
from fanzha.centre.people.models import Person
from fanzha.metrics import FIGURES
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text
from tests.centre.demo_staff import demo_staff

CHROMIUM = shutil.which("chromium")
NAMES = ("operator", "officer", "analyst", "leader")
PAGES = ("/dissuasion/leader/", "/dissuasion/figures/?by=county", "/dissuasion/brief/", "/dissuasion/care/", "/duty/")


def warned(n: int, at: datetime, level: int = 2, subject: str = "", indicator: str = "W01", **more: Any) -> Order:
    reason = {
        "indicator": indicator,
        "value": 1.0,
        "threshold": 1.0,
        "text_zh": "与涉诈号码通话",
        "text_en": "A fraud call",
    }
    told = {"reasons": [reason], "events": [], "related": [], "versions": {"indicators": "v7", "detection": "m3"}}
    incoming = actions.Incoming(actions.OWN, f"w{n}", subject or f"p-{n}", "person", level, at, told, 0.7, **more)
    return actions.open_orders([incoming], at)[0]


def worked(order: Order, user: User, at: datetime, code: str, **said: Any) -> Order:
    """Signed in, reached, and ended with an outcome."""
    actions.take(order.order_id, user, at)
    actions.record_contact(order.order_id, user, at, "answered")
    actions.record_outcome(order.order_id, user, at, code, **said)
    return Order.objects.get(pk=order.pk)


def staff() -> dict[str, User]:
    return demo_staff(*NAMES)


@pytest.fixture
def people() -> dict[str, User]:
    return staff()


def a_morning(people: dict[str, User], now: datetime) -> None:
    """A late critical order, one to be lowered, one offered to the city, one to be reviewed, a correction, a promise."""
    duty.go_on(people["operator"], now)
    warned(1, now - timedelta(minutes=40), level=1, place="451081")
    actions.find_breaches(now)
    lowered = warned(2, now - timedelta(minutes=4), level=1)
    actions.take(lowered.order_id, people["operator"], now)
    actions.propose_lower(lowered.order_id, people["operator"], 3, "本人在银行，已核实", now)
    offered = warned(3, now - timedelta(minutes=2), level=2, place="451002")
    actions.take(offered.order_id, people["operator"], now)
    actions.offer_transfer(offered.order_id, people["operator"], "city", "人在市区", now)
    before = now - timedelta(days=1)
    ended = worked(warned(4, before, level=3), people["operator"], before, "D01", who_said="person")
    if not ended.reviews.exists():
        Review.objects.create(order=ended, kind="sample", drawn_at=now)
    actions.correct_outcome(ended.order_id, people["operator"], now, "D03", "已转账", who_said="person")
    duty.promise(people["operator"], ended.order_id, "明早九点再打给她儿子", now, now + timedelta(hours=1))


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "word"), [("zh-hans", "指标"), ("en", "Figures")])
def test_every_page_answers_in_both_languages_to_those_who_may_see_it(
    people: dict[str, User], language: str, word: str
) -> None:
    a_morning(people, clock.now())
    client = Client(headers={"Accept-Language": language})
    assert {client.get(path).status_code for path in PAGES} == {302}
    client.post("/access/demo/leader/")
    for path in PAGES:
        page = client.get(path)
        assert page.status_code == 200, path
        assert word in page.text, path
    client.post("/access/demo/operator/")
    assert client.get("/dissuasion/leader/").status_code == 403
    assert client.post("/dissuasion/leader/reason/1", {"reason": "x"}).status_code == 403
    client.post("/access/demo/bank/")
    assert {client.get(path).status_code for path in PAGES} == {403}


@pytest.mark.django_db
def test_a_leader_hears_the_reason_lowers_with_another_reviews_and_answers_a_transfer(people: dict[str, User]) -> None:
    now = clock.now().astimezone(queries.SHANGHAI).replace(hour=11)
    a_morning(people, now)
    client = Client()
    client.post("/access/demo/leader/")
    breach = Breach.objects.order_by("pk")[0]
    assert client.post(f"/dissuasion/leader/reason/{breach.pk}", {"reason": " "}).status_code == 409
    client.post(f"/dissuasion/leader/reason/{breach.pk}", {"reason": "停电"})
    assert Breach.objects.get(pk=breach.pk).reason == "停电"
    review = Review.objects.get(order__order_id=queries.of_warning("fanzha", "w4").order_id)  # type: ignore[union-attr]
    client.post(f"/dissuasion/leader/review/{review.pk}", {"verdict": "wrong_outcome", "note": "已转账"})
    assert Review.objects.get(pk=review.pk).verdict == "wrong_outcome"
    transfer = leading.transfers_waiting()[0].transfer
    client.post(f"/dissuasion/leader/transfer/{transfer.pk}", {"accept": "yes"})
    assert Order.objects.get(pk=transfer.order_id).unit == "city"
    change = LevelChange.objects.get(granted=None)
    assert actions.decide_lower(change.pk, people["leader"], True, now).granted
    assert client.post("/dissuasion/leader/sing/1").status_code == 404


@pytest.mark.django_db
def test_who_holds_more_than_they_can_stands_first_among_those_who_need_help(people: dict[str, User]) -> None:
    now = clock.now()
    for name in ("leader", "operator"):
        duty.go_on(people[name], now)
    for n in range(4):
        actions.take(warned(n, now - timedelta(minutes=20)).order_id, people["operator"], now)
    actions.find_breaches(now)
    first, second = leading.roster(now)
    assert (first.member.user, first.load, first.over) == (people["operator"], 4, 1)
    assert (second.load, second.over) == (0, 0)
    assert first.breaches == 4 * 2, "sign-in and first call are past for each"


@pytest.mark.django_db
def test_of_too_few_judged_warnings_no_share_is_told(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    for n in range(5):
        code, said = ("D06", {}) if n < 2 else ("D01", {"who_said": "person"})
        worked(warned(n, now, level=3), people["operator"], now, code, **said)
    worked(warned(9, now, level=3, indicator="M-score"), people["operator"], now, "D06")
    rules, model = sorted(precision.precision(7, now), key=lambda one: -one.judged)
    assert (rules.indicator, rules.version, rules.false, rules.judged, rules.share) == ("W01", "v7", 2, 5, None)
    assert (model.version, model.false, model.judged) == ("m3", 1, 1)
    monkeypatch.setitem(precision.WATCHING, "least_judged", {"value": 5})
    rules = next(one for one in precision.precision(7, now) if one.indicator == "W01")
    assert rules.share == 2 / 5
    assert (round(rules.low or 0, 3), round(rules.high or 0, 3)) == (0.118, 0.769), "Wilson's interval of 2 in 5"
    assert precision.precision(7, now + timedelta(days=8)) == []


@pytest.mark.django_db
def test_a_county_on_which_false_warnings_fall_is_called_unfair_only_beyond_chance(people: dict[str, User]) -> None:
    now = clock.now()
    for n in range(200):
        place = "451081" if n < 20 else "451002"
        Person.objects.create(token=f"p-{n}", place=place, birth_year=now.year - (35 if n % 2 else 70))
    for n in [*range(12), 50, 51]:
        worked(warned(n, now, level=3), people["operator"], now, "D06")
    told = {one.name.en: one for one in bias(now)}
    jingxi = told["Jingxi"]
    assert (jingxi.people, jingxi.false) == (20, 12)
    assert jingxi.ratio == pytest.approx((12 / 20) / (14 / 200))
    assert jingxi.low == pytest.approx((12 - 1.96 * 12**0.5) / 20 / (14 / 200))
    assert jingxi.unfair
    assert not told["60-120"].unfair, "seven of a hundred, and seven of a hundred of the others"


@pytest.mark.django_db
@pytest.mark.usefixtures("people")
def test_the_brief_tells_yesterday_with_its_change_and_what_eight_o_clock_begins_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    day = date(2026, 3, 4)
    begin, _ = queries.days_between(day, day)
    for n, days in enumerate((2, 1, 1, 1)):
        warned(n, begin - timedelta(days=days) + timedelta(hours=9), level=3)
    warned(7, begin + timedelta(hours=9), level=1)  # after the brief
    actions.find_breaches(begin + timedelta(hours=1))
    hold = pending.Pending(Text("保护性止付", "Protective hold"), "****1234", "/holds/1/", begin)
    monkeypatch.setattr(pending, "SOURCES", [lambda *_: [hold]])
    now = begin + timedelta(hours=10)
    assert brief.newest_day(now) == day
    assert brief.newest_day(begin + timedelta(hours=7)) == date(2026, 3, 3)
    told = brief.brief(day, now)
    pushed = told.figures[0]
    assert (pushed.measured.value, pushed.change) == (3.0, 2.0)
    assert [(one.open, one.late) for one in told.standing] == [(0, 0), (0, 0), (4, 4), (0, 0)]
    assert (told.pending, told.drawn_up) == ([hold], begin + timedelta(hours=8))


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "said"), [("zh-hans", "留存"), ("en", "as it was kept at")])
def test_the_brief_of_a_morning_stays_as_it_was_said_whatever_is_corrected_later(
    people: dict[str, User], language: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now().astimezone(queries.SHANGHAI).replace(hour=12)
    monkeypatch.setattr(clock, "now", lambda: now)
    ended = worked(warned(1, now - timedelta(days=1), level=3), people["operator"], now, "D01", who_said="person")
    assert figure_pages.keep_newest_brief(now)
    assert not figure_pages.keep_newest_brief(now + timedelta(minutes=1)), "kept once"
    client = Client(headers={"Accept-Language": language})
    client.post("/access/demo/leader/")
    body = lambda: client.get("/dissuasion/brief/").text.partition("<main>")[2]  # noqa: E731
    page = body()
    assert said in page
    actions.correct_outcome(ended.order_id, people["operator"], now, "D03", "已转账", who_said="person")
    assert body() == page
    anew = client.get("/dissuasion/brief/?anew=1").text
    assert 'class="marked"' in anew
    assert 'class="marked"' not in page
    assert AuditEntry.objects.filter(action="brief_kept").count() == 1
    assert audit.broken_at() is None


@pytest.mark.django_db
def test_a_corrected_day_is_marked_wherever_its_figures_stand(people: dict[str, User]) -> None:
    now = clock.now()
    before = now - timedelta(days=2)
    ended = worked(warned(1, before, level=3), people["operator"], before, "D01", who_said="person")
    day = before.astimezone(queries.SHANGHAI).date()
    assert figures.marked_days(*queries.day_of(before)) == []
    actions.correct_outcome(ended.order_id, people["operator"], now, "D03", "已转账", who_said="person")
    assert figures.marked_days(*queries.day_of(before)) == [day]
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/leader/")
    for page in ("/dissuasion/figures/", "/bulletins/"):
        text = client.get(f"{page}?from={day}&to={day}").text
        assert "Changed by corrections after the day was closed:" in text
        assert "Changed by corrections" not in client.get(page).text
    assert Mark.objects.get().day == day


@pytest.mark.django_db
def test_every_number_of_the_figures_page_leads_to_a_page_that_shows_as_many(people: dict[str, User]) -> None:
    from html import unescape

    a_morning(people, clock.now())
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/leader/")
    yesterday = clock.now().astimezone(queries.SHANGHAI).date() - timedelta(days=1)
    page = client.get(f"/dissuasion/figures/?from={yesterday}&by=level").text
    links = re.findall(r'<small><a href="(/bulletins/records/[^"]+)">([\d,]+)</a>', page)
    assert len(links) > 15
    for address, number in links:
        behind = client.get(unescape(address))
        assert behind.status_code == 200, address
        assert f": {number}" in behind.text, address
        heading = behind.text.partition("<h1>")[2].partition("</h1>")[0]
        figure = FIGURES[address.partition("figure=")[2].partition("&")[0]]
        assert (number in heading) == (figure.unit == "count" and not figure.over), (
            "the figure is not what its records are"
        )
    assert client.get(f"/dissuasion/figures/?from={yesterday}&by=songs").status_code == 404
    table = client.get(f"/dissuasion/figures/?from={yesterday}&by=level&format=csv")
    assert table["Content-Type"].startswith("text/csv")
    assert table.content.startswith("\ufefffigure,name,by,group,".encode())


@pytest.mark.django_db
def test_a_follow_up_is_made_from_the_care_list_once(people: dict[str, User]) -> None:
    now = clock.now()
    before = now - timedelta(hours=30)
    worked(warned(1, before, level=2), people["operator"], before, "D01", who_said="person", exception="电话已核实")
    assert [one.late for one in queries.follow_ups(now)] == [True], "day 1 is past, days 3 and 7 have not begun"
    client = Client()
    client.post("/access/demo/operator/")
    task = Task.objects.filter(kind="follow_up").order_by("due_at")[0]
    assert client.post(f"/dissuasion/care/{task.pk}", {"contact": "sang"}).status_code == 409
    client.post(f"/dissuasion/care/{task.pk}", {"contact": "answered"})
    assert Task.objects.get(pk=task.pk).state == "done"
    with pytest.raises(Refusal, match="done already"):
        actions.finish_follow_up(task.pk, people["operator"], now, "answered")
    assert [one.shown for one in queries.on_care(now)] == ["p-1***"]


@pytest.fixture
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-first-run",
    ]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium here")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "language"), [(1440, "zh-CN"), (390, "zh-CN"), (1440, "en"), (390, "en")])
def test_a_leader_walks_the_morning_without_a_page_too_wide(
    live_server: LiveServer, browser: Any, width: int, language: str
) -> None:
    now = clock.now()
    people = staff()
    a_morning(people, now)
    page = browser.new_context(locale=language, viewport={"width": width, "height": 900}).new_page()
    shots = os.environ.get("FANZHA_SHOTS")

    def look(name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} pixels too wide"
        if shots:
            page.screenshot(path=str(Path(shots) / f"{name}-{width}-{language}.png"), full_page=True)

    page.goto(f"{live_server.url}/access/sign-in/")
    with page.expect_navigation():
        page.click("[data-role=leader]")
    page.goto(f"{live_server.url}/dissuasion/leader/")
    look("leader")
    waiting = page.locator("input[name=reason]").count()
    assert waiting > 0
    page.locator("input[name=reason]").first.fill("停电" if language == "zh-CN" else "power cut")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator("input[name=reason]").count() == waiting - 1
    with page.expect_navigation():
        page.click("button[name=accept][value=yes]")
    assert page.locator("button[name=accept]").count() == 0
    yesterday = now.astimezone(queries.SHANGHAI).date() - timedelta(days=1)
    page.goto(f"{live_server.url}/dissuasion/figures/?from={yesterday}&to={yesterday}&by=county")
    look("figures")
    with page.expect_navigation():
        page.click("#figure-pushed a")
    assert page.locator("ol.lines li a").count() == 1
    look("records")
    for name in ("dissuasion/brief", "dissuasion/care", "duty"):
        page.goto(f"{live_server.url}/{name}/")
        look(name.replace("/", "-"))
    if shots and width == 1440:
        page.goto(f"{live_server.url}/dissuasion/brief/")
        page.pdf(path=str(Path(shots) / f"brief-{language}.pdf"), format="A4")
