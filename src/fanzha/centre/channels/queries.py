"""What pages read of messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from fanzha.centre.access import vault
from fanzha.centre.access.words import words
from fanzha.centre.channels import connectors, states, voice
from fanzha.centre.channels.channel import settings_of
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.texts import filled
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.duty import queries as duty
from fanzha.centre.people import queries as people
from fanzha.centre.people.telling import RELATIONS
from fanzha.vocabulary import CONTACTS, Text

LONGEST_LIST = 100
HIDDEN = "●●●●"
"""A one-time phrase is between the person and the check; staff do not read it."""
ANSWERS: dict[str, Text] = {
    voice.UNDERSTOOD: Text("按1：知道了", "pressed 1: understood"),
    voice.CALL_BACK: Text("按2：请回电", "pressed 2: call me back"),
    voice.STOP: Text("按3：确是本人，不再来电", "pressed 3: it was really me, stop"),
    "done": Text("已办理", "done"),
    "refused": Text("未办理", "refused"),
}


@dataclass(frozen=True)
class Line:
    """A message as a list shows it: to whom (masked), in which words, what came back, and why it did not arrive."""

    message: Message
    channel: Text
    to: Text
    text: Text | None
    state: Text
    came_back: list[Text]
    error: Text | None
    asks: bool


def outbox(channel: str = "", state: str = "", order_id: str = "", before: int | None = None) -> QuerySet[Message]:
    """Everything that was or will be sent, the newest first; `state` may be `marked`: what nobody has explained yet."""
    found = Message.objects.select_related("order", "by", "explained_by").order_by("-id")
    if channel:
        found = found.filter(channel=channel)
    if state == "marked":
        found = found.filter(marked_at__isnull=False, explained="")
    elif state:
        found = found.filter(state=state)
    if order_id:
        found = found.filter(order__order_id=order_id)
    if before is not None:
        found = found.filter(pk__lt=before)
    return found[:LONGEST_LIST]


def lines(messages: Iterable[Message]) -> list[Line]:
    """Messages with their recipients masked."""
    found = list(messages)
    shown = vault.masked([one.recipient for one in found if settings_of(one.channel).to == "person"])
    partners = {one.recipient for one in found} - set(shown)
    named = {who: duty.name_of(who) or Text(who, who) for who in partners} | {
        who: Text(a, a) for who, a in shown.items()
    }
    return [_line(one, named[one.recipient]) for one in found]


def why_not(said: str) -> Text:
    """Why a message did not arrive: what the person's telephone did, or a reason of words.yaml; else as it was written."""
    contact = CONTACTS.get(said)
    return (contact.name if contact else words()["reasons"].get(said)) or Text(said, said)


def told_of(reason: str) -> Text | None:
    """Why a person is asked to call where a message (`voice: rang_out`) did not arrive, or the channel that an identifier was for."""
    channel, _, said = reason.partition(": ")
    if channel not in connectors.NAMES:
        return None
    name, why = settings_of(channel).name, why_not(said) if said else None
    return Text(f"{name.zh}：{why.zh}", f"{name.en}: {why.en}") if why else name


def _line(one: Message, to: Text) -> Line:
    text = Text(filled(one.text_zh, HIDDEN), filled(one.text_en, HIDDEN)) if one.text_zh and one.text_en else None
    back = [ANSWERS[one.answer]] if one.answer in ANSWERS else []
    back += [CONTACTS[one.contact].name] if one.contact else []
    error = why_not(one.last_error) if one.last_error and one.last_error != one.contact else None
    asks = one.marked_at is not None and not one.explained
    return Line(one, settings_of(one.channel).name, to, text, states.NAMES[one.state], back, error, asks)


def channels() -> dict[str, Text]:
    """Every channel with its name."""
    return {name: settings_of(name).name for name in connectors.NAMES}


def ways_for(order: Order) -> dict[str, Any]:
    """What a person can send for an order now: channels that have an address, the relatives whom the person named, and what relatives may be."""
    named = people.relatives_of(order.subject)
    shown = vault.masked([one.number for one in named])
    relatives = [{"number": one.number, "shown": f"{one.relation} {shown[one.number]}"} for one in named]
    open_ways = [name for name in connectors.NAMES if connectors.ready(settings.HOME, name)]
    by_hand = [(name, label) for name in open_ways if (label := settings_of(name).by_hand)]
    return {"ready": open_ways, "by_hand": by_hand, "relatives": relatives, "relations": RELATIONS.values()}
