"""Where each channel's provider is: from the home's own file, in a demo home the simulators. Django is not needed here.

`channels.yaml` of the home:

    sms: {address: "https://gateway.example.cn/v1"}         # its bearer token, if it asks for one, in secrets/connector_sms
    staff: {urls: {city: ["json://localhost/ops"]}}          # what Apprise understands, by unit; `all` for those without
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import yaml

from fanzha.home import Home
from fanzha.refusal import Refusal

NAMES = tuple(
    sorted(one.name for one in resources.files(__package__).iterdir() if one.joinpath("settings.yaml").is_file())
)
"""Every channel; each is the package of its name here."""
FILE = "channels.yaml"


@dataclass(frozen=True)
class Connector:
    """How a provider is reached. `token`: sent as bearer where there is one; `urls`: Apprise's, by unit (staff alone)."""

    address: str = ""
    token: str = field(default="", repr=False)
    urls: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)


def connector(home: Home, channel: str) -> Connector:
    """The provider of a channel. Refusal says what is missing and where it is written down."""
    told = _told(home).get(channel)
    if told:
        try:
            urls = {unit: tuple(lines) for unit, lines in (told.get("urls") or {}).items()}
            found = Connector(str(told.get("address") or "").rstrip("/"), _token(home, channel), urls)
        except (AttributeError, TypeError) as error:
            said = f"{channel} in {FILE}: expected address, or urls by unit"
            raise Refusal(said, code="channel.settings", where=str(home.root / FILE)) from error
        if found.address or found.urls:
            return found
    simulated = home.root / "simulators.json"
    if (home.root / "demo").exists() and simulated.exists():
        address = f"{json.loads(simulated.read_text())['address']}/{channel}"
        if channel == "staff":
            return Connector(urls={"all": (f"{address.replace('http://', 'json://', 1)}/messages",)})
        return Connector(address)
    said = f"the channel {channel} has no address; write one into {FILE} of the home"
    raise Refusal(said, code="channel.address", where=str(home.root / FILE))


def ready(home: Home, channel: str) -> bool:
    """Whether a channel has somewhere to send to."""
    try:
        return bool(connector(home, channel))
    except Refusal:
        return False


def _told(home: Home) -> dict[str, Any]:
    path = home.root / FILE
    if not path.exists():
        return {}
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise Refusal(f"this is no YAML: {error}", code="channel.settings", where=str(path)) from error
    if not isinstance(told, dict) or set(told) - set(NAMES):
        said = f"expected channels by name ({', '.join(NAMES)})"
        raise Refusal(said, code="channel.settings", where=str(path))
    return told


def _token(home: Home, channel: str) -> str:
    path = home.secrets / f"connector_{channel}"
    return path.read_text().strip() if path.exists() else ""
