"""The verbs of the inbox: the only writers of what is handed down and of what its senders are told."""

from fanzha.centre.inbox.actions.closing import tell_reporters
from fanzha.centre.inbox.actions.desk import report
from fanzha.centre.inbox.actions.feedback import find_late, note_outcome, write_feedback
from fanzha.centre.inbox.actions.files import expire, hand_in, remembered, sealed_rows, take_in
from fanzha.centre.inbox.actions.folder import watch
from fanzha.centre.inbox.actions.taking import claim, open_waiting

__all__ = [
    "claim",
    "expire",
    "find_late",
    "hand_in",
    "note_outcome",
    "open_waiting",
    "remembered",
    "report",
    "sealed_rows",
    "take_in",
    "tell_reporters",
    "watch",
    "write_feedback",
]
