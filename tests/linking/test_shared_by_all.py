"""What everybody shares, or stands for nothing, leads from no suspect to another; and what people write in their own ways is found."""

from __future__ import annotations

import polars as pl
import pytest

from fanzha.linking import networks
from fanzha.linking.case_traces import cases_of
from fanzha.linking.folder import ready
from fanzha.linking.named import reported_payments
from fanzha.linking.roles import roles
from fanzha.linking.signal_traces import traces_of
from fanzha.linking.suspects import suspects
from fanzha.linking.traces import clean
from fanzha.signals import Tokeniser
from tests.linking.test_money import number, paid, people
from tests.linking.test_suspects import F1, F2, F3, F4, known, message, report, rows_of
from tests.worlds import call, listed, table


def test_public_numbers_that_fraud_wears_and_platforms_that_it_names_lead_to_nobody() -> None:
    texts = table(
        "messages", message(1, 0, "95588", "您的积分可兑换 x-y.top"), message(2, 1, "95588", "工行提醒 icbc.example"),
        message(3, 2, F1, "京东客服jd.com提醒退款请登录x-y.top"), message(4, 3, F2, "京东 www.jd.com 您的包裹已到"),
        message(5, 3, F2, "京东 jd.com 您的包裹已到"),
    )  # fmt: skip
    calls = [
        call(n, n, one, number(name), 90) for n, (one, name) in enumerate((("0776-96110", "li"), ("96110", "wei")))
    ]
    payments = paid((60, "a-li", "m", 100), (70, "a-wei", "m", 100))
    told = [
        listed("x-y.top", "domain"),
        listed("m", "account"),
        listed("96110", "number"),
        listed("+008613800138000", "number"),
    ]
    folder = ready({
        "messages": texts, "calls": table("calls", *calls), "payments": payments, "listed": table("listed", *told), **people("li", "wei"),
    })  # fmt: skip
    assert set(suspects(folder)["identifier"]) == {"x-y.top", "m", F1}


def test_a_number_that_no_country_has_links_no_reports() -> None:
    rows = [report(f"r{n}", n, number=["+008613800138000"], person=f"p{n}") for n in range(3)]
    found_ = networks({"reports": table("reports", *rows)})
    assert found_.links.is_empty()
    assert set(found_.left_out["reason"]) == {"service_numbers"}


@pytest.mark.parametrize(
    "nobodys",
    [
        "000000000000000",
        "0000000000000001",
        "111111111111119",
        "00000000-0000-0000-0000-000000000000",
        "02:00:00:00:00:00",
    ],
)
def test_a_device_that_tells_no_number_leads_to_nobody_and_is_no_gateway(nobodys: str) -> None:
    callers = [F1, F2, F3, F4]
    calls = table("calls", *(call(n, n, one, number("li"), 5, caller_imei=nobodys) for n, one in enumerate(callers)))
    payments = paid(*((n, one, "x", 1, "mobile", nobodys) for n, one in enumerate("mno")))
    told = table("listed", listed(F1, "number"), listed("m", "account"), listed("n", "account"))
    folder = ready({"calls": calls, "payments": payments, "listed": told})
    assert set(suspects(folder)["identifier"]) == {F1, "m", "n"}
    assert set(roles(folder, known(*((one, "number") for one in callers)))["role"]) == {"luring"}
    assert not {"device", "imei"} & set(traces_of(folder, suspects(folder)).kept["kind"])


def test_a_payee_is_found_among_the_payments_however_its_number_is_set_in_groups() -> None:
    payments = paid((0, "a-li", "6222021001", 100), (5, "6222021001", "q", 90))
    told = ready(
        {"reports": table("reports", report("r1", 500, payee=["6222 0210 01"])), "payments": payments, **people("li")}
    )
    assert reported_payments(told).select("report_id", "payment_id", "payee").rows() == [("r1", "t1", "6222021001")]
    assert ("r1", "lower_account", "q") in rows_of(cases_of(told).kept)
    by_list = ready({"listed": table("listed", listed("6222 0210 01", "account")), "payments": payments})
    assert set(suspects(by_list)["identifier"]) == {"6222021001", "q"}


def test_a_dash_of_any_kind_between_digits_is_no_part_of_a_number() -> None:
    folder = ready({"calls": table("calls", call(1, 0, "154\u20130000\u20130901", number("li"), 5))})
    assert folder.events["calls"].select("caller").collect().rows() == [(F1,)]


@pytest.mark.parametrize(
    ("kind", "everybodys", "somebodys"),
    [
        ("imei", "000000000000000", "350000000000012"),
        ("device", "00000000-0000-0000-0000-000000000000", "d3b0f1c2-0a1b-4c2d-8e3f-001122334455"),
        ("ip", "10.1.2.3", "36.96.0.1"),
    ],
)
def test_what_is_everybodys_is_left_out_of_the_tokens_of_a_centre_too(
    kind: str, everybodys: str, somebodys: str
) -> None:
    tokens = Tokeniser(b"a key of this test")
    rows = [(case, kind, tokens.token(kind, value)) for case in ("c1", "c2") for value in (everybodys, somebodys)]
    found = clean(pl.DataFrame(rows, schema=["subject", "kind", "value"], orient="row"))
    assert set(found.excluded["value"]) == {everybodys}
    assert set(found.kept["value"]) == {tokens.token(kind, somebodys)}
    assert somebodys not in found.kept["value"]


def test_a_wallet_is_one_however_its_capitals_stand() -> None:
    mixed = "0x52908400098527886E0F7030069857D2E4169EE7"
    rows = [
        ("c1", "wallet", mixed),
        ("c2", "wallet", mixed.lower()),
        ("c2", "wallet", "TJYeasTPa6gpEEiNqKNyB5XKwF1RPsZBVe"),
    ]
    found = clean(pl.DataFrame(rows, schema=["subject", "kind", "value"], orient="row"))
    assert set(found.kept["value"]) == {mixed.lower(), "TJYeasTPa6gpEEiNqKNyB5XKwF1RPsZBVe"}
