"""PostgreSQL whose transactions take their turn by an advisory lock, which the server gives back when a client dies."""

from __future__ import annotations

from django.db.backends.postgresql import base

TURN = 0x66616E7A
"""The lock's number: "fanz" in ASCII."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with a turn for each outermost transaction."""

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            with self.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURN])
