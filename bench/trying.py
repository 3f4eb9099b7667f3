"""Runs an area's tests on one mutant after another, each in a fork of a process in which everything is imported and no test has run.

A fault in a function becomes the code of that function where it stands. A fault in what already runs at import is imported instead: a fork
of the process that has the libraries only imports the package anew. Tests run one process at a time and leave the home as it was.
"""

from __future__ import annotations

import gc
import importlib.machinery
import os
import pickle
import shutil
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from mutations import Function, Mutant

Place = tuple[str, Function]
_LIBRARIES = (
    "apprise", "cryptography.fernet", "django.contrib.auth", "django.test", "duckdb", "httpx", "hypothesis", "graspologic_native", "lightgbm", "numba",
    "openpyxl", "phonenumbers", "polars", "scipy.sparse", "sklearn.linear_model", "sqlglot", "typer",
)  # fmt: skip


class Watched:
    """What a run of the tests without any fault shows: which functions of `files` each test calls (`import`: before all tests), and how long
    each lasts in seconds."""

    def __init__(self, files: set[str]) -> None:
        self.files, self.now = files, "import"
        self.called: dict[str, set[Place]] = defaultdict(set)
        self.lasted: dict[str, float] = {}
        self.failed: list[str] = []

    def note(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename in self.files:
            self.called[self.now].add(_place(frame.f_code))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        for one in _remembering(self.files):
            one.cache_clear()  # what an earlier test left there would hide that this one rests on it
        self.now, begin = item.nodeid, time.perf_counter()
        done = yield
        self.lasted[item.nodeid] = time.perf_counter() - begin
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)


def _remembering(files: set[str]) -> list[Any]:
    """What of `files` keeps in a cache what it gave."""
    caches = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper)]
    return [one for one in caches if getattr(getattr(one.__wrapped__, "__code__", None), "co_filename", None) in files]


class _Each:
    """Does `work` instead of running the tests once; in its forks the first failure ends the process."""

    def __init__(self, work: Callable[[list[pytest.Item]], None]) -> None:
        self.work = work

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.work(session.items)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            if os.environ.get("MUTANTS_SHOW"):
                Path(os.environ["MUTANTS_SHOW"]).write_text(
                    f"{report.nodeid} {report.when}\n{report.longreprtext}", encoding="utf-8"
                )
            os._exit(1)


def load_libraries() -> None:
    """Import what costs most and never changes, and let hypothesis try the same examples every time and not make them smaller."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    from hypothesis import Phase, settings

    settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), derandomize=True, database=None)
    settings.load_profile("mutants")


def watch(tests: list[str], files: set[str], kept: Path) -> Watched:
    """Run the tests once without a fault, watched, in a fork. RuntimeError when one fails."""

    def work() -> None:
        seen = Watched(files)
        threading.setprofile(seen.note)
        sys.setprofile(seen.note)
        pytest.main(_arguments(tests), plugins=[seen])
        sys.setprofile(None)
        kept.write_bytes(pickle.dumps((dict(seen.called), seen.lasted, seen.failed)))

    ended, told = forked(work, 3600)
    if ended != "survived":
        raise RuntimeError(f"the tests did not run: {told}")
    seen = Watched(files)
    called, seen.lasted, seen.failed = pickle.loads(kept.read_bytes())
    seen.called.update(called)
    if seen.failed:
        raise RuntimeError(f"without any fault these fail: {', '.join(seen.failed)}")
    return seen


def try_imported(change: Callable[[], None], tests: list[str], seconds: float) -> str:
    """How the tests end when the package is imported anew after `change`."""

    def work() -> None:
        change()
        if pytest.main(_arguments(tests), plugins=[_Each(_run)]) != 0:
            os._exit(1)

    return forked(work, seconds)[0]


def try_in_place(
    tests: list[str], each: Callable[[Callable[[Callable[[], None], list[str], float], str]], None]
) -> None:
    """Import everything, then let `each` ask for tries, which change what is there: (change, names of tests, seconds) to how it ended."""

    def work(items: list[pytest.Item]) -> None:
        named = {item.nodeid: item for item in items}

        def attempt(change: Callable[[], None], chosen: list[str], seconds: float) -> str:
            def changed() -> None:
                change()
                _run([named[name] for name in chosen])

            return forked(changed, seconds)[0]

        each(attempt)

    pytest.main(_arguments(tests), plugins=[_Each(work)])


def forked(work: Callable[[], None], seconds: float) -> tuple[str, str]:
    """`work` in a process of its own: survived, killed or timeout; and the error that ended it."""
    home = Path(os.environ.get("FANZHA_HOME", "/nowhere"))
    copy = home.with_name(home.name + ".copy")
    if home.exists() and not copy.exists():
        shutil.copytree(home, copy)
    ours, theirs = os.pipe()
    pid = os.fork()
    if not pid:
        signal.alarm(max(1, round(seconds)))
        try:
            work()
        except BaseException as error:  # noqa: BLE001  (whatever ends a mutant's tests has noticed it)
            os.write(theirs, repr(error).encode()[:4000])
            os._exit(1)
        os._exit(0)
    os.close(theirs)
    status = os.waitpid(pid, 0)[1]
    with os.fdopen(ours, "rb") as pipe:
        told = pipe.read().decode()
    if copy.exists():
        shutil.rmtree(home)
        shutil.copytree(copy, home)
    if os.WIFSIGNALED(status):
        return "timeout" if os.WTERMSIG(status) == signal.SIGALRM else "killed", told
    return "killed" if os.WEXITSTATUS(status) else "survived", told


def put_in_place(mutant: Mutant) -> None:
    """Give the functions that are already there the code of the mutant."""
    wanted = (str(mutant.path), mutant.function)
    (code,) = [one for one in _codes(compile(mutant.tree(), str(mutant.path), "exec")) if _place(one) == wanted]
    for one in gc.get_objects():
        if isinstance(one, FunctionType) and _place(one.__code__) == wanted:
            one.__code__ = code


def put_into_import(mutant: Mutant) -> None:
    """Let the import of its module find the mutant."""
    read = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: Any, name: str) -> CodeType | None:
        mutated = loader.path == str(mutant.path)
        return compile(mutant.tree(), loader.path, "exec") if mutated else read(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]


def _arguments(tests: list[str]) -> list[str]:
    base = Path(os.environ["TMPDIR"]) / "tests"
    return [
        *tests,
        "--doctest-modules",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        f"--basetemp={base}",
    ]


def _run(items: list[pytest.Item]) -> None:
    for place, item in enumerate(items):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=items[min(place + 1, len(items) - 1)])


def _place(code: CodeType) -> Place:
    return code.co_filename, (code.co_name, code.co_firstlineno)


def _codes(code: CodeType) -> list[CodeType]:
    return [code, *(inner for one in code.co_consts if isinstance(one, CodeType) for inner in _codes(one))]
