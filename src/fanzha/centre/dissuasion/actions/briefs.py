"""The daily brief is kept as it was said: figures change with corrections, and what a leader read in the morning does not."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.dissuasion.models import KeptBrief
from fanzha.vocabulary import Text


@transaction.atomic
def keep_brief(day: date, page: Text, now: datetime) -> KeptBrief:
    """Keep the brief of a day, once; the audit holds its digest, so that a changed one is found."""
    made = {"kept_at": now, "page_zh": page.zh, "page_en": page.en}
    kept, new = KeptBrief.objects.get_or_create(day=day, defaults=made)
    if new:
        digest = hashlib.sha256(f"{page.zh}\x1f{page.en}".encode()).hexdigest()
        audit.write(None, "brief_kept", f"brief {day}", now, digest)
    return kept
