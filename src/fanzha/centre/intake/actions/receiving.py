"""One way in for signals, whoever brings them (HTTP, a file, a folder, a desk): checked, tokenised, on disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction

from fanzha.centre.access import vault
from fanzha.centre.intake.actions import quarantine
from fanzha.centre.intake.actions.opened import opened
from fanzha.centre.people import actions as people
from fanzha.signals import REFUSED_SCHEMA, validate


@dataclass(frozen=True)
class Receipt:
    """What became of a batch: rows taken (`new`: those that were not in already), rows refused and where they lie."""

    accepted: int
    new: int
    refused: int
    quarantine_id: str | None


@dataclass(frozen=True)
class Receiver:
    """What an app does with the rows of its table.

    `claim(rows, key, now)` keeps a record of each row and returns those that are this batch's; a row that another batch
    brought is left out, so that the engine never sees it twice. `then(now)` follows when all is on disk.
    """

    claim: Callable[[pl.DataFrame, str, datetime], pl.DataFrame]
    then: Callable[[datetime], Any]


receivers: dict[str, Receiver] = {}
"""Table -> its receiver; apps put theirs in when they are ready."""


def latest(now: datetime) -> datetime:
    """When an event may be known at the latest; the city of a demo may live before the wall's clock or behind it."""
    return max(now, datetime.now(UTC)) + settings.INTAKE_MOST_AHEAD


def receive(
    table: str, raw: pl.DataFrame, key: str, now: datetime, source: str = "", broken: pl.DataFrame | None = None
) -> Receipt:
    """Take in one batch; when this returns, it is on disk.

    `raw`: rows as they came; `broken`: what could not be read as a row (REFUSED_SCHEMA); `source`: the file named in what
    is refused. The same `key` again adds nothing; with other rows it is a Refusal (`batch.changed`).
    """
    home = settings.HOME
    checked = validate(table, raw, source=source or key, known_by=latest(now))
    refused = pl.concat([pl.DataFrame(schema=REFUSED_SCHEMA) if broken is None else broken, checked.refused])
    good, mapping = vault.tokeniser().tokenise(table, checked.good)
    receiver = receivers.get(table)
    vault.remember(mapping)  # first: what the log has may never come again, and its tokens would stand for nothing
    # Claimed and on disk, or neither; what nobody claims does not wait for its turn to write records.
    with opened(home.log) as here, transaction.atomic() if receiver else nullcontext():
        fresh = receiver.claim(good, key, now) if receiver else good
        position = here.log.append({table: fresh}, f"{table}:{key}", refused["row"].to_list())
    people.take_in(table, fresh, now)
    kept = quarantine.seal(f"{position:010d}-{table}", table, key, refused, now) if refused.height else None
    if receiver:
        receiver.then(now)
    return Receipt(good.height, fresh.height, refused.height, kept)
