"""The text of a picture, such as a screenshot of a chat or of a transfer, by OCR (extra `ocr`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from fanzha.refusal import Refusal

_SAME_LINE = 0.6
"""Share of a line's height by which the middles of two pieces may differ and be one line; ours."""


def read_picture(path: Path) -> str:
    """The lines of text in a PNG or JPEG, from top to bottom, pieces of a line from left to right.

    Refusal when the extra is not installed, or the file is no picture.
    """
    engine = _engine()
    from PIL import Image, UnidentifiedImageError  # comes with the extra

    try:
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGB"))[:, :, ::-1]
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise Refusal("expected a PNG or JPEG picture", code="picture.form", where=str(path)) from error
    found, _ = engine(pixels)
    pieces = [(_middle(box), _height(box), min(point[0] for point in box), text) for box, text, _ in found or []]
    lines: list[list[tuple[float, float, float, str]]] = []
    for piece in sorted(pieces):
        if lines and abs(piece[0] - lines[-1][0][0]) < _SAME_LINE * max(piece[1], lines[-1][0][1]):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return "\n".join(" ".join(piece[3] for piece in sorted(line, key=lambda one: one[2])) for line in lines)


@cache
def _engine() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        said = f"reading pictures needs the extra `ocr`: pip install 'fanzha[ocr]' ({error})"
        raise Refusal(said, code="ocr.missing") from error
    return RapidOCR()


def _middle(box: list[list[float]]) -> float:
    return sum(point[1] for point in box) / len(box)


def _height(box: list[list[float]]) -> float:
    return max(point[1] for point in box) - min(point[1] for point in box)
