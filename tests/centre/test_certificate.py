"""`fanzha up --tls`: a certificate of the centre's own, renewed in time, good for its names alone, and spoken by all its parts."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue

import httpx
import pytest
from cryptography import x509

from fanzha.centre import clock
from fanzha.centre.certificate import ensure_certificate, fingerprint
from fanzha.centre.channels import connectors
from fanzha.home import Home
from fanzha.reading import train_text_model
from fanzha.simulation import message_corpus

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
NAME = "centre.example"
START = "from fanzha.cli import main; main()"


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


HAS_IPV6 = _has_ipv6()


def leaf(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_a_certificate_stays_until_it_is_near_its_end_and_its_authority_with_it(tmp_path: Path) -> None:
    made = ensure_certificate(Home(tmp_path), [NAME], NOW)
    first, trusted = leaf(made.chain), fingerprint(made.authority)
    ensure_certificate(Home(tmp_path), [NAME], NOW + timedelta(days=360))
    assert leaf(made.chain) == first
    later = NOW + timedelta(days=380)
    ensure_certificate(Home(tmp_path), [NAME], later)
    assert leaf(made.chain).not_valid_after_utc > later + timedelta(days=300)
    assert fingerprint(made.authority) == trusted


def test_other_names_need_another_authority_for_each_can_speak_for_its_own_alone(tmp_path: Path) -> None:
    made = ensure_certificate(Home(tmp_path), [NAME], NOW)
    trusted = fingerprint(made.authority)
    ensure_certificate(Home(tmp_path), [NAME, "192.0.2.10"], NOW)
    assert fingerprint(made.authority) != trusted
    limits = leaf(made.authority).extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical
    assert {str(one.value) for one in limits.value.permitted_subtrees or []} == {
        "localhost", "127.0.0.1/32", NAME, "192.0.2.10/32"
    }  # fmt: skip


def test_the_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    made = ensure_certificate(Home(tmp_path), [NAME], NOW)
    assert {path.stat().st_mode & 0o077 for path in (made.key, made.key.with_name("authority.key"))} == {0}


def test_simulated_providers_hand_their_receipts_in_over_https(tmp_path: Path) -> None:
    made = ensure_certificate(Home(tmp_path), [], datetime.now(UTC))
    (tmp_path / "demo").touch()
    clock.publish(Home(tmp_path), NOW.timestamp(), 1000.0)
    speaks = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    speaks.load_cert_chain(made.chain, made.key)
    came: Queue[str] = Queue()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.put(self.path)
            self.send_response(200)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Door) as web:
        web.socket = speaks.wrap_socket(web.socket, server_side=True)
        threading.Thread(target=web.serve_forever, daemon=True).start()
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src"), "FANZHA_HOME": str(tmp_path)}
        environment |= {"FANZHA_PORT": str(web.server_port), "FANZHA_AUTHORITY": str(made.authority)}
        with subprocess.Popen(
            [sys.executable, "-m", "fanzha.centre.channels.simulators"], env=environment
        ) as simulators:
            limit = time.monotonic() + 120
            while not connectors.ready(Home(tmp_path), "sms") and time.monotonic() < limit:
                time.sleep(0.1)
            address = connectors.connector(Home(tmp_path), "sms").address
            for key in "abc":
                httpx.post(f"{address}/messages", json={}, headers={"Idempotency-Key": key}, trust_env=False)
            try:
                assert came.get(timeout=120) == "/channels/receipts/sms"
            finally:
                simulators.terminate()
                web.shutdown()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A centre that speaks HTTPS, started as its user starts it; with a small text model, so that none is trained first."""
    corpus = message_corpus(seed=1, size=400)
    model = train_text_model(corpus["text"].to_list(), corpus["label"].to_list(), {"data": "synthetic"})
    (tmp_path / "models").mkdir()
    model.save(tmp_path / "models" / "texts-default.model")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    source = str(Path(__file__).parents[2] / "src")
    environment = {**os.environ, "PYTHONPATH": source, "FANZHA_HOME": str(tmp_path)}
    words = ["up", "--tls", "--host", NAME, "--host", "::1", "--port", str(port), "--people", "100"]
    process = subprocess.Popen([sys.executable, "-c", START, *words], env=environment, stdout=subprocess.DEVNULL)
    yield tmp_path, port
    process.send_signal(signal.SIGINT)
    process.wait(120)


def test_up_with_tls_is_fetched_over_https_by_who_trusts_its_authority_and_by_nobody_else(
    centre: tuple[Path, int],
) -> None:
    home, port = centre
    address, authority = f"https://localhost:{port}", home / "secrets" / "tls" / "authority.crt"
    deadline = time.monotonic() + 120
    while True:
        try:
            trusted = ssl.create_default_context(cafile=str(authority))
            client = httpx.Client(base_url=address, verify=trusted, trust_env=False)
            page = client.get("/access/sign-in/")
            break
        except (httpx.TransportError, OSError):
            assert time.monotonic() < deadline, "the centre does not answer"
            time.sleep(0.3)
    assert page.status_code == 200
    assert "Secure" in page.headers["Set-Cookie"]
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(address + "/access/sign-in/", trust_env=False)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"http://localhost:{port}/access/sign-in/", trust_env=False)
    hosts = {
        name: client.get("/access/sign-in/", headers={"Host": name}).status_code for name in (NAME, "other.example")
    }
    assert hosts == {NAME: 200, "other.example": 400}
    if HAS_IPV6:
        page = httpx.get(f"https://[::1]:{port}/access/sign-in/", verify=trusted, trust_env=False)
        assert page.status_code == 200
    signed = client.post(
        "/access/demo/officer/", headers={"X-CSRFToken": client.cookies["csrftoken"], "Referer": address + "/"}
    )
    assert signed.status_code == 302
    assert client.get("/visits/").status_code == 200
    while not (home / "city.json").exists():  # the city's signals came in, over HTTPS too
        assert time.monotonic() < deadline, (home / "logs" / "city.log").read_text()
        time.sleep(0.3)
