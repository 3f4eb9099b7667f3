"""The worker process: warnings from the engine's outbox into the centre's records. `python -m fanzha.centre.worker`."""

from __future__ import annotations

import os
import signal
import threading

import django


def main() -> None:
    """Import the outbox by the centre's own cursor until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
    django.setup()
    from django.db import transaction

    from fanzha.centre import clock
    from fanzha.centre.warnings import actions
    from fanzha.centre.warnings.models import Cursor
    from fanzha.detection import Outbox
    from fanzha.home import find_home

    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    outbox = Outbox(find_home().log)
    cursor = Cursor.objects.get_or_create(name="outbox")[0].value
    while not stop.is_set():
        rows = outbox.read(cursor, limit=200)
        if not rows:
            stop.wait(0.5)
            continue
        with transaction.atomic():
            actions.import_warnings([row.warning for row in rows], clock.now())
            cursor = rows[-1].seq
            actions.advance_cursor(cursor)


if __name__ == "__main__":
    main()
