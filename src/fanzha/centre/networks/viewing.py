"""The network that a page draws: cases that were opened, what they share, and the way between two; then where each stands."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from fanzha.centre.cases.models import Case
from fanzha.centre.networks import states
from fanzha.centre.networks.models import Link
from fanzha.centre.networks.showing import shown
from fanzha.linking import KINDS
from fanzha.vocabulary import Text

MOST = 60
"""Cases that one picture holds; more cannot be read."""
LOOKED_AT = 2000
"""Links that are looked at for one picture, the strongest first."""
LONGEST = 8
WIDTH, HEIGHT = 960, 620
_CASE, _TRACE = (52, 12), (80, 13)
"""Half the width and height of a case and of a trace with its words; longer words may touch."""
_EDGE = 90


@dataclass(frozen=True)
class Node:
    """A case or a shared trace. `x`, `y` in the picture's units; `on_path`: of the way asked for; `opens`: numbers of cases to expand."""

    key: str
    kind: str
    label: str
    name: Text
    x: int
    y: int
    opened: bool = False
    on_path: bool = False


@dataclass(frozen=True)
class Edge:
    """A line between a case and what it shares, or (`alike`) between two cases whose scripts are alike. `weight` 0..1."""

    x1: int
    y1: int
    x2: int
    y2: int
    weight: float
    on_path: bool
    alike: bool = False


@dataclass(frozen=True)
class View:
    """What is drawn, the links behind it, the way between two (numbers; empty: none), and whether something did not fit."""

    nodes: list[Node]
    edges: list[Edge]
    links: list[Link]
    way: list[str]
    cut: bool


def view(opened: Collection[str], kinds: Collection[str], least: float, between: tuple[str, str] | None = None) -> View:
    """The network around the opened cases (numbers): their links of at least `least` that share one of `kinds` (empty: any)."""
    way = path(*between, least) if between else []
    numbers = list(dict.fromkeys([*opened, *way]))
    centre = set(Case.objects.filter(number__in=numbers).values_list("pk", flat=True))
    found = Link.objects.filter(Q(a__in=centre) | Q(b__in=centre), state__in=states.STANDING, strength__gte=least)
    near = list(found.select_related("a", "b")[: LOOKED_AT + 1])
    links = [one for one in near[:LOOKED_AT] if _of(one, kinds)]
    met: dict[int, str] = {}
    for link in links:
        for case in (link.a, link.b):
            if len(met) < MOST or case.pk in centre:
                met.setdefault(case.pk, case.number)
    shown = [link for link in links if link.a_id in met and link.b_id in met]
    for case in Case.objects.filter(pk__in=centre):
        met.setdefault(case.pk, case.number)
    nodes, edges = _drawn(met, {met[pk] for pk in centre if pk in met}, shown, kinds, set(way))
    return View(nodes, edges, shown, way, len(shown) < len(links) or len(near) > LOOKED_AT)


def path(begin: str, end: str, least: float) -> list[str]:
    """The shortest way by links that stand from one case (number) to another, both included; empty when there is none of LONGEST steps."""
    known = dict(Case.objects.filter(number__in=(begin, end)).values_list("number", "pk"))
    if len(known) < 2:
        return []
    came: dict[int, int | None] = {known[begin]: None}
    edge = deque([known[begin]])
    for _ in range(LONGEST):
        rows = Link.objects.filter(Q(a__in=edge) | Q(b__in=edge), state__in=states.STANDING, strength__gte=least)
        following: deque[int] = deque()
        for a, b in rows.order_by("-strength", "id").values_list("a_id", "b_id"):
            for here, there in ((a, b), (b, a)):
                if here in edge and there not in came:
                    came[there] = here
                    following.append(there)
        edge = following
        if known[end] in came or not edge:
            break
    if known[end] not in came:
        return []
    keys, at = [], known[end]
    while at is not None:
        keys.append(at)
        at = came[at]  # type: ignore[assignment]
    numbers = dict(Case.objects.filter(pk__in=keys).values_list("pk", "number"))
    return [numbers[key] for key in reversed(keys)]


def _of(link: Link, kinds: Collection[str]) -> bool:
    return not kinds or any(one["kind"] in kinds for one in link.evidence)


def _drawn(
    met: dict[int, str], centre: set[str], links: Iterable[Link], kinds: Collection[str], way: set[str]
) -> tuple[list[Node], list[Edge]]:
    """Cases stand on a ring, what they share among them: the same network is always the same picture."""
    order = sorted(met.values(), key=lambda number: (number not in centre, number))
    at: dict[str, tuple[int, int]] = {}
    for place, number in enumerate(order):
        angle = 2 * math.pi * place / max(1, len(order)) - math.pi / 2
        at[number] = (round(WIDTH / 2 + 380 * math.cos(angle)), round(HEIGHT / 2 + 250 * math.sin(angle)))
    shares: dict[tuple[str, str], dict[str, float]] = {}
    edges: list[Edge] = []
    for link in links:
        for one in link.evidence:
            if kinds and one["kind"] not in kinds:
                continue
            if one["kind"] == "script":  # two cases alone have it in common: a line between them says as much as a node
                on = {link.a.number, link.b.number} <= way
                edges.append(Edge(*at[link.a.number], *at[link.b.number], one["weight"], on, alike=True))
            else:
                members = shares.setdefault((one["kind"], one["value"]), {})
                members |= {link.a.number: one["weight"], link.b.number: one["weight"]}
    seen = shown(shares)
    nodes = [
        Node(number, "case", number, states.KINDS["case"], *at[number], number in centre, number in way)
        for number in order
    ]
    taken = [(x, y, *_CASE) for x, y in at.values()]
    for (kind, value), members in sorted(shares.items()):
        x, y = _free(
            round(sum(at[one][0] for one in members) / len(members)),
            round(sum(at[one][1] for one in members) / len(members)),
            taken,
        )
        taken.append((x, y, *_TRACE))
        on = len(set(members) & way) > 1
        nodes.append(Node(f"{kind}:{value}", kind, seen[kind, value], KINDS[kind].name, x, y, False, on))
        edges += [Edge(*at[one], x, y, weight, on and one in way) for one, weight in members.items()]
    return nodes, edges


def _free(x: int, y: int, taken: Collection[tuple[int, int, int, int]]) -> tuple[int, int]:
    """The place in the picture that is nearest to `x`, `y` and where nothing of `taken` (x, y, its half width and half height) stands."""
    places = [(x + 30 * over, y + 13 * down) for over in range(-14, 15) for down in range(-24, 25)]
    inside = [one for one in places if _EDGE <= one[0] <= WIDTH - _EDGE and 20 <= one[1] <= HEIGHT - 30]
    inside.sort(key=lambda one: ((one[0] - x) ** 2 + (one[1] - y) ** 2, one))
    width, height = _TRACE
    for place in inside:
        if all(abs(place[0] - a) >= width + w or abs(place[1] - b) >= height + h for a, b, w, h in taken):
            return place
    return inside[0] if inside else (x, y)
