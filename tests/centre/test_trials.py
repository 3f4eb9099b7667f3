"""Comparisons: planned before, approved by another, by lot, never below the standard, looked at as planned."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzha.centre import clock
from fanzha.centre.access import audit
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion import filed_cases
from fanzha.centre.dissuasion.filed_cases import FiledCase
from fanzha.centre.dissuasion.models import Care, Order, Result
from fanzha.centre.people.models import Person
from fanzha.centre.trials import actions, comparing, queries, variants
from fanzha.centre.trials.models import Assignment, Look, Plan
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
FLASH = "text.flash"
on_a_database = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "analyst", "leader")


def written(people: dict[str, User], sample: int = 400, looks: int = 2, variant: str = "flash_question") -> Plan:
    return actions.write_plan(people["analyst"], NOW, variant, "提问更能引起注意", sample, 7, looks)


def running(people: dict[str, User], **more: Any) -> Plan:
    return actions.approve(written(people, **more).plan_id, people["leader"], NOW)


def an_order(name: str, level: int = 3, born: int | None = 1980, minor: bool = False, cared: bool = False) -> Order:
    subject = f"p-{name}"
    Person.objects.get_or_create(token=subject, defaults={"birth_year": born})
    order = Order.objects.create(
        order_id=f"o{name}", subject=subject, level=level, source="fanzha", issued_at=NOW, opened_at=NOW, unit="city",
        minor=minor, changed=1,
    )  # fmt: skip
    if cared:
        Care.objects.create(subject=subject, order=order, reason="repeated", since=NOW, until=NOW + timedelta(days=7))
    return order


@on_a_database
def test_nothing_is_compared_before_another_person_approved_the_plan_that_was_written_down(
    people: dict[str, User],
) -> None:
    plan = written(people)
    assert actions.variant_for(an_order("a"), FLASH, NOW) is None
    with pytest.raises(PermissionDenied):
        actions.approve(plan.plan_id, people["analyst"], NOW)
    own = actions.write_plan(people["leader"], NOW, "sms_after_voice", "更多渠道", 100, 7, 1)
    with pytest.raises(Refusal, match="somebody else than who wrote it"):
        actions.approve(own.plan_id, people["leader"], NOW)
    actions.approve(plan.plan_id, people["leader"], NOW)
    approved = Plan.objects.get(pk=plan.pk)
    assert (approved.state, approved.approved_by, approved.approved_at) == ("running", people["leader"], NOW)
    before = AuditEntry.objects.get(action="trial_written", subject=plan.plan_id).reason
    for said in ("提问更能引起注意", "within 7 days", "400 orders", "2 equally spaced looks", "alpha 0.05"):
        assert said in before
    assert before == AuditEntry.objects.get(action="trial_approved").reason
    assert audit.broken_at() is None
    with pytest.raises(Refusal, match="another comparison runs at this place"):
        actions.approve(written(people, sample=401).plan_id, people["leader"], NOW)


@on_a_database
def test_a_second_click_writes_no_second_plan_when_the_citys_clock_stands_still(people: dict[str, User]) -> None:
    assert written(people) == written(people)
    assert AuditEntry.objects.filter(action="trial_written").count() == 1


@on_a_database
def test_a_plan_without_hypothesis_sample_or_looks_is_refused_and_operators_write_none(people: dict[str, User]) -> None:
    analyst = people["analyst"]
    for told in (("flash_question", " ", 400, 7, 2), ("flash_question", "x", 5, 7, 2), ("none", "x", 400, 7, 2)):
        with pytest.raises(Refusal):
            actions.write_plan(analyst, NOW, *told)
    with pytest.raises(Refusal, match="1 to 5 looks"):
        actions.write_plan(analyst, NOW, "flash_question", "x", 400, 7, 6)
    with pytest.raises(PermissionDenied):
        actions.write_plan(people["operator"], NOW, "flash_question", "x", 400, 7, 2)


@on_a_database
def test_a_variant_that_is_in_the_data_no_more_leaves_orders_to_the_standard_and_its_plan_readable(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = running(people, variant="opening_names_the_county")
    order = an_order("a")
    monkeypatch.delitem(variants.VARIANTS, "opening_names_the_county")
    dissuasion.take(order.order_id, people["operator"], NOW)
    assert not Assignment.objects.exists()
    client = Client()
    client.force_login(people["leader"])
    assert client.get(f"/dissuasion/{order.order_id}/").status_code == 200
    assert "opening_names_the_county" in client.get("/trials/").text
    assert actions.stop(plan.plan_id, people["leader"], NOW, "方案中的做法已撤销").state == "ended"


@on_a_database
def test_both_sides_are_about_as_large_and_an_order_keeps_its_side(people: dict[str, User]) -> None:
    running(people)
    orders = [an_order(f"{n:04d}") for n in range(150)]
    drawn = [actions.variant_for(order, FLASH, NOW) for order in orders]
    assert 45 < sum(one == "flash_question" for one in drawn) < 105
    assert set(drawn) == {"flash_question", None}
    later = NOW + timedelta(hours=5)
    assert [actions.variant_for(order, FLASH, later) for order in reversed(orders)] == drawn[::-1]
    assert Assignment.objects.count() == 150
    sides = {one.order_id: one.variant for one in Assignment.objects.all()}
    Assignment.objects.all().delete()
    for order in orders[:50]:
        actions.variant_for(order, FLASH, later)
    assert all(one.variant == sides[one.order_id] for one in Assignment.objects.all()), "the lot is the order's own"


@on_a_database
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    level=st.integers(1, 4),
    born=st.one_of(st.none(), st.integers(1930, 2026)),
    minor=st.booleans(),
    cared=st.booleans(),
)
def test_urgent_levels_minors_and_the_care_list_always_get_the_standard(
    people: dict[str, User], level: int, born: int | None, minor: bool, cared: bool
) -> None:
    if not Plan.objects.filter(state="running").exists():
        running(people)
    order = an_order(f"h{Order.objects.count()}", level, born, minor, cared)
    variant = actions.variant_for(order, FLASH, NOW)
    open_to_it = level == 3 and not minor and not cared and born is not None and born < 2008
    assert Assignment.objects.filter(order=order).exists() == open_to_it
    assert open_to_it or variant is None


@on_a_database
def test_an_order_that_becomes_urgent_or_cared_for_goes_back_to_the_standard(people: dict[str, User]) -> None:
    running(people)
    order = next(
        one for one in (an_order(f"{n}") for n in range(40)) if actions.variant_for(one, FLASH, NOW) is not None
    )
    order.level = 2
    assert actions.variant_for(order, FLASH, NOW) is None
    order.level = 3
    Care.objects.create(subject=order.subject, order=order, reason="repeated", since=NOW, until=NOW + timedelta(days=7))
    assert actions.variant_for(order, FLASH, NOW) is None
    assert actions.variant_for(order, FLASH, NOW + timedelta(days=8)) is not None


def test_a_variant_below_the_standard_contact_is_refused_by_name() -> None:
    standard = {3: ["call", "flash"], 4: ["voice"]}
    row = {
        "id": "less", "place": "channels", "name": {"zh": "少", "en": "less"}, "since": NOW.date(), "source": "ours",
        "channels": {3: ["call"]},
    }  # fmt: skip
    told = {"standard": standard, "places": [{"id": "channels"}], "variants": [row]}
    with pytest.raises(ValueError, match="less: below the standard contact of level 3, it lacks flash"):
        variants.variants_from(told)
    for channels in ({2: ["call", "visit", "sms"]}, {}):
        with pytest.raises(ValueError, match="levels 3 or 4 alone"):
            variants.variants_from({**told, "variants": [{**row, "channels": channels}]})
    with pytest.raises(ValueError, match="neither adds"):
        variants.variants_from({**told, "variants": [{**row, "channels": {4: ["voice"]}}]})


@on_a_database
def test_looks_come_as_planned_and_a_difference_that_counts_ends_the_comparison(people: dict[str, User]) -> None:
    plan = running(people, sample=120)
    for n in range(120):
        order = an_order(f"{n:04d}")
        variant = actions.variant_for(order, FLASH, NOW + timedelta(minutes=n))
        if variant is None:
            Result.objects.create(order=order, code="D03", at=NOW + timedelta(days=3))
        elif n % 5 == 0:
            Result.objects.create(order=order, code="D04", at=NOW + timedelta(days=30))  # too late to count
    assert actions.variant_for(an_order("one more"), FLASH, NOW) is None, "the sample is full"
    with pytest.raises(Refusal, match="look 1 comes when the days of 60 orders are over"):
        actions.look(plan.plan_id, people["analyst"], NOW + timedelta(days=7))
    seen = actions.look(plan.plan_id, people["analyst"], NOW + timedelta(days=8))
    first = list(Assignment.objects.order_by("id")[:60])
    lost = [one for one in first if not one.variant]
    assert (seen.standard_losses, seen.variant_losses) == (len(lost), 0)
    assert seen.standard_orders + seen.variant_orders == 60
    assert seen.z < -seen.needed
    assert Plan.objects.get().state == "ended"
    with pytest.raises(Refusal, match="this plan is ended"):
        actions.look(plan.plan_id, people["analyst"], NOW + timedelta(days=30))
    shown = queries.lines()[0].seen[0]
    assert shown.counts
    assert shown.low <= shown.difference < shown.high < 0


@on_a_database
def test_losses_known_elsewhere_count_once(people: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    plan = running(people, sample=40, looks=1)
    for n in range(40):
        actions.variant_for(an_order(f"{n}"), FLASH, NOW)
    either = [*{one.variant: one.order for one in Assignment.objects.all()}.values()]
    Result.objects.create(order=either[0], code="D03", at=NOW + timedelta(days=1))
    known: queries.Losses = lambda since, _: {one.subject for one in either} & set(since)  # noqa: E731
    monkeypatch.setattr(queries, "loss_sources", [*queries.loss_sources, known])
    seen = actions.look(plan.plan_id, people["leader"], NOW + timedelta(days=8))
    assert seen.standard_losses + seen.variant_losses == 2
    assert Plan.objects.get().ended_why.endswith("no difference that counts")


@on_a_database
def test_a_case_filed_in_its_days_is_a_loss_of_that_person(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = running(people, sample=20, looks=1)
    for n in range(20):
        actions.variant_for(an_order(f"{n}"), FLASH, NOW)
    days = {"p-0": 1, "p-1": 7.5, "p-2": -1, "p-else": 1}
    filed = [FiledCase(who, who, NOW + timedelta(days=day)) for who, day in days.items()]
    between = lambda begin, end: [one for one in filed if begin <= one.filed_at < end]  # noqa: E731
    monkeypatch.setattr(filed_cases, "SOURCES", [between])
    seen = actions.look(plan.plan_id, people["leader"], NOW + timedelta(days=8))
    assert seen.standard_losses + seen.variant_losses == 1


def test_intervals_are_those_of_the_papers() -> None:
    assert comparing.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert comparing.newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)


@given(st.integers(0, 300), st.integers(1, 300), st.integers(0, 300), st.integers(1, 300))
def test_intervals_hold_what_they_are_of_and_turn_with_the_sides(a: int, n: int, b: int, m: int) -> None:
    a, b = min(a, n), min(b, m)
    low, high = comparing.newcombe(a, n, b, m)
    assert -1 - 1e-9 <= low <= a / n - b / m + 1e-9
    assert a / n - b / m - 1e-9 <= high <= 1 + 1e-9
    assert comparing.newcombe(b, m, a, n) == pytest.approx((-high, -low))


@pytest.mark.parametrize("looks", [1, 2, 5])
def test_looking_often_finds_a_difference_that_is_not_there_in_one_of_twenty(looks: int) -> None:
    steps = np.random.default_rng(7).normal(size=(40_000, looks))
    z = steps.cumsum(axis=1) / np.sqrt(np.arange(1, looks + 1))
    bounds = np.array([comparing.needed(k, looks) for k in range(1, looks + 1)])
    assert (np.abs(z) >= bounds).any(axis=1).mean() == pytest.approx(0.05, abs=0.004)


@on_a_database
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_plan_goes_from_paper_to_result_on_the_page(people: dict[str, User], language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    assert client.get("/trials/").status_code == 302
    client.force_login(people["analyst"])
    told = {"variant": "flash_question", "hypothesis": "x", "sample": "20", "within_days": "1", "looks": "1"}
    refused = client.post("/trials/write", {**told, "sample": "many"})
    assert refused.status_code == 409
    assert ("请填整数" if language == "zh-hans" else "whole number") in refused.text
    assert client.post("/trials/write", told).status_code == 302
    plan = Plan.objects.get()
    client.force_login(people["leader"])
    assert client.post(f"/trials/{plan.plan_id}/approve").status_code == 302
    for n in range(20):
        actions.variant_for(an_order(f"{n}"), FLASH, clock.now())
    Assignment.objects.update(at=NOW - timedelta(days=400))
    assert client.post(f"/trials/{plan.plan_id}/look").status_code == 302
    assert Look.objects.count() == 1
    page = client.get("/trials/")
    assert page.status_code == 200
    assert ("对比试验" in page.text) == (language == "zh-hans")
    assert ("Standard contact" in page.text) == (language == "en")
    assert client.post(f"/trials/{plan.plan_id}/stop", {"reason": "x"}).status_code == 409
    client.force_login(people["operator"])
    assert client.post(f"/trials/{plan.plan_id}/approve").status_code == 403
