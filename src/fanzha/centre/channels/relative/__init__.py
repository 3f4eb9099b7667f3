"""Somebody whom the person named is told: whether, and in which words alone, is for the rules of people/telling.yaml to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels import gateways
from fanzha.centre.channels.channel import Reading, Sent, check_needs
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.transport import post
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people import queries as people
from fanzha.centre.people.telling import Ruling, may_tell, relation_of
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text, load_data, text_from


def ruling(order: Order, number: str, consent: bool, money_leaving_now: bool) -> Ruling:
    """May whoever answers at `number` (a token) be told? Refusal when the person has not named them."""
    named = next((one for one in people.relatives_of(order.subject) if one.number == number), None)
    if named is None:
        raise Refusal("the person has not named this relative", code="relative.named", where=order.order_id)
    relation = "guardian" if named.guardian else relation_of(named.relation)
    return may_tell(relation, order.case_class, consent, money_leaving_now, order.minor)


def wording(words: Text) -> Text:
    """The words of a ruling as a message that says who sends it."""
    signed = text_from(load_data(__package__, "texts.yaml")["signed"])
    return Text(signed.zh.replace("{words}", words.zh), signed.en.replace("{words}", words.en))


class Relative:
    name = "relative"

    def check(self, message: Message) -> None:
        """Only whom the person named, only as the rules allow, with the reason on record where they ask for one."""
        if message.order is None:
            raise Refusal("the person has not named this relative", code="relative.named", where=message.key)
        check_needs(message)
        stated = (message.values.get(name) is True for name in ("consent", "money_leaving_now"))
        ruled = ruling(message.order, message.recipient, *stated)
        if ruled.words is None:
            raise Refusal(ruled.why.en, code="telling.not_allowed", where=message.order.order_id)
        if ruled.needs_reason and not message.reason.strip():
            raise Refusal("say why they are told", code="telling.reason", where="reason")

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:
        return post(message, {"to": clear, "text": message.text_zh}, connector)

    def read(self, body: Mapping[str, Any]) -> Reading:
        return gateways.read(body)


CHANNEL = Relative()
