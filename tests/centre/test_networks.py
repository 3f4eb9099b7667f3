"""Networks: cases that share traces are proposed as linked, a person decides, a series splits, gangs and dens move by their states."""

from __future__ import annotations

import csv
import io
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.test import Client

from fanzha.centre.access import audit, vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.cases import actions as cases
from fanzha.centre.cases.actions.reporting import Told
from fanzha.centre.cases.models import Case, Identifier, Twin
from fanzha.centre.cases.narrative import Facts, Item
from fanzha.centre.networks import actions, viewing
from fanzha.centre.networks.actions.proposing import link_cases
from fanzha.centre.networks.models import Den, Gang, GangIdentifier, Link, Search, Series
from fanzha.centre.suspects.models import Suspect
from fanzha.linking import Networks
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CARD, PHONE = "9999991234567890124", "15400000009"

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: None) -> dict[str, User]:  # noqa: ARG001  (the fixture that opens the database)
    return demo_staff("operator", "officer", "analyst", "leader", "bank")


def reported(people: dict[str, User], *named: tuple[str, str, str], at: datetime = NOW) -> Case:
    facts = Facts(case_class="AB", items=tuple(Item(kind, value, side) for kind, value, side in named))
    told = Told(
        channel="96110",
        narrative="报警人称被骗。",
        reported_at=at,
        phone=f"154{uuid.uuid4().int % 10**8:08d}",
        name="张三",
    )
    return cases.take_report(told, facts, people["operator"], at, str(uuid.uuid4()))


def proposed() -> None:
    while actions.propose(NOW):
        pass


def a_series(people: dict[str, User]) -> tuple[Series, list[Case]]:
    made = [reported(people, ("account", CARD, "suspect"), ("number", PHONE, "suspect")) for _ in range(3)]
    made.append(reported(people, ("number", PHONE, "suspect"), ("url", "https://pay.example/x?y", "suspect")))
    proposed()
    return Series.objects.get(), made


def refused(code: str) -> Any:
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def test_cases_that_share_what_the_other_side_used_are_proposed_with_evidence(people: dict[str, User]) -> None:
    one = reported(people, ("account", CARD, "suspect"), ("number", "96110", "suspect"))
    other = reported(people, ("account", CARD, "unknown"), ("number", "96110", "suspect"))
    reported(people, ("account", CARD, "victim"), ("number", "96110", "suspect"))
    proposed()
    link = Link.objects.get()
    assert {link.a, link.b} == {one, other}, "neither a spoofed number nor what is the victim's own links"
    assert (link.strength, [row["kind"] for row in link.evidence]) == (1.0, ["payee_account"])
    later = reported(people, ("account", CARD, "suspect"), at=NOW + timedelta(days=9))
    proposed()
    assert Link.objects.filter(b=later).first().strength == 0.9, "more than seven days later"


def test_three_cases_with_two_kinds_are_a_series_that_a_person_confirms_or_rejects_with_a_reason(
    people: dict[str, User],
) -> None:
    series, made = a_series(people)
    assert set(series.cases.all()) == set(made)
    with pytest.raises(PermissionDenied):
        actions.confirm_series(series.number, people["officer"], NOW)
    with refused("networks.reason"):
        actions.reject_series(series.number, people["analyst"], " ", NOW)
    actions.confirm_series(series.number, people["analyst"], NOW)
    reported(people, ("account", CARD, "suspect"))
    proposed()
    series.refresh_from_db()
    assert series.cases.count() == 4, "a confirmed series does not grow by itself"
    assert Series.objects.filter(state="proposed").get().cases.count() == 5
    assert audit.broken_at() is None


def test_a_split_takes_cases_out_and_their_links_are_not_proposed_again(people: dict[str, User]) -> None:
    series, made = a_series(people)
    with refused("networks.split"):
        actions.split_series(series.number, people["analyst"], [case.number for case in made], "x", NOW)
    part = actions.split_series(series.number, people["analyst"], [made[3].number], "号码被冒用", NOW)
    assert (list(part.cases.all()), series.cases.count()) == ([made[3]], 3)
    assert Link.objects.filter(b=made[3]).values_list("state", flat=True).distinct().get() == "rejected"
    reported(people, ("number", PHONE, "suspect"))
    proposed()
    assert Link.objects.filter(a=made[0], b=made[3]).get().state == "rejected"


def test_a_link_whose_evidence_goes_is_withdrawn_and_a_decided_one_stays(people: dict[str, User]) -> None:
    one, other = (reported(people, ("account", CARD, "suspect")) for _ in range(2))
    proposed()
    other.identifiers.update(side="victim")
    reported(people, ("account", CARD, "suspect"))
    proposed()
    actions_on = Link.objects.get(a=one, b=other)
    assert actions_on.state == "proposed", "nobody named anything new in these two yet"
    link_cases({other.pk}, NOW)
    actions_on.refresh_from_db()
    assert actions_on.state == "withdrawn"


def test_the_way_between_two_cases_goes_by_links_that_stand(people: dict[str, User]) -> None:
    first = reported(people, ("account", CARD, "suspect"))
    middle = reported(people, ("account", CARD, "suspect"), ("number", PHONE, "suspect"))
    last = reported(people, ("number", PHONE, "suspect"))
    proposed()
    assert viewing.path(first.number, last.number, 0.4) == [first.number, middle.number, last.number]
    actions.reject_link(Link.objects.get(a=first, b=middle).pk, people["leader"], "同名账户", NOW)
    assert viewing.path(first.number, last.number, 0.4) == []


def test_pages_show_network_series_and_gang_to_the_centre_alone(people: dict[str, User]) -> None:
    series, made = a_series(people)
    actions.confirm_series(series.number, people["analyst"], NOW)
    gang = actions.raise_gang(series.number, people["analyst"], "某刷单团伙", NOW)
    assert gang.identifiers.count() == 3
    client = Client()
    client.force_login(people["analyst"])
    opened = "&".join(f"open={case.number}" for case in made[1:])
    view = f"/networks/view?{opened}&from={made[0].number}&to={made[3].number}"
    for page in (
        "/networks/",
        view,
        f"/networks/series/{series.number}/",
        f"/networks/gangs/{gang.number}/",
        f"/cases/{made[0].number}/",
    ):
        for language in ("en", "zh-hans"):
            shown = client.get(page, headers={"accept-language": language})
            assert shown.status_code == 200
            assert CARD not in shown.content.decode(), "identifiers are masked"
    assert "<svg" in client.get(view).text
    assert "<svg" not in client.get("/networks/view").text
    drawn = client.get(view.replace("/view?", "/view.svg?"))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content.decode().startswith("<svg")
    told = client.get(view.replace("/view?", "/view.csv?")).content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(told)))) == 1 + Link.objects.count()
    stopped = client.post(f"/networks/gangs/{gang.number}/move", {"to": "prosecuted", "reason": "x"})
    assert stopped.status_code == 409
    assert client.post(f"/networks/gangs/{gang.number}/move", {"to": "confirmed", "reason": "x"}).status_code == 302
    client.force_login(people["bank"])
    assert client.get("/networks/").status_code == 403


def found(gangs: list[tuple[str, str, str]]) -> Networks:
    rows = pl.DataFrame(gangs, schema=["gang", "kind", "identifier"], orient="row").with_columns(
        role=pl.lit("money"), key=pl.lit(False)
    )
    names = rows["gang"].unique().sort()
    evidence = [{"kind": "cells", "value": "MM-1", "place": "MM", "events": 9}]
    dens = pl.DataFrame(
        {"den": ["D001"], "place": ["MM"], "confidence": [0.9], "evidence": [evidence], "gangs": [names.to_list()]}
    )
    summary = pl.DataFrame({"gang": names, "fen": [1] * len(names), "key": [[]] * len(names)})
    changes = pl.DataFrame({"gang": names, "day": [NOW.date()] * len(names), "appeared": 1, "vanished": 0, "active": 1})
    empty = pl.DataFrame()
    return Networks(empty, rows, dens, empty, summary, changes, empty)


def test_what_the_signals_show_is_suspected_once_and_what_a_person_located_stays(people: dict[str, User]) -> None:
    run = [("G001", "account", f"a-{n}") for n in range(5)]
    run.append(("G001", "number", f"+86{PHONE}"))
    run.append(("G001", "number", vault.token("number", PHONE)))
    assert actions.take_found(found(run), NOW) == (1, 1)
    den = Den.objects.get()
    actions.move_den(den.number, people["leader"], "located", "协查函", NOW, place="KH")
    assert actions.take_found(found([*run, ("G001", "account", "a-9")]), NOW) == (0, 0)
    gang = Gang.objects.get()
    assert (gang.state, gang.identifiers.count()) == ("suspected", 7)
    numbers = gang.identifiers.filter(kind="number").values_list("token", flat=True)
    assert list(numbers) == [vault.token("number", PHONE)], "a number that a text told lies in the vault alone"
    den.refresh_from_db()
    assert (den.state, den.place) == ("located", "KH")
    with refused("networks.state"):
        actions.move_den(den.number, people["leader"], "struck", "x", NOW)
    client = Client()
    client.force_login(people["leader"])
    assert client.get(f"/networks/dens/{den.number}/").status_code == 200


def test_a_known_gang_that_falls_apart_has_the_figures_of_its_largest_part_and_the_other_is_another() -> None:
    whole = [("G001", "account", f"a-{n}") for n in range(7)]
    assert actions.take_found(found(whole), NOW) == (1, 1)
    parts = [("G001", "account", f"a-{n}") for n in range(3)] + [("G002", "account", f"a-{n}") for n in range(3, 7)]
    for _ in range(2):
        run = found(parts)
        figures = run.summary.with_columns(fen=pl.Series([300, 400]))
        new = actions.take_found(replace(run, summary=figures), NOW + timedelta(days=1))
        old, other = Gang.objects.order_by("id")
        assert (old.summary["fen"], other.summary["fen"]) == (400, 300)
        assert set(other.identifiers.values_list("token", flat=True)) == {
            vault.token("account", f"a-{n}") for n in range(3)
        }
    assert new == (0, 0), "the same found again changes nothing"


def test_what_the_last_search_did_not_find_again_is_said_beside_it(people: dict[str, User]) -> None:
    actions.take_found(found([("G001", "account", f"a-{n}") for n in range(5)]), NOW)
    Search.objects.create(asked_at=NOW, ended_at=NOW, state="done")
    gang, den = Gang.objects.get(), Den.objects.get()
    pages = ("/networks/", f"/networks/gangs/{gang.number}/", f"/networks/dens/{den.number}/")
    client = Client(headers={"accept-language": "en"})
    client.force_login(people["analyst"])
    said = "not found again"
    assert not any(said in client.get(page).content.decode() for page in pages)
    Search.objects.create(asked_at=NOW, ended_at=NOW + timedelta(days=1), state="failed")
    assert not any(said in client.get(page).content.decode() for page in pages), "a failed search says nothing"
    Search.objects.create(asked_at=NOW, ended_at=NOW + timedelta(days=1), state="done")
    assert [client.get(page).content.decode().count(said) for page in pages] == [2, 1, 1]
    actions.take_found(found([("G001", "account", f"a-{n}") for n in range(5)]), NOW + timedelta(days=1))
    assert not any(said in client.get(page).content.decode() for page in pages)


@pytest.mark.django_db(transaction=True)
def test_gangs_and_dens_that_were_text_become_the_kept_ones_and_nothing_that_was_written_is_lost() -> None:
    before = MigrationExecutor(connection)
    before.migrate([("suspects", "0001_initial"), ("networks", "0003_dens_known")])
    old = before.loader.project_state([("suspects", "0001_initial"), ("networks", "0003_dens_known")]).apps
    gang = old.get_model("networks", "Gang").objects.create(number="G2026000001", name="某刷单团伙", since=NOW)
    for person, told in (("p-1", "g2026000001"), ("p-2", "某刷单团伙"), ("p-3", "别的团伙"), ("p-4", "")):
        old.get_model("suspects", "Suspect").objects.create(person=person, since=NOW, gang=told, rests_on="口供")
    after = MigrationExecutor(connection)
    after.migrate(after.loader.graph.leaf_nodes())
    kept = {one.person: (one.gang_id, one.rests_on) for one in Suspect.objects.all()}
    assert kept == {
        "p-1": (gang.pk, "口供"),
        "p-2": (gang.pk, "口供"),
        "p-3": (None, "口供 [gang: 别的团伙]"),
        "p-4": (None, "口供"),
    }


def test_a_joined_report_counts_once_in_a_series_and_decisions_about_it_go_with_it(people: dict[str, User]) -> None:
    series, made = a_series(people)
    actions.confirm_series(series.number, people["analyst"], NOW)
    again = reported(people, ("account", CARD, "suspect"))
    proposed()
    later, into = again, made[3]
    actions.confirm_link(Link.objects.get(a=made[0], b=later).pk, people["analyst"], NOW)
    Series.objects.filter(state="proposed").delete()
    series.cases.add(later)
    Case.objects.filter(pk__in=series.cases.values("pk")).update(confirmed_loss_fen=100_00, loss_fen=700_00)
    Case.objects.filter(pk=made[1].pk).update(confirmed_loss_fen=0)
    twin = Twin.objects.create(earlier=into, later=later, alike=["victim"], found_at=NOW)
    cases.join(twin.pk, people["officer"], "同一报警人", NOW)
    client = Client(headers={"accept-language": "en"})
    client.force_login(people["analyst"])
    page = client.get(f"/networks/series/{series.number}/").text
    assert set(series.cases.all()) == set(made)
    assert "Losses 300.00" in page, "one report's loss is settled as nothing, another's is the joined one's"
    assert "700.00" not in page
    kept = Link.objects.get(a=made[0], b=into)
    assert (kept.state, kept.by) == ("confirmed", people["analyst"])
    assert not Link.objects.filter(Q(a=later) | Q(b=later), state__in=("proposed", "confirmed")).exists()


def test_a_page_says_how_many_there_are_where_it_does_not_show_all(people: dict[str, User]) -> None:
    gang = Gang.objects.create(number="G2026000099", since=NOW)
    own = [GangIdentifier(gang=gang, kind="account", token=f"a-{n}") for n in range(501)]
    own.append(GangIdentifier(gang=gang, kind="account", token="a-out", standing="out"))
    GangIdentifier.objects.bulk_create(own)
    first = reported(people)
    told = {"reported_at": NOW, "channel": "96110", "loss_fen": 100, "place": "451022"}
    more = [Case(number=f"X{n:03d}", **told) for n in range(201)]
    Case.objects.bulk_create(more)
    Identifier.objects.bulk_create(
        Identifier(case=case, kind="account", token="a-500", side="suspect", since=NOW) for case in (first, *more)
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(people["analyst"])
    page = client.get(f"/networks/gangs/{gang.number}/").text
    assert "the first 500 records are shown. (501)" in page
    assert "the first 200 records are shown. (202)" in page
    assert "Losses of its cases 201.00" in page, "the sum is of all its cases, also of those that are not shown"
    assert '<td data-name="Identifiers">501</td>' in client.get("/networks/").text, "without what was ruled out"
    Gang.objects.bulk_create(Gang(number=f"G2025{n:06d}", since=NOW - timedelta(days=400)) for n in range(50))
    assert "the first 50 records are shown. (51)" in client.get("/networks/").text


def test_a_gang_has_sites_and_not_addresses_and_the_cases_that_name_an_address_there(people: dict[str, User]) -> None:
    series, made = a_series(people)
    more = reported(people, ("url", "https://pay.example/other", "suspect"))
    cases_of_series = Identifier.objects.filter(case__in=made, kind="number")
    cases_of_series.update(sure=False)
    actions.confirm_series(series.number, people["analyst"], NOW)
    gang = actions.raise_gang(series.number, people["analyst"], "某刷单团伙", NOW)
    assert actions.raise_gang(series.number, people["leader"], "某刷单团伙 ", NOW) == gang, "a button pressed twice"
    assert set(gang.identifiers.values_list("kind", "token", "standing")) == {
        ("domain", "pay.example", "in"),
        ("account", vault.token("account", CARD), "in"),
        ("number", vault.token("number", PHONE), "proposed"),
    }
    assert actions.take_found(found([("G001", "domain", "pay.example")]), NOW) == (0, 1)
    client = Client(headers={"accept-language": "en"})
    client.force_login(people["analyst"])
    page = client.get(f"/networks/gangs/{gang.number}/").text
    assert f'href="/cases/{more.number}/"' in page
    assert "1 wait for a person" in page


def test_of_many_links_a_page_shows_the_strongest_and_says_so(people: dict[str, User]) -> None:
    first = reported(people)
    Case.objects.bulk_create(Case(number=f"X{n:04d}", reported_at=NOW, channel="96110") for n in range(260))
    others = list(Case.objects.exclude(pk=first.pk).order_by("number"))
    told = {"evidence": [{"kind": "app", "value": "某APP", "weight": 0.5}], "strength": 0.5, "proposed_at": NOW}
    Link.objects.bulk_create(Link(a=first, b=other, **told) for other in others)
    series = Series.objects.create(number="S2026000099", strength=0.5, proposed_at=NOW)
    series.cases.set([first, *others])
    client = Client(headers={"accept-language": "en"})
    client.force_login(people["analyst"])
    assert "the first 50 records are shown. (260)" in client.get(f"/cases/{first.number}/").text
    assert "the first 200 records are shown. (260)" in client.get(f"/networks/series/{series.number}/").text
    opened = "&".join(f"open={case.number}" for case in others)
    assert "the first 200 records are shown. (260)" in client.get(f"/networks/view?{opened}").text


def test_two_proposals_that_grow_together_are_one(people: dict[str, User]) -> None:
    other_card, other_phone = "9999991234567890132", "15400000017"
    for card, phone in ((CARD, PHONE), (other_card, other_phone)):
        for _ in range(3):
            reported(people, ("account", card, "suspect"), ("number", phone, "suspect"))
    proposed()
    first, second = Series.objects.order_by("id")
    reported(people, ("account", CARD, "suspect"), ("account", other_card, "suspect"))
    proposed()
    kept = Series.objects.filter(pk__in=(first.pk, second.pk))
    assert [(one.state, one.cases.count()) for one in kept.order_by("pk")] == [("proposed", 7), ("withdrawn", 3)]


def test_a_site_of_a_long_name_has_room_in_the_audit_and_a_longer_one_is_refused(people: dict[str, User]) -> None:
    site = f"{'a' * 63}.xn--vermgensberatung-pwb"
    assert len(site) > 80
    actions.see_site(people["analyst"], site, "icp", "桂ICP备00000000号", NOW)
    entry = AuditEntry.objects.get(action="site_seen")
    entry.full_clean(exclude=["reason"])  # as PostgreSQL holds it; SQLite takes any length
    assert entry.subject == site
    with pytest.raises(Refusal, match="a site of its own"):
        actions.see_site(people["analyst"], f"{'a' * 200}.cn", "icp", "桂ICP备00000000号", NOW)
