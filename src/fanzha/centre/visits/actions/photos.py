"""The photo of a visit: sealed, shown with a reason on record, forgotten in time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.visits.models import Visit
from fanzha.refusal import Refusal


@transaction.atomic
def show_photo(visit_id: UUID, user: User, reason: str, now: datetime) -> bytes:
    """The photo as JPEG. Refusal without a reason, or when there is none (any more); written to the audit."""
    if not permissions.may_unmask(user):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("say what the photo is needed for", code="photo.reason", where="reason")
    visit = Visit.objects.select_related("order").filter(visit_id=visit_id, photo__isnull=False).first()
    if visit is None:
        raise Refusal("there is no photo", code="photo.none", where=str(visit_id))
    audit.write(user, "visit_photo", visit.order.order_id, now, reason)
    return vault.unseal(bytes(visit.photo))


@transaction.atomic
def forget_photos(now: datetime) -> int:
    """Forget the photos whose time is over; how many."""
    return Visit.objects.filter(photo_until__lte=now).update(photo=None, photo_until=None)
