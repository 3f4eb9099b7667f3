"""The facts of a narrative as rows of a form, and what a person made of them: each row is kept, changed or left out."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import Any

from django.http import QueryDict

from fanzha import reading
from fanzha.centre.cases import lists, typed
from fanzha.centre.cases.narrative import Facts, Item, Moved
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, Text

BLANK_ROWS = 2
"""Empty rows for what the reader did not find."""
LEFT_OUT = "none"
KINDS = ("number", "account", "url", "app", "im", "wallet", "waybill", "imei", "name")
_ITEM = ("item_kind", "item_value", "item_side")
_MOVED = ("day", "clock", "yuan", "payer", "payee", "bank", "holder", "channel", "way")


def rows_of(facts: Facts) -> dict[str, Any]:
    """What the form shows: the class with its reasons (`found`: what was read), a row for each item and transfer, and empty ones."""
    transfers = [
        {
            "day": typed.day_of(one.at),
            "clock": "" if one.day_only else typed.clock_of(one.at),
            "yuan": "" if one.amount_fen is None else f"{one.amount_fen / 100:.2f}",
            "payer": one.payer,
            "payee": one.payee,
            "bank": one.bank,
            "holder": one.holder,
            "channel": one.channel,
            "way": "back" if one.back else "sent",
        }
        for one in facts.transfers
    ]
    return {
        "facts": facts,
        "found": facts,
        "items": [*facts.items, *[Item("number", "", "suspect")] * BLANK_ROWS],
        "transfers": [*transfers, *[{"way": "sent"}] * BLANK_ROWS],
        "stated": "" if facts.stated_fen is None else f"{facts.stated_fen / 100:.2f}",
        "came_back": f"{facts.returned_fen / 100:.2f}" if facts.returned_fen else "",
        **_choices(),
    }


def rows_as_typed(said: QueryDict) -> dict[str, Any]:
    """The same of a form that was refused: every field as the person left it, so that nothing has to be gone through again."""
    chosen = Facts(said.get("case_class", ""), lure_channel=said.get("lure_channel", ""))
    items = zip_longest(*(said.getlist(name) for name in _ITEM), fillvalue="")
    moved = zip_longest(*(said.getlist(f"transfer_{name}") for name in _MOVED), fillvalue="")
    return {
        "facts": replace(chosen, handover=tuple(said.getlist("handover"))),
        "found": None,
        "items": [Item(*row) for row in items],
        "transfers": [dict(zip(_MOVED, row, strict=True)) for row in moved],
        "stated": said.get("stated", ""),
        "came_back": said.get("came_back", ""),
        **_choices(),
    }


def _choices() -> dict[str, Any]:
    return {
        "kinds": [(kind, lists.KINDS[kind]) for kind in KINDS],
        "sides": lists.SIDES.items(),
        "classes": CASE_CLASSES.values(),
        "handovers": reading.HANDOVERS.items(),
        "ways": reading.PAID_BY.items(),
        "lures": reading.LURES.items(),
    }


def facts_from(said: QueryDict) -> Facts:
    """The facts as a person left them in the form. Refusal for what cannot be read, with its field."""
    code = said.get("case_class", "")
    return Facts(
        case_class=code if code in CASE_CLASSES else "",
        lure_channel=said.get("lure_channel", "") if said.get("lure_channel") in reading.LURES else "",
        items=tuple(dict.fromkeys(_items(said))),
        transfers=tuple(_transfers(said)),
        handover=tuple(one for one in said.getlist("handover") if one in reading.HANDOVERS),
        stated_fen=typed.fen(said.get("stated", ""), "stated"),
        returned_fen=typed.fen(said.get("came_back", ""), "came_back") or 0,
    )


def _rows(columns: list[list[str]]) -> list[tuple[str, ...]]:
    """The rows of a form. Refusal where a column lacks some, as of a page of an older version: what is not sent would count as left out."""
    if len({len(column) for column in columns}) > 1:
        raise Refusal("some of this form did not come; open it anew", code="facts.rows", where="form")
    return list(zip(*columns, strict=True))


def _items(said: QueryDict) -> list[Item]:
    found = []
    for kind, value, side in _rows([said.getlist(name) for name in _ITEM]):
        if value.strip() and side != LEFT_OUT:
            if kind not in KINDS or side not in lists.SIDES:
                raise Refusal("choose one of the list", code="facts.item", where=value)
            found.append(Item(kind, value.strip(), side))
    return found


def _transfers(said: QueryDict) -> list[Moved]:
    found = []
    for values in _rows([said.getlist(f"transfer_{name}") for name in _MOVED]):
        row = {name: value.strip() for name, value in zip(_MOVED, values, strict=True)}
        if row["way"] == LEFT_OUT or not any(row[name] for name in ("day", "yuan", "payee", "holder")):
            continue
        channel = row["channel"] if row["channel"] in reading.PAID_BY else ""
        at = typed.day_and_clock(row["day"], row["clock"], "transfer_day")
        amount = typed.fen(row["yuan"], "transfer_yuan")
        payee, payer = ("".join(row[name].split()) for name in ("payee", "payer"))
        back, day_only = row["way"] == "back", at is not None and not row["clock"]
        found.append(Moved(at, amount, payer, payee, row["bank"], row["holder"], channel, back, day_only))
    return found


def difference(facts: Facts, stated_fen: int | None) -> Text | None:
    """Whether what was stated is what the transfers sum up to; None where they agree or nothing can be said."""
    sent = sum(one.amount_fen or 0 for one in facts.transfers if not one.back)
    back = max(sum(one.amount_fen or 0 for one in facts.transfers if one.back), facts.returned_fen)
    if stated_fen is None or not sent or stated_fen == sent - back:
        return None
    said = {"stated": f"{stated_fen / 100:,.2f}", "lost": f"{(sent - back) / 100:,.2f}"}
    zh = "自述损失{stated}元，按转账计为{lost}元，两者不一致".format(**said)
    return Text(zh, "stated loss {stated} yuan, {lost} by the transfers: they differ".format(**said))
