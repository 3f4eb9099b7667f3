"""The only writers of units, shifts and promises."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import actions, audit, permissions
from fanzha.centre.duty.models import Member, Promise, Shift, Unit
from fanzha.refusal import Refusal
from fanzha.vocabulary import COUNTIES, SPOKEN_LANGUAGES, load_data, text_from


@transaction.atomic
def ensure_units() -> None:
    """The units that a new centre begins with: province, city, and for each county its centre and a station."""
    told = load_data("fanzha.centre.duty", "units.yaml")

    def unit(kind: str, code: str, name: dict[str, str], place: str = "", above: str | None = None) -> Unit:
        named = text_from(name)
        return Unit(code=code, kind=kind, name_zh=named.zh, name_en=named.en, place=place, above_id=above)

    units = [
        unit("province", told["province"]["code"], told["province"]["name"]),
        unit("city", told["city"]["code"], told["city"]["name"], told["city"]["place"], told["province"]["code"]),
        *(unit(one["kind"], one["code"], one["name"]) for one in told["institutions"]),
    ]
    for county in COUNTIES.values():
        for kind, above in (("county", told["city"]["code"]), ("station", f"county-{county.code}")):
            name = text_from(told[f"{kind}_name"])
            named = {"zh": name.zh.format(place=county.name.zh), "en": name.en.format(place=county.name.en)}
            units.append(unit(kind, f"{kind}-{county.code}", named, county.code, above))
    Unit.objects.bulk_create(units, ignore_conflicts=True)  # who changed the name of one keeps theirs


@transaction.atomic
def place_in(user: User, unit: str, languages: list[str] | None = None, capacity: int = 3) -> Member:
    """Put somebody into a unit. Refusal for a language that is not in the list."""
    unknown = set(languages or ()) - set(SPOKEN_LANGUAGES)
    if unknown:
        raise Refusal(f"no such language: {', '.join(sorted(unknown))}", code="language.unknown", where="languages")
    made = {"unit_id": unit, "languages": languages or ["cmn"], "capacity": capacity}
    return Member.objects.update_or_create(user=user, defaults=made)[0]


UNITS_OF = {"officer": ("station",), "bank": ("bank",), "telecom": ("operator",)}
"""The kinds of unit that a role may work in; all others in CENTRES. A bank's staff see what concerns their unit, so it must be a bank."""
CENTRES = ("province", "city", "county")


@transaction.atomic
def employ(username: str, role: str, unit: str, now: datetime, languages: list[str] | None = None) -> str:
    """Give somebody an account with a role in a unit (its code); returns the password that they first sign in by, which is kept nowhere.

    Refusal for a name, role, unit or language that cannot be.
    """
    user, password = actions.make_account(username, role, now)
    found = Unit.objects.filter(code=unit).first()
    if found is None:
        raise Refusal("there is no such unit; `fanzha staff units` lists them", code="staff.unit", where=unit)
    kinds = UNITS_OF.get(role, CENTRES)
    if found.kind not in kinds:
        said = f"somebody in the role {role} works in a unit of another kind: {', '.join(kinds)}"
        raise Refusal(said, code="staff.kind", where=unit)
    place_in(user, unit, languages)
    return password


@transaction.atomic
def dismiss(username: str, now: datetime) -> None:
    """Close somebody's account and end their shift; what is open stays theirs until a leader takes it back."""
    user = actions.account(username)
    if Member.objects.filter(user=user).exists():
        go_off(user, now)
    actions.close_account(user, now)


@transaction.atomic
def ensure_first_member(now: datetime) -> str | None:
    """The first leader of a real centre, in the city's own; returns its password once, None when accounts are there."""
    actions.ensure_roles()
    if User.objects.exists():
        return None
    return employ("leader", "leader", load_data("fanzha.centre.duty", "units.yaml")["city"]["code"], now)


@transaction.atomic
def ensure_demo_members() -> None:
    """The demo's accounts in units of theirs: the first county's station, a bank, an operator, and the city for all others."""
    units = dict(load_data("fanzha.centre.duty", "units.yaml")["demo_institutions"])
    units["officer"] = f"station-{next(iter(COUNTIES))}"
    for user in User.objects.filter(username__startswith="demo-", member=None):
        place_in(user, units.get(user.username.removeprefix("demo-"), "city"))


@transaction.atomic
def go_on(user: User, now: datetime) -> Shift:
    """Begin a shift; the one that runs already stays. PermissionDenied for those outside the centre and its stations."""
    if not permissions.may_see_warnings(user):
        raise PermissionDenied
    member = _member(user)
    running = member.shifts.filter(ended_at=None).first()
    if running is not None:
        return running
    Member.objects.filter(pk=member.pk).update(on_duty=True)
    audit.write(user, "shift_on", member.unit_id, now)
    return Shift.objects.create(member=member, began_at=now)


@transaction.atomic
def go_off(user: User, now: datetime) -> None:
    """End the shift that runs; what is open stays with its owner until it is handed over or taken back."""
    member = _member(user)
    if member.shifts.filter(ended_at=None).update(ended_at=now):
        Member.objects.filter(pk=member.pk).update(on_duty=False)
        audit.write(user, "shift_off", member.unit_id, now)


def _member(user: User) -> Member:
    found = Member.objects.select_related("unit").filter(user=user).first()
    if found is None:
        raise Refusal("you belong to no unit yet; an administrator places you in one", code="duty.unit", where="user")
    return found


@transaction.atomic
def promise(user: User, about: str, text: str, now: datetime, due_at: datetime | None = None) -> Promise:
    """Write down what was promised about an order, for whoever comes next. One that stands open in the same words is not made again."""
    if not permissions.may_see_warnings(user):
        raise PermissionDenied
    if not text.strip():
        raise Refusal("say what was promised", code="promise.text", where="text")
    unit = _member(user).unit
    told = {"unit": unit, "about": about, "text": text, "due_at": due_at, "kept_at": None}
    standing = Promise.objects.filter(**told).first()
    if standing is not None:
        return standing
    audit.write(user, "promise", about or unit.code, now, text)
    return Promise.objects.create(**told, by=user, at=now)


@transaction.atomic
def keep(promise_id: int, user: User, now: datetime) -> None:
    """Mark a promise of one's unit as kept, once."""
    if not permissions.may_see_warnings(user):
        raise PermissionDenied
    if Promise.objects.filter(pk=promise_id, unit=_member(user).unit, kept_at=None).update(kept_at=now):
        audit.write(user, "promise_kept", str(promise_id), now)
