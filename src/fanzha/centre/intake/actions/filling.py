"""From the log into the lake, some time after a batch was acknowledged: a few large files instead of one for each batch."""

from __future__ import annotations

import time
from datetime import datetime

from django.conf import settings

from fanzha.centre.intake.actions.opened import opened
from fanzha.signals import cursor_of, fill_lake

EVERY_S = 60.0


def fill(_now: datetime, every_s: float = EVERY_S) -> int:
    """Fill the lake, at most once in `every_s` seconds of this machine's clock; how many batches came into it."""
    home = settings.HOME
    cursor = cursor_of(home.lake)
    if not home.log.exists() or (cursor.exists() and time.time() - cursor.stat().st_mtime < every_s):
        return 0
    with opened(home.log) as here:
        return fill_lake(home.lake, here.log)
