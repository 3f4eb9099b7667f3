"""Commands that need the centre's records look for them where DATABASE_URL says, and end with 1 where they cannot be had."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NOBODY = {"DATABASE_URL": "postgresql://li:geheim@127.0.0.1:1/x"}
SAID = "DATABASE_URL (127.0.0.1:1): no PostgreSQL answers there; is it running, and is the address right?"


def ended(home: Path, *words: str, **named: str) -> tuple[int, str, str]:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**own, "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "FANZHA_HOME": str(home)}
    command = [sys.executable, "-c", "from fanzha.cli import main; main()", *words]
    done = subprocess.run(
        command, env={**environment, "LC_ALL": "C.UTF-8", **named}, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout, done.stderr


def test_doctor_ends_with_one_where_the_centre_could_not_start_for_its_records(tmp_path: Path) -> None:
    code, said, _ = ended(tmp_path, "doctor", **NOBODY)
    assert (code, f"broken   records: {SAID}" in said) == (1, True), said
    (tmp_path / "centre.sqlite").write_text("no database, and long enough to be read as the head of one" * 20)
    code, said, _ = ended(tmp_path, "doctor")
    assert (code, "broken   the centre's records" in said) == (1, True), said


def test_doctor_tells_whether_the_holidays_that_limits_need_are_known(tmp_path: Path) -> None:
    said = ended(tmp_path, "doctor")[1]
    assert len([line for line in said.splitlines() if "the holidays of" in line]) == 1, said


def test_networks_are_kept_where_the_records_are_and_that_is_looked_at_before_the_work(tmp_path: Path) -> None:
    signals = tmp_path / "signals"
    signals.mkdir()
    words = ["networks", str(signals), "--out", str(tmp_path / "found"), "--keep"]
    assert ended(tmp_path, *words, **NOBODY) == (1, "", f"fanzha: {SAID}\n")
    assert ended(tmp_path, *words) == (1, "", f"fanzha: {tmp_path}: no centre here\n")
