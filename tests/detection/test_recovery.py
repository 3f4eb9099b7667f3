"""Killed at any moment and started again, detection ends with the same warnings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from fanzha.cli import app
from fanzha.detection import Following, Models, detect
from fanzha.detection.checkpoint import path_of
from fanzha.detection.detect import as_frame
from fanzha.detection.seen import Seen
from fanzha.outbox import Outbox
from fanzha.reading import train_text_model
from fanzha.refusal import Refusal
from fanzha.signals import Batch, SignalLog, write_table
from fanzha.simulation import simulate
from tests.worlds import FRAUD, SON, a_teacher_about_to_pay, at, call, table

SOURCE = str(Path(__file__).parents[2] / "src")
RUN = (
    "import sys; from pathlib import Path; from fanzha.detection import detect\n"
    "detect(Path(sys.argv[1]), Path(sys.argv[2]), slice_rows=4000, checkpoint_s=0.0)"
)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    list(simulate(out, people=600, days=3, seed=5, start=date(2026, 3, 2), inflation=3000))
    return out / "signals"


def run(city: Path, out: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", RUN, str(city), str(out)], env={**os.environ, "PYTHONPATH": SOURCE})


def test_a_killed_run_ends_with_the_same_file(city: Path, tmp_path: Path) -> None:
    assert run(city, tmp_path / "calm").wait() == 0
    killed = tmp_path / "killed"
    process = run(city, killed)
    while process.poll() is None:
        if (killed / "log.sqlite").exists() and Outbox(killed / "log.sqlite").position() >= 2:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.02)
    process.wait()
    assert not (killed / "warnings.parquet").exists(), "it was killed before its end"
    assert run(city, killed).wait() == 0
    calm = (tmp_path / "calm" / "warnings.parquet").read_bytes()
    assert calm == (killed / "warnings.parquet").read_bytes()
    assert len(calm) > 2000


def test_a_finished_run_called_again_warns_nobody_twice(city: Path, tmp_path: Path) -> None:
    first = detect(city, tmp_path)
    assert first.height > 0
    assert detect(city, tmp_path).equals(first)
    assert first["warning_id"].n_unique() == first.height


def test_a_log_older_than_its_checkpoint_is_gone_through_anew_and_that_is_said(
    city: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calm = detect(city, tmp_path / "calm", slice_rows=4000)
    log = SignalLog(tmp_path / "calm" / "log.sqlite")
    path, last = tmp_path / "restored" / "log.sqlite", log.last_position()
    ahead = Following(path, Models().engine())
    for batch in log.read(0, limit=10_000):
        ahead.log.append(batch.tables, batch.batch_id)
    ahead.work(last)
    ahead.save()
    for one in path.parent.glob("log.sqlite*"):
        one.unlink()
    older = SignalLog(path)
    for batch in log.read(0, limit=last // 2):
        older.append(batch.tables, batch.batch_id)
    restored = Following(path, Models().engine())
    (said,) = caplog.messages
    assert f"ends at batch {last // 2}, before its checkpoint ({last})" in said
    restored.work(last // 2)
    for batch in log.read(last // 2, limit=10_000):
        older.append(batch.tables, batch.batch_id)
    restored.work(last)
    assert as_frame(Outbox(path).all()).equals(calm)


def test_a_checkpoint_is_taken_up_and_a_torn_one_passed_over(city: Path, tmp_path: Path) -> None:
    calm = detect(city, tmp_path / "calm", slice_rows=4000)
    log = SignalLog(tmp_path / "calm" / "log.sqlite")
    half = log.last_position() // 2
    for torn in (False, True):
        path = tmp_path / f"half-{torn}" / "log.sqlite"
        copied = SignalLog(path)
        for batch in log.read(0, limit=10_000):
            copied.append(batch.tables, batch.batch_id)
        first = Following(path, Models().engine())
        first.work(half)
        first.save()
        if torn:
            state = path_of(path)
            state.write_bytes(state.read_bytes()[:-1000])
        second = Following(path, Models().engine())
        assert second.position == (0 if torn else half)
        second.work(log.last_position())
        assert as_frame(Outbox(path).all()).equals(calm)


def test_memory_of_ids_ends_where_late_events_end() -> None:
    seen, hour = Seen(48 * 3600 * 1_000_000), 3600 * 1_000_000
    one, zero = np.array([5], np.int64), np.zeros(1, np.int64)
    assert seen.before(one, zero, 0).tolist() == [-1]
    assert seen.before(one, zero, 47 * hour).tolist() == [0]
    for later in (49, 98, 147):
        seen.before(np.array([later], np.int64), zero, later * hour)
    assert seen.before(one, zero, 148 * hour).tolist() == [-1]


def test_a_run_on_other_signals_or_until_another_time_is_not_taken_for_the_finished_one(tmp_path: Path) -> None:
    signals, out = tmp_path / "signals", tmp_path / "found"
    signals.mkdir()
    for name, frame in a_teacher_about_to_pay().items():
        write_table(frame, signals / f"{name}.parquet")
    first = detect(signals, out)
    (signals / "notes.txt").write_text("read by nobody")
    assert detect(signals, out).equals(first)
    with pytest.raises(Refusal, match="begin in a new folder"):
        detect(signals, out, until=at(35))
    write_table(table("calls", call(2, 60, FRAUD, SON, 1800)), signals / "calls-2.parquet")
    with pytest.raises(Refusal) as refused:
        detect(signals, out)
    assert (refused.value.code, refused.value.where) == ("run.other", str(out))
    assert pl.read_parquet(out / "warnings.parquet").equals(first)


def test_a_folder_without_signals_leaves_nothing_that_stands_in_the_way_once_they_are_there(tmp_path: Path) -> None:
    signals = tmp_path / "signals"
    signals.mkdir()
    with pytest.raises(Refusal, match="no signals here"):
        detect(signals, tmp_path / "found")
    write_table(table("calls", call(1, 0, FRAUD, SON, 60)), signals / "calls.parquet")
    detect(signals, tmp_path / "found")
    assert (tmp_path / "found" / "warnings.parquet").exists()


def test_a_centre_that_is_named_as_the_folder_to_write_into_keeps_its_log_and_quarantine(tmp_path: Path) -> None:
    signals, home = tmp_path / "signals", tmp_path / "home"
    (home / "quarantine").mkdir(parents=True)
    (home / "quarantine" / "calls.ndjson").write_text("{}\n")
    log = SignalLog(home / "log.sqlite")
    log.append({"calls": table("calls", call(1, 0, FRAUD, SON, 60))}, "from an operator")
    signals.mkdir()
    write_table(table("calls", call(2, 0, FRAUD, SON, 60)), signals / "calls.parquet")
    with pytest.raises(Refusal, match="the log of a centre") as refused:
        detect(signals, home)
    assert refused.value.code == "run.other"
    assert (log.last_position(), (home / "quarantine" / "calls.ndjson").exists()) == (1, True)


def test_a_run_that_is_called_again_says_which_model_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    signals, home = tmp_path / "signals", tmp_path / "home"
    signals.mkdir()
    monkeypatch.setenv("FANZHA_HOME", str(home))
    for name, frame in a_teacher_about_to_pay().items():
        write_table(frame, signals / f"{name}.parquet")
    command = ["detect", str(signals), "--out", str(tmp_path / "found")]
    first = CliRunner().invoke(app, command)
    assert "texts by word cues" in first.output
    train_text_model(["刷单返利加微信", "明天开会"] * 20, ["fraud", "ordinary"] * 20).save(tmp_path / "texts-new.model")
    again = CliRunner().invoke(app, [*command, "--model", str(tmp_path / "texts-new.model")])
    assert again.exit_code == 0, again.output
    assert "texts by word cues" in again.output


def test_a_message_that_comes_twice_is_met_once_however_far_the_tables_of_a_batch_reach() -> None:
    def message(hours: float, name: str) -> dict[str, object]:
        return {"message_id": name, "sent_at": at(hours * 60), "sender": "95588", "receiver": SON}

    engine, calls = Models().engine(), table("calls", call(1, 72 * 60, FRAUD, SON, 5))
    engine.step(Batch(1, "one", {"messages": table("messages", message(0, "m"))}))
    engine.step(Batch(2, "two", {"calls": calls, "messages": table("messages", message(1, "m"), message(144, "n"))}))
    assert engine.encoder.counts == {"events": 4, "duplicates": 1, "versions": 0, "late": 0}


def with_a_checkpoint(path: Path) -> Path:
    """A log of one batch, and what was saved behind it."""
    SignalLog(path).append(a_teacher_about_to_pay(), "one")
    following = Following(path, Models().engine())
    following.work(1)
    following.save()
    return path


def test_a_checkpoint_that_the_disk_garbled_is_passed_over(tmp_path: Path) -> None:
    path = with_a_checkpoint(tmp_path / "log.sqlite")
    whole = path_of(path).read_bytes()
    entry = whole.rindex(b"PK\x01\x02")  # what the zip says of its last part, told.json
    # its version, that it is encrypted, how it is compressed, where it lies
    for place, bit in ((6, 128), (8, 1), (10, 1), (10, 8), (45, 128)):
        garbled = bytearray(whole)
        garbled[entry + place] ^= bit
        path_of(path).write_bytes(garbled)
        assert Following(path, Models().engine()).position == 0


def test_a_checkpoint_of_features_that_were_defined_otherwise_is_passed_over(tmp_path: Path) -> None:
    path = with_a_checkpoint(tmp_path / "log.sqlite")
    other = (
        "import sys; from pathlib import Path; import fanzha.vocabulary as words; read = words.load_data\n"
        "def changed(package, name):\n"
        "    data = read(package, name)\n"
        "    if name == 'features.yaml': data['features'][0]['where'] = {'at_least': 7}\n"
        "    return data\n"
        "if len(sys.argv) > 2: words.load_data = changed\n"
        "from fanzha.detection import Following, Models\n"
        "print(Following(Path(sys.argv[1]), Models().engine()).position)"
    )
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    found = [
        subprocess.run([sys.executable, "-c", other, str(path), *words], env=environment, capture_output=True, text=True, check=True).stdout
        for words in ([], ["changed"])
    ]  # fmt: skip
    assert found == ["1\n", "0\n"]
