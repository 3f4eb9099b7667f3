"""How the centre's own programs (the city, the simulated providers) speak to its web process: as it was started, with TLS or without."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping

import httpx


def client(port: int, timeout_s: float, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """A client of the centre at `port` of this machine; over HTTPS where FANZHA_AUTHORITY names whom to trust."""
    authority = os.environ.get("FANZHA_AUTHORITY")
    trusted = ssl.create_default_context(cafile=authority) if authority else True
    address = f"{'https' if authority else 'http'}://127.0.0.1:{port}"
    return httpx.Client(base_url=address, verify=trusted, timeout=timeout_s, headers=headers, trust_env=False)
