"""What is known of a subject at a moment: features declared once in `features.yaml`, computed online.

>>> from fanzha.features import FEATURES
>>> next(feature.name.en for feature in FEATURES if feature.id == "callees_24h")
'distinct callees in 24 h'
"""

from fanzha.features.declarations import (
    FEATURE_INDEX,
    FEATURES,
    FLAGS,
    VIEW_INDEX,
    VIEWS,
    Feature,
    View,
    layout,
    ratios,
)
from fanzha.features.online import WALK, shares, windowed
from fanzha.features.pairs import first_met, move_pairs, seen_before
from fanzha.features.state import State

__all__ = [
    "FEATURES",
    "FEATURE_INDEX",
    "FLAGS",
    "VIEWS",
    "VIEW_INDEX",
    "WALK",
    "Feature",
    "State",
    "View",
    "first_met",
    "layout",
    "move_pairs",
    "ratios",
    "seen_before",
    "shares",
    "windowed",
]
