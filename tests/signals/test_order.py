"""When a row is known, and tables cut by it; what is refused, written down."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from fanzha.refusal import Refusal
from fanzha.signals import known_at, read_folder, slices, validate
from tests.worlds import CARD, MULE, SON, TEACHER, at, call, listed, payment, registers, table


def ids(part: dict[str, pl.DataFrame]) -> dict[str, list[str]]:
    return {name: frame[frame.columns[0]].to_list() for name, frame in part.items()}


def test_a_call_is_known_when_it_ends_unless_told_earlier_and_the_rest_when_it_happens() -> None:
    calls = table("calls", call(1, 0, SON, TEACHER, 90), call(2, 0, SON, TEACHER, 90, known_at=at(1)))
    assert known_at("calls", calls).to_list() == [at(1.5), at(1)]
    assert known_at("calls", calls).name == known_at("payments", table("payments", payment(1, 3, CARD, MULE, 1))).name
    assert known_at("payments", table("payments", payment(1, 3, CARD, MULE, 1))).to_list() == [at(3)]
    with pytest.raises(ValueError, match="people is a register"):
        known_at("people", registers()["people"])


def test_slices_have_about_so_many_events_never_part_a_moment_and_begin_with_the_registers() -> None:
    tables = {
        **registers(),
        "calls": table("calls", call(2, 0, SON, TEACHER, 300), call(1, 0, SON, TEACHER, 60), call(3, 1, SON, TEACHER, 240)),
        "payments": table("payments", payment(2, 5, CARD, MULE, 1), payment(1, 5, CARD, MULE, 1), payment(3, 6, CARD, MULE, 1)),
        "listed": table("listed", listed(MULE, "account")),
        "visits": table("visits"),
    }  # fmt: skip
    parts = [ids(part) for part in slices(tables, 2)]
    assert parts == [
        {
            "people": ["teacher", "son"],
            "numbers": [TEACHER, SON],
            "accounts": [CARD],
            "listed": [MULE],
            "calls": ["c1"],
        },
        {"calls": ["c2", "c3"], "payments": ["t1", "t2"]},
        {"payments": ["t3"]},
    ]
    assert [{*part} for part in slices(tables, 100)] == [
        {"people", "numbers", "accounts", "listed", "calls", "payments"}
    ]


def test_registers_alone_are_one_slice_and_nothing_is_none() -> None:
    assert [ids(part) for part in slices({**registers(), "calls": table("calls")}, 5)] == [ids(registers())]
    assert list(slices({"people": table("people"), "calls": table("calls")}, 5)) == []
    only = {"people": table("people"), "payments": table("payments", payment(1, 5, CARD, MULE, 1))}
    assert [ids(part) for part in slices(only, 5)] == [{"payments": ["t1"]}]


def test_what_is_refused_is_written_by_table_with_its_causes_and_replaces_what_an_earlier_run_wrote(
    tmp_path: Path,
) -> None:
    head = "person,birth_year,place\n"
    (tmp_path / "people-2.csv").write_text(head + "a,1850,451002\nb,1960,张\nc,1850,\n", encoding="utf-8")
    (tmp_path / "people-1.csv").write_text(head + "d,1960,\ne,1850,451002\n")
    (tmp_path / "visits.csv").write_text("visit_id,visited_at\nv,\n")
    quarantine = tmp_path / "deep" / "quarantine"
    read_folder(tmp_path, quarantine)
    text = (quarantine / "summary.json").read_text(encoding="utf-8")
    wrong = {"table": "people", "code": "value.wrong"}
    assert json.loads(text) == {
        "refused": {"people": 4, "visits": 1},
        "causes": [
            {**wrong, "file": "people-1.csv", "field": "birth_year", "rows": 1},
            {**wrong, "file": "people-2.csv", "field": "birth_year", "rows": 2},
            {**wrong, "file": "people-2.csv", "field": "place", "rows": 1},
            {"table": "visits", "code": "column.missing", "file": "visits.csv", "field": "number", "rows": 1},
        ],
    }
    assert text.endswith("}\n")
    (tmp_path / "visits.csv").unlink()
    read_folder(tmp_path, quarantine)
    assert sorted(path.name for path in quarantine.iterdir()) == ["people.ndjson", "summary.json"]


def test_a_table_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="no such table; there are calls, messages") as refusal:
        validate("letters", pl.DataFrame(), source="letters.csv")
    assert (refusal.value.code, refusal.value.where) == ("table.unknown", "letters")


def test_of_rows_with_one_id_and_one_time_the_first_of_the_file_comes_first() -> None:
    rows = [payment(n % 500, n % 5, CARD, MULE, 1 + n // 500) for n in range(2000)]
    (part,) = slices({"payments": table("payments", *rows)}, 5000)
    first = part["payments"].unique("payment_id", keep="first", maintain_order=True)
    assert first["amount_fen"].to_list() == [100] * 500
