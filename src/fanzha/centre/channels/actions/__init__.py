"""The verbs of what is sent: the only writers; one transaction and one audit entry each."""

from fanzha.centre.channels.actions.automatic import begin_telling, drop_automatic, spare_minors
from fanzha.centre.channels.actions.by_hand import ask_operator, call, dispatch, name_relative, tell_relative, write
from fanzha.centre.channels.actions.delivering import deliver, expire
from fanzha.centre.channels.actions.marking import explain_failure
from fanzha.centre.channels.actions.receiving import after_receipt, receive
from fanzha.centre.channels.actions.sending import phrase_sources, send

__all__ = [
    "after_receipt",
    "ask_operator",
    "begin_telling",
    "call",
    "deliver",
    "dispatch",
    "drop_automatic",
    "expire",
    "explain_failure",
    "name_relative",
    "phrase_sources",
    "receive",
    "send",
    "spare_minors",
    "tell_relative",
    "write",
]
