"""`python -m fanzha.linking SIGNALS OUT FIRST_DAY REGISTER`: find networks in a process of its own, for who must not wait for it."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from fanzha.linking.networks import find_networks

if __name__ == "__main__":
    signals, out, first_day, register = sys.argv[1:]
    find_networks(Path(signals), Path(out), print, date.fromisoformat(first_day), Path(register))
