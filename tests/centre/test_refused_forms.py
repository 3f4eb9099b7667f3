"""What somebody typed is still there when a form is refused: a time that is left out would count as now."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.access import vault
from fanzha.centre.cases import actions
from fanzha.centre.cases.models import Case, InvolvedCard
from fanzha.centre.cases.narrative import Facts, Moved
from fanzha.centre.funds import actions as funds
from fanzha.centre.intake.actions import receive
from tests.centre import reported_cases, teachers_holds
from tests.centre.reported_cases import CARD, FRAUD, NOW, entered, filed, taken

people = reported_cases.people
MOVED = {"to": "transferred", "reason": "外地管辖", "document": "移送1号"}
CARED = {"hardship": "asked", "yuan": "50", "note": "已联系民政"}
RECOVERED = {"kind": "seized", "yuan": "五", "document": "扣押3号", "form": "f"}
FACTS = {"leak": "shop", "confirmed": "五", "leak_note": "订单被卖", "case_class": "AD", "place": "451002"}
LONGER = {"limit": "case.examine", "reason": "须核实银行流水"}


@pytest.mark.parametrize(
    ("verb", "said", "typed", "chosen"),
    [
        ("move", MOVED, ("reason", "document"), ()),
        ("care", CARED, ("yuan", "note"), ("hardship",)),
        ("recover", RECOVERED, ("yuan", "document"), ("kind",)),
        ("facts", FACTS, ("confirmed", "leak_note"), ("leak", "case_class", "place")),
        ("longer", LONGER, ("reason",), ()),
    ],
)
def test_what_was_typed_about_a_case_is_still_there(
    verb: str, said: dict[str, str], typed: tuple[str, ...], chosen: tuple[str, ...], people: dict[str, User]
) -> None:
    case = taken(people)
    actions.move(case.number, people["officer"], "accepted", "", NOW)
    page = entered(people["analyst"]).post(f"/cases/{case.number}/{verb}", said)
    assert page.status_code == 409
    assert [page.text.count(f'value="{said[name]}"') for name in typed] == [1] * len(typed)
    assert all(f'value="{said[name]}" selected' in page.text for name in chosen)


def test_what_was_found_out_about_a_card_is_still_there(people: dict[str, User]) -> None:
    held = {
        "number": f"+86{FRAUD}",
        "holder": "p-card",
        "operator": "op",
        "opening_place": "451002",
        "outlet": "营业厅",
    }
    receive("numbers", pl.DataFrame([held]), "refused-n1", NOW)
    taken(people)
    card = InvolvedCard.objects.get()
    said = {"how_left": "", "involvement": "passive", "outlet": "右江营业厅", "note": "本人称丢失"}
    page = entered(people["officer"]).post(f"/cases/cards/{card.pk}", said)
    assert page.status_code == 409
    assert all(f'value="{said[name]}"' in page.text for name in ("outlet", "note"))
    assert 'value="passive" selected' in page.text


def test_when_a_bank_stopped_it_is_still_there_when_the_amount_was_none(people: dict[str, User]) -> None:
    fields = funds.Fields("李四", CARD, 5_000, NOW, "合成银行")
    stop = funds.draft(None, people["operator"], fields, NOW, "f1")
    funds.approve(stop.pk, people["leader"], NOW)
    funds.send(stop.pk, people["operator"], NOW)
    page = entered(people["operator"]).post(
        f"/funds/{stop.pk}/effective", {"yuan": "x", "began_at": "2026-03-02T12:05"}
    )
    assert page.status_code == 409
    assert 'value="2026-03-02T12:05"' in page.text


def test_the_name_of_a_bank_is_kept_as_far_as_there_is_room_for_it(people: dict[str, User]) -> None:
    fields = funds.Fields("李四", CARD, 5_000, NOW, "合" * 90)
    stop = funds.draft(None, people["operator"], fields, NOW, "f1")
    assert (stop.bank, funds.draft(None, people["operator"], fields, NOW, "f1")) == ("合" * 80, stop)


def test_what_a_person_objects_with_is_still_there_when_the_receipt_is_none(db: None) -> None:  # noqa: ARG001
    said = {"receipt": "1234 5678 9012", "said": "这是我儿子的学费", "do": "object"}
    page = Client().post("/holds/object/", said).text
    assert "这是我儿子的学费</textarea>" in page
    assert 'value="1234 5678 9012"' in page


def test_what_somebody_says_at_the_counter_is_still_there(people: dict[str, User]) -> None:
    said = {"identifier": "9999990000000000000", "identity": "identity_card", "said": "急用买药"}
    page = entered(people["operator"]).post("/holds/counter/", said)
    assert page.status_code == 409
    assert "急用买药</textarea>" in page.text
    assert 'value="9999990000000000000"' in page.text


def test_what_was_chosen_for_a_hold_is_still_there(people: dict[str, User]) -> None:
    order = teachers_holds.a_teacher_about_to_pay()
    said = {"target": teachers_holds.card(), "reason": "money_moving", "hours": "99", "yuan": "3000", "note": "电话中"}
    page = entered(people["leader"]).post(f"/holds/ask/{order.order_id}/", said)
    assert page.status_code == 409
    assert all(f'value="{said[name]}"' in page.text for name in ("hours", "yuan", "note"))


def test_a_victim_is_shown_in_clear_also_where_nothing_else_is_known(people: dict[str, User]) -> None:
    number = actions.open_case(None, people["operator"], NOW).number
    Case.objects.filter(number=number).update(victim=vault.keep("number", "15400000051"))
    page = entered(people["officer"]).get(f"/cases/{number}/").text
    assert "Show one in clear" in page


def test_the_account_that_was_paid_can_be_shown_though_nobody_named_it_among_the_identifiers(
    people: dict[str, User],
) -> None:
    case = taken(people, Facts(transfers=(Moved(NOW - timedelta(hours=1), 100, "", CARD, "", "李四"),)))
    page = entered(people["officer"]).get(f"/cases/{case.number}/")
    assert {vault.token("account", CARD)} <= {token for token, _, _ in page.context["clearable"]}


def test_what_is_the_victims_own_becomes_no_involved_card(people: dict[str, User]) -> None:
    case = filed(people)
    own = case.identifiers.get(side="victim", kind="number")
    said = {"token": own.token, "place": "451002"}
    assert entered(people["officer"]).post(f"/cases/{case.number}/used_here", said).status_code == 409
    assert not InvolvedCard.objects.exists()
