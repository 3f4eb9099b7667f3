"""The register under 100,000 cases: how long each page takes, on SQLite and PostgreSQL, through all of Django but the network.

Run: python bench/cases.py [--database sqlite|postgresql] [--cases 100000] [--times 30] [--json]
Every case has a report, three transfers, six identifiers (one payee account of a hub that one case in a hundred shares), its work list and
four entries of the audit; one in ten a clue, one in twenty a suspect and an involved card. Exits 1 when a page's p95 is above --limit ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from own_centre import own_centre, staff

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
BATCH = 2000
HUBS = 100
CLASSES = ("AB", "AD", "AE", "AA", "AC", "AL")
STATES = ("reported", "accepted", "filed", "investigating", "cleared", "closed", "not_filed")


def in_batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    """Rows a batch at a time."""
    while batch := list(islice(rows, BATCH)):
        yield batch


def fill(count: int, users: list[Any]) -> None:
    """So many cases of two years with everything that hangs on them, without asking the actions (an hour of audits)."""
    from django.db import connection, transaction

    from fanzha.centre.access import vault
    from fanzha.centre.access.models import AuditEntry, VaultEntry
    from fanzha.centre.cases import lists
    from fanzha.centre.cases.models import Case, Identifier, InvolvedCard, Recovery, Report, Transfer, WorkItem
    from fanzha.centre.clues.models import Clue
    from fanzha.centre.suspects.models import Measure, Role, Suspect
    from fanzha.vocabulary import COUNTIES

    draw, counties = random.Random(1), list(COUNTIES)
    sealed = vault.seal("报警人称被骗。".encode())
    last = BEGIN + timedelta(days=730)

    def case(n: int) -> Case:
        at, state = BEGIN + (last - BEGIN) * (n / count), draw.choice(STATES)
        filed = at + timedelta(days=2) if state in STATES[2:6] else None
        place = draw.choice(counties)
        return Case(
            number=f"C{at.year}{n:06d}", reported_at=at, case_class=draw.choice(CLASSES), loss_fen=draw.randrange(10**4, 10**8),
            state=state, victim=f"p-{n:020d}", channel=draw.choice(list(lists.CHANNELS)), place=place, unit=f"county-{place}",
            handler=draw.choice([*users, None]), acted_at=at, filed_at=filed, sent_fen=10**6, classed_at=at,
            cleared_at=at + timedelta(days=40) if state == "cleared" else None,
        )  # fmt: skip

    def vaulted(token: str, kind: str) -> VaultEntry:
        return VaultEntry(token=token, kind=kind, sealed=sealed, masked=f"138****{token[-4:]}")

    with transaction.atomic():
        VaultEntry.objects.bulk_create([vaulted(f"a-{hub:020d}", "account") for hub in range(HUBS)])
    for rows in in_batches(case(n) for n in range(count)):
        with transaction.atomic():
            made = Case.objects.bulk_create(rows)
            reports = Report.objects.bulk_create(
                [Report(case=one, source="bench", source_id=one.number, channel=one.channel, reported_at=one.reported_at,
                        received_at=one.reported_at, victim=one.victim, narrative=sealed) for one in made]
            )  # fmt: skip
            tokens: list[tuple[Case, str, str, str]] = []
            for one in made:
                payee = f"a-{draw.randrange(HUBS):020d}" if draw.random() < 0.5 else f"a-{one.pk + 1000:020d}"
                tokens.append((one, "account", payee, "suspect"))
                tokens += [(one, "number", f"n-{one.pk * 3 + k:020d}", "suspect") for k in range(3)]
                tokens += [
                    (one, "number", f"n-v{one.pk:019d}", "victim"),
                    (one, "url", f"pay{one.pk}.example", "suspect"),
                ]
            Identifier.objects.bulk_create(
                [Identifier(case=one, kind=kind, token=token, side=side, since=one.reported_at, sure=True)
                 for one, kind, token, side in tokens]
            )  # fmt: skip
            fresh = {token: kind for _, kind, token, _ in tokens if kind in ("number", "account")}
            fresh |= {one.victim: "person" for one in made}
            VaultEntry.objects.bulk_create([vaulted(*pair) for pair in fresh.items()], ignore_conflicts=True)
            payees = {one.pk: token for one, kind, token, _ in tokens if kind == "account"}
            Transfer.objects.bulk_create(
                [Transfer(case=report.case, report=report, at=report.reported_at, amount_fen=10**5 + k, payee=payees[report.case_id],
                          bank="合成银行") for report in reports for k in range(3)]
            )  # fmt: skip
            WorkItem.objects.bulk_create([WorkItem(case=one, kind=kind) for one in made for kind in lists.WORK])
            AuditEntry.objects.bulk_create(
                [AuditEntry(actor=draw.choice(users), action=act, subject=one.number, at=one.reported_at, digest="0" * 64)
                 for one in made for act in ("case_opened", "case_facts", "case_accepted", "case_work")]
            )  # fmt: skip
            Recovery.objects.bulk_create(
                [
                    Recovery(case=one, key=f"r{one.pk}", kind="frozen", amount_fen=10**5, at=one.reported_at)
                    for one in made[::4]
                ]
            )
            Clue.objects.bulk_create(
                [Clue(number=f"L{one.pk:09d}", kind="number", token=f"n-{one.pk * 3:020d}", source="telecom", case=one, value="B",
                      received_at=one.reported_at, acted_at=one.reported_at, due_at=one.reported_at) for one in made[::10]]
            )  # fmt: skip
            people = Suspect.objects.bulk_create(
                [Suspect(person=f"p-s{one.pk:018d}", since=one.reported_at) for one in made[::20]]
            )
            Suspect.cases.through.objects.bulk_create(
                [Suspect.cases.through(suspect=who, case=one) for who, one in zip(people, made[::20], strict=True)]
            )
            Role.objects.bulk_create(
                [Role(suspect=who, case=one, role=draw.choice(("card_holder", "fan_gatherer")), by=users[0], at=one.reported_at)
                 for who, one in zip(people, made[::20], strict=True)]
            )  # fmt: skip
            Measure.objects.bulk_create(
                [Measure(suspect=who, case=one, kind="detained", at=one.reported_at, document="d", by=users[0])
                 for who, one in zip(people, made[::20], strict=True)]
            )  # fmt: skip
            InvolvedCard.objects.bulk_create(
                [InvolvedCard(token=f"n-{one.pk * 3 + 1:020d}", kind="number", because="opened", place=one.place, first_case=one,
                              since=one.reported_at) for one in made[::20]]
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages(count: int) -> dict[str, Callable[[Any, random.Random], Any]]:
    """Name -> how a page is asked for, drawn anew each time."""
    from fanzha.centre.cases.models import Case

    def number(draw: random.Random) -> str:
        n = draw.randrange(count)
        return f"C{(BEGIN + timedelta(days=730) * (n / count)).year}{n:06d}"

    def deep(draw: random.Random) -> str:
        case = Case.objects.get(number=number(draw))
        return f"/cases/?after={case.reported_at.isoformat().replace('+', '%2B')}~{case.pk}"

    return {
        "list": lambda client, _: client.get("/cases/"),
        "list, any page": lambda client, draw: client.get(deep(draw)),
        "list of a class": lambda client, draw: client.get(f"/cases/?case_class={draw.choice(CLASSES)}"),
        "list of a state": lambda client, draw: client.get(f"/cases/?state={draw.choice(STATES)}"),
        "list of state, class, unit": lambda client, draw: client.get(
            f"/cases/?state={draw.choice(STATES)}&case_class={draw.choice(CLASSES)}&unit=county-451002"
        ),
        "list, mine and open": lambda client, _: client.get("/cases/?mine=1&open=1"),
        "list, overdue": lambda client, _: client.get("/cases/?late=1"),
        "case": lambda client, draw: client.get(f"/cases/{number(draw)}/"),
        "search": lambda client, draw: client.post("/cases/search/", {"q": f"pay{draw.randrange(1, count)}.example"}),
        "about a hub account": lambda client, draw: client.get(f"/cases/about/a-{draw.randrange(HUBS):020d}/"),
        "about a number": lambda client, draw: client.get(f"/cases/about/n-{draw.randrange(3, count):020d}/"),
        "cards": lambda client, _: client.get("/cases/cards/"),
        "twins": lambda client, _: client.get("/cases/twins/"),
        "overdue": lambda client, _: client.get("/cases/overdue/"),
        "clues": lambda client, _: client.get("/clues/"),
        "suspects": lambda client, _: client.get("/suspects/?from=2025-01-01&to=2025-12-31"),
        "figures of a year": lambda client, _: client.get("/cases/figures/?from=2025-01-01&to=2025-12-31"),
        "records of a figure": lambda client, _: client.get(
            "/bulletins/records/?figure=cases_filed&from=2025-01-01&to=2025-12-31&by=class&group=AB"
        ),
    }


def measured(asked: Callable[[Any, random.Random], Any], client: Any, times: int) -> list[float]:
    """Milliseconds of each of so many answers, in order; the first one, which fills caches, is not among them."""
    draw, found = random.Random(2), []
    for n in range(times + 1):
        began = time.perf_counter()
        answer = asked(client, draw)
        took = (time.perf_counter() - began) * 1000
        if answer.status_code not in (200, 302):
            raise RuntimeError(f"answered {answer.status_code}")
        found += [took] if n else []
    return sorted(found)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--cases", type=int, default=100_000)
    options.add_argument("--times", type=int, default=30)
    options.add_argument("--limit", type=float, default=300)
    options.add_argument("--json", action="store_true")
    told = options.parse_args()
    with own_centre(told.database, durable=False):
        from django.test import Client

        analyst = staff("analyst", 1)[0]
        began = time.perf_counter()
        fill(told.cases, [analyst, *staff("officer", 9)])
        print(f"{told.cases:,} cases in {time.perf_counter() - began:.0f} s", file=sys.stderr)
        client = Client()
        client.force_login(analyst)
        found = {name: measured(asked, client, told.times) for name, asked in pages(told.cases).items()}
    p95 = {name: times[min(len(times) - 1, int(len(times) * 0.95))] for name, times in found.items()}
    if told.json:
        print(json.dumps({"database": told.database, "cases": told.cases, "p95_ms": p95, "load": os.getloadavg()[0]}))
    else:
        print(f"{told.database}, {told.cases:,} cases, {told.times} times each, load {os.getloadavg()[0]:.1f}")
        for name, times in found.items():
            print(f"{name:30}{times[len(times) // 2]:>9.0f} ms p50{p95[name]:>9.0f} ms p95")
    sys.exit(any(value > told.limit for value in p95.values()))


if __name__ == "__main__":
    main()
