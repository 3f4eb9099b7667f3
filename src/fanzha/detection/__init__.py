"""Features to explained warnings: indicators as data, grading, merging, the engine and its outbox."""

from fanzha.detection.detect import WARNINGS_SCHEMA, detect
from fanzha.detection.engine import Engine, run_engine, text_judge, work_through
from fanzha.detection.indicator import INDICATORS, Indicator
from fanzha.detection.outbox import Outbox, OutboxWarning

__all__ = [
    "INDICATORS",
    "WARNINGS_SCHEMA",
    "Engine",
    "Indicator",
    "Outbox",
    "OutboxWarning",
    "detect",
    "run_engine",
    "text_judge",
    "work_through",
]
