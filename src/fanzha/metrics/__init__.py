"""Every figure declared once: what it counts over what, under which name, by which rule.

>>> from fanzha.metrics import FIGURES
>>> FIGURES["protected"].where["outcome"], FIGURES["protected"].counts
(('D01', 'D02'), 'subjects')
>>> FIGURES["accuracy"].denominator.en
'orders whose person was spoken with'
"""

from fanzha.metrics.figures import COUNTS, DESK, FIGURES, UNITS, WHERE, Figure
from fanzha.metrics.groups import group_ratios
from fanzha.metrics.register import REGISTER, RegisterFigure

__all__ = ["COUNTS", "DESK", "FIGURES", "REGISTER", "UNITS", "WHERE", "Figure", "RegisterFigure", "group_ratios"]
