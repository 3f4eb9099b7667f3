"""Features to explained warnings: indicators as data, grading, merging, the engine."""

from fanzha.detection.detect import WARNINGS_SCHEMA, begun_with, detect
from fanzha.detection.engine import Engine
from fanzha.detection.following import Following, run_engine
from fanzha.detection.indicator import INDICATORS, Indicator
from fanzha.detection.lived import MOST_ROWS, Known, Lived, collect, known_from
from fanzha.detection.missed import missed
from fanzha.detection.models import Models, choose, models_from, text_judge
from fanzha.detection.scoring import BUDGET, DetectionModel, load_detection_model
from fanzha.detection.training import train

__all__ = [
    "BUDGET",
    "INDICATORS",
    "MOST_ROWS",
    "WARNINGS_SCHEMA",
    "DetectionModel",
    "Engine",
    "Following",
    "Indicator",
    "Known",
    "Lived",
    "Models",
    "begun_with",
    "choose",
    "collect",
    "detect",
    "known_from",
    "load_detection_model",
    "missed",
    "models_from",
    "run_engine",
    "text_judge",
    "train",
]
