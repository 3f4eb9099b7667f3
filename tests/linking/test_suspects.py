"""What is named, what that leads to, which part each plays, and what each was seen with."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from fanzha.linking import leads
from fanzha.linking.case_traces import cases_of
from fanzha.linking.folder import ready
from fanzha.linking.moving import appearances
from fanzha.linking.named import listed as still_listed
from fanzha.linking.named import named, reported_payments, told_in_reports
from fanzha.linking.roles import roles
from fanzha.linking.signal_traces import traces_of
from fanzha.linking.suspects import suspects
from fanzha.linking.texts import contacts_in
from fanzha.vocabulary import normal_number
from tests.linking.test_money import DAY, number, paid, people
from tests.worlds import at, call, listed, table

F1, F2, F3, F4 = (f"+86154000009{n:02d}" for n in range(1, 5))


def report(name: str, minute: float, **told: Any) -> dict[str, Any]:
    return {"report_id": name, "reported_at": at(minute), "person": "li", "narrative": "x", **told}


def message(n: int, minute: float, sender: str, text: str | None) -> dict[str, Any]:
    return {"message_id": f"m{n}", "sent_at": at(minute), "sender": sender, "receiver": number("li"), "text": text}


def visit(n: int, domain: str, **more: Any) -> dict[str, Any]:
    return {"visit_id": f"v{n}", "visited_at": at(n), "number": number("li"), "domain": domain, **more}


def known(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """Suspects that stand: identifier and kind, and perhaps how they stand."""
    full = [(row[0], row[1], row[2] if len(row) > 2 else 1.0, "listed") for row in rows]
    schema = {"identifier": pl.String, "kind": pl.String, "standing": pl.Float64, "because": pl.String}
    return pl.DataFrame(full, schema=schema, orient="row")


def found(table_: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(table_.select("identifier", "kind", "because", "sure").rows())


def alive(*accounts: str) -> list[tuple[Any, ...]]:
    """The bread that accounts buy."""
    return [(-500 + n, one, f"s{n}", 1, "qr") for one in accounts for n in range(3)]


def test_numbers_are_brought_to_one_spelling_and_remember_how_they_were_written() -> None:
    folder = ready({
        "calls": table("calls", call(1, 0, "154-0000-0901", "95588", 10), call(1, 0, "15400000901", "95588", 70), call(2, 0, "not a number", "1", 5)),
        "reports": table("reports", report("r1", 5, number=["15400000901", "0086 154 0000 0902"]), report("r2", 6)),
        "listed": table("listed", listed("+86 154 0000 0903", "number"), listed("x.top", "domain")),
        "accounts": table("accounts", {"account": "a", "phone": "154 0000 0904"}),
    })  # fmt: skip
    assert folder.events["calls"].select("call_id", "caller", "duration_s").sort("call_id").collect().rows() == [
        ("c1", F1, 70),
        ("c2", "not a number", 5),
    ]
    assert folder["reports"].select("report_id", "number").rows() == [("r1", [F1, F2]), ("r2", None)]
    assert sorted(folder["listed"]["identifier"]) == [F3, "x.top"]
    assert folder["accounts"]["phone"].to_list() == [F4]
    assert folder.spelled[F1] in ("154-0000-0901", "15400000901")
    assert (folder.spelled[F3], folder.events["payments"].collect().height) == ("+86 154 0000 0903", 0)


def test_what_is_listed_counts_while_it_is_and_not_for_who_came_later() -> None:
    folder = ready({
        "listed": table(
            "listed", listed(F1, "number"), listed(F2, "number", until=at(50)), listed(F3, "number", until=at(200)), listed("m", "account"),
            listed("n", "account"), listed("x.top", "domain"), listed("app", "app"), {"identifier": "late.top", "kind": "domain", "listed_at": at(101)},
            listed("end.top", "domain", until=at(100)),
        ),
        "accounts": table("accounts", {"account": "m", "opened_at": at(-1000)}, {"account": "n", "opened_at": at(-999)}),
        "numbers": table("numbers", {"number": F1}),
        "calls": table("calls", call(1, 100, F1, F2, 60)),
    })  # fmt: skip
    assert set(still_listed(folder).rows()) == {
        (one, kind, 1.0, "listed")
        for one, kind in ((F1, "number"), (F3, "number"), ("m", "account"), ("x.top", "domain"))
    }


@pytest.mark.parametrize("last", ["calls", "messages", "visits", "payments", "reports"])
def test_the_end_of_a_folder_is_its_last_event_of_any_kind(last: str) -> None:
    rows = {
        "calls": call(1, 100, F1, F2, 60), "messages": message(1, 100, F1, "x"), "visits": {**visit(1, "a.top"), "visited_at": at(100)},
        "payments": {"payment_id": "t1", "paid_at": at(100), "payer": "a", "payee": "b", "amount_fen": 1}, "reports": report("r", 100),
    }  # fmt: skip
    folder = ready({last: table(last, rows[last]), "listed": table("listed", listed("x.top", "domain", until=at(100)), listed("y.top", "domain", until=at(101)))})  # fmt: skip
    assert still_listed(folder)["identifier"].to_list() == ["y.top"]


def test_reports_name_numbers_payees_and_sites_but_no_service_numbers_and_desks() -> None:
    folder = ready({"reports": table(
        "reports", report("r1", 5, number=[F1, "95588"], payee=["6 22", "cash:1"], url=["http://www.x.top/a", "qq.com"]), report("r2", 6, person="wei"),
    )})  # fmt: skip
    assert set(told_in_reports(folder).rows()) == {
        ("r1", "li", F1, "number"), ("r1", "li", "622", "account"), ("r1", "li", "x.top", "domain"),
    }  # fmt: skip


def test_what_a_report_names_is_doubted_when_it_lives_and_kept_the_money() -> None:
    world = {"reports": table("reports", report("r1", 500, payee=["lives", "mule", "helper"])), **people("li")}
    payments = paid(
        *alive("lives", "helper"),
        (0, "a-li", "helper", 100),
        (5, "helper", "x", 60),
        (6, "a-wei", "lives", 100),
        (9, "lives", "x", 60),
    )
    folder = ready({**world, "payments": payments})
    assert reported_payments(folder).select("report_id", "payee").rows() == [("r1", "helper")]
    assert set(named(folder).rows()) == {
        ("mule", "account", 1.0, "reported"), ("helper", "account", 1.0, "reported"), ("lives", "account", 0.5, "reported"),
    }  # fmt: skip
    both = ready({**world, "payments": payments, "listed": table("listed", listed("lives", "account"))})
    assert ("lives", "account", 1.0, "listed") in named(both).rows()
    assert named(both).height == 3


def test_money_leads_on_and_surely_where_it_was_passed_on() -> None:
    folder = ready({"payments": paid(
        *alive("holder", "friend"), (0, "v", "m", 100), (5, "m", "n", 90), (8, "n", "o", 80), (6, "m", "p", 30),
        (10, "w", "holder", 100), (12, "holder", "friend", 50), (20, "w", "holder", 100, "mobile", "d1"), (22, "holder", "q", 50, "mobile", "d1"),
        (30, "z", "k", 100, "mobile", "d1"), (31, "k", "j", 1, "mobile", "d1"),
    )})  # fmt: skip
    some = known(("m", "account"), ("holder", "account"), ("k", "account"))
    assert leads.desks(folder, some).to_list() == ["d1"]
    assert found(leads.money(folder, some)) == {
        ("n", "account", "passed_on", True), ("p", "account", "passed_on", False), ("q", "account", "passed_on", False),
    }  # fmt: skip
    assert found(leads.money(folder, known(("m", "account"), ("holder", "account")))) == {
        ("n", "account", "passed_on", True), ("p", "account", "passed_on", False),
    }  # fmt: skip


def test_a_desk_moves_two_suspected_accounts_or_sits_in_a_suspected_telephone() -> None:
    calls = table(
        "calls", call(1, 0, F1, F2, 5, caller_imei="i1"), call(2, 0, F3, F2, 5, caller_imei="i1"), call(3, 0, F4, F2, 5)
    )
    folder = ready({"calls": calls, "payments": paid(
        (0, "m", "x", 1, "mobile", "d1"), (1, "n", "x", 1, "mobile", "d1"), (2, "o", "x", 1, "mobile", "d1"), (3, "m", "x", 1, "mobile", "d2"),
        (4, "m", "x", 1, "mobile", "d2"), (5, "p", "x", 1, "mobile", "i1"),
    )})  # fmt: skip
    some = known(("m", "account"), ("n", "account"), (F1, "number"))
    assert leads.desks(folder, some).to_list() == ["d1", "i1"]
    assert found(leads.devices(folder, some)) == {
        *((one, "account", "device", True) for one in "mnop"), (F1, "number", "imei", False), (F3, "number", "imei", False),
    }  # fmt: skip


def test_texts_lead_from_what_they_name_to_who_sends_them_and_on() -> None:
    folder = ready({"messages": table(
        "messages", message(1, 0, F1, "点 http://x.top/1 或 13800138000"), message(2, 0, F1, "见 y.top"), message(3, 0, F2, "见 z.top"),
        message(4, 0, F3, None), message(5, 0, F4, "电话 138-0013-8001"),
    )})  # fmt: skip
    assert folder.texts.select("sender", "kind", "value").rows() == [
        (F1, "domain", "x.top"), (F1, "domain", "y.top"), (F1, "phone", "+8613800138000"), (F2, "domain", "z.top"), (F4, "phone", "+8613800138001"),
    ]  # fmt: skip
    by_site = {
        (F1, "number", "text", False),
        ("+8613800138000", "number", "text", False),
        *((one, "domain", "text", False) for one in ("x.top", "y.top")),
    }
    assert found(leads.texts(folder, known(("x.top", "domain")))) == by_site
    assert found(leads.texts(folder, known((F1, "number")))) == by_site
    assert found(leads.texts(folder, known(("+8613800138001", "number")))) == {
        (F4, "number", "text", False), ("+8613800138001", "number", "text", False),
    }  # fmt: skip


def test_a_text_leads_to_every_site_and_number_that_it_names() -> None:
    text = "京东客服jd.com提醒：退款请登录a-b.top或c-d.top，电话13800138000、13800138001，或138-0013-8002"
    told = contacts_in(table("messages", message(1, 0, F1, text), message(2, 1, F2, "a-b.top，a-b.top")).lazy())
    assert told.select("sender", "kind", "value").rows() == [
        *((F1, "domain", one) for one in ("a-b.top", "c-d.top", "jd.com")),
        *((F1, "phone", f"+861380013800{n}") for n in range(3)),
        (F2, "domain", "a-b.top"),
    ]


def test_a_text_is_told_once_from_its_first_sending_and_a_longer_number_is_none() -> None:
    told = contacts_in(
        table(
            "messages",
            message(1, 9, F1, "x.TOP"),
            message(2, 3, F1, "x.TOP"),
            message(3, 1, F1, "138001380001 213800138000"),
        ).lazy()
    )
    assert told.rows() == [(F1, "domain", "x.top", at(3))]


@pytest.mark.parametrize("by", ["ip", "app"])
def test_sites_on_a_suspected_sites_server_are_suspected_where_few_are(by: str) -> None:
    few = [visit(n, f"{name}.top", **{by: "one"}) for n, name in enumerate("abcde")]
    many = [visit(10 + n, f"{name}.top", **{by: "net"}) for n, name in enumerate("aklmno")]
    folder = ready({"visits": table("visits", *few, *many, visit(30, "z.top"))})
    found_ = found(leads.servers(folder, known(("a.top", "domain"))))
    assert found_ == {(f"{name}.top", "domain", "server", False) for name in "abcde"}


def outreach(caller: str, cell: str | None, days: range, callees: int, n: int) -> list[dict[str, Any]]:
    rows = [(day, k) for day in days for k in range(callees)]
    return [
        call(n * 1000 + i, day * DAY + k, caller, f"+86156{day:04d}{k:04d}", 5, caller_cell=cell) for i, (day, k) in enumerate(rows)
    ]  # fmt: skip


def test_numbers_that_come_and_go_in_one_cell_call_many_and_are_not_always_there() -> None:
    calls = table(
        "calls", *outreach(F1, "c1", range(1, 3), 10, 1), *outreach(F2, "c1", range(1, 3), 10, 2), *outreach(F3, "c1", range(1, 3), 9, 3),
        *outreach(F4, "c1", range(5), 10, 4), *outreach("+8615400000905", "c1", range(1, 2), 10, 5), *outreach("+8615400000906", None, range(1, 3), 10, 6),
        *outreach("+8615400000907", "c1", range(2), 10, 7), *outreach("+8615400000908", "c2", range(1, 3), 10, 8),
    )  # fmt: skip
    days = [at(day * DAY).date() for day in range(5)]
    assert appearances(calls.lazy()).rows() == [
        (F1, "c1", days[1], days[2], 2), (F2, "c1", days[1], days[2], 2), ("+8615400000907", "c1", days[0], days[1], 1),
        ("+8615400000908", "c2", days[1], days[2], 2),
    ]  # fmt: skip
    folder = ready({"calls": calls})
    assert found(leads.movement(folder, known((F1, "number")))) == {
        (F1, "number", "cells", False),
        (F2, "number", "cells", False),
    }
    assert appearances(table("calls").lazy()).is_empty()


def test_each_plays_the_part_that_it_was_seen_in() -> None:
    gateway = [f"+86154000008{n:02d}" for n in range(4)]
    calls = table(
        "calls", *(call(n, n, one, number("li"), 30, caller_imei="box") for n, one in enumerate(gateway)),
        *(call(10 + n, n, one, number("li"), 30, caller_imei="phone") for n, one in enumerate((F1, F2, F3))),
        call(20, 5, F1, number("li"), 120), call(21, 6, F2, number("li"), 119), call(22, 7, F3, number("wei"), 600),
    )  # fmt: skip
    payments = paid(
        (60, "a-li", "m", 100), (61, "m", "cash:1", 50), (62, "m", "n", 50), (63, "n", "cash:1", 49), (64, "n", "x", 51)
    )
    folder = ready({"calls": calls, "payments": payments, **people("li")})
    some = known(
        *((one, "number") for one in (*gateway, F1, F2, F3)), ("m", "account"), ("n", "account"), ("x.top", "domain")
    )
    assert dict(roles(folder, some).rows()) == {
        **dict.fromkeys(gateway, "cards"), F1: "operators", F2: "luring", F3: "luring", "m": "cash_out", "n": "money", "x.top": "technical",
    }  # fmt: skip


def test_suspicion_leads_on_round_by_round_and_stops_at_shops_and_at_people_with_a_life() -> None:
    chain = [(n * 5, one, other, 100 - n) for n, (one, other) in enumerate(zip("vmnopq", "mnopqr", strict=True))]
    shop = [(200 + n, f"c{n}", "market", 1, "qr") for n in range(20)]
    payments = paid(*alive("friend"), *chain, (6, "m", "friend", 50), (7, "m", "market", 50), *shop)
    folder = ready({"payments": payments, "listed": table("listed", listed("m", "account"))})
    standing = {row["identifier"]: row["standing"] for row in suspects(folder).iter_rows(named=True)}
    assert standing == {"m": 1.0, "n": 1.0, "o": 1.0, "p": 1.0, "q": 1.0, "friend": 0.5}


def rows_of(kept: pl.DataFrame) -> set[tuple[Any, ...]]:
    return set(kept.select("subject", "kind", "value").rows())


def test_everything_that_a_suspect_was_seen_with_is_a_trace() -> None:
    calls = table(
        "calls", call(1, 9, F1, number("li"), 90, caller_imei="35000000000001"), call(2, 3, F1, number("li"), 90, caller_imei="35000000000001"),
        call(3, 3, F2, number("wei"), 90, caller_imei="35000000000002"), *outreach(F3, "c1", range(1, 3), 10, 3), call(90, 5 * DAY, F2, F1, 5, caller_cell="c9"),
        call(91, 0, F2, F1, 5, caller_cell="c9"),
    )  # fmt: skip
    payments = [
        {"payment_id": "t1", "paid_at": at(60), "payer": "a-li", "payee": "m", "amount_fen": 10_000},
        {
            "payment_id": "t2",
            "paid_at": at(70),
            "payer": "m",
            "payee": "n",
            "amount_fen": 9_000,
            "device": "35000000000001",
            "ip": "198.18.1.2",
        },
    ]
    folder = ready({
        "calls": calls, "payments": table("payments", *payments), "messages": table("messages", message(1, 5, F1, "x.top")),
        "visits": table("visits", visit(1, "x.top", ip="198.18.7.1", app="tool")), "reports": table("reports", report("r1", 99, url=["x.top"], payee=["m"])),
        "numbers": table("numbers", {"number": F1, "outlet": "o1", "opened_at": at(-9)}, {"number": number("li"), "holder": "li"}),
        "accounts": table("accounts", {"account": "m", "opening_branch": "b1", "opened_at": at(-9)}, {"account": "a-li", "holder": "li"}),
    })  # fmt: skip
    some = known((F1, "number"), (F3, "number"), ("m", "account"), ("n", "account"), ("x.top", "domain"))
    kept = traces_of(folder, some).kept
    day = at(-9).date()
    assert rows_of(kept) == {
        (F1, "phone", normal_number(F1)), (F3, "phone", normal_number(F3)), (F1, "imei", "35000000000001"), (F1, "device", "35000000000001"),
        (F3, "cells", f"c1 {at(DAY).date()} {at(2 * DAY).date()}"), (F1, "domain", "x.top"), (F1, "opened_together", f"o1 {day}"),
        ("m", "lower_account", "m"), ("n", "lower_account", "n"), ("n", "lower_account", "m"), ("m", "device", "35000000000001"),
        ("m", "ip", "198.18.1.2"), ("m", "ip_prefix", "198.18.1.0/24"), ("m", "opened_together", f"b1 {day}"),
        ("x.top", "domain", "x.top"), ("x.top", "server", "198.18.7.1"), ("x.top", "app", "tool"),
        ("m", "same_case", "r1"), ("x.top", "same_case", "r1"), (F1, "same_victim", "a-li"), ("x.top", "same_victim", "a-li"), ("m", "same_victim", "a-li"),
    }  # fmt: skip
    at_of = {
        (row["subject"], row["kind"], row["value"]): (row["at"], row["level"]) for row in kept.iter_rows(named=True)
    }
    assert at_of[F1, "imei", "35000000000001"] == (at(3), 0)
    assert at_of["n", "lower_account", "m"] == (at(70), 2)
    assert at_of["m", "lower_account", "m"] == (None, 2)
    assert at_of["m", "device", "35000000000001"][0] == at_of["m", "ip", "198.18.1.2"][0] == at(70)
    assert at_of[F1, "same_victim", "a-li"][0] == at(3)
    assert at_of["m", "same_victim", "a-li"][0] == at(60)
    assert at_of["x.top", "server", "198.18.7.1"][0] == at(1)


def test_a_content_network_is_no_server_of_a_site() -> None:
    sites = [visit(n, f"{name}.top", ip="198.18.7.1") for n, name in enumerate("abcdef")]
    for count, there in ((5, True), (6, False)):
        kept = traces_of(ready({"visits": table("visits", *sites[:count])}), known(("a.top", "domain"))).kept
        assert (("a.top", "server", "198.18.7.1") in rows_of(kept)) is there


def test_a_case_is_traced_by_what_it_names_and_where_its_money_went() -> None:
    payments = paid(
        (10, "a-li", "m", 100), (15, "m", "n", 90), (20, "n", "o", 80), (25, "o", "p", 70), (16, "m", "a-wei", 5)
    )
    folder = ready({
        "payments": payments, "calls": table("calls", call(1, 0, F1, number("li"), 60, caller_imei="35000000000001")),
        "reports": table("reports", report("r1", 99, payee=["m"], number=[F1], url=["x.top"], occurred_at=at(7)), report("r2", 98, url=["y.top"])),
        **people("li", "wei"),
    })  # fmt: skip
    kept = cases_of(folder).kept
    assert set(kept.select("subject", "kind", "value", "level").rows()) == {
        ("r1", "payee_account", "m", 0), ("r1", "phone", normal_number(F1), 0), ("r1", "domain", "x.top", 0), ("r1", "lower_account", "n", 2),
        ("r1", "lower_account", "o", 3), ("r1", "imei", "35000000000001", 0), ("r2", "domain", "y.top", 0),
    }  # fmt: skip
    at_of = {(row["subject"], row["value"]): row["at"] for row in kept.iter_rows(named=True)}
    assert [at_of[key] for key in (("r1", "m"), ("r2", "y.top"), ("r1", "n"), ("r1", "o"), ("r1", "35000000000001"))] == [
        at(7), at(98), at(15), at(20), at(7),
    ]  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
def test_a_number_that_was_given_anew_after_its_listing_does_not_count_however_its_register_is_sorted(
    turned: bool,
) -> None:
    rows = [{"number": F1, "opened_at": at(-2000)}, {"number": F1, "opened_at": at(-100)}]
    register = table("numbers", *(rows[::-1] if turned else rows))
    assert still_listed(ready({"listed": table("listed", listed(F1, "number")), "numbers": register})).is_empty()


def test_who_reached_several_payers_is_suspected_and_doubted_where_they_have_a_life() -> None:
    reaching = [
        call(n, n, one, number(name), 90)
        for n, (one, name) in enumerate(((F1, "li"), (F1, "wei"), (F2, "li"), (F2, "wei")))
    ]
    friends = [call(10 + n, 200 + n, *pair, 5) for n, pair in enumerate(((F2, F3), (F3, F2), (F2, F4), (F4, F2)))]
    visits = [visit(n, "x.top", number=number(name)) for n, name in enumerate(("li", "wei"))]
    folder = ready({
        "calls": table("calls", *reaching, *friends), "visits": table("visits", *visits), "listed": table("listed", listed("m", "account")),
        "payments": paid((60, "a-li", "m", 100), (70, "a-wei", "m", 100)), **people("li", "wei"),
    })  # fmt: skip
    by_contact = {(one, "number", "contact", False) for one in (F1, F2)} | {("x.top", "domain", "contact", False)}
    assert found(leads.contact(folder, known(("m", "account")))) == by_contact
    standing = {row["identifier"]: row["standing"] for row in suspects(folder).iter_rows(named=True)}
    assert standing == {"m": 1.0, F1: 1.0, F2: 0.5, "x.top": 1.0}
