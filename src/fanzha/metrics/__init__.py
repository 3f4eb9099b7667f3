"""Every figure declared once: what it counts, under which name.

>>> from fanzha.metrics import FIGURES
>>> FIGURES["protected"].where["outcome"], FIGURES["protected"].counts
(('D01', 'D02'), 'subjects')
"""

from fanzha.metrics.figures import FIGURES, Figure

__all__ = ["FIGURES", "Figure"]
