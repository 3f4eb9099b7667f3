"""A centre without a simulated city: accounts of real people, with passwords, roles and units, and nobody enters otherwise."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.access import actions as accounts
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.duty import actions, queries
from fanzha.refusal import Refusal
from tests.centre.test_running import free_port

START = "from fanzha.cli import main; main()"
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def environment(home: Path, language: str = "C.UTF-8") -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    source = str(Path(__file__).parents[2] / "src")
    return {**own, "PYTHONPATH": source, "FANZHA_HOME": str(home), "LC_ALL": language}


def said(home: Path, *words: str, language: str = "C.UTF-8") -> tuple[int, str]:
    command = [sys.executable, "-c", START, *words]
    done = subprocess.run(command, env=environment(home, language), capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout or done.stderr


class Visitor:
    """Somebody with a browser."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, trust_env=False, follow_redirects=True, timeout=60)

    def open(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def send(self, path: str, **fields: str) -> httpx.Response:
        self.client.get("/access/sign-in/")
        return self.client.post(path, data={"csrfmiddlewaretoken": self.client.cookies["csrftoken"], **fields})

    def enter(self, name: str, password: str) -> httpx.Response:
        return self.send("/access/sign-in/", username=name, password=password)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, str]]:
    """A real centre that runs: its home, address, and what it said at its first start."""
    home = tmp_path_factory.mktemp("home")
    port = free_port()
    words = [sys.executable, "-c", START, "up", "--no-city", "--port", str(port)]
    process = subprocess.Popen(words, env=environment(home), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline() + process.stdout.readline()
    ends = time.monotonic() + 180
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/access/sign-in/", trust_env=False)
            break
        except httpx.TransportError:
            assert time.monotonic() < ends, "the centre does not answer"
            time.sleep(0.3)
    yield home, f"http://127.0.0.1:{port}", first
    process.send_signal(signal.SIGINT)
    process.wait(120)


def test_the_first_leader_is_let_in_by_a_password_and_gives_the_others_theirs(real: tuple[Path, str, str]) -> None:
    home, address, first = real
    found = re.search(r"'leader', its password, shown this once: (\S+)\nfanzha is starting on (\S+); Ctrl-C", first)
    assert found, first
    assert found[2] == address
    leader = Visitor(address)
    entrance = leader.open("/access/sign-in/").text
    assert "data-role" not in entrance, "nobody enters with one click"
    assert 'class="synthetic"' not in entrance
    assert leader.send("/access/demo/leader/").status_code == 404
    assert leader.enter("leader", "a guess").url.path == "/access/sign-in/"
    assert leader.enter("leader", found[1]).url.path == "/access/password/", "the first password is to be changed"
    told = {"old_password": found[1], "new_password1": "31415926", "new_password2": "31415926"}
    for language, words in (("zh-hans", "密码太短。"), ("en", "This password is too short.")):
        leader.send("/language/setlang/", language=language)
        stays = leader.send("/access/password/", **told)
        assert (stays.url.path, words in stays.text) == ("/access/password/", True), language
    told |= dict.fromkeys(("new_password1", "new_password2"), "right-river-451000")
    assert leader.send("/access/password/", **told).url.path == "/"
    assert leader.open("/dissuasion/leader/").status_code == 200, "still signed in"
    assert Visitor(address).enter("leader", found[1]).url.path == "/access/sign-in/"
    assert Visitor(address).enter("leader", "right-river-451000").url.path == "/"

    code, words = said(home, "staff", "add", "nong.li", "--role", "officer", "--unit", "station-451002")
    assert code == 0, words
    officer = Visitor(address)
    assert officer.enter("nong.li", words.split()[-1]).url.path == "/access/password/"
    assert officer.open("/visits/").status_code == 200
    assert officer.open("/dissuasion/leader/").status_code == 403
    assert "nong.li\tofficer\tstation-451002\tcmn\n" in said(home, "staff", "list")[1]
    again = said(home, "staff", "password", "nong.li")[1].split()[-1]
    assert officer.open("/visits/").url.path == "/access/sign-in/", "a new password ends what the old one began"
    assert officer.enter("nong.li", again).url.path == "/access/password/"
    assert said(home, "staff", "close", "nong.li") == (0, "the account nong.li is closed\n")
    assert officer.open("/visits/").url.path == "/access/sign-in/"
    assert officer.enter("nong.li", again).url.path == "/access/sign-in/"
    assert said(home, "staff", "list")[1].splitlines() == [
        "leader\tleader\tcity\tcmn",
        "nong.li\tofficer\tstation-451002\tcmn\tclosed",
    ]
    assert said(home, "staff", "close", "nobody", language="zh_CN.UTF-8") == (1, "fanzha: nobody：没有这个用户名\n")


def test_no_city_comes_to_live_in_a_real_centre_nor_the_other_way_round(
    real: tuple[Path, str, str], tmp_path: Path
) -> None:
    home, port = tmp_path / "copy", str(free_port())
    home.mkdir()
    (home / "real").write_bytes((real[0] / "real").read_bytes())
    asked = "a real centre is in this home; start it with --no-city, or name another --home for a simulated city"
    assert said(home, "up", "--port", "0")[0] == 2
    assert said(home, "up", "--port", port) == (1, f"fanzha: {home}: {asked}\n")
    (home / "real").rename(home / "demo")
    asked = "a simulated city lives in this home; name another --home for a real centre"
    assert said(home, "up", "--port", port, "--no-city") == (1, f"fanzha: {home}: {asked}\n")
    assert said(tmp_path / "none", "staff", "list") == (1, f"fanzha: {tmp_path / 'none'}: no centre here\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "role", "unit", "languages", "code"),
    [
        ("a b", "operator", "city", None, "staff.name"),
        ("", "operator", "city", None, "staff.name"),
        ("demo-operator", "operator", "city", None, "staff.demo"),
        ("LI", "operator", "city", None, "staff.taken"),
        ("wei", "boss", "city", None, "staff.role"),
        ("wei", "operator", "moon", None, "staff.unit"),
        ("wei", "bank", "city", None, "staff.kind"),
        ("wei", "operator", "ICBC", None, "staff.kind"),
        ("wei", "telecom", "ICBC", None, "staff.kind"),
        ("wei", "officer", "county-451002", None, "staff.kind"),
        ("wei", "operator", "city", ["elvish"], "language.unknown"),
    ],
)
def test_an_account_that_cannot_be_is_refused_and_nothing_of_it_stays(
    name: str, role: str, unit: str, languages: list[str] | None, code: str
) -> None:
    actions.ensure_units()
    assert actions.ensure_first_member(NOW) is not None
    assert actions.ensure_first_member(NOW) is None, "there is one"
    actions.employ("li", "operator", "city", NOW)
    with pytest.raises(Refusal) as refused:
        actions.employ(name, role, unit, NOW, languages)
    assert refused.value.code == code
    assert [one.username for one in queries.everybody()] == ["leader", "li"]
    assert list(AuditEntry.objects.values_list("action", "subject", "reason")) == [
        ("account_made", "leader", "leader"),
        ("account_made", "li", "operator"),
    ]


@pytest.mark.django_db
def test_who_leaves_is_off_duty_and_gets_no_password_again() -> None:
    actions.ensure_units()
    accounts.ensure_roles()
    actions.employ("li", "operator", "county-451002", NOW, ["cmn", "zha"])
    user = User.objects.get(username="li")
    actions.go_on(user, NOW)
    actions.dismiss("li", NOW)
    user.refresh_from_db()
    assert (user.is_active, user.member.on_duty, user.member.shifts.filter(ended_at=None).count()) == (False, False, 0)
    with pytest.raises(Refusal) as refused:
        accounts.renew_password("li", NOW)
    assert refused.value.code == "staff.closed"


@pytest.mark.django_db
@pytest.mark.parametrize(("demo", "code"), [(True, "records.demo"), (False, "records.real")])
def test_a_database_that_is_named_for_two_homes_is_no_door_into_a_real_centre(demo: bool, code: str) -> None:
    for either in (True, False):
        accounts.check_records(demo=either)
    actions.ensure_units()
    if demo:
        accounts.ensure_demo_accounts()
    else:
        actions.ensure_first_member(NOW)
    accounts.check_records(demo=demo)
    with pytest.raises(Refusal) as refused:
        accounts.check_records(demo=not demo)
    assert refused.value.code == code


@pytest.mark.django_db
def test_a_demonstrations_accounts_have_no_password_to_change() -> None:
    accounts.ensure_demo_accounts()
    client = Client()
    client.force_login(User.objects.get(username="demo-operator"))
    assert client.get("/access/password/").status_code == 404
    with pytest.raises(Refusal) as refused:
        accounts.renew_password("demo-operator", NOW)
    assert refused.value.code == "staff.unknown"
