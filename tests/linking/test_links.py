"""Links: the score of the domain page, what does not count, hubs, series, scripts, and the index that gives the same links."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanzha.linking import (
    KINDS,
    TRACES,
    TraceIndex,
    clean,
    link,
    links_of,
    networks,
    propose_series,
    scripts,
    sentences,
    signatures,
    similar_scripts,
    site_of,
)
from fanzha.linking import traces as traces_page
from fanzha.refusal import Refusal
from fanzha.signals import TABLES, declared_empty

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def traces(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """Rows of subject, kind, value and perhaps level and at."""
    full = [(*row, *(None,) * (5 - len(row))) for row in rows]
    return pl.DataFrame(full, schema=TRACES, orient="row")


def strength(*rows: tuple[Any, ...]) -> float | None:
    found = link(clean(traces(*rows)).kept).links
    return found["strength"].item() if found.height else None


def test_strengths_combine_as_one_minus_the_product_of_what_is_left() -> None:
    shared = [
        ("A", "domain", "x-y.top"),
        ("B", "domain", "x-y.top"),
        ("A", "imei", "35000000000001"),
        ("B", "imei", "35000000000001"),
    ]
    assert strength(*shared) == pytest.approx(1 - 0.2 * 0.1)


def test_the_same_payee_within_seven_days_is_certain_and_less_so_later() -> None:
    def paid(days: int) -> float | None:
        return strength(
            ("A", "payee_account", "9", 0, NOON), ("B", "payee_account", "9", 0, NOON + timedelta(days=days))
        )

    assert paid(7) == 1.0
    assert paid(8) == 0.9


def test_deeper_accounts_count_less_and_below_the_third_level_not_at_all() -> None:
    def at_level(level: int) -> float | None:
        return strength(("A", "lower_account", "9", level), ("B", "lower_account", "9", level))

    assert [at_level(level) for level in (2, 3, 4)] == [0.9, pytest.approx(0.72), None]


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("phone", "96110", "service_numbers"),
        ("phone", "95588", "service_numbers"),
        ("imei", "00000000000000", "imei"),
        ("ip", "100.64.3.9", "networks"),
        ("domain", "https://mp.weixin.qq.com/s", "domains"),
        ("phone", "0776-96110", "service_numbers"),
        ("lower_account", "cash:atm-3", "accounts"),
    ],
)
def test_what_everybody_shares_links_nobody_and_is_told(kind: str, value: str, reason: str) -> None:
    cleaned = clean(traces(("A", kind, value), ("B", kind, value)))
    assert cleaned.excluded["reason"].to_list() == [reason, reason]
    assert link(cleaned.kept).links.is_empty()


def test_spellings_of_one_thing_are_one() -> None:
    assert strength(("A", "phone", "138 0013 8000"), ("B", "phone", "+8613800138000")) == 0.9
    assert strength(("A", "domain", "http://www.X-y.top/a?b"), ("B", "domain", "m.x-y.top")) == 0.8


def test_a_site_that_is_reached_by_its_address_is_linked_by_the_whole_of_it() -> None:
    assert strength(("A", "domain", "http://203.0.113.9:8080/a"), ("B", "domain", "203.0.113.9")) == 0.8
    assert strength(("A", "domain", "http://203.0.113.9/a"), ("B", "domain", "http://198.51.113.9/b")) is None
    assert strength(("A", "domain", "http://[2001:db8::1]/a"), ("B", "domain", "https://[2001:db8::1]:8443")) == 0.8
    assert strength(("A", "domain", "http://[2001:db8::1]/a"), ("B", "domain", "http://[2001:db8::2]/a")) is None
    assert site_of("http://203.0.113.9:8080/a") == "203.0.113.9"
    assert site_of("http://192.168.1.1/login") == "", "the router of a thousand homes"


def test_a_network_counts_only_where_the_address_itself_is_not_shared() -> None:
    assert strength(("A", "ip", "198.18.7.1"), ("B", "ip", "198.18.7.1")) == 0.7
    assert strength(("A", "ip", "198.18.7.1"), ("B", "ip", "198.18.7.2")) == 0.4


def test_a_hub_counts_less_and_the_largest_are_named_and_not_written_out() -> None:
    crowd = clean(traces(*((f"C{n:03d}", "im", "qq-1") for n in range(60)))).kept
    assert link(crowd).links["strength"].unique().to_list() == [pytest.approx(0.27)]
    more = clean(traces(*((f"C{n:03d}", "im", "qq-1") for n in range(201)))).kept
    found = link(more)
    assert found.links.is_empty()
    assert found.hubs.rows() == [("im", "qq-1", 201)]


def test_a_script_never_links_alone_and_adds_to_what_else_is_shared() -> None:
    text = "客服说会员误开通每月扣费需要下载会议软件共享屏幕配合取消否则影响征信"
    alike = similar_scripts(
        pl.DataFrame(
            {"subject": ["A", "B", "C"], "text": [text, text + "8000元", "今天天气很好我们去公园散步吧大家一起"]}
        )
    )
    assert alike.select("a", "b").rows() == [("A", "B")]
    assert link(traces(("A", "phone", "1"), ("B", "phone", "2")), alike).links.is_empty()
    both = link(clean(traces(("A", "domain", "x.top"), ("B", "domain", "x.top"))).kept, alike).links
    assert both["strength"].item() == pytest.approx(1 - 0.2 * 0.6)
    assert len(sentences(both["evidence"][0].to_list(), "zh")) == 2


@settings(max_examples=30)
@given(st.text("甲乙丙丁戊己庚辛壬癸子丑寅卯", min_size=60, max_size=120), st.text("辰巳午未申酉戌亥", max_size=60))
def test_a_signature_tells_how_alike_two_texts_are_and_nothing_without_its_key(text: str, more: str) -> None:
    one, other = (scripts.pieces(told) for told in (text, text + more))
    told, longer = signatures.signature(text, b"key"), signatures.signature(text + more, b"key")
    if not told:
        assert len(one) < 20
        return
    assert abs(signatures.likeness(told, longer) - len(one & other) / len(one | other)) < 0.2
    assert signatures.likeness(told, signatures.signature(text, b"another key")) < 0.2
    assert signatures.signature(text + "2000元，", b"key") != b""
    assert not any(piece.encode() in told for piece in one)


def test_the_examples_run() -> None:
    assert [doctest.testmod(one).failed for one in (signatures, traces_page)] == [0, 0]


def test_sites_that_were_seen_with_one_icon_are_linked_where_the_visits_tell_it() -> None:
    at = pl.lit(NOON).cast(TRACES["at"])
    visits = pl.DataFrame({"number": ["1", "2"], "domain": ["a-b.top", "c-d.top"], "favicon": ["0a" * 16, "0A" * 16]})
    listed = pl.DataFrame({"identifier": ["a-b.top", "c-d.top"], "kind": "domain"})
    found = networks(
        {
            "visits": pl.concat([declared_empty(TABLES["visits"]), visits.with_columns(visited_at=at)], how="diagonal"),
            "listed": pl.concat([declared_empty(TABLES["listed"]), listed.with_columns(listed_at=at)], how="diagonal"),
        }
    )
    assert found.links.select("a", "b", "strength").rows() == [("a-b.top", "c-d.top", 0.6)]


def test_three_cases_with_two_kinds_are_a_series_and_with_one_kind_are_not() -> None:
    one_kind = [(case, "phone", "13800138000") for case in "ABC"]
    assert propose_series(link(clean(traces(*one_kind)).kept).links).is_empty()
    two = link(clean(traces(*one_kind, ("B", "domain", "x.top"), ("C", "domain", "x.top"))).kept).links
    assert propose_series(two)["cases"].to_list() == [["A", "B", "C"]]


def test_an_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="shoe_size"):
        clean(traces(("A", "shoe_size", "43")))


ROWS = st.lists(
    st.tuples(
        st.sampled_from([f"C{n}" for n in range(8)]),
        st.sampled_from(sorted(KINDS)),
        st.sampled_from(["13800138000", "x-y.top", "198.18.7.1", "198.18.7.9", "35000000000001"]),
        st.integers(0, 4),
        st.none() | st.integers(0, 20).map(lambda days: NOON + timedelta(days=days)),
    ),
    max_size=40,
)


@settings(max_examples=60)
@given(ROWS)
def test_links_do_not_depend_on_order_and_every_one_has_its_evidence(rows: list[tuple[Any, ...]]) -> None:
    kept = clean(traces(*rows)).kept
    found = link(kept).links
    assert found.drop("evidence").equals(link(kept.reverse()).links.drop("evidence"))
    for row in found.iter_rows(named=True):
        left = 1.0
        for one in row["evidence"]:
            left *= 1 - one["weight"]
        assert row["a"] < row["b"]
        assert row["evidence"]
        assert 0 < row["strength"] <= 1
        assert row["strength"] == pytest.approx(1 - left, abs=1e-6)


@settings(max_examples=40)
@given(ROWS)
def test_an_index_gives_a_new_case_the_links_that_linking_all_again_gives(rows: list[tuple[Any, ...]]) -> None:
    kept = clean(traces(*rows)).kept
    for case in kept["subject"].unique().sort():
        new, rest = kept.filter(pl.col("subject") == case), kept.filter(pl.col("subject") != case)
        all_of = link(kept).links
        own = all_of.filter((pl.col("a") == case) | (pl.col("b") == case)).drop("evidence")
        assert TraceIndex(rest).links(new).drop("evidence").equals(own)
        assert links_of(new, kept).drop("evidence").equals(own)


def test_a_site_that_is_named_is_known_by_its_host_names_too() -> None:
    at = pl.lit(NOON).cast(TRACES["at"])
    hosts = ["pay.a-b.top", "www.c-d.top", "x.github.io", "y.github.io"]
    visits = pl.DataFrame(
        {"visit_id": list("1234"), "number": "1", "domain": hosts, "ip": [f"198.19.9.{n}" for n in (9, 9, 8, 7)]}
    )
    listed = pl.DataFrame({"identifier": ["c-d.top", "x.github.io"], "kind": "domain"})
    told = {"report_id": "r", "reported_at": NOON, "person": "li", "narrative": "x", "url": ["https://a-b.top/login"]}
    found = networks(
        {
            "visits": pl.concat([declared_empty(TABLES["visits"]), visits.with_columns(visited_at=at)], how="diagonal"),
            "listed": pl.concat([declared_empty(TABLES["listed"]), listed.with_columns(listed_at=at)], how="diagonal"),
            "reports": pl.DataFrame([told], schema=TABLES["reports"].schema),
        }
    ).links
    (link_,) = found.filter(pl.col("a_kind") == "domain").to_dicts()
    assert {link_["a"], link_["b"]} == {"a-b.top", "c-d.top"}, "and two strangers on one platform are not linked"
    assert [one["kind"] for one in link_["evidence"]] == ["server"]


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("domain", "http://jd.com@x-y.top/login", "x-y.top"),
        ("imei", "35-000000-000001-2", "350000000000012"),
        ("ip", "::ffff:198.18.7.1", "198.18.7.1"),
    ],
)
def test_another_spelling_is_the_same_thing(kind: str, one: str, other: str) -> None:
    assert strength(("A", kind, one), ("B", kind, other)) == KINDS[kind].strength


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("imei", "0000000000000001"),
        ("imei", "111111111111119"),
        ("device", "00000000-0000-0000-0000-000000000000"),
        ("ip", "::ffff:100.64.3.9"),
        ("ip", "169.254.1.1"),
        ("ip", "0.0.0.0"),
        ("ip", "::1"),
        ("ip", "fe80::1"),
    ],
)
def test_what_stands_for_nothing_links_nobody(kind: str, value: str) -> None:
    assert strength(("A", kind, value), ("B", kind, value)) is None


def test_sites_below_a_provinces_name_are_strangers() -> None:
    assert strength(("A", "domain", "abc.gx.cn"), ("B", "domain", "def.gx.cn")) is None
    assert strength(("A", "domain", "pay.abc.gx.cn"), ("B", "domain", "abc.gx.cn")) == 0.8


def test_a_case_that_is_told_again_counts_once_in_the_index_and_as_it_was_told_last() -> None:
    first = clean(traces(("A", "phone", "13800138000"), ("A", "im", "qq-1"), ("B", "phone", "13800138000"))).kept
    again = clean(traces(("A", "phone", "13800138000"))).kept
    new = clean(traces(("C", "phone", "13800138000"), ("C", "im", "qq-1"))).kept
    index = TraceIndex(first)
    for _ in range(2):
        index.add(again)
    assert index.links(new).select("a", "b", "strength").rows() == [("A", "C", 0.9), ("B", "C", 0.9)]
    assert len(index) == 2


def test_a_series_is_as_strong_as_the_weakest_link_that_it_needs() -> None:
    rows = [(one, "im", "1") for one in "AB"] + [(one, "im", "2") for one in "BC"] + [(one, "app", "x") for one in "AC"]
    assert propose_series(link(traces(*rows)).links)["strength"].to_list() == [0.9]
    bridge = [*rows, *((one, "im", "3") for one in "DE"), *((one, "delivery", "4") for one in "CD")]
    assert propose_series(link(traces(*bridge)).links)["strength"].to_list() == [0.8]
