"""Keys and tokens of a home: made whole or not at all, so that none is ever empty and lets everybody in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fanzha.centre.secrets import secret
from fanzha.home import Home
from fanzha.refusal import Refusal

ON_A_FULL_DISK = """
import resource, signal
from pathlib import Path
from fanzha.centre.secrets import secret
from fanzha.home import Home
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
secret(Home(Path({home!r})), "intake_token")
"""


def test_a_disk_that_is_full_leaves_no_empty_secret(tmp_path: Path) -> None:
    source = str(Path(__file__).parents[2] / "src")
    words = [sys.executable, "-c", ON_A_FULL_DISK.format(home=str(tmp_path))]
    full = subprocess.run(words, env={"PYTHONPATH": source}, capture_output=True, text=True)
    assert "File too large" in full.stderr
    made = secret(Home(tmp_path), "intake_token")
    assert len(made) == 43
    assert secret(Home(tmp_path), "intake_token") == made
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["intake_token"]
    assert (tmp_path / "secrets" / "intake_token").stat().st_mode & 0o077 == 0


def test_an_empty_secret_is_refused_and_opens_no_door(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "receipt_token").touch()
    with pytest.raises(Refusal, match="receipt_token: this key is empty"):
        secret(Home(tmp_path), "receipt_token")
