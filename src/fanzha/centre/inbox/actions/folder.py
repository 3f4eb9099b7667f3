"""Files that another program drops (`inbox/<sender>/`, see dropped.py): taken in, and moved away with a report beside them."""

from __future__ import annotations

import hashlib
import json
import os
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fanzha.centre.access import audit
from fanzha.centre.inbox import mapping as mappings
from fanzha.centre.inbox.actions.files import remembered, take_in_rows
from fanzha.centre.inbox.dropped import dropped_by, may_be_read, senders
from fanzha.centre.inbox.mapping import Mapping
from fanzha.centre.inbox.sheets import read_sheet
from fanzha.centre.intake.actions import Receipt, box
from fanzha.deadlines import duration
from fanzha.refusal import Refusal

SETTLED_S = 2.0
"""A file that changed less than so long ago may still be written."""


def watch(now: datetime) -> int:
    """Take in what lies in the senders' folders; how many files. Killed in, it takes the same file again, which adds nothing.

    What was taken in goes sealed to `done/`; what cannot be read goes as it came to `refused/`, for its sender to mend.
    """
    taken = 0
    for sender in senders():
        for path in dropped_by(sender):
            if _is_settled(path):
                _take(path, sender.name, now)
                taken += 1
        _expire(sender, now)
    return taken


def _is_settled(path: Path) -> bool:
    """Whether this is a whole file that may be read: no folder, no link to nothing, none that its sender keeps to itself or just moved."""
    try:
        return path.is_file() and may_be_read(path) and time.time() - path.stat().st_mtime > SETTLED_S
    except FileNotFoundError:
        return False


def _take(path: Path, sender: str, now: datetime) -> None:
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    try:
        receipt = _receive(path, data, digest, sender, now)
    except Refusal as refusal:
        _report(path, "refused", digest, {"code": refusal.code, "reason": str(refusal)})
        os.utime(path)  # its time in `refused/` begins now, however old it is
        os.replace(path, _place(path, "refused", digest))
        audit.write(None, "folder_refused", f"{sender}/{path.name}"[:80], now, refusal.code)
        return
    _report(path, "done", digest, asdict(receipt))
    _place(path, "done", digest, ".sealed").write_bytes(box().encrypt(data))
    path.unlink()
    audit.write(None, "folder_in", f"{sender}/{path.name}"[:80], now, f"{receipt.new} new")


def _receive(path: Path, data: bytes, digest: str, sender: str, now: datetime) -> Receipt:
    rows, broken = read_sheet(path.name, data)
    mapping = remembered(sender, rows.columns) or _our_own(rows.columns)
    if mapping is None:
        said = "no mapping is remembered for these columns of this sender; hand one such file in on the page first"
        raise Refusal(said, code="mapping.unknown", where=path.name)
    dropped = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return take_in_rows(rows, broken, mapping, sender, digest, path.name, dropped, now)


def _our_own(headers: list[str]) -> Mapping | None:
    """A file that has the columns of the contract needs no mapping."""
    ours = Mapping({name: name for name in headers if name in mappings.COLUMNS})
    return None if mappings.lacking(ours) else ours


def _place(path: Path, where: str, digest: str, ending: str = "") -> Path:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    return folder / f"{path.stem}-{digest[:8]}{path.suffix}{ending}"


def _report(path: Path, where: str, digest: str, told: dict[str, Any]) -> None:
    report = _place(path, where, digest, ".report.json")
    report.write_text(json.dumps({"file": path.name, **told}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _expire(sender: Path, now: datetime) -> None:
    oldest = (now - duration("quarantine.keeps", now)).timestamp()
    for where in ("done", "refused"):
        for path in (sender / where).glob("*"):
            if path.stat().st_mtime < oldest:
                path.unlink()
