"""`fanzha explain`: a warning's decision with its features as they stood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanzha.cli.said import tell, told

if TYPE_CHECKING:
    from fanzha.detection import Models

app = typer.Typer()


@app.command()
def explain(
    warning_id: Annotated[str, typer.Argument(help="As it stands in warnings.parquet; with --missed, a subject.")],
    of: Annotated[Path | None, typer.Option("--from", help="Folder that detect wrote; by default the home.")] = None,
    verify: Annotated[bool, typer.Option(help="Work through the log again and compare, bit for bit.")] = False,
    missed: Annotated[
        bool, typer.Option(help="The name is a person, number or account: how near did it come?")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say why a warning was given: reasons, features as they stood, and the events it rests on.

    Example: fanzha explain w0123456789abcdef0123456 --from found
    """
    from fanzha.home import find_home
    from fanzha.outbox import Outbox
    from fanzha.refusal import Refusal

    if missed and verify:
        raise typer.BadParameter("what was missed has no warning to verify; give --missed or --verify")
    path = of / "log.sqlite" if of else find_home().log
    if not path.exists():
        raise Refusal("no log here; give the folder that detect wrote with --from", code="log.missing", where=str(path))
    if missed:
        _nearest(path, warning_id, as_json)
        return
    found = Outbox(path).find(warning_id)
    if found is None:
        raise Refusal("no such warning in this log", code="warning.unknown", where=warning_id)
    warning = found.warning
    if as_json:
        typer.echo(json.dumps(warning, ensure_ascii=False, sort_keys=True))
    else:
        _print(warning)
    if verify:
        _verify(path, warning)
        typer.echo(told("explain.verified", "verified: rebuilt from the log, bit for bit the same"), err=as_json)


def _models_of(path: Path) -> Models:
    """Those that a run of detect began with; the centre's engine notes none, and works with the newest of the home."""
    from fanzha.detection import choose, models_from
    from fanzha.home import find_home
    from fanzha.outbox import Outbox

    began_with = Outbox(path).note("models")
    return models_from(began_with) if began_with else choose(find_home().models)


def _nearest(path: Path, subject: str, as_json: bool) -> None:
    from dataclasses import asdict
    from datetime import UTC, datetime

    from fanzha.detection import INDICATORS
    from fanzha.detection import missed as live
    from fanzha.outbox import Outbox
    from fanzha.signals import SignalLog

    found = live(SignalLog(path), _models_of(path), subject)
    warned = [one["warning_id"] for one in Outbox(path).all() if one["subject"] in found["names"]]
    if as_json:
        indicators = {key: asdict(one) for key, one in found["indicators"].items()}
        typer.echo(json.dumps({**found, "subject": subject, "indicators": indicators, "warnings": warned}))
        return
    counted = {"subject": subject, "moments": found["moments"], "warnings": len(warned)}
    tell("explain.moments", "{subject}: {moments} moments judged, {warnings} warnings", **counted)
    if found["margin"]:
        near = found["margin"]
        tell("explain.margin", "model    highest margin {highest:.2f}, needed {needed:.2f}", **near)
    for key, one in sorted(found["indicators"].items(), key=lambda item: item[1].short):
        name = INDICATORS[int(key.split("/")[1])].name
        at = datetime.fromtimestamp(one.at_us / 1e6, UTC).isoformat(timespec="seconds")
        reached, short = told("explain.reached", "reached"), told("explain.short", "{short:.0%} short", short=one.short)
        how, of = (
            short if one.short else reached,
            told("explain.of", "{value:g} of {threshold:g} at {at}", value=one.value, threshold=one.threshold, at=at),
        )
        typer.echo(f"{key:8} {how}: {one.feature} {of} ({name.zh} / {name.en})")


def _print(warning: dict[str, Any]) -> None:
    from fanzha.features import FEATURE_INDEX, FEATURES

    kind = told(warning["warning_kind"], warning["warning_kind"])
    graded = {"kind": kind, "level": warning["level"], "score": warning["score"]}
    tell("explain.warning", "{kind} warning, level {level}, score {score:.2f}", **graded)
    subject = {name: warning[name] for name in ("subject", "subject_kind", "issued_at")}
    tell("explain.subject", "subject  {subject} ({subject_kind}), at {issued_at}", **subject)
    for reason in warning["reasons"]:
        tell("explain.reason", "reason   {indicator} {text_zh} / {text_en}", **reason)
        tell("explain.threshold", "         {value:g}, threshold {threshold:g}", **reason)
    for name, value in warning["features"].items():
        meant = FEATURES[FEATURE_INDEX[name]].name
        tell(
            "explain.feature",
            "feature  {name} = {value:g} ({zh} / {en})",
            name=name,
            value=value,
            zh=meant.zh,
            en=meant.en,
        )
    for event in warning["events"]:
        tell("explain.event", "event    {at} {table} {id}", **event)
    versions = ", ".join(f"{name} {value}" for name, value in sorted(warning["versions"].items()))
    tell("explain.versions", "versions {versions}", versions=versions)


def _verify(path: Path, warning: dict[str, Any]) -> None:
    from fanzha.refusal import Refusal
    from fanzha.signals import SignalLog

    engine = _models_of(path).engine()
    if engine.versions != warning["versions"]:
        raise Refusal(
            f"this warning was made with {warning['versions']}, here are {engine.versions}", code="warning.versions"
        )
    log, position = SignalLog(path), 0
    while position < log.last_position():
        for batch in log.read(position, limit=8):
            position = batch.position
            for again in engine.step(batch):
                if again["warning_id"] != warning["warning_id"]:
                    continue
                stood = {name: value for name, value in warning.items() if name != "events"}
                if json.loads(json.dumps(again)) != stood:
                    raise Refusal(
                        "rebuilt from the log, this warning comes out otherwise",
                        code="warning.other",
                        where=again["warning_id"],
                    )
                return
    raise Refusal("rebuilt from the log, this warning does not come", code="warning.gone", where=warning["warning_id"])
