"""Money followed from account to account: what went on, what became cash, whose it was, who paid and who had reached them before."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from fanzha.linking.chains import money_by_gang
from fanzha.linking.folder import Folder, ready
from fanzha.linking.life import shops
from fanzha.linking.passing import parts, passed_on
from fanzha.linking.victims import contacts, payers, reached, visited
from tests.worlds import at, call, payment, table

DAY = 24 * 60


def paid(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """Payments t1, t2, ...: minute, payer, payee, yuan and perhaps channel and device."""
    made = []
    for n, row in enumerate(rows, start=1):
        minute, payer, payee, yuan, channel, device = (*row, *(None,) * (6 - len(row)))
        made.append(payment(n, minute, payer, payee, yuan, channel=channel, device=device))
    return table("payments", *made)


def folder(**tables: pl.DataFrame) -> Folder:
    return ready(tables)


def people(*names: str) -> dict[str, pl.DataFrame]:
    """Registers in which each name has a number and an account of their own."""
    return {
        "numbers": table("numbers", *({"number": f"+86154{ord(name[0]):08d}", "holder": name} for name in names)),
        "accounts": table("accounts", *({"account": f"a-{name}", "holder": name} for name in names)),
    }


def number(name: str) -> str:
    return f"+86154{ord(name[0]):08d}"


def test_what_goes_on_within_the_hour_and_is_a_tenth_or_more_is_a_part_of_what_came_in() -> None:
    found = parts(
        paid(
            (0, "v", "m", 1000), (30, "m", "x", 100), (31, "m", "x", 99.99), (60, "m", "y", 900), (60.1, "m", "z", 900),
            (11, "m", "shop", 500, "qr"), (12, "m", "shop", 500, "pos"), (13, "m", "d", 500, "atm_cash"), (14, "m", "d", 500, "gold"),
            (15, "m", "d", 500, "crypto"), (16, "m", "cash:1", 500), (17, "m", "gold:1", 500), (18, "o", "p", 500), (19, "m", "w", 500, "mobile"),
        ).lazy(),
        pl.Series(["m"]),
    )  # fmt: skip
    assert found.select("payment_id", "account", "payee", "parent_id", "received_fen").rows() == [
        ("t14", "m", "w", "t1", 100_000),
        ("t2", "m", "x", "t1", 100_000),
        ("t4", "m", "y", "t1", 100_000),
    ]


def test_an_account_that_pays_itself_passes_nothing_on() -> None:
    assert parts(paid((0, "v", "m", 1000), (10, "m", "m", 500)).lazy(), pl.Series(["m"])).is_empty()


def test_a_part_is_of_the_last_payment_before_it_even_at_one_moment() -> None:
    payments = paid((0, "v", "m", 1000), (5, "w", "m", 200), (5, "m", "x", 150), (4, "m", "y", 150))
    found = parts(payments.lazy(), pl.Series(["m"]))
    assert found.select("payment_id", "parent_id").sort("payment_id").rows() == [("t3", "t2"), ("t4", "t1")]
    assert found.columns[:6] == ["payment_id", "payee", "amount_fen", "paid_at", "device", "account"]


@pytest.mark.parametrize(
    ("rows", "went"),
    [
        ([(10, "m", "x", 500)], True),
        ([(10, "m", "x", 499.99)], False),
        ([(10, "m", "x", 300), (20, "m", "y", 200)], True),
        ([(10, "m", "cash:1", 500, "atm_cash")], True),
        ([(60, "m", "x", 500)], True),
        ([(61, "m", "x", 500)], False),
        ([(10, "m", "x", 500, "qr")], False),
        ([(10, "m", "x", 500, "pos")], False),
        ([(10, "o", "x", 500)], False),
        ([(5, "w", "m", 10), (10, "m", "x", 500)], False),
    ],
)
def test_a_payment_is_passed_on_when_half_of_it_or_more_left_within_the_hour(
    rows: list[tuple[Any, ...]], went: bool
) -> None:
    payments = paid((0, "v", "m", 1000), *rows)
    of = payments.filter(pl.col("payment_id") == "t1").select("payment_id", "payee")
    assert passed_on(payments.lazy(), of).height == went


def test_money_carries_the_gang_of_the_payment_that_it_passes_on() -> None:
    found = money_by_gang(
        paid(
            (0, "v", "f1", 100), (1, "v", "f2", 50), (5, "f1", "m", 100), (6, "f2", "m", 50), (10, "m", "n", 50), (11, "m", "o", 100),
            (12, "m", "p", 1), (70, "f1", "q", 30), (80, "w", "r", 20),
        ).lazy(),
        {"f1", "f2", "m", "n", "o", "p", "q", "r"}, {"f1": 1, "f2": 2},
    )  # fmt: skip
    assert found == {
        "f1": {1: 10_000},
        "f2": {2: 5_000},
        "m": {1: 10_000, 2: 5_000},
        "n": {2: 5_000},
        "o": {1: 10_000},
        "q": {1: 3_000},
    }


def test_money_bought_bread_with_is_not_what_is_left_and_old_money_is_nobodys() -> None:
    front = {"f": 1}
    bought = paid((0, "f", "m", 100), (1, "m", "shop", 100, "qr"), (2, "m", "shop", 100, "pos"), (3, "m", "n", 100))
    assert money_by_gang(bought.lazy(), {"f", "m", "n"}, front)["n"] == {1: 10_000}
    for minutes, known in ((60, {1: 10_000}), (60.1, {})):
        late = paid((0, "f", "m", 100), (minutes, "m", "n", 100))
        assert money_by_gang(late.lazy(), {"f", "m", "n"}, front).get("n", {}) == known
    for yuan, known in ((100.1, {1: 10_010}), (100.2, {})):
        rounded = paid((0, "f", "m", 100), (1, "m", "n", yuan))
        assert money_by_gang(rounded.lazy(), {"f", "m", "n"}, front).get("n", {}) == known
    twice = paid((0, "f", "m", 100), (1, "m", "n", 60), (2, "m", "o", 60))
    assert set(money_by_gang(twice.lazy(), {"f", "m", "n", "o"}, front)) == {"f", "m", "n"} - {"f"}


def test_a_life_of_their_own_is_people_who_call_and_bread_that_is_bought() -> None:
    friendly, lonely, called, seldom = (f"+86154000001{n:02d}" for n in range(4))
    friends = [f"+86154000002{n:02d}" for n in range(5)]
    calls = table(
        "calls", *(call(n, n, friendly, friend, 60) for n, friend in enumerate(friends[:3])),
        *(call(10 + n, n, friend, friendly, 60) for n, friend in enumerate(friends[:2])),
        call(20, 0, lonely, friends[3], 60), call(21, 1, friends[3], lonely, 60),
        *(call(30 + n, n, friend, called, 60) for n, friend in enumerate(friends)),
        *(call(40 + n, n, friend, seldom, 60) for n, friend in enumerate(friends[:4])), call(50, 1, friends[0], seldom, 60),
    )  # fmt: skip
    bought = paid(
        *((n, "rich", f"s{n}", 1, "qr" if n else "pos") for n in range(3)), *((n, "poor", f"s{n}", 1, "qr") for n in range(2)),
        *((n, "twice", "s0", 1, "qr") for n in range(5)), *((n, "sender", f"s{n}", 1, "mobile") for n in range(5)),
    )  # fmt: skip
    assert set(folder(calls=calls, payments=bought).alive) - set(friends) == {friendly, called, "rich"}


def test_a_shop_is_paid_by_code_by_twenty_people() -> None:
    bought = paid(
        *((n, f"c{n}", "market", 1, "pos") for n in range(20)), *((n, f"c{n}", "stall", 1, "qr") for n in range(19)),
        *((n, f"c{n}", "friend", 1, "mobile") for n in range(30)), *((n, "c1", "baker", 1, "qr") for n in range(30)),
    )  # fmt: skip
    assert shops(bought.lazy()).to_list() == ["market"]
    assert shops(bought.lazy()).name == "identifier"


def test_payers_are_people_with_a_number_on_file_who_paid_a_suspected_account() -> None:
    payments = paid(
        (0, "a-li", "m", 100), (9, "a-li", "m", 100), (1, "a-li", "n", 100), (2, "a-wei", "m", 100, "qr"), (3, "a-wei", "m", 100, "pos"),
        (4, "m", "n", 100), (5, "stranger", "m", 100), (6, "a-wei", "other", 100),
    )  # fmt: skip
    found = payers(folder(payments=payments, **people("li", "wei")), pl.Series(["m", "n"]))
    assert found.select("account", "payee", "number", "paid_at").rows() == [
        ("a-li", "m", number("li"), at(0)), ("a-li", "n", number("li"), at(1)), ("stranger", "m", None, at(5)),
    ]  # fmt: skip


def test_friends_of_a_holder_who_lives_with_the_account_are_no_payers_unless_it_was_passed_on() -> None:
    bread = [(n, "m", f"s{n}", 1, "qr") for n in range(3)]
    kept = paid(*bread, (100, "a-li", "m", 100))
    assert payers(folder(payments=kept, **people("li")), pl.Series(["m"])).is_empty()
    went = paid(*bread, (100, "a-li", "m", 100), (110, "m", "x", 60))
    assert payers(folder(payments=went, **people("li")), pl.Series(["m"]))["account"].to_list() == ["a-li"]


def test_who_reached_a_payer_in_the_three_days_before_is_a_contact() -> None:
    fraud, texter = "+8615400000901", "+8615400000902"
    before = 10 * DAY
    calls = table(
        "calls", call(1, before - 5, fraud, number("li"), 60), call(2, before - 4, "+8615400000903", number("li"), 59),
        call(3, before + 1, "+8615400000904", number("li"), 600), call(4, before - 3 * DAY, "+8615400000905", number("li"), 600),
        call(5, before - 3 * DAY - 1, "+8615400000906", number("li"), 600), call(6, before, "+8615400000907", number("li"), 600),
    )  # fmt: skip
    messages = table(
        "messages", {"message_id": "m", "sent_at": at(before - 9), "sender": texter, "receiver": number("li")}
    )
    visits = table("visits", {"visit_id": "v", "visited_at": at(before - 8), "number": number("li"), "domain": "x.top"})
    world = folder(
        payments=paid((before, "a-li", "m", 100)), calls=calls, messages=messages, visits=visits, **people("li")
    )
    found = contacts(world, pl.Series(["m"]))
    assert set(found.select("other", "kind", "account", "number").rows()) == {
        (other, "number", "a-li", number("li")) for other in (fraud, texter, "+8615400000905", "+8615400000907")
    } | {("x.top", "domain", "a-li", number("li"))}
    assert set(found.columns) == {"number", "other", "kind", "at", "account"}


def test_who_reached_a_payer_before_the_first_of_two_accounts_is_a_contact_too() -> None:
    lurer, later = "+8615400000901", "+8615400000902"
    first, second = 10 * DAY, 15 * DAY
    calls = table("calls", call(1, first - 5, lurer, number("li"), 600), call(2, second - 5, later, number("li"), 600))
    payments = paid((first, "a-li", "m", 100), (first + 60, "a-li", "n", 100), (second, "a-li", "o", 900))
    found = contacts(folder(payments=payments, calls=calls, **people("li")), pl.Series(["m", "n", "o"]))
    assert sorted(found["other"]) == [lurer, later], "and each once"


def test_who_reached_several_payers_and_hardly_anybody_else_is_told() -> None:
    fraud, shop, caller = "+8615400000901", "+8615400000902", "+8615400000903"
    rows = [call(n, n, fraud, number(name), 60) for n, name in enumerate(("li", "wei"), start=1)]
    rows += [call(10 + n, n, shop, number(name), 60) for n, name in enumerate(("li", "wei"), start=1)]
    rows += [call(30 + n, n, shop, f"155{n:08d}", 60) for n in range(9)]
    rows += [call(50, 1, caller, number("li"), 60), call(51, 2, caller, number("li"), 60)]
    rows += [call(60 + n, 3, fraud, f"156{n:08d}", 59) for n in range(40)]
    sites = [("v.top", "li"), ("v.top", "wei"), ("one.top", "li")]
    visits = [
        {"visit_id": f"v{n}", "visited_at": at(5), "number": number(who), "domain": site}
        for n, (site, who) in enumerate(sites)
    ]
    world = folder(
        payments=paid((60, "a-li", "m", 100), (61, "a-wei", "m", 100)), calls=table("calls", *rows), visits=table("visits", *visits), **people("li", "wei")
    )  # fmt: skip
    assert reached(world, pl.Series(["m"])).to_list() == [fraud]
    assert visited(world, pl.Series(["m"])).to_list() == ["v.top"]
    fewer = table("calls", *(row for row in rows if row["call_id"] != "c38"))
    world = folder(payments=paid((60, "a-li", "m", 100), (61, "a-wei", "m", 100)), calls=fewer, **people("li", "wei"))
    assert sorted(reached(world, pl.Series(["m"]))) == [fraud, shop], "two of ten are a fifth"
