"""Killed at any moment and started again, detection ends with the same warnings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from fanzha.detection import Outbox, detect
from fanzha.simulation import simulate

SOURCE = str(Path(__file__).parents[2] / "src")
RUN = (
    "import sys; from pathlib import Path; from fanzha.detection import detect\n"
    "detect(Path(sys.argv[1]), Path(sys.argv[2]), None, slice_rows=4000)"
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
    first = detect(city, tmp_path, None)
    assert first.height > 0
    assert detect(city, tmp_path, None).equals(first)
    assert first["warning_id"].n_unique() == first.height
