"""Trained models on disk: one zip with a card for people and arrays for the machine, and nothing that runs.

A model file holds `card.json` (kind, format, when, on what data, metrics), numpy arrays and texts. Nothing in it is
pickled, so a model from a stranger can be wrong but cannot execute.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from fanzha import durable
from fanzha.refusal import Refusal

FORMAT = 1
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, KeyError, ValueError)
"""What reading says of a zip that is none of ours, or that a disk garbled."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a model file holds; `kind` says who can use it ("texts", "numbers", "detection")."""

    kind: str
    card: Mapping[str, Any]
    arrays: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


def save(path: Path, model: ModelFile) -> None:
    """Write `model` to `path` atomically (a reader sees the old file or the new one, never half of it)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    card = {**model.card, "kind": model.kind, "format": FORMAT}
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("card.json", json.dumps(card, ensure_ascii=False, indent=1))
        for name, array in model.arrays.items():
            buffer = io.BytesIO()
            np.save(buffer, array, allow_pickle=False)
            archive.writestr(f"arrays/{name}.npy", buffer.getvalue())
        for name, text in model.texts.items():
            archive.writestr(f"texts/{name}", text)
    durable.put(part, path)


def load(path: Path, kind: str) -> ModelFile:
    """The model in `path`; Refusal when there is none, or it is of another kind or format."""
    try:
        with zipfile.ZipFile(path) as archive:
            card = json.loads(archive.read("card.json"))
            arrays = {
                name[len("arrays/") : -len(".npy")]: np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
                for name in archive.namelist()
                if name.startswith("arrays/")
            }
            texts = {
                name[len("texts/") :]: archive.read(name).decode("utf-8")
                for name in archive.namelist()
                if name.startswith("texts/")
            }
    except FileNotFoundError as missing:
        raise Refusal("no such model file", code="model.missing", where=str(path)) from missing
    except BROKEN as broken:
        raise Refusal("this is not a model file of fanzha", code="model.format", where=str(path)) from broken
    if card.get("kind") != kind or card.get("format") != FORMAT:
        raise Refusal(
            f"expected a model of kind {kind!r} in format {FORMAT}, "
            f"found kind {card.get('kind')!r} in format {card.get('format')!r}",
            code="model.kind",
            where=str(path),
        )
    return ModelFile(kind, card, arrays, texts)


def newest(folder: Path, kind: str) -> Path | None:
    """The most recently written model of `kind` in `folder` (files `<kind>-*.model`), or None."""
    found = sorted(folder.glob(f"{kind}-*.model"), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return found[-1] if found else None
