"""What one value may look like, in texts and in typed columns of other programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fanzha.signals import validate

ROWS: dict[str, dict[str, Any]] = {
    "calls": {"call_id": "c", "started_at": "2026-01-01T00:00:00Z", "caller": "154", "callee": "955", "duration_s": "1"},
    "people": {"person": "p"},
    "visits": {"visit_id": "v", "visited_at": "2026-01-01T00:00:00Z", "number": "15400000001", "domain": "a.example"},
    "reports": {"report_id": "r", "reported_at": "2026-01-01T00:00:00Z", "person": "p", "narrative": "n"},
    "listed": {"identifier": "i", "kind": "app", "listed_at": "2026-01-01T00:00:00Z"},
    "pushed": {
        "source": "s", "source_id": "1", "received_at": "2026-01-01T00:00:00Z", "subject": "154", "subject_kind": "number",
    },
}  # fmt: skip
AT = datetime(2026, 1, 1, tzinfo=UTC)
REFUSED = object()


def read(table: str, column: str, value: Any, dtype: Any = pl.String) -> Any:
    """How a value of a column is read, or REFUSED."""
    frame = pl.DataFrame([ROWS[table]]).with_columns(pl.Series(column, [value], dtype=dtype))
    found = validate(table, frame, source="a")
    if found.good.height:
        return (
            found.good[column][0].to_list() if isinstance(found.good[column][0], pl.Series) else found.good[column][0]
        )
    assert found.refused["field"].to_list() == [column]
    return REFUSED


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2026-01-01T08:00:00+08:00", AT),
        ("2026-01-01T00:00:00Z", AT),
        (" 2026-01-01T00:00:00Z ", AT),
        ("2026-01-01 00:00:00z", AT),
        ("2026-01-01t08:00:00+08:00", AT),
        ("2025-12-31T18:30:00-05:30", AT),
        ("2026-01-01T00:00:00.5Z", AT + timedelta(milliseconds=500)),
        ("2026-01-01T00:00:00.123456789Z", AT + timedelta(microseconds=123456)),
        ("2026-01-01T00:00:00", REFUSED),
        ("2026-01-01T24:00:00Z", REFUSED),
        ("2026-02-30T00:00:00Z", REFUSED),
        ("2026-01-01", REFUSED),
        ("x2026-01-01T00:00:00Z", REFUSED),
        ("2026-01-01T00:00:00Zx", REFUSED),
    ],
)
def test_a_time_is_an_instant_with_its_offset(value: str, wanted: Any) -> None:
    assert read("calls", "started_at", value) == wanted


def test_a_typed_time_is_an_instant_whatever_its_unit_and_a_number_is_none() -> None:
    for unit in ("ms", "us", "ns"):
        assert read("calls", "started_at", datetime(2026, 1, 1), pl.Datetime(unit)) == AT  # noqa: DTZ001
    there = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    assert read("calls", "started_at", there, pl.Datetime("us", "Asia/Shanghai")) == AT
    assert read("calls", "started_at", 1_767_225_600, pl.Int64) is REFUSED


@pytest.mark.parametrize(
    ("value", "dtype", "wanted"),
    [
        ("60", pl.String, 60),
        (" 60 ", pl.String, 60),
        ("60.0", pl.String, 60),
        ("60.00", pl.String, 60),
        ("60.5", pl.String, REFUSED),
        ("6O", pl.String, REFUSED),
        (60.0, pl.Float64, 60),
        (60.5, pl.Float64, REFUSED),
        (float("inf"), pl.Float64, REFUSED),
        (60, pl.Int16, 60),
        (60, pl.UInt64, 60),
        (Decimal(60), pl.Decimal(10, 0), 60),
        (Decimal("60.00"), pl.Decimal(10, 2), 60),
        (Decimal("60.50"), pl.Decimal(10, 2), REFUSED),
        (True, pl.Boolean, REFUSED),
        (0, pl.Int64, 0),
        (-1, pl.Int64, REFUSED),
        (604_801, pl.Int64, REFUSED),
    ],
)
def test_a_whole_number_may_be_written_or_typed_in_many_ways(value: Any, dtype: Any, wanted: Any) -> None:
    assert read("calls", "duration_s", value, dtype) == wanted


@pytest.mark.parametrize(
    ("value", "dtype", "wanted"),
    [("0.25", pl.String, 0.25), (1, pl.Int64, 1.0), ("1.01", pl.String, REFUSED), ("nan", pl.String, REFUSED), ("x", pl.String, REFUSED)],
)  # fmt: skip
def test_a_share_is_a_finite_number_within_its_bounds(value: Any, dtype: Any, wanted: Any) -> None:
    assert read("listed", "confidence", value, dtype) == wanted


@pytest.mark.parametrize(
    ("value", "dtype", "wanted"),
    [
        ("true", pl.String, True), ("TRUE", pl.String, True), (" 1 ", pl.String, True), ("false", pl.String, False), ("0", pl.String, False),
        ("2", pl.String, REFUSED), (True, pl.Boolean, True), (False, pl.Boolean, False), (1, pl.Int64, True), (0, pl.Int64, False),
    ],
)  # fmt: skip
def test_yes_and_no_are_true_and_false_or_one_and_nought(value: Any, dtype: Any, wanted: Any) -> None:
    assert read("visits", "form_posted", value, dtype) is wanted


@pytest.mark.parametrize(
    ("value", "dtype", "wanted"),
    [
        ('["a", "b"]', pl.String, ["a", "b"]),
        (' ["a"]', pl.String, ["a"]),
        ("[1]", pl.String, ["1"]),
        ("a; b;;", pl.String, ["a", "b"]),
        ("a", pl.String, ["a"]),
        ("[]", pl.String, []),
        ('["a"', pl.String, REFUSED),
        (["a", "b"], pl.List(pl.String), ["a", "b"]),
        ([1], pl.List(pl.Int64), ["1"]),
        (None, pl.String, None),
        (" ", pl.String, None),
        (7, pl.Int64, ["7"]),
    ],
)
def test_a_list_is_json_or_parted_by_semicolons_or_typed(value: Any, dtype: Any, wanted: Any) -> None:
    assert read("reports", "payee", value, dtype) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("451002", "451002"), ("451002001", "451002001"), ("451002001001", "451002001001"), (" MM ", "MM"),
        ("mm", REFUSED), ("4510", REFUSED), ("4510020", REFUSED), ("451002x", REFUSED), ("x451002", REFUSED), ("MMR", REFUSED),
    ],
)  # fmt: skip
def test_a_place_is_a_code_of_the_country_or_of_another(value: str, wanted: Any) -> None:
    assert read("people", "place", value) == wanted


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("+8615400000001", "+8615400000001"), ("+8613800000000", "+8613800000000"), (" 95588 ", "95588"), ("154-0000-0001", "154-0000-0001"),
        ("n-abcdefghijklmnopqrst", "n-abcdefghijklmnopqrst"), ("n-abc", REFUSED), ("n-abcdefghijklmnopqrst1", REFUSED), ("no number", REFUSED),
    ],
)  # fmt: skip
def test_a_number_is_any_that_can_be_called_or_a_token_and_stays_as_it_is_spelled(value: str, wanted: Any) -> None:
    assert read("calls", "caller", value) == wanted


def test_typed_identifiers_become_texts() -> None:
    assert read("calls", "caller", 15400000001, pl.Int64) == "15400000001"
    assert read("people", "person", 7, pl.Int32) == "7"


def test_an_identifier_among_missing_ones_is_the_one_that_it_was_and_refused_where_its_digits_are_gone() -> None:
    # a column of integers becomes one of floats where some are missing
    assert read("calls", "caller_imei", 359871012345678.0, pl.Float64) == "359871012345678"
    assert read("calls", "caller", 15400000001.0, pl.Float64) == "15400000001"
    assert read("calls", "call_id", 6222021234567890123.0, pl.Float64) is REFUSED
    assert read("reports", "payee", [6222021234567890123.0], pl.List(pl.Float64)) is REFUSED
    assert read("calls", "caller_imei", float("nan"), pl.Float64) is REFUSED, "all who lack one would share a device"
    assert read("calls", "caller_place", None, pl.Float64) is None


def test_bytes_and_categories_are_read_as_the_texts_they_are_and_refused_where_they_are_none() -> None:
    assert read("calls", "call_id", b"c-1", pl.Binary) == "c-1"
    assert read("visits", "form_posted", b"true", pl.Binary) is True
    assert read("calls", "caller_place", b"", pl.Binary) is None
    assert read("calls", "call_id", b"\xff", pl.Binary) is REFUSED
    assert read("visits", "form_posted", b"\xff", pl.Binary) is REFUSED
    assert read("calls", "started_at", "2026-01-01T00:00:00Z", pl.Categorical) == AT
    assert read("listed", "confidence", "0.5", pl.Enum(["0.5"])) == 0.5
    assert read("calls", "caller_place", " ", pl.Categorical) is None


@pytest.mark.parametrize("column", [("calls", "call_id"), ("calls", "caller"), ("calls", "caller_place"), ("calls", "started_at"),
    ("calls", "duration_s"), ("visits", "form_posted"), ("listed", "confidence"), ("listed", "kind"), ("reports", "payee")], ids="-".join)  # fmt: skip
@pytest.mark.parametrize(
    "given",
    [
        pl.Series([timedelta(seconds=1)]), pl.Series([[timedelta(seconds=1)]]), pl.Series([[b"\xff"]]), pl.Series([[["a"]]]), pl.Series([{"a": 1}]),
        pl.Series([[{"a": 1}]]), pl.Series(["x"], dtype=pl.Categorical), pl.Series([AT.date()]), pl.Series([AT.time()]), pl.Series([2**100], dtype=pl.Int128),
        pl.Series([Decimal("1.5")]), pl.Series([float("nan")]), pl.Series([[1.5]], dtype=pl.Array(pl.Float64, 1)),
    ],
    ids=lambda given: str(given.dtype),
)  # fmt: skip
def test_a_column_of_whatever_type_is_read_or_refused_and_ends_nothing(
    column: tuple[str, str], given: pl.Series
) -> None:
    table, name = column
    found = validate(table, pl.DataFrame([ROWS[table]]).with_columns(given.alias(name)), source="a")
    assert found.good.height + found.refused.height == 1


def test_a_place_or_choice_typed_as_a_number_is_read_as_text() -> None:
    assert read("people", "place", 451002, pl.Int64) == "451002"
    assert read("listed", "kind", 3, pl.Int64) is REFUSED
    assert read("listed", "kind", " app ") == "app"


def test_a_subject_is_only_checked_as_a_number_where_it_is_one() -> None:
    assert read("pushed", "subject", "nobody") is REFUSED
    assert read("pushed", "subject", "95588") == "95588"
    frame = pl.DataFrame(
        [{**ROWS["pushed"], "subject": "nobody", "subject_kind": kind} for kind in ("person", "account", "number")]
    )
    found = validate("pushed", frame, source="a")
    assert found.good["subject_kind"].to_list() == ["person", "account"]
    assert found.refused.select("line", "field", "code", "reason").rows() == [
        (3, "subject", "value.wrong",
         "expected a phone number (digits, spaces, dashes, a leading + or country code), found 'nobody'"),
    ]  # fmt: skip
    frame = pl.DataFrame([{**ROWS["pushed"], "subject": None}], schema_overrides={"subject": pl.String})
    assert validate("pushed", frame, source="a").refused["reason"].to_list() == ["expected a text, found nothing"]


def test_a_row_is_refused_for_its_first_fault_and_kept_with_what_it_said() -> None:
    row = {**ROWS["calls"], "started_at": "then", "caller": "张三"}
    (refused,) = validate("calls", pl.DataFrame([row]), source="d/calls.csv", first_line=9).refused.rows(named=True)
    assert (refused["file"], refused["line"], refused["field"]) == ("d/calls.csv", 9, "started_at")
    assert json.loads(refused["row"]) == row
    assert "张三" in refused["row"]


def test_a_missing_column_refuses_every_row_and_keeps_each_with_its_line() -> None:
    frame = pl.DataFrame({"person": ["p"] * 2, "note": ["张三", "b"]}).drop("person")
    found = validate("people", frame, source="people.csv", first_line=2)
    assert found.good.columns == ["person", "birth_year", "place", "occupation", "school"]
    assert found.refused.rows() == [
        ("people.csv", line, "person", "column.missing", "expected the column 'person', which is required; 2 rows refused",
         json.dumps({"note": note}, ensure_ascii=False))
        for line, note in ((2, "张三"), (3, "b"))
    ]  # fmt: skip


def test_lines_count_from_one_and_columns_of_others_come_last() -> None:
    frame = pl.DataFrame({"extra": [1, 2], "person": ["p", None]})
    found = validate("people", frame, source="people.csv")
    assert found.good.columns == ["person", "birth_year", "place", "occupation", "school", "extra"]
    assert found.good["extra"].to_list() == [1]
    assert found.refused["line"].to_list() == [2]


def test_what_is_known_later_than_it_may_be_is_refused_for_that_and_no_other_row() -> None:
    call = {**ROWS["calls"], "known_at": None}
    rows = [
        {**call, "call_id": "ends-later", "duration_s": "61"},
        {**call, "call_id": "told-later", "known_at": "2026-01-01T00:01:01Z"},
        {**call, "call_id": "faulty", "duration_s": "-1", "known_at": "2026-01-01T00:01:01Z"},
        {**call, "call_id": "in-time", "duration_s": "60"},
    ]
    found = validate("calls", pl.DataFrame(rows), source="a", known_by=AT + timedelta(minutes=1))
    assert found.good["call_id"].to_list() == ["in-time"]
    assert found.refused.select("line", "field", "code").rows() == [
        (1, "started_at", "value.ahead"), (2, "known_at", "value.ahead"), (3, "duration_s", "value.wrong"),
    ]  # fmt: skip
    registers = pl.DataFrame([{"person": "p"}])
    assert validate("people", registers, source="a", known_by=AT).good.height == 1, "a register is of no instant"
