"""Truth, warnings and registers of folders brought to one key: also where a bank or an operator has no registers."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from fanzha.cli import app
from fanzha.detection import WARNINGS_SCHEMA, known_from
from fanzha.evaluation import evaluate, lived_in, load
from fanzha.evaluation.truth import truth_table
from fanzha.refusal import Refusal
from fanzha.signals import write_table
from tests.worlds import CARD, FRAUD, MULE, SHOP, TEACHER, at, call, payment, table

SPELLED = "154 0000 0001"


def warned(subject: str, kind: str, when: datetime, warning: str = "victim") -> dict[str, Any]:
    told = {
        "warning_id": f"w{subject}{when}",
        "issued_at": when,
        "event_id": "e",
        "subject": subject,
        "subject_kind": kind,
    }
    return {**told, "warning_kind": warning, "level": 2, "score": 0.9, "case_class": None, "reasons": [], "related": []}


def victim(**more: Any) -> dict[str, Any]:
    row = {"person": None, "number": TEACHER, "account": CARD, "scam_id": "s1", "case_class": "AA", "loss_fen": 100}
    times = {"first_contact_at": at(0), "first_payment_at": at(60), "last_payment_at": at(90)}
    return {**row, **times, **more}


def figures(
    folder: Path, warnings: list[dict[str, Any]], victims: list[dict[str, Any]], ending: str = "parquet", **more: Any
) -> dict[str, Any]:
    """What evaluate says; `more`: tables of signals, and of the truth where their names begin with truth_."""
    for part in ("signals", "truth"):
        (folder / part).mkdir()
    for name, frame in {"truth_victims": pl.DataFrame(victims, infer_schema_length=None), **more}.items():
        where = folder / ("truth" if name.startswith("truth_") else "signals")
        if name.startswith("truth_") and ending == "csv":
            frame.with_columns(pl.col(pl.Datetime).dt.strftime("%Y-%m-%dT%H:%M:%S%:z")).write_csv(where / f"{name}.csv")
        else:
            frame.write_parquet(where / f"{name}.parquet") if name.startswith("truth_") else write_table(
                frame, where / f"{name}.parquet"
            )
    pl.DataFrame(warnings, schema=WARNINGS_SCHEMA).write_parquet(folder / "warnings.parquet")
    return evaluate(load(folder, folder / "truth", folder / "signals"))


CALLS = {"calls": table("calls", call(1, 0, FRAUD, SPELLED, 600))}
PAID = {"payments": table("payments", payment(1, 60, CARD, MULE, 1))}


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.parametrize(
    ("told", "signals"), [(warned(SPELLED, "number", at(10)), CALLS), (warned(CARD, "account", at(10)), PAID)]
)
@pytest.mark.parametrize("person", [None, "teacher"])
def test_a_victim_is_known_by_number_account_and_name_alike(
    tmp_path: Path, told: dict[str, Any], signals: dict[str, pl.DataFrame], person: str | None, ending: str
) -> None:
    found = figures(tmp_path, [told], [victim(person=person)], ending, **signals)
    assert found["victims"]["before_first_payment"]["value"] == 1.0
    assert found["false_victim_warnings"]["count"] == 0


@pytest.mark.parametrize("ending", ["csv", "ndjson", "parquet"])
def test_a_time_of_the_truth_without_an_offset_is_refused_and_is_utc_in_parquet(tmp_path: Path, ending: str) -> None:
    times = {name: [at(0).replace(tzinfo=None), None] for name in ("first_contact_at", "first_payment_at")}
    told = pl.DataFrame({"number": [TEACHER, TEACHER], **times})
    path = tmp_path / f"truth_victims.{ending}"
    if ending == "parquet":
        told.write_parquet(path)
        assert truth_table(tmp_path, "truth_victims")["first_payment_at"].to_list() == [at(0), None]
        return
    rows = told.with_columns(pl.col(*times).dt.strftime("%Y-%m-%dT%H:%M:%S"))
    rows.write_csv(path) if ending == "csv" else rows.write_ndjson(path)
    with pytest.raises(
        Refusal, match=r"first_contact_at: expected an RFC 3339 time with an offset.*2026-03-02T02:00:00"
    ) as refused:
        truth_table(tmp_path, "truth_victims")
    assert refused.value.where == str(path)


def test_without_a_register_rates_are_of_half_of_the_numbers_and_accounts_as_the_engine_counts_them(
    tmp_path: Path,
) -> None:
    others = table("calls", *(call(n, n, f"1540000{n:04d}", f"1550000{n:04d}", 60) for n in range(50)))
    found = figures(tmp_path, [warned("15400000007", "number", at(10))], [victim()], calls=others)
    assert (found["people"], found["days"]) == (50, 1)
    assert found["false_victim_warnings"]["per_100000_people_and_day"] == 2000


def test_numbers_of_a_truth_in_csv_are_found_as_spelled_there(tmp_path: Path) -> None:
    numbers = pl.DataFrame({"number": ["15400000009"], "role": ["caller"], "since": [at(0)]})
    found = figures(
        tmp_path, [warned(FRAUD, "number", at(5), "number")], [victim()], "csv", truth_numbers=numbers, **CALLS
    )
    assert found["numbers"] == {"true": 1, "warned": 1, "precision": 1.0, "recall": 1.0}
    assert found["numbers_in_time"] == {"count": 1, "within_24_h": 1.0}


def test_an_account_that_never_paid_out_was_warned_of_before_it_did(tmp_path: Path) -> None:
    accounts = pl.DataFrame({"account": [MULE, SHOP], "role": ["mule", "mule"], "since": [at(0), at(0)]})
    paid = table("payments", payment(1, 60, CARD, MULE, 1), payment(2, 61, MULE, SHOP, 1))
    moved = pl.DataFrame({"payment_id": ["t1", "t2"], "scam_id": ["s1", "s1"], "layer": [1, 2]})
    told = [warned(SHOP, "account", at(70), "account"), warned(MULE, "account", at(62), "account")]
    found = figures(tmp_path, told, [victim()], payments=paid, truth_accounts=accounts, truth_payments=moved)
    assert found["accounts_in_time"] == {"count": 2, "before_first_out": 0.5, "within_30_min": 1.0}


def test_what_two_victims_of_one_scam_paid_is_counted_once(tmp_path: Path) -> None:
    other = "9999990000000000002"
    paid = table("payments", payment(1, 60, CARD, MULE, 10), payment(2, 61, other, MULE, 5))
    moved = pl.DataFrame({"payment_id": ["t1", "t2"], "scam_id": ["s1", "s1"], "layer": [1, 1]})
    accounts = pl.DataFrame({"account": [MULE], "role": ["mule"], "since": [at(0)]})
    both = [victim(), victim(number="15400000002", account=other)]
    found = figures(
        tmp_path, [warned(CARD, "account", at(10))], both, payments=paid, truth_accounts=accounts, truth_payments=moved
    )
    assert found["money"] == {"paid_fen": 1500, "kept_fen": 1000, "share": pytest.approx(2 / 3)}


@pytest.mark.parametrize(
    ("registers", "people"),
    [
        (
            {
                "accounts": table(
                    "accounts", {"account": CARD, "holder": "teacher"}, {"account": SHOP, "holder": "shop"}
                )
            },
            2,
        ),
        ({}, 1),
    ],
)
def test_rates_are_learned_per_head_also_where_nobody_has_a_register_of_people(
    tmp_path: Path, registers: dict[str, pl.DataFrame], people: int
) -> None:
    for part in ("signals", "truth"):
        (tmp_path / part).mkdir()
    for name, frame in {**PAID, **registers}.items():
        write_table(frame, tmp_path / "signals" / f"{name}.parquet")
    pl.DataFrame([victim()]).write_parquet(tmp_path / "truth" / "truth_victims.parquet")
    assert lived_in(tmp_path / "signals", tmp_path / "truth", None).people == people


def test_whom_a_register_names_again_in_a_later_delivery_is_one_head(tmp_path: Path) -> None:
    for part in ("signals", "truth"):
        (tmp_path / part).mkdir()
    write_table(PAID["payments"], tmp_path / "signals" / "payments.parquet")
    for name in ("people-1.csv", "people-2.csv"):
        write_table(table("people", {"person": "teacher"}, {"person": "shop"}), tmp_path / "signals" / name)
    pl.DataFrame([victim()]).write_parquet(tmp_path / "truth" / "truth_victims.parquet")
    pl.DataFrame([], schema=WARNINGS_SCHEMA).write_parquet(tmp_path / "warnings.parquet")
    assert load(tmp_path, tmp_path / "truth", tmp_path / "signals").count == 2
    assert lived_in(tmp_path / "signals", tmp_path / "truth", None).people == 2


def test_a_payment_that_came_twice_is_paid_once(tmp_path: Path) -> None:
    paid = table("payments", payment(1, 60, CARD, MULE, 10), payment(1, 60, CARD, MULE, 10))
    moved = pl.DataFrame({"payment_id": ["t1"], "scam_id": ["s1"], "layer": [1]})
    accounts = pl.DataFrame({"account": [MULE], "role": ["mule"], "since": [at(0)]})
    found = figures(tmp_path, [], [victim()], payments=paid, truth_accounts=accounts, truth_payments=moved)
    assert found["money"]["paid_fen"] == 1000


def printed(folder: Path) -> str:
    said = CliRunner().invoke(app, ["evaluate", str(folder), str(folder / "truth"), str(folder / "signals")])
    assert said.exit_code == 0, said.exception
    return said.output


def test_where_the_truth_knows_of_no_tainted_account_and_of_no_victims_payment_nothing_is_said_of_them(
    tmp_path: Path,
) -> None:
    accounts = pl.DataFrame({"account": [SHOP], "role": ["mule"], "since": [at(0)]})
    moved = pl.DataFrame({"payment_id": ["t1"], "scam_id": ["somebody else's"], "layer": [1]})
    found = figures(tmp_path, [], [victim()], **PAID, truth_accounts=accounts, truth_payments=moved)
    assert (found["accounts_in_time"], found["money"]) == (None, None)
    assert "money" not in printed(tmp_path)


def test_a_warning_that_gives_no_reason_is_counted_all_the_same(tmp_path: Path) -> None:
    why = [{"indicator": "W01", "value": 1.0, "threshold": 1.0, "text_zh": "由", "text_en": "why"}]
    told = [warned("15400000007", "number", at(10)), {**warned("15400000008", "number", at(11)), "reasons": why}]
    found = figures(tmp_path, told, [victim()], **CALLS)["false_victim_warnings"]
    assert (found["count"], found["by_first_reason"]) == (2, {"W01": 1})
    assert "by first reason: W01 1" in printed(tmp_path)


def test_a_look_alike_is_known_however_its_number_is_spelled(tmp_path: Path) -> None:
    groups = pl.DataFrame({"identifier": ["154 0000 0009"], "group": ["courier"]})
    told = warned(FRAUD, "number", at(5), "number")
    found = figures(tmp_path, [told], [victim()], truth_lookalikes=groups, **CALLS)
    assert found["lookalikes"]["courier"]["number_or_account_warned"] == 1.0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("truth/truth_numbers.csv", b"", "truth.unreadable"),
        ("truth/truth_numbers.parquet", b"torn", "truth.unreadable"),
        ("truth/truth_numbers.csv", b"role,since\ncaller,\n", "truth.column"),
        ("warnings.parquet", b"torn", "warnings.unreadable"),
    ],
)
def test_a_file_that_is_not_what_evaluation_reads_is_named_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    figures(tmp_path, [], [victim()], **CALLS)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refusal) as refused:
        load(tmp_path, tmp_path / "truth", tmp_path / "signals")
    assert (refused.value.code, refused.value.where) == (code, str(tmp_path / name))


@pytest.mark.parametrize("ending", ["parquet", "ndjson"])
def test_a_number_that_was_written_as_an_integer_is_the_number(tmp_path: Path, ending: str) -> None:
    figures(tmp_path, [warned(FRAUD, "number", at(5), "number")], [victim()], **CALLS)
    frame = pl.DataFrame({"number": [15400000009], "role": ["caller"], "since": [at(0).isoformat()]})
    path = tmp_path / "truth" / f"truth_numbers.{ending}"
    frame.write_parquet(path) if ending == "parquet" else frame.write_ndjson(path)
    found = evaluate(load(tmp_path, tmp_path / "truth", tmp_path / "signals"))
    assert found["numbers"]["recall"] == 1.0


def test_a_number_among_missing_ones_that_was_written_as_a_float_is_the_number(tmp_path: Path) -> None:
    told = [victim(), victim(number=None, account=None, person="nobody", scam_id="s2")]
    (tmp_path / "truth").mkdir()
    frame = pl.DataFrame(told).with_columns(pl.Series("number", [15400000001.0, None]))
    frame.write_parquet(tmp_path / "truth" / "truth_victims.parquet")
    assert truth_table(tmp_path / "truth", "truth_victims")["number"].to_list() == ["15400000001", None]


def test_a_number_in_time_is_counted_once_and_only_where_its_first_use_is_known(tmp_path: Path) -> None:
    numbers = [
        {"number": FRAUD, "role": "caller", "since": at(0)},
        {"number": FRAUD.removeprefix("+86"), "role": "sender", "since": at(3)},
        {"number": SPELLED, "role": "caller", "since": None},
    ]
    told = warned(FRAUD, "number", at(24 * 60 + 1), "number")
    found = figures(tmp_path, [told], [victim()], truth_numbers=pl.DataFrame(numbers), **CALLS)
    assert found["numbers_in_time"] == {"count": 1, "within_24_h": 0.0}


def test_a_truth_lies_in_a_folder_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "truth [1]"
    folder.mkdir()
    pl.DataFrame({"number": [FRAUD], "since": [at(0)]}).write_parquet(folder / "truth_numbers.parquet")
    pl.DataFrame({"account": [MULE], "since": [str(at(0))]}).write_ndjson(folder / "truth_accounts.ndjson")
    assert truth_table(folder, "truth_numbers").height == 1
    assert truth_table(folder, "truth_accounts").height == 1


def test_a_truth_that_was_packed_is_read_and_a_torn_one_is_named(tmp_path: Path) -> None:
    told = f"number,role,since\n{FRAUD},caller,2026-03-02T10:00:00+08:00\n".encode()
    (tmp_path / "truth_numbers.csv.gz").write_bytes(gzip.compress(told))
    (tmp_path / "truth_accounts.ndjson.gz").write_bytes(
        gzip.compress(f'{{"account":"{MULE}","since":"2026-03-02T10:00:00Z"}}'.encode())
    )
    assert truth_table(tmp_path, "truth_numbers")["number"].to_list() == [FRAUD]
    assert truth_table(tmp_path, "truth_accounts")["account"].to_list() == [MULE]
    (tmp_path / "truth_numbers.csv.gz").write_bytes(gzip.compress(told)[:-9])
    with pytest.raises(Refusal, match=r"truth_numbers\.csv\.gz: expected a readable"):
        truth_table(tmp_path, "truth_numbers")


def test_a_truth_is_read_in_gb18030_and_one_of_no_rows_is_none(tmp_path: Path) -> None:
    (tmp_path / "truth_numbers.csv").write_bytes(
        "number,role,since\n15400000009,主叫,2026-03-02T10:00:00+08:00\n".encode("gb18030")
    )
    (tmp_path / "truth_accounts.ndjson").write_bytes(b"")
    assert truth_table(tmp_path, "truth_numbers")["role"].to_list() == ["主叫"]
    assert truth_table(tmp_path, "truth_accounts").is_empty()


def test_of_whom_it_is_not_known_since_when_nothing_is_learned() -> None:
    victims = pl.DataFrame([victim(person="teacher", first_contact_at=None)])
    numbers = pl.DataFrame({"number": [FRAUD], "since": pl.Series([None], dtype=pl.Datetime("us", "UTC"))})
    known = known_from({"truth_victims": victims, "truth_numbers": numbers})
    ((begin, end),) = known.victims["person:teacher"]
    assert end < begin < 0, "no moment is before it or in it"
    assert list(known.numbers.values()) == [2**62], "never"
