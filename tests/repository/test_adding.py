"""Every guide of docs/adding is followed to the letter in a copy of the repository, and what it adds is seen to work there."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "adding"
STEP = re.compile(r"(?:(?P<told>[^\n]+)\n)?\n```(?P<language>\w+)\n(?P<block>.*?)```\n", re.S)
NEW, END = re.compile(r"Write `([^`]+)`:$"), re.compile(r"Add to the end of `([^`]+)`:$")
ABOVE = re.compile(r"Put into `([^`]+)`, above the line `([^`]+)`:$")
BECOMES = re.compile(r"In `([^`]+)`, the line `(.+)` becomes:$")


class Copy:
    """A copy of the repository in which a guide's steps are done as they stand there."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root, root / "home"
        for name in ("src", "docs", "tests"):  # with what is compiled, which is good for the same sources
            shutil.copytree(ROOT / name, root / name)
        shutil.copy(ROOT / "pyproject.toml", root)
        self.home.mkdir()
        (self.home / "demo").touch()
        (root / "bin").mkdir()
        for name, words in (("python", ""), ("fanzha", "-c 'from fanzha.cli import main; main()' ")):
            (root / "bin" / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n')
            (root / "bin" / name).chmod(0o755)

    def run(self, *words: str) -> str:
        """What a command says; its errors when it fails."""
        environment = {
            **{
                name: value for name, value in os.environ.items() if not name.startswith(("FANZHA", "PYTEST", "DJANGO"))
            },
            "PYTHONPATH": str(self.root / "src"),
            "FANZHA_HOME": str(self.home),
            "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
        }
        done = subprocess.run(words, cwd=self.root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def python(self, source: str) -> str:
        """What a program prints that knows the copy."""
        return self.run(sys.executable, "-c", source)

    def follow(self, guide: Path) -> None:
        """Every step of a guide, in order: files written and changed, commands and examples compared with what they show."""
        text = guide.read_text(encoding="utf-8")
        steps = list(STEP.finditer(text))
        assert 2 * len(steps) == len(re.findall("^```", text, re.M)) > 2, "a block that is no step"
        for step in steps:
            told, language, block = step["told"] or "", step["language"], step["block"]
            if language == "console":
                self._commands(block)
            elif language == "python" and block.startswith(">>>"):
                (self.root / "shown.txt").write_text(block, encoding="utf-8")
                self.python(
                    "import doctest, sys; flags = doctest.ELLIPSIS; found = doctest.testfile("
                    "'shown.txt', module_relative=False, optionflags=flags, encoding='utf-8'); sys.exit(found.failed)"
                )
            else:
                self._change(told, block, guide.name)

    def _commands(self, block: str) -> None:
        for said in re.split(r"^\$ ", block, flags=re.M)[1:]:
            line, _, shown = said.partition("\n")
            out = self.run("sh", "-c", line)
            same = doctest.OutputChecker().check_output(shown, out, doctest.ELLIPSIS)
            assert same, f"{line}\nshown:\n{shown}\nsaid:\n{out}"

    def _change(self, told: str, block: str, guide: str) -> None:
        if found := NEW.search(told):
            path = self.root / found[1]
            assert not path.exists(), f"{guide}: {found[1]} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, encoding="utf-8")
            return
        found = END.search(told) or ABOVE.search(told) or BECOMES.search(told)
        assert found, f"{guide}: no step is told by {told!r}"
        path = self.root / found[1]
        text = path.read_text(encoding="utf-8")
        if END.search(told):
            path.write_text(text + block, encoding="utf-8")
            return
        before, line, after = text.partition(f"\n{found[2]}\n")
        assert line, f"{guide}: {found[1]} has no line {found[2]!r}"
        kept = f"{found[2]}\n" if ABOVE.search(told) else ""
        path.write_text(f"{before}\n{block}{kept}{after}", encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    yield Copy(tmp_path)
    shutil.rmtree(tmp_path, ignore_errors=True)


CENTRE = """
from fanzha.centre.preparing import prepare
from fanzha.home import find_home
prepare(find_home())
from datetime import UTC, datetime
from django.test import Client
from django.contrib.auth.models import User
now = datetime(2026, 3, 2, 4, tzinfo=UTC)
"""
"""A centre of the copy, and what its pages are asked with."""


def seen_class(copy: Copy) -> None:
    copy.python(
        CENTRE
        + """
client = Client(headers={"Accept-Language": "en"})
client.post("/access/demo/operator/")
told = open("told.txt", encoding="utf-8").read()
page = client.post("/cases/new/", {"do": "read", "narrative": told, "reported_at": "2026-03-02T10:00"}).text
assert '<option value="AO" selected' in page and "Fake tuition refund" in page
from fanzha.centre.conversations.reading import script_for
assert script_for("AO").case_class == "AO"
from fanzha.centre.channels.texts import reviewed
assert "tuition" in reviewed("sms", 2, "AO").en
"""
    )


def seen_channel(copy: Copy) -> None:
    copy.python(
        CENTRE
        + """
import json, socket, threading, uvicorn
from fanzha.centre import clock
from fanzha.centre.access import vault
from fanzha.centre.channels import actions
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.simulation import Providers
from fanzha.centre.channels.simulators import Application
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.people.models import Holding
from fanzha.centre.secrets import secret
home = find_home()
clock.publish(home, now.timestamp(), 0.0)
providers, listening = Providers({"app_notice": [{"share": 1.0, "receipts": [{"after_s": 0, "body": {"status": "shown"}}]}]}), socket.socket()
listening.bind(("127.0.0.1", 0))
server = uvicorn.Server(uvicorn.Config(Application(providers, lambda: now), log_level="critical", lifespan="off"))
threading.Thread(target=server.run, args=([listening],), daemon=True).start()
(home.root / "simulators.json").write_text(json.dumps({"address": f"http://127.0.0.1:{listening.getsockname()[1]}"}))
Holding.objects.create(token=vault.keep("number", "+8615400000001"), kind="number", holder="p-teacher", carrier="mobile")
told = {"reasons": [], "events": [], "related": []}
one = dissuasion.open_orders([dissuasion.Incoming(dissuasion.OWN, "w", "p-teacher", "person", 2, now, told, 0.7, "AF")], now)[0]
dissuasion.take(one.order_id, User.objects.get(username="demo-operator"), now)
client = Client(headers={"Accept-Language": "en"})
client.post("/access/demo/operator/")
assert "Send app notice" in client.get(f"/dissuasion/{one.order_id}/").text
assert client.post(f"/channels/order/{one.order_id}/write", {"channel": "app_notice", "once": "x"}).status_code == 302
actions.deliver(now)
(taken,) = providers.taken.values()
assert "do not transfer" in taken.body["notice"].lower() or "请现在不要转账" in taken.body["notice"], taken.body
assert "96110" in taken.body["notice"] and taken.body["user"] == "+8615400000001"
headers = {"Authorization": f"Bearer {secret(home, 'receipt_token')}"}
def post(channel, body):
    return Client().post(f"/channels/receipts/{channel}", json.dumps(body), content_type="application/json", headers=headers).status_code < 300
assert providers.hand_in(now, post) == 1
assert Message.objects.get(channel="app_notice").state == "delivered"
assert "Sent an app notice" in client.get(f"/dissuasion/{one.order_id}/").text
server.should_exit = True
"""
    )


def seen_language(copy: Copy) -> None:
    copy.python(
        CENTRE
        + """
page = Client(headers={"Accept-Language": "vi"}).get("/access/sign-in/").text
assert "Đăng nhập" in page and 'lang="vi"' in page, page
assert "English" in page and "中文" in page and "用账号登录" in page, "what Vietnamese lacks stands there in Chinese"
assert "Tiếng Việt" in Client(headers={"Accept-Language": "en"}).get("/access/sign-in/").text
"""
    )


SEEN: dict[str, Callable[[Copy], None]] = {
    "channel.md": seen_channel,
    "class-of-fraud.md": seen_class,
    "language.md": seen_language,
}
"""What the guide does not show itself, because it is seen on pages."""


@pytest.mark.parametrize("name", sorted(path.name for path in GUIDES.glob("*.md") if path.name != "README.md"))
def test_the_guide_is_all_that_it_takes(name: str, copy: Copy) -> None:
    copy.follow(GUIDES / name)
    SEEN.get(name, lambda _: None)(copy)


def test_every_guide_is_in_the_list() -> None:
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (GUIDES / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(path.name for path in GUIDES.glob("*.md") if path.name != "README.md")
