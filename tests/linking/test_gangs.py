"""Gangs from shared traces and followed money, houses told apart; where they stand, how they change; all of it at one small folder."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from fanzha.linking import clean, link, networks, propose_series, similar_scripts
from fanzha.linking.communities import communities
from fanzha.linking.folder import ready
from fanzha.linking.gangs import group
from fanzha.linking.over_time import changes, seen, summary
from fanzha.linking.strengths import EXCLUSIONS, GROUPING
from fanzha.linking.traces import TRACES
from fanzha.refusal import Refusal
from tests.linking.test_money import DAY, paid
from tests.linking.test_suspects import known
from tests.worlds import at, call, table

NUMBERS = [f"+86154000007{n:02d}" for n in range(12)]


def traces(*rows: tuple[Any, ...]) -> pl.DataFrame:
    full = [(*row, *(0, None)[len(row) - 3 :]) for row in rows]
    return pl.DataFrame(full, schema=TRACES, orient="row")


def parted(found: pl.DataFrame) -> set[frozenset[str]]:
    """Communities as sets of their subjects."""
    return {frozenset(part["subject"]) for part in found.partition_by("community")}


def test_what_shares_traces_is_one_community_and_what_does_not_is_none() -> None:
    rows = [(one, "device", "d1") for one in "abc"] + [(one, "device", "d2") for one in "def"] + [("z", "device", "d3")]
    rows += [(one, "domain", "x.top") for one in "ab"] + [(one, "domain", "y.top") for one in "ef"]
    found = communities(traces(*rows), known())
    assert parted(found) == {frozenset("abc"), frozenset("def")}
    assert found["resolution"].n_unique() == 1
    again = communities(traces(*reversed(rows)), known())
    assert found.sort("subject").equals(again.sort("subject"))
    assert communities(traces(("a", "im", "1"), ("b", "im", "2")), known()).is_empty()


def tied(parts: str) -> list[tuple[Any, ...]]:
    """Four fronts a part, each part with a device and a messenger of its own, and each front with one app in common with every other part."""
    fronts = [(part, f"{part}{n}") for part in parts for n in range(4)]
    own = [(one, kind, f"{kind}-{part}") for part, one in fronts for kind in ("device", "im")]
    return own + [(one, "app", f"app-{one[1:]}") for _, one in fronts]


def test_the_resolution_is_the_middle_of_the_widest_plateau() -> None:
    found = communities(traces(*tied("ab")), known())
    assert (found["community"].n_unique(), found["resolution"][0]) == (2, 0.6), "one at 0.1 to 0.2, two at 0.3 to 1.3"
    lower = communities(traces(*tied("ab")), known(), 0.15)
    assert (lower["community"].n_unique(), lower["resolution"][0]) == (1, 0.15)


@pytest.mark.parametrize(
    ("weak", "strong", "standing"),
    [
        ("opened_together", "device", {}),
        ("device", "device", {"x": 0.2}),
    ],
)
def test_who_stands_between_two_goes_where_the_ties_are_stronger(
    weak: str, strong: str, standing: dict[str, float]
) -> None:
    left = [(one, "device", "d1") for one in "abc"] + [(one, "im", "i1") for one in "abc"]
    right = [(one, "device", "d2") for one in "def"] + [(one, "im", "i2") for one in "def"]
    between = [
        ("x", weak, "w"),
        ("a", weak, "w"),
        ("x", strong, "s"),
        ("d", strong, "s"),
        ("x", "app", "y"),
        ("e", "app", "y"),
    ]
    found = parted(
        communities(
            traces(*left, *right, *between), known(*((one, "account", value) for one, value in standing.items()))
        )
    )
    assert frozenset("abc") in found


def fronts_and_behind() -> dict[str, pl.DataFrame]:
    """Two gangs of three fronts each, on own devices; behind them m1 (of the first), m2 (of both) and a house's h1, h2, h3."""
    rows = [(n, f"v{n}", front, 100, "mobile", None) for n, front in enumerate(("a1", "a2", "a3", "b1", "b2", "b3"))]
    rows += [
        (10, "a1", "m1", 100, "mobile", "da"),
        (11, "a2", "m2", 100, "mobile", "da"),
        (12, "b1", "m2", 40, "mobile", "db"),
    ]
    rows += [
        (13, "a3", "m1", 50, "mobile", "da"),
        (14, "b2", "m3", 100, "mobile", "db"),
        (15, "b3", "m3", 10, "mobile", "db"),
    ]
    return {"payments": paid(*rows)}


def test_fronts_are_grouped_and_money_tells_whose_the_accounts_behind_are() -> None:
    folder = ready(fronts_and_behind())
    accounts = ("a1", "a2", "a3", "b1", "b2", "b3", "m1", "m2", "m3")
    own = [(one, "device", "da") for one in ("a1", "a2", "a3")] + [(one, "device", "db") for one in ("b1", "b2", "b3")]
    own += [(one, "ip", "198.18.1.1") for one in ("a1", "b1")] + [(one, "opened_together", "o") for one in ("a2", "b2")]
    own += [(one, "lower_account", one) for one in accounts] + [
        ("m1", "lower_account", "a1"),
        ("b1", "lower_account", "a1"),
    ]
    gangs, houses = group(folder, known(*((one, "account") for one in accounts)), traces(*own))
    told = {row["identifier"]: (row["gang"], row["also"]) for row in gangs.iter_rows(named=True)}
    first, second = told["a1"][0], told["b1"][0]
    assert {first, second} == {"G001", "G002"}
    assert told == {
        **{one: (first, []) for one in ("a1", "a2", "a3", "m1")}, **{one: (second, []) for one in ("b1", "b2", "b3", "m3")}, "m2": (first, [second]),
    }  # fmt: skip
    assert first == "G001", "the larger is named first"
    assert houses.is_empty()


def test_a_device_that_serves_three_gangs_is_a_house_and_joins_nobody() -> None:
    rows = []
    for g, gang in enumerate("abc"):
        rows += [(g * 20 + n, f"v{gang}{n}", f"{gang}{n}", 100, "mobile", None) for n in range(3)]
        rows += [(g * 20 + 5 + n, f"{gang}{n}", f"h{gang}", 100, "mobile", f"d{gang}") for n in range(3)]
    folder = ready({"payments": paid(*rows)})
    accounts = [*(f"{gang}{n}" for gang in "abc" for n in range(3)), "ha", "hb", "hc"]
    own = [(f"{gang}{n}", "device", f"d{gang}") for gang in "abc" for n in range(3)] + [
        (f"h{gang}", "device", "house") for gang in "abc"
    ]
    suspected = known(*((one, "account") for one in accounts))
    gangs, houses = group(folder, suspected, traces(*own))
    assert houses.to_list() == ["house"]
    by_gang = {frozenset(part["identifier"]) for part in gangs.partition_by("gang")}
    assert by_gang == {frozenset({*(f"{gang}{n}" for n in range(3)), f"h{gang}"}) for gang in "abc"}
    two = traces(*(row for row in own if row[0] != "hc"))
    assert group(folder, suspected, two)[1].is_empty(), "two gangs are no house"
    fronted = traces(*own, ("a0", "device", "house"))
    assert group(folder, suspected, fronted)[1].is_empty(), "a house hides behind"


def test_a_gang_that_comes_apart_makes_no_house_of_its_own_device(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = []
    for g, part in enumerate("abc"):
        rows += [(g * 20 + n, f"v{part}{n}", f"{part}{n}", 100, "mobile", None) for n in range(4)]
        rows += [(g * 20 + 5 + n, f"{part}{n}", f"h{part}", 100, "mobile", f"d{part}") for n in range(4)]
    folder = ready({"payments": paid(*rows)})
    accounts = [*(f"{part}{n}" for part in "abc" for n in range(4)), "ha", "hb", "hc"]
    own = [*tied("abc"), *((f"h{part}", "device", "desk") for part in "abc")]
    monkeypatch.setitem(GROUPING, "resolutions", [0.3, 0.35, 0.4])
    assert communities(traces(*own), known())["community"].n_unique() == 4, "three parts and the desk"
    _, houses = group(folder, known(*((one, "account") for one in accounts)), traces(*own))
    assert houses.is_empty(), "at half the resolution the parts are one gang"
    apart = [row for row in own if row[1] != "app"]
    _, houses = group(folder, known(*((one, "account") for one in accounts)), traces(*apart))
    assert houses.to_list() == ["desk"], "three gangs are three at any"


def gang_of(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["identifier", "kind", "gang"], orient="row")


def test_a_gang_is_seen_from_its_first_to_its_last_signal_with_the_money_from_outside() -> None:
    folder = ready({
        "calls": table("calls", call(1, 5, NUMBERS[0], NUMBERS[9], 5), call(2, 50, NUMBERS[0], NUMBERS[9], 5)),
        "messages": table("messages", {"message_id": "m", "sent_at": at(2), "sender": NUMBERS[0], "receiver": NUMBERS[9]}),
        "visits": table("visits", {"visit_id": "v", "visited_at": at(70), "number": NUMBERS[9], "domain": "x.top"}),
        "payments": paid((10, "v", "m", 100), (20, "m", "n", 70), (30, "o", "n", 5), (40, "w", "n", 8)),
    })  # fmt: skip
    gangs = gang_of(
        (NUMBERS[0], "number", "G1"),
        ("x.top", "domain", "G1"),
        ("m", "account", "G1"),
        ("n", "account", "G1"),
        ("o", "account", "G2"),
        ("q", "account", "G2"),
    )
    assert seen(folder, gangs).sort("identifier").rows() == sorted([
        (NUMBERS[0], at(2), at(50), None), ("x.top", at(70), at(70), None), ("m", at(10), at(20), 10_000), ("n", at(20), at(40), 1_300),
        ("o", at(30), at(30), None), ("q", None, None, None),
    ])  # fmt: skip


def test_a_gangs_summary_counts_its_kinds_and_names_who_holds_it_together() -> None:
    rows = [
        ("a", "number", "G1", 5),
        ("b", "account", "G1", 7),
        ("c", "domain", "G1", None),
        ("d", "account", "G1", 1),
        ("e", "number", "G2", None),
    ]
    gangs = pl.DataFrame(
        [(one, kind, gang, fen, at(n), at(n + 9)) for n, (one, kind, gang, fen) in enumerate(rows)],
        schema=["identifier", "kind", "gang", "fen", "first_seen", "last_seen"], orient="row",
    )  # fmt: skip
    links = pl.DataFrame(
        [("a", "b", 0.9), ("b", "c", 0.5), ("c", "d", 0.1), ("d", "e", 1.0), ("a", "x", 1.0)],
        schema=["a", "b", "strength"],
        orient="row",
    )
    found = summary(gangs, links)
    assert found.drop("key").rows() == [("G1", 4, 1, 2, 1, 13, at(0), at(12)), ("G2", 1, 1, 0, 0, 0, at(4), at(13))]
    assert found.columns[:6] == ["gang", "identifiers", "numbers", "accounts", "domains", "fen"]
    assert found["key"].to_list() == [["b", "a", "c"], None]


def test_changes_are_told_by_shanghai_day() -> None:
    rows = [
        ("a", "G1", 0, 0),
        ("b", "G1", 0, 2 * DAY),
        ("c", "G1", DAY, 2 * DAY),
        ("d", "G2", 14 * 60, 14 * 60),
        ("e", "G2", 13 * 60, 14 * 60),
    ]
    gangs = pl.DataFrame(
        [(one, gang, at(begin), at(end)) for one, gang, begin, end in rows],
        schema=["identifier", "gang", "first_seen", "last_seen"],
        orient="row",
    )
    gangs = pl.concat([gangs, pl.DataFrame({"identifier": ["f"], "gang": ["G1"]})], how="diagonal_relaxed")
    days = [at(n * DAY).date() for n in range(3)]
    assert changes(gangs).rows() == [
        ("G1", days[0], 2, 1, 2), ("G1", days[1], 1, 0, 2), ("G1", days[2], 0, 2, 2), ("G2", days[0], 1, 0, 1), ("G2", days[1], 1, 2, 2),
    ]  # fmt: skip


def test_the_strength_of_a_link_is_that_of_what_is_shared_in_its_window_and_by_its_level() -> None:
    def strength(kind: str, level: int, apart: float) -> float | None:
        rows = [(one, kind, "9", level, at(n * apart)) for n, one in enumerate("ab")]
        found = link(pl.DataFrame(rows, schema=TRACES, orient="row")).links
        return found["strength"].item() if found.height else None

    assert [strength("ip", 0, minutes) for minutes in (DAY, DAY + 1)] == [0.7, pytest.approx(0.399)]
    assert [strength("device", 0, minutes) for minutes in (0, 900 * DAY)] == [0.8, 0.8]
    assert [strength("lower_account", level, 0) for level in (1, 2, 3, 4)] == [0.9, 0.9, pytest.approx(0.72), None]
    assert [strength("cells", level, 0) for level in (1, 2)] == [0.7, pytest.approx(0.35)], "only one end was seen"
    assert strength("opened_together", 0, 0) == 0.4


def test_the_strongest_links_come_first_and_each_with_its_own_evidence() -> None:
    rows = [
        ("b", "domain", "x.top"),
        ("c", "domain", "x.top"),
        ("a", "device", "d"),
        ("b", "device", "d"),
        ("c", "app", "q"),
        ("b", "app", "q"),
    ]
    found = link(traces(*rows)).links
    assert found.select("a", "b", "strength").rows() == [("b", "c", pytest.approx(0.9)), ("a", "b", 0.8)]
    assert [[(one["kind"], one["value"], one["weight"]) for one in evidence] for evidence in found["evidence"].to_list()] == [
        [("app", "q", 0.5), ("domain", "x.top", 0.8)], [("device", "d", 0.8)],
    ]  # fmt: skip
    for count, pairs in ((50, 0.9), (51, 0.27), (200, 0.27)):
        crowd = link(traces(*((f"s{n:03d}", "im", "1") for n in range(count))))
        assert crowd.links["strength"].unique().to_list() == [pytest.approx(pairs)]
        assert crowd.links.height == count * (count - 1) // 2
        assert crowd.hubs.is_empty()


@pytest.mark.parametrize(
    ("kind", "value", "spelled", "reason"),
    [
        ("phone", " 138 0013 8000 ", "+8613800138000", ""), ("phone", "n-abcdefghijklmnopqrst", "n-abcdefghijklmnopqrst", ""), ("phone", "+00123456", None, "service_numbers"),
        ("imei", "350000000000012", "35000000000001", ""), ("imei", "3500000000000", None, "imei"), ("imei", "i-token", "i-token", ""),
        ("imei", "11111111111111", None, "imei"), ("ip", "2001:db8::0001", "2001:db8::1", ""), ("ip", "192.168.1.1", None, "networks"), ("ip", "somewhere", "somewhere", ""),
        ("server", "10.0.0.1", None, "networks"), ("domain", "a.b.com.cn", "b.com.cn", ""), ("domain", "a.b.top", "b.top", ""), ("domain", "b.cn", "b.cn", ""),
        ("domain", "com.cn", "com.cn", ""), ("domain", "HTTPS://WWW.A.Top:8080/x", "a.top", ""), ("domain", "a.top.", "a.top", ""), ("domain", "x.qq.com", None, "domains"),
        ("wallet", "T1", "T1", ""), ("payee_account", "62 22", "6222", ""), ("lower_account", "gold:1", None, "accounts"), ("lower_account", "62 22", "6222", ""),
        ("im", " qq 1 ", "qq 1", ""), ("im", "  ", None, "empty"), ("im", None, None, "empty"),
    ],
)  # fmt: skip
def test_every_kind_of_trace_has_its_spelling_and_what_does_not_count(
    kind: str, value: str | None, spelled: str | None, reason: str
) -> None:
    cleaned = clean(
        pl.DataFrame({"subject": ["a"], "kind": [kind], "value": [value]}, schema_overrides={"value": pl.String})
    )
    assert cleaned.excluded.select("subject", "value", "reason").rows() == ([("a", value, reason)] if reason else [])
    own = cleaned.kept.filter(pl.col("kind") == kind)
    assert own["value"].to_list() == ([spelled] if spelled else [])
    assert own["level"].to_list() == ([0] if spelled else [])


def test_a_trace_counts_from_when_it_was_first_seen_and_its_columns_must_be_there() -> None:
    rows = [
        ("a", "im", "1", 3, None),
        ("a", "im", "1", 2, at(9)),
        ("a", "im", "1", 1, at(5)),
        ("b", "im", "1", 0, None),
    ]
    kept = clean(pl.DataFrame(rows, schema=TRACES, orient="row")).kept
    assert kept.rows() == [("a", "im", "1", 1, at(5)), ("b", "im", "1", 0, None)]
    with pytest.raises(Refusal, match="traces need the columns kind, value") as refused:
        clean(pl.DataFrame({"subject": ["a"]}))
    assert refused.value.code == "traces.columns"
    with pytest.raises(Refusal) as refused:
        clean(traces(("a", "shoe", "43")))
    assert refused.value.code == "traces.kind"
    assert {*EXCLUSIONS} >= {"service_numbers", "imei", "networks", "domains", "wallets", "accounts"}


def test_series_are_numbered_by_size_and_say_what_holds_them() -> None:
    rows = [(one, "im", "1") for one in ("c4", "c5", "c6")] + [(one, "device", "1") for one in ("c4", "c5")]
    rows += [(one, "im", "2") for one in ("c0", "c1", "c2", "c3")] + [(one, "app", "2") for one in ("c0", "c3")]
    rows += [(one, "opened_together", "o") for one in ("c3", "c4")] + [(one, "app", "9") for one in ("p", "q", "r")]
    found = propose_series(link(traces(*rows)).links)
    assert found.rows() == [
        (1, ["c0", "c1", "c2", "c3"], ["app", "im"], 0.9), (2, ["c4", "c5", "c6"], ["device", "im"], 0.9),
    ]  # fmt: skip
    weak = [(one, "app", "1") for one in "abc"] + [(one, "delivery", "2") for one in "ab"]
    assert propose_series(link(traces(*weak)).links)["strength"].to_list() == [0.5], "a half holds"


def test_scripts_are_alike_by_what_they_say_and_not_by_the_form() -> None:
    story = "客服说会员误开通每月扣费需要下载会议软件共享屏幕配合取消否则影响征信"
    form = "报警人称某年某月某日在家中接到一个陌生电话对方自称工作人员"
    texts = {f"C{n:02d}": form + "".join(chr(0x4E00 + 97 * n + k) for k in range(40)) for n in range(10)}
    frame = pl.DataFrame(
        {
            "subject": [*texts, "S1", "S2", "S3", "S4"],
            "text": [*texts.values(), form + story, form + story + "8000", None, story[:3]],
        }
    )
    found = similar_scripts(frame)
    assert found.rows() == [("S1", "S2", 1.0)]
    half = pl.DataFrame({"subject": ["a", "b"], "text": [story, story[:20]]})
    assert similar_scripts(half).is_empty()
    nearly = similar_scripts(pl.DataFrame({"subject": ["b", "a"], "text": [story, story[:-3]]}))
    assert nearly.select("a", "b").rows() == [("a", "b")]
    assert nearly["similarity"].item() == pytest.approx(29 / 32, abs=0.03)


def test_the_whole_of_it_names_identifiers_as_they_were_spelled() -> None:
    spelled = ["154-0000-0701", "154-0000-0702", "154-0000-0703"]
    calls = [call(n, n, one, "13800138000", 90, caller_imei="35000000000001") for n, one in enumerate(spelled)]
    rows = [
        {"report_id": f"r{n}", "reported_at": at(99), "person": f"p{n}", "narrative": "x", "number": [one, "95588"]}
        for n, one in enumerate(spelled)
    ]
    found = networks({"calls": table("calls", *calls), "reports": table("reports", *rows)})
    assert set(found.gangs["identifier"]) == {*spelled}
    assert found.gangs.select("kind", "gang", "role", "standing", "because", "key").unique().rows() == [
        ("number", "G001", "luring", 1.0, "reported", True)
    ]
    assert set(found.links["a_kind"]) == {"number", "case"}
    assert found.summary.select("gang", "identifiers", "numbers").rows() == [("G001", 3, 3)]
    assert np.isclose(found.links.filter(pl.col("a_kind") == "number")["strength"].to_numpy(), 0.9).all()


@pytest.mark.parametrize("kind", ["domain", "phone", "same_victim"])
def test_who_names_many_is_tied_less_to_each(kind: str) -> None:
    left = [(one, "im", "i1") for one in "abc"] + [(one, kind, "v1") for one in "abc"]
    right = [(one, "im", "i2") for one in "def"] + [(one, "opened_together", "o") for one in "defx"]
    many = [("x", kind, "v1"), *((one, kind, f"w{n}") for n in range(6) for one in ("x", f"p{n}"))]
    found = parted(communities(traces(*left, *right, *many), known()))
    assert any({"x", "d", "e", "f"} <= part for part in found)
