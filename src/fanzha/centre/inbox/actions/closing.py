"""What became of a report, told to whoever made it: by message to the number they left, else on the desk's page alone."""

from __future__ import annotations

from django.conf import settings

from fanzha.centre.channels import actions as channels
from fanzha.centre.channels.connectors import ready
from fanzha.centre.dissuasion.models import Result
from fanzha.centre.inbox import queries, words
from fanzha.centre.inbox.models import Report

CHANNEL = "sms"


def tell_reporters(result: Result) -> None:
    """Tell those whose report the order rests on, once it is over; a corrected outcome is told anew.

    The message belongs to no order: its words hold nothing of the customer, its language is not the customer's, and it waits for the
    morning like anything that is not urgent. Call it in the transaction of the outcome.
    """
    if result.order.closed_at is None or not ready(settings.HOME, CHANNEL):
        return
    for report in Report.objects.filter(pushed__order=result.order_id).exclude(call_back=""):
        key, text = queries.message_key(report, result), words.closing(result.code)
        channels.send(CHANNEL, key=key, now=result.at, recipient=report.call_back, text=text, automatic=True)
