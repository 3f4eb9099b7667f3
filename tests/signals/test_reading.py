"""A folder written by someone else, with broken rows in it: the good go on, the bad are told apart and counted."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanzha.refusal import Refusal
from fanzha.signals import TABLES, Tokeniser, read_folder, read_parts, validate, write_table
from fanzha.signals.formats import parquet

HEADER = "call_id,started_at,caller,callee,duration_s"
GOOD = "c{n},2026-01-01T08:00:00+08:00,154 0000 000{n},95588,60"


def refused(quarantine: Path, table: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (quarantine / f"{table}.ndjson").read_text().splitlines()]


def test_each_bad_row_is_kept_with_its_line_its_field_and_what_was_expected(tmp_path: Path) -> None:
    rows = [
        HEADER,
        GOOD.format(n=1),
        "c2,2026-01-01 08:00:00,15400000001,95588,60",
        "c3,2026-01-01T08:00:00Z,,95588,60",
        "c4,2026-01-01T08:00:00Z,15400000001,95588,-1",
        "c5,2026-01-01T08:00:00Z,15400000001,call me,60",
        "c6,too,few",
        GOOD.format(n=7),
    ]
    (tmp_path / "calls.csv").write_text("\n".join(rows) + "\n")
    tables = read_folder(tmp_path, tmp_path / "quarantine")
    assert tables["calls"]["call_id"].to_list() == ["c1", "c7"]
    assert tables["calls"]["started_at"][0] == datetime(2026, 1, 1, tzinfo=UTC)
    found = sorted((row["line"], row["field"]) for row in refused(tmp_path / "quarantine", "calls") if row["field"])
    assert found == [(3, "started_at"), (4, "caller"), (5, "duration_s"), (6, "callee")]
    shape = [row for row in refused(tmp_path / "quarantine", "calls") if row["field"] is None]
    assert [(row["line"], row["reason"]) for row in shape] == [(7, "expected 5 fields, found 3")]
    assert json.loads((tmp_path / "quarantine" / "summary.json").read_text())["refused"] == {"calls": 5}


def test_brackets_and_stars_in_a_name_are_part_of_it(tmp_path: Path) -> None:
    other, odd, starred = tmp_path / "signals 1", tmp_path / "signals [March]", tmp_path / "signals *"
    for folder in (other, odd, starred):
        folder.mkdir()
        row = {"call_id": folder.name, "started_at": datetime(2026, 1, 1, tzinfo=UTC)}
        frame = pl.DataFrame([{**row, "caller": "95588", "callee": "15400000001", "duration_s": 60}])
        write_table(frame, folder / "calls-[1].parquet")
    for folder in (odd, starred):
        tables = read_folder(folder, tmp_path / "quarantine")
        assert tables["calls"]["call_id"].to_list() == [folder.name]


@pytest.mark.parametrize("quote", ["", '"'])
def test_columns_of_one_name_are_kept_apart_and_the_first_counts(tmp_path: Path, quote: str) -> None:
    header = f"{HEADER}, duration_s,,"  # a spreadsheet leaves empty columns
    row = f"{GOOD.format(n=1)},5,{quote}said{quote},"
    (tmp_path / "calls.csv").write_text(f"{header}\n{row}\n")
    calls = read_folder(tmp_path, tmp_path / "quarantine")["calls"]
    assert calls.select("call_id", "duration_s").rows() == [("c1", 60)]
    assert calls["duration_s_2"].to_list() == ["5"]
    assert "said" in calls.row(0)


def test_files_of_one_table_in_several_formats_and_encodings_are_united(tmp_path: Path) -> None:
    message = "message_id,sent_at,sender,receiver,text\nm1,2026-01-01T08:00:00+08:00,10690001,15400000001,中奖了\n"
    (tmp_path / "messages-1.csv").write_bytes(message.encode("gb18030"))
    (tmp_path / "messages-2.csv").write_bytes(message.replace("m1", "m2").encode("utf-8-sig"))
    line = {
        "message_id": "m3",
        "sent_at": "2026-01-01T00:00:00Z",
        "sender": "95588",
        "receiver": "15400000001",
    }
    (tmp_path / "messages-3.ndjson.gz").write_bytes(gzip.compress((json.dumps(line) + "\n{broken\n").encode()))
    tables = read_folder(tmp_path, tmp_path / "quarantine")
    assert tables["messages"]["message_id"].to_list() == ["m1", "m2", "m3"]
    assert tables["messages"]["text"].to_list() == ["中奖了", "中奖了", None]
    assert [row["line"] for row in refused(tmp_path / "quarantine", "messages")] == [2]


def test_a_column_of_others_keeps_every_digit_of_its_long_numbers_beside_one_of_floats(tmp_path: Path) -> None:
    call = {
        "started_at": datetime(2026, 1, 1, tzinfo=UTC),
        "caller": "95588",
        "callee": "15400000001",
        "duration_s": 60,
    }
    for name, paper in (("1", 6222021234567890123), ("2", 1.5)):
        write_table(pl.DataFrame([{"call_id": name, **call, "paper": paper}]), tmp_path / f"calls-{name}.parquet")
    assert read_folder(tmp_path)["calls"]["paper"].to_list() == ["6222021234567890123", "1.5"]


def test_a_quoted_field_over_two_lines_keeps_the_line_where_its_record_begins(tmp_path: Path) -> None:
    text = 'message_id,sent_at,sender,receiver,text\nm1,x,1,2,"a\nb"\nm2,2026-01-01T00:00:00Z,,2,"c, d"\n'
    (tmp_path / "messages.csv").write_text(text)
    read_folder(tmp_path, tmp_path / "quarantine")
    assert [row["line"] for row in refused(tmp_path / "quarantine", "messages")] == [2, 4]


def test_a_quote_that_is_never_closed_takes_no_other_row_with_it(tmp_path: Path) -> None:
    message = "m{n},2026-01-01T00:00:00Z,95588,15400000001,{text}"
    rows = [
        "message_id,sent_at,sender,receiver,text",
        message.format(n=1, text='"he said'),
        message.format(n=2, text="hello"),
        message.format(n=3, text='"two\nlines"'),
    ]
    (tmp_path / "messages.csv").write_text("\n".join(rows))
    tables = read_folder(tmp_path, tmp_path / "quarantine")
    assert tables["messages"]["message_id"].to_list() == ["m2", "m3"]
    assert [(row["line"], row["row"]) for row in refused(tmp_path / "quarantine", "messages")] == [(2, rows[1])]


def test_an_empty_line_before_the_header_is_none(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("\n" + HEADER + "\n" + GOOD.format(n=1) + "\n")
    calls = read_folder(tmp_path, tmp_path / "quarantine")["calls"]
    assert calls["call_id"].to_list() == ["c1"]


def test_an_unreadable_file_is_one_line_in_quarantine_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "visits.parquet").write_bytes(b"not parquet")
    (tmp_path / "calls.csv").write_text(HEADER + "\n" + GOOD.format(n=1) + "\n")
    tables = read_folder(tmp_path, tmp_path / "quarantine")
    assert tables["calls"].height == 1
    assert [row["code"] for row in refused(tmp_path / "quarantine", "visits")] == ["file.unreadable"]


def test_a_long_parquet_file_is_read_in_parts_and_a_refused_row_keeps_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS", 2)
    row = {"started_at": "2026-01-01T08:00:00Z", "caller": "15400000001", "callee": "95588", "duration_s": 1}
    rows = [{"call_id": f"c{n}", **row} for n in range(5)]
    rows[3]["duration_s"] = -1
    pl.DataFrame(rows).write_parquet(tmp_path / "calls.parquet")
    parts = [part.height for name, part in read_parts(tmp_path, tmp_path / "quarantine") if name == "calls"]
    assert parts == [0, 2, 1, 1]
    assert [(one["line"], one["field"]) for one in refused(tmp_path / "quarantine", "calls")] == [(4, "duration_s")]


def test_naive_times_are_utc_in_parquet(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "visit_id": ["v1"],
            "visited_at": pl.Series([0], dtype=pl.Datetime("us")),
            "number": ["15400000001"],
            "domain": ["a.example"],
        }
    )
    frame.write_parquet(tmp_path / "visits.parquet")
    assert read_folder(tmp_path)["visits"]["visited_at"][0] == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_missing_required_column_is_named() -> None:
    checked = validate("payments", pl.DataFrame({"payment_id": ["p1"]}), source="payments.csv")
    assert checked.good.height == 0
    assert checked.refused["field"].to_list() == ["paid_at"]


def test_an_empty_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"no signals here; expected files such as calls\.parquet"):
        read_folder(tmp_path)


instants = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
digits = st.from_regex(r"\+?[0-9]{3,15}", fullmatch=True)
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)


@given(
    rows=st.lists(st.tuples(words, instants, digits, digits, st.integers(0, 86_400)), min_size=1, max_size=20),
    ending=st.sampled_from(["parquet", "csv", "ndjson", "csv.gz", "ndjson.zst"]),
)
def test_what_is_written_in_any_format_is_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory, rows, ending
) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("signals")
    schema = {name: TABLES["calls"].schema[name] for name in TABLES["calls"].required}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    write_table(frame, folder / f"calls.{ending}")
    assert read_folder(folder, folder / "quarantine")["calls"].select(list(schema)).equals(frame)


@given(st.lists(st.one_of(st.none(), st.text(max_size=8), digits), min_size=1, max_size=30))
def test_every_row_is_either_good_or_refused(values: list[str | None]) -> None:
    frame = pl.DataFrame({"number": values}, schema={"number": pl.String})
    checked = validate("numbers", frame, source="numbers.csv")
    assert checked.good.height + checked.refused.height == len(values)


LINE = {"message_id": "m1", "sent_at": "2026-01-01T00:00:00Z", "sender": "95588", "receiver": "15400000001"}


@pytest.mark.parametrize(
    "broken",
    ['{"message_id": ' + "1" * 5000 + "}", "[" * 100_000, "7", '["m2"]'],
    ids=["long", "deep", "number", "list"],
)
def test_a_line_of_ndjson_that_is_no_row_is_refused_and_the_next_is_read(tmp_path: Path, broken: str) -> None:
    (tmp_path / "messages.ndjson").write_text(
        f"{json.dumps(LINE)}\n{broken}\n{json.dumps({**LINE, 'message_id': 'm3'})}\n"
    )
    tables = read_folder(tmp_path, tmp_path / "quarantine")
    assert tables["messages"]["message_id"].to_list() == ["m1", "m3"]
    assert [(row["line"], row["code"]) for row in refused(tmp_path / "quarantine", "messages")] == [(2, "row.shape")]


def test_a_message_that_was_cut_in_the_middle_of_a_sign_is_read_without_that_sign(tmp_path: Path) -> None:
    cut = json.dumps({**LINE, "text": "中奖了 🎉"})[:-8] + '"}'
    (tmp_path / "messages.ndjson").write_text(cut + "\n")
    assert read_folder(tmp_path, tmp_path / "quarantine")["messages"]["text"].to_list() == ["中奖了 \ufffd"]


def test_a_column_of_ours_in_a_file_cannot_pass_for_the_line_number(tmp_path: Path) -> None:
    (tmp_path / "messages.ndjson").write_text(json.dumps({"__line__": "x", **LINE, "sender": ""}) + "\n")
    read_folder(tmp_path, tmp_path / "quarantine")
    assert [(row["line"], row["field"]) for row in refused(tmp_path / "quarantine", "messages")] == [(1, "sender")]


REPORT = {"report_id": "r1", "reported_at": "2026-01-01T00:00:00Z", "person": "p", "narrative": "n"}


@pytest.mark.parametrize(
    "given",
    [
        pl.Series("payee", ['[null, "6222", "", " "]']),
        pl.Series("payee", ["6222; ;"]),
        pl.Series("payee", [[None, "6222", ""]]),
        pl.Series("payee", [["6222", None]], dtype=pl.Array(pl.String, 2)),
    ],
    ids=["json", "semicolons", "list", "array"],
)
def test_nothing_in_a_list_is_nobody_s_identifier(given: pl.Series) -> None:
    good = validate("reports", pl.DataFrame([REPORT]).with_columns(given), source="x").good
    assert good["payee"].to_list() == [["6222"]]
    tokens, _ = Tokeniser(b"key").tokenise("reports", good)
    assert [len(row) for row in tokens["payee"].to_list()] == [1]


@pytest.mark.parametrize(
    ("table", "row", "wrong"),
    [
        ("calls", {"call_id": "c"}, pl.Series("caller", [["95588"]])),
        ("payments", {"payment_id": "t"}, pl.Series("channel", [["qr"]])),
        ("visits", {"visit_id": "v"}, pl.Series("form_posted", [[True]])),
        ("listed", {"identifier": "i"}, pl.Series("confidence", [[0.5]])),
        ("people", {}, pl.Series("person", [{"name": "a"}])),
        ("reports", REPORT, pl.Series("payee", [{"account": "a"}])),
    ],
)
def test_a_column_of_lists_or_records_where_one_value_is_expected_is_refused(
    table: str, row: dict[str, str], wrong: pl.Series
) -> None:
    whole = {
        "calls": {"started_at": "2026-01-01T00:00:00Z", "callee": "95588", "duration_s": "1"},
        "payments": {"paid_at": "2026-01-01T00:00:00Z", "payer": "a", "payee": "b", "amount_fen": "1"},
        "visits": {"visited_at": "2026-01-01T00:00:00Z", "number": "95588", "domain": "d"},
        "listed": {"kind": "domain", "listed_at": "2026-01-01T00:00:00Z"},
        "people": {"place": "451002"},
    }.get(table, {})
    checked = validate(table, pl.DataFrame([{**row, **whole}]).with_columns(wrong), source="x")
    assert checked.good.is_empty()
    assert checked.refused["field"].to_list() == [wrong.name]


def test_one_broken_sign_does_not_make_another_encoding_of_a_file(tmp_path: Path) -> None:
    head, row = (
        "message_id,sent_at,sender,receiver,text\n",
        "m{},2026-01-01T08:00:00+08:00,10690001,15400000001,中奖了请点击\n",
    )
    whole = (head + "".join(row.format(n) for n in range(20))).encode()
    (tmp_path / "messages-1.csv").write_bytes(whole[:-3] + b"\n")
    (tmp_path / "messages-2.csv").write_bytes(whole.decode().encode("gb18030"))
    texts = read_folder(tmp_path, tmp_path / "quarantine")["messages"]["text"].to_list()
    assert texts == ["中奖了请点击"] * 19 + ["中奖了请点\ufffd"] + ["中奖了请点击"] * 20
