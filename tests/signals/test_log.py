"""Acknowledged means on disk; sent twice means there once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from fanzha.refusal import Refusal
from fanzha.signals import SignalLog, Tokeniser, slices

ROWS = pl.DataFrame({"identifier": ["a", "b"]})


def test_a_batch_is_read_back_as_it_was_sent(tmp_path: Path) -> None:
    log = SignalLog(tmp_path / "log.sqlite")
    assert log.append({"listed": ROWS, "people": ROWS}, "one") == 1
    (batch,) = SignalLog(tmp_path / "log.sqlite").read(after=0)
    assert batch.batch_id == "one"
    assert batch.tables["listed"].equals(ROWS)
    assert set(batch.tables) == {"listed", "people"}


def test_the_same_batch_sent_twice_is_there_once_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    log = SignalLog(tmp_path / "log.sqlite")
    assert log.append({"listed": ROWS}, "one") == log.append({"listed": ROWS}, "one")
    assert log.last_position() == 1
    with pytest.raises(Refusal) as refused:
        log.append({"listed": ROWS.head(1)}, "one")
    assert refused.value.code == "batch.changed"


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    writer = (
        "import sys, polars as pl; from pathlib import Path; from fanzha.signals import SignalLog\n"
        "log = SignalLog(Path(sys.argv[1]))\n"
        "for n in range(10_000): print(log.append({'listed': pl.DataFrame({'n': [n]})}, str(n)), flush=True)\n"
    )
    path = tmp_path / "log.sqlite"
    source = str(Path(__file__).parents[2] / "src")
    process = subprocess.Popen(
        [sys.executable, "-c", writer, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in process.stdout.read().split()]
    process.wait()
    positions = [batch.position for batch in SignalLog(path).read(after=0, limit=20_000)]
    assert set(acknowledged) <= set(positions)


def test_slices_keep_what_was_known_at_one_moment_together() -> None:
    times = pl.Series([0, 0, 0, 5, 5, 9]).cast(pl.Datetime("us", "UTC"))
    visits = pl.DataFrame({"visit_id": list("abcdef"), "visited_at": times, "number": ["1"] * 6, "domain": ["d"] * 6})
    parts = [part["visits"]["visit_id"].to_list() for part in slices({"visits": visits}, rows=2)]
    assert parts == [["a", "b", "c"], ["d", "e"], ["f"]]


def test_two_spellings_of_a_number_have_one_token_and_another_key_another() -> None:
    ours, other = Tokeniser(b"one"), Tokeniser(b"two")
    assert ours.token("number", "138 0013 8000") == ours.token("number", "+8613800138000")
    assert ours.token("number", "13800138000") != other.token("number", "13800138000")
    assert ours.token("number", "95588") == "CN:95588"
    for institution in ("110", "96110", "0776-96110", "118114", "955881234", "10086123", "106901234567890"):
        assert ours.token("number", institution).startswith("CN:"), institution
    for of_somebody in ("2824110", "1380013800", "0776 282411", "+84 123 456", "+95 9 250 123 456 789"):
        assert ours.token("number", of_somebody).startswith("n-"), of_somebody
    assert ours.token("account", "cash:atm-7") == "cash:atm-7"


def test_lists_and_listed_identifiers_are_tokenised_by_their_kind() -> None:
    listed = pl.DataFrame({"identifier": ["15400000001", "a.example"], "kind": ["number", "domain"]})
    frame, mapping = Tokeniser(b"key").tokenise("listed", listed)
    assert frame["identifier"][1] == "a.example"
    assert mapping.rows() == [("number", frame["identifier"][0], "15400000001")]
