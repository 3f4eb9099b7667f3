"""Look again through everything: every day at its hour, or when an analyst asks. One step a round, each safe to be killed in.

Links and proposed series are brought up to date from the register, then gangs and dens from the signals and the register together.
What a person confirmed, rejected, split or moved on stays: proposals alone change.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.cases.models import Case
from fanzha.centre.networks import child
from fanzha.centre.networks.actions.finding import take_found
from fanzha.centre.networks.actions.proposing import link_cases, put_in_series, withdraw_series
from fanzha.centre.networks.actions.steps import SHANGHAI, may_decide
from fanzha.centre.networks.models import Search
from fanzha.centre.networks.register import write_register
from fanzha.linking import read_found
from fanzha.vocabulary import load_data

RULES: dict[str, dict[str, Any]] = load_data("fanzha.centre.networks", "search.yaml")
OPEN = ("waiting", "linking", "reading")


@transaction.atomic
def ask(user: User, now: datetime) -> Search:
    """Search now; one that is under way already is that one."""
    may_decide(user)
    standing = Search.objects.filter(state__in=OPEN).first()
    if standing is not None:
        return standing
    made = Search.objects.create(by=user, asked_at=now)
    audit.write(user, "networks_asked", _name(made), now)
    return made


def search(now: datetime) -> str:
    """The next step of the search that is under way, begun by itself when the day's hour has come; the state that it is in."""
    one = Search.objects.filter(state__in=OPEN).first() or _of_the_day(now)
    if one is None:
        return ""
    _STEPS[one.state](one, now)
    return one.state


@transaction.atomic
def _of_the_day(now: datetime) -> Search | None:
    local = now.astimezone(SHANGHAI)
    if local.hour < RULES["hour"]["value"] or Search.objects.filter(day__gte=local.date()).exists():
        return None
    return Search.objects.create(day=local.date(), asked_at=now)


@transaction.atomic
def _begin(one: Search, now: datetime) -> None:  # noqa: ARG001  (steps are handed the instant)
    one.state = "linking"
    one.save()


@transaction.atomic
def _link(one: Search, now: datetime) -> None:
    rest = Case.objects.filter(pk__gt=one.cursor).exclude(state="joined").order_by("pk")
    keys = list(rest.values_list("pk", flat=True)[: RULES["cases"]["value"]])
    if keys:
        link_cases(set(keys), now)
        put_in_series(set(keys), now)
        one.cursor = keys[-1]
    else:
        one.found["withdrawn"] = withdraw_series(now)
        one.state = "reading"
    one.save()


def _read(one: Search, now: datetime) -> None:
    code = child.ended(one) if one.attempt else child.GONE
    if code is None:
        return
    if code == 0:
        # each gang and den in a transaction of its own, and the same found twice is one: a kill in between costs nothing
        new = take_found(read_found(child.folder(one) / "found"), now)
        one.found |= dict(zip(("new_gangs", "new_dens"), new, strict=True))
        _end(one, "done", now)
    elif one.attempt >= RULES["attempts"]["value"]:
        one.found["said"] = child.last_words(one)
        _end(one, "failed", now)
    else:
        _begin_reading(one, now)


def _begin_reading(one: Search, now: datetime) -> None:
    one.attempt += 1
    since = now - timedelta(days=RULES["days"]["value"])
    one.found["cases"] = write_register(child.folder(one) / "register", since)
    one.save()
    child.start(one, since.astimezone(SHANGHAI).date())


def _end(one: Search, state: str, now: datetime) -> None:
    with transaction.atomic():
        one.state, one.ended_at = state, now
        one.save()
        audit.write(one.by, f"networks_{state}", _name(one), now)
    child.tidy(one)


def _name(one: Search) -> str:
    return f"search {one.pk}"


_STEPS: dict[str, Callable[[Search, datetime], None]] = {"waiting": _begin, "linking": _link, "reading": _read}
