"""Networks over time: splits, proposals that were taken back, dens that fall apart, and what is no gang's, stay as decided and found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.access import vault
from fanzha.centre.cases.models import Identifier
from fanzha.centre.networks import actions
from fanzha.centre.networks.actions.proposing import link_cases, withdraw_series
from fanzha.centre.networks.models import Den, Gang, Series
from fanzha.refusal import Refusal
from tests.centre import test_networks
from tests.centre.test_networks import CARD, NOW, PHONE, a_series, found, proposed, reported

people = test_networks.people

pytestmark = pytest.mark.django_db


def test_a_split_holds_when_a_new_case_hangs_together_with_both_parts(people: dict[str, User]) -> None:
    series, made = a_series(people)
    part = actions.split_series(series.number, people["analyst"], [made[3].number], "号码被冒用", NOW)
    more = reported(people, ("account", CARD, "suspect"), ("number", PHONE, "suspect"))
    proposed()
    assert set(series.cases.all()) == {*made[:3], more}
    assert list(part.cases.all()) == [made[3]]
    actions.confirm_series(series.number, people["analyst"], NOW)
    last = reported(people, ("account", CARD, "suspect"), ("number", PHONE, "suspect"))
    proposed()
    grown = Series.objects.exclude(pk__in=(series.pk, part.pk)).get()
    assert set(grown.cases.all()) == {*made[:3], more, last}


def test_a_proposal_that_was_taken_back_comes_again_with_what_hangs_together_now(people: dict[str, User]) -> None:
    made = [reported(people, ("account", CARD, "suspect"), ("number", PHONE, "suspect")) for _ in range(4)]
    proposed()
    series = Series.objects.get()
    for case in made[:2]:
        case.identifiers.update(side="victim")
    link_cases({case.pk for case in made}, NOW)
    withdraw_series(NOW)
    series.refresh_from_db()
    assert series.state == "withdrawn"
    client = Client()
    client.force_login(people["analyst"])
    page = client.get(f"/networks/series/{series.number}/").content.decode()
    offered = [verb for verb in ("confirm", "reject", "gang") if f"/networks/series/{series.number}/{verb}" in page]
    assert not offered, "nothing can be decided of it"
    assert 'name="case"' not in page, "nor can cases be taken out of it"
    with pytest.raises(Refusal):
        actions.split_series(series.number, people["analyst"], [made[3].number], "号码被冒用", NOW)
    more = reported(people, ("account", CARD, "suspect"), ("number", PHONE, "suspect"))
    proposed()
    standing = Series.objects.get(state="proposed")
    assert set(standing.cases.all()) == {*made[2:], more}


def test_a_known_den_that_falls_apart_has_the_evidence_of_its_first_part_and_the_other_is_another() -> None:
    whole = found([(gang, "account", f"{gang}-{n}") for gang in ("G001", "G002") for n in range(4)])
    assert actions.take_found(whole, NOW) == (2, 1)
    apart = pl.concat([whole.dens, whole.dens]).with_columns(
        place=pl.Series(["MM", "KH"]), gangs=pl.Series([["G001"], ["G002"]])
    )
    for new in (1, 0):
        assert actions.take_found(replace(whole, dens=apart), NOW + timedelta(days=1)) == (0, new)
        assert list(Den.objects.order_by("id").values_list("place", flat=True)) == ["MM", "KH"]


def test_a_number_of_the_public_that_a_caller_wore_is_no_gangs(people: dict[str, User]) -> None:
    series, made = a_series(people)
    Identifier.objects.bulk_create(
        Identifier(case=made[0], kind="number", token=one, side="suspect", since=NOW, sure=True)
        for one in (vault.token("number", "96110"), vault.token("number", "95588"))
    )
    actions.confirm_series(series.number, people["analyst"], NOW)
    gang = actions.raise_gang(series.number, people["analyst"], "冒充公检法团伙", NOW)
    assert set(gang.identifiers.filter(kind="number").values_list("token", flat=True)) == {vault.token("number", PHONE)}


def test_a_case_whose_victim_holds_a_gangs_account_is_none_of_the_gangs_cases(people: dict[str, User]) -> None:
    actions.take_found(found([("G001", "account", vault.token("account", CARD))]), NOW)
    paid_there = reported(people, ("account", CARD, "suspect"))
    own = reported(people, ("account", CARD, "victim"))
    client = Client(headers={"accept-language": "en"})
    client.force_login(people["analyst"])
    page = client.get(f"/networks/gangs/{Gang.objects.get().number}/").text
    assert f'href="/cases/{paid_there.number}/"' in page
    assert f'href="/cases/{own.number}/"' not in page


def test_a_den_whose_calls_came_without_a_cell_says_so_in_the_readers_language(people: dict[str, User]) -> None:
    run = found([("G001", "account", f"a-{n}") for n in range(3)])
    evidence = [{"kind": "cells", "value": "in MM", "place": "MM", "events": 9}]
    actions.take_found(replace(run, dens=run.dens.with_columns(evidence=pl.Series([evidence]))), NOW)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(people["analyst"])
    page = client.get(f"/networks/dens/{Den.objects.get().number}/").text
    assert "in MM" not in page
    assert "缅甸" in page
