"""`fanzha explain`: a warning's decision with its features as they stood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
        typer.echo("verified: rebuilt from the log, bit for bit the same", err=as_json)


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
    told = [one for one in Outbox(path).all() if one["subject"] in found["names"]]
    if as_json:
        indicators = {key: asdict(one) for key, one in found["indicators"].items()}
        warned = [one["warning_id"] for one in told]
        typer.echo(json.dumps({**found, "subject": subject, "indicators": indicators, "warnings": warned}))
        return
    typer.echo(f"{subject}: {found['moments']} moments judged, {len(told)} warnings")
    if found["margin"]:
        near = found["margin"]
        typer.echo(f"model    highest margin {near['highest']:.2f}, needed {near['needed']:.2f}")
    for key, one in sorted(found["indicators"].items(), key=lambda item: item[1].short):
        name = INDICATORS[int(key.split("/")[1])].name
        at = datetime.fromtimestamp(one.at_us / 1e6, UTC).isoformat(timespec="seconds")
        how = "reached" if one.short == 0 else f"{one.short:.0%} short"
        typer.echo(f"{key:8} {how}: {one.feature} {one.value:g} of {one.threshold:g} at {at} ({name.zh} / {name.en})")


def _print(warning: dict[str, Any]) -> None:
    from fanzha.features import FEATURE_INDEX, FEATURES

    typer.echo(f"{warning['warning_kind']} warning, level {warning['level']}, score {warning['score']:.2f}")
    typer.echo(f"subject  {warning['subject']} ({warning['subject_kind']}), at {warning['issued_at']}")
    for reason in warning["reasons"]:
        typer.echo(f"reason   {reason['indicator']} {reason['text_zh']} / {reason['text_en']}")
        typer.echo(f"         {reason['value']:g}, threshold {reason['threshold']:g}")
    for name, value in warning["features"].items():
        feature = FEATURES[FEATURE_INDEX[name]]
        typer.echo(f"feature  {name} = {value:g} ({feature.name.zh} / {feature.name.en})")
    for event in warning["events"]:
        typer.echo(f"event    {event['at']} {event['table']} {event['id']}")
    typer.echo("versions " + ", ".join(f"{name} {value}" for name, value in sorted(warning["versions"].items())))


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
