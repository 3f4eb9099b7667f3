"""What is known of a subject at a moment: features declared once in `features.yaml`, computed online (numba) and in batch (SQL).

>>> from fanzha.features import FEATURES
>>> next(feature.name.en for feature in FEATURES if feature.id == "callees_24h")
'distinct callees in 24 h'
"""

from fanzha.features.ahead import ask_ahead
from fanzha.features.batch import sql, vectors_by_sql
from fanzha.features.compiling import kernel
from fanzha.features.declarations import (
    FEATURE_INDEX,
    FEATURES,
    FLAGS,
    SUBJECT_KINDS,
    TIE_BITS,
    VIEW_INDEX,
    VIEWS,
    Feature,
    Layout,
    View,
)
from fanzha.features.online import complete, read, take, vectors
from fanzha.features.pairs import longest_before, move_slots, slot_of
from fanzha.features.state import LISTED_FROM, LISTED_UNTIL, PAIR, Memory, State
from fanzha.features.touches import ACTOR, AT, COLUMNS, EVENT, FLAG, KEY, OTHER, OTHER_HOLDER, SUBJECT, VALUE, VIEW

__all__ = [
    "ACTOR",
    "AT",
    "COLUMNS",
    "EVENT",
    "FEATURES",
    "FEATURE_INDEX",
    "FLAG",
    "FLAGS",
    "KEY",
    "LISTED_FROM",
    "LISTED_UNTIL",
    "OTHER",
    "OTHER_HOLDER",
    "PAIR",
    "SUBJECT",
    "SUBJECT_KINDS",
    "TIE_BITS",
    "VALUE",
    "VIEW",
    "VIEWS",
    "VIEW_INDEX",
    "Feature",
    "Layout",
    "Memory",
    "State",
    "View",
    "ask_ahead",
    "complete",
    "kernel",
    "longest_before",
    "move_slots",
    "read",
    "slot_of",
    "sql",
    "take",
    "vectors",
    "vectors_by_sql",
]
