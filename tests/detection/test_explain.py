"""`fanzha explain`: why a warning was given, and that the log gives it again."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from fanzha.cli import app
from fanzha.detection import detect
from fanzha.signals import SignalLog, write_table

_spec = importlib.util.spec_from_file_location("worlds", Path(__file__).parents[1] / "worlds.py")
assert _spec is not None
assert _spec.loader is not None
worlds = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(worlds)


def found(tmp_path: Path) -> tuple[Path, str]:
    folder = tmp_path / "signals"
    folder.mkdir()
    for name, frame in worlds.a_teacher_about_to_pay().items():
        write_table(frame, folder / f"{name}.parquet")
    warnings = detect(folder, tmp_path / "found", None)
    return tmp_path / "found", warnings["warning_id"][-1]


def test_a_decision_is_told_with_reasons_features_and_events_and_comes_out_of_the_log_again(tmp_path: Path) -> None:
    where, name = found(tmp_path)
    said = CliRunner().invoke(app, ["explain", name, "--from", str(where), "--verify"])
    assert said.exit_code == 0, said.output
    assert (
        "首次向涉案账户转账五千元以上 / Paid an involved account 5 000 yuan or more, for the first time" in said.output
    )
    assert "feature  risky_call_s_1h = 1800" in said.output
    assert "payments t1" in said.output
    assert said.output.rstrip().endswith("bit for bit the same")
    as_json = CliRunner().invoke(app, ["explain", name, "--from", str(where), "--json"])
    assert json.loads(as_json.output)["warning_id"] == name


def test_a_decision_that_was_changed_afterwards_is_found_out(tmp_path: Path) -> None:
    where, name = found(tmp_path)
    with sqlite3.connect(where / "log.sqlite") as outbox:
        outbox.execute("UPDATE outbox SET body = replace(body, '1800.0', '1801.0')")
    said = CliRunner().invoke(app, ["explain", name, "--from", str(where), "--verify"])
    assert "comes out otherwise" in str(said.exception)


def test_what_a_program_reads_is_json_and_nothing_else(tmp_path: Path) -> None:
    where, name = found(tmp_path)
    verified = CliRunner().invoke(app, ["explain", name, "--from", str(where), "--json", "--verify"])
    assert json.loads(verified.stdout)["warning_id"] == name
    assert "bit for bit the same" in verified.stderr
    near = CliRunner().invoke(app, ["explain", "teacher", "--from", str(where), "--missed", "--json"])
    told = json.loads(near.stdout)
    assert (told["subject"], told["moments"], told["margin"]) == ("teacher", 2, None)
    assert name in told["warnings"]
    assert told["indicators"]["V01/11"]["short"] == 0
    both = CliRunner().invoke(app, ["explain", "teacher", "--from", str(where), "--missed", "--verify"])
    assert both.exit_code == 2


def test_who_was_missed_is_found_however_a_number_is_spelled(tmp_path: Path) -> None:
    where, _ = found(tmp_path)
    assert worlds.FRAUD.startswith("+86")
    national = worlds.FRAUD.removeprefix("+86")
    said = CliRunner().invoke(app, ["explain", national, "--from", str(where), "--missed"])
    assert said.exit_code == 0, said.exception
    assert "2 moments judged, 0 warnings" in said.output


def test_who_the_centre_missed_is_judged_by_the_models_that_its_engine_works_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANZHA_HOME", str(tmp_path))
    log = SignalLog(tmp_path / "log.sqlite")
    log.append(worlds.a_teacher_about_to_pay(), "from a bank")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "detection-newest.model").write_text("the engine would refuse it")
    said = CliRunner().invoke(app, ["explain", "teacher", "--missed"])
    assert "detection-newest.model" in str(said.exception)


def test_doctor_says_what_is_missing_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    where = {"FANZHA_HOME": str(tmp_path)}
    english = CliRunner().invoke(app, ["doctor"], env={**where, "LC_ALL": "C.UTF-8"})
    chinese = CliRunner().invoke(app, ["doctor"], env={**where, "LC_ALL": "zh_CN.UTF-8"})
    assert (english.exit_code, chinese.exit_code) == (0, 0)
    assert {line.split()[0] for line in english.output.splitlines()} == {"works", "missing"}
    assert {line.split()[0] for line in chinese.output.splitlines()} == {"正常", "缺少"}
    assert "missing  a text model" in english.output
    assert "缺少       文本模型" in chinese.output
    assert all(re.search("[一-鿿]", line.split(maxsplit=1)[1]) for line in chinese.output.splitlines()[1:])
