"""From the log into the lake, some time after a batch was acknowledged: a few large files instead of one for each batch."""

from __future__ import annotations

import time
from datetime import datetime

from django.conf import settings

from fanzha.centre.intake.actions.opened import opened
from fanzha.signals import MOST_BATCHES, cursor_of, fill_lake, filled_to

EVERY_S = 60.0


def fill(_now: datetime, every_s: float = EVERY_S) -> int:
    """Fill the lake a piece further, when a whole piece waits or `every_s` seconds of this machine's clock went by; how many batches.

    One piece a round: whatever else a round does, limits that pass among it, does not wait for a long log.
    """
    home = settings.HOME
    if not home.log.exists():
        return 0
    cursor = cursor_of(home.lake)
    lately = cursor.exists() and time.time() - cursor.stat().st_mtime < every_s
    with opened(home.log) as here:
        if lately and here.log.last_position() - filled_to(home.lake) < MOST_BATCHES:
            return 0
        return fill_lake(home.lake, here.log)
