"""In a demo home a crew works on half of the reports that the simulated city sends in, so that a visitor finds cases at every stage.

Which half is drawn by the case's number; the other half waits for the visitor. Everything goes through the public actions, by the
demo's own accounts, and the page says that all of it is synthetic.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.cases import lists
from fanzha.centre.cases.actions.moving import give_to, move
from fanzha.centre.cases.actions.working import work, work_card
from fanzha.centre.cases.models import Case, InvolvedCard

FOR_THE_VISITOR = 2
"""One case in so many is left alone."""
AT_ONCE = 2
"""Cases that the crew gets to in one round."""
STAGES: tuple[tuple[str, timedelta, str, str], ...] = (
    ("reported", timedelta(minutes=20), "accepted", "officer"),
    ("accepted", timedelta(hours=2), "filed", "analyst"),
    ("filed", timedelta(hours=3), "investigating", "officer"),
)
"""From a state, so long after the last piece of work, to the next, by whom. Ours: paces for show, no measure of real work."""
_DONE = "演示：合成数据 / demo, synthetic"


def crew_works(now: datetime) -> int:
    """What the demo's crew gets to in this round; how many pieces of work."""
    if not settings.DEMO:
        return 0
    users = {user.username.removeprefix("demo-"): user for user in User.objects.filter(username__startswith="demo-")}
    if "officer" not in users or "analyst" not in users:
        return 0
    done = sum(_move_on(users, stage, now) for stage in STAGES)
    return done + _work_cards(users["officer"], now)


def _move_on(users: dict[str, User], stage: tuple[str, timedelta, str, str], now: datetime) -> int:
    state, pause, to, by = stage
    waiting = Case.objects.filter(state=state, acted_at__lte=now - pause, channel="signals").order_by("acted_at")[:50]
    mine = [case for case in waiting if _is_ours(case.number)][:AT_ONCE]
    for case in mine:
        _step(case, users[by], to, now)
    return len(mine)


@transaction.atomic
def _step(case: Case, user: User, to: str, now: datetime) -> None:
    if case.handler is None and to == "accepted":
        give_to(case.number, user, user, now)
    if to == "investigating":
        for item in case.work.filter(state="open", kind__in=list(lists.WORK)[:2]):
            work(item.pk, user, "done", _DONE, now)
    move(case.number, user, to, _DONE, now)


def _work_cards(user: User, now: datetime) -> int:
    waiting = InvolvedCard.objects.filter(worked_at=None, since__lte=now - timedelta(hours=1)).exclude(holder="")
    mine = [card for card in waiting.order_by("since")[:50] if _is_ours(card.token)][:AT_ONCE]
    for card in mine:
        work_card(card.pk, user, now, how_left="sold", involvement="active", outlet=card.outlet, note=_DONE)
    return len(mine)


def _is_ours(name: str) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] % FOR_THE_VISITOR == 0
