"""How good detection and linking are, on truth: every figure with the people and days it was measured on."""

from fanzha.evaluation.figures import evaluate
from fanzha.evaluation.learning import lived_in, train_from_folders
from fanzha.evaluation.networks import evaluate_networks
from fanzha.evaluation.page import page
from fanzha.evaluation.truth import Measured, load

__all__ = [
    "Measured",
    "evaluate",
    "evaluate_networks",
    "lived_in",
    "load",
    "page",
    "train_from_folders",
]
