"""Compiled kernels are kept on disk, and never those of other sources than stand there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
INNER = "from fanzha.features.compiling import kernel\n\n\n@kernel()\ndef inner(x):\n    return x + {}\n"
OUTER = "from fanzha.features.compiling import kernel\nfrom fanzha.features.inner import inner\n\n\n@kernel()\ndef outer(x):\n    return inner(x)\n"


def test_a_kernel_is_compiled_anew_when_one_that_it_calls_changes(tmp_path: Path) -> None:
    features = tmp_path / "fanzha/features"
    shutil.copytree(SOURCE / "fanzha", tmp_path / "fanzha", ignore=shutil.ignore_patterns("__pycache__"))
    (features / "outer.py").write_text(OUTER)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA")}
    told, kept = [], []
    for added in (1, 2, 2):
        (features / "inner.py").write_text(INNER.format(added))
        words = [sys.executable, "-c", "from fanzha.features.outer import outer; print(outer(1))"]
        done = subprocess.run(words, env={**environment, "PYTHONPATH": str(tmp_path)}, capture_output=True, check=True)
        told.append(int(done.stdout))
        kept.append(sorted(path.name for path in features.rglob("outer*.nbc")))
    assert told == [2, 3, 3]
    assert len(kept[0]) == 1, "it is kept"
    assert kept[1] == kept[2], "and used again"
