"""An interrupt ends long work at once, whatever its processes are busy with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

WORK = """
import sys, tempfile, time
from pathlib import Path
from fanzha.side_by_side import side_by_side

def long_work(seconds):
    import polars
    Path(tempfile.mkdtemp(), "begun").touch()
    time.sleep(seconds)
    return seconds

if __name__ == "__main__":
    with side_by_side(2) as pool:
        print(sum(one.result() for one in [pool.submit(long_work, float(sys.argv[1])) for _ in range(6)]))
"""


def begun(folder: Path, seconds: float) -> subprocess.Popen[str]:
    (folder / "work.py").write_text(WORK)
    (folder / "room").mkdir()
    return subprocess.Popen(
        [sys.executable, str(folder / "work.py"), str(seconds)],
        env={**os.environ, "TMPDIR": str(folder / "room")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_all_that_is_handed_out_is_done_and_its_files_are_gone(tmp_path: Path) -> None:
    process = begun(tmp_path, 0.25)
    said, wrong = process.communicate(timeout=120)
    assert float(said) == 1.5, wrong
    assert list((tmp_path / "room").iterdir()) == []


def test_an_interrupt_ends_all_processes_and_leaves_no_file(tmp_path: Path) -> None:
    process = begun(tmp_path, 60)
    ends = time.monotonic() + 120
    while len(list((tmp_path / "room").rglob("begun"))) < 2:
        assert time.monotonic() < ends
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=120)[1]
    assert said.splitlines()[-1] == "KeyboardInterrupt"
    assert "InvalidStateError" not in said, "Python's own bug, that `map` runs into"
    assert list((tmp_path / "room").iterdir()) == []
