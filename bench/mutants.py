"""How many small faults the tests notice: a mutant is one fault (mutations.py) in one module, and a test of its area should fail.

Run: python bench/mutants.py AREA... [--sample 60] [--seed 1] [--only reading/sums.py]
Areas, their modules and tests, and the mutants that change nothing anybody could see, with the reason, are in mutants.yaml. A mutant runs the
tests that call its function, the quickest files first, until one fails; one that lasts far too long counts as noticed. Prints each survivor
and a table.

Ours, since the libraries do not fit here: mutmut forks from the process in which it ran the tests, which polars's threads do not survive,
and passes over decorated functions (kernels, actions in a transaction) and what runs at import; cosmic-ray imports everything
anew for each mutant, 7 seconds here.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import trying
import yaml
from mutations import Mutant, mutants_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/fanzha"
DATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
STEPS = ("a step of states", 0)


def faults(area: dict[str, Any], only: str | None) -> list[Mutant]:
    """Every mutant of an area."""
    found = [mutant for path in _modules(area) for mutant in mutants_of(path)]
    found += [one for table in area.get("steps", ()) for one in _steps(table)]
    return [one for one in found if not only or one.path.match(only)]


def _modules(area: dict[str, Any]) -> list[Path]:
    paths = {path for glob in area["modules"] for path in PACKAGE.glob(glob)} - {
        PACKAGE / one for one in area.get("but", ())
    }
    return [path for path in sorted(paths) if path.name != "__init__.py"]


def _table(name: str) -> tuple[Path, dict[str, tuple[str, ...]]]:
    app, *names = name.split(".")
    found: Any = importlib.import_module(f"fanzha.centre.{app}.states")
    path = Path(found.__file__)
    found = getattr(found, names[0])
    return path, found[names[1]] if names[1:] else found


def _steps(name: str) -> list[Mutant]:
    """Each step of a table of states taken away, and each that is not there allowed."""
    path, table = _table(name)
    pairs = [(state, to) for state in table for to in table]
    return [
        Mutant(
            path,
            number,
            1,
            f"{name}: {state} to {to}",
            f"{name}: {'no ' if to in table[state] else ''}{state} to {to}",
            STEPS,
        )
        for number, (state, to) in enumerate(pairs)
    ]


def _change_step(mutant: Mutant) -> None:
    name, step = mutant.before.split(": ")
    state, to = step.split(" to ")
    _, table = _table(name)
    rest = tuple(one for one in table[state] if one != to)
    table[state] = (*rest, to) if rest == table[state] else rest


def measure(name: str, sample: int, seed: int, only: str | None, say: Callable[[str], object]) -> None:
    """Try a sample of an area's mutants and print who survives."""
    area = DATA["areas"][name]
    tests, left_out = area["tests"], area.get("left_out", [])
    all_ = faults(area, only)
    chosen = sorted(random.Random(seed).sample(all_, min(sample, len(all_))), key=lambda one: (one.path, one.line))
    equivalent = {(PACKAGE / one["in"], one["mutant"]) for one in DATA["equivalent"]}
    ends: dict[Mutant, str] = {one: "equivalent" for one in chosen if (one.path, one.after) in equivalent}
    tests = [*tests, *(f"--deselect={one}" for one in left_out)]
    seen = trying.watch(
        tests,
        {str(one.path) for one in all_} | {str(path) for path in _modules(area)},
        Path(os.environ["TMPDIR"]) / "watched",
    )
    say(f"{name}: {len(seen.lasted)} tests, {sum(seen.lasted.values()):.0f} s")
    at_import = seen.called.pop("import", set())
    whole = sum(seen.lasted.values())

    def told(one: Mutant, how: str) -> None:
        ends[one] = how
        if how == "survived":
            say(f"  {one.path.relative_to(PACKAGE)}:{one.line}: {one.before}\n    -> {one.after}")

    open_ = [one for one in chosen if one not in ends]
    imported = [one for one in open_ if one.function is None or (str(one.path), one.function) in at_import]
    in_place = [one for one in open_ if one not in imported]
    if imported:
        _must_survive(trying.try_imported(_no_change, tests, 60 + 6 * whole))
    for one in imported:
        told(one, trying.try_imported(partial(trying.put_into_import, one), tests, 60 + 6 * whole))

    def each(attempt: Callable[[Callable[[], None], list[str], float], str]) -> None:
        _must_survive(attempt(_no_change, _quickest_first(list(seen.lasted), seen.lasted), 20 + 6 * whole))
        for one in in_place:
            step = one.function == STEPS
            names = [test for test, called in seen.called.items() if (str(one.path), one.function) in called]
            # what polars calls in threads of its own is seen by nobody: all tests are asked then
            names = _quickest_first(list(seen.lasted) if step or not names else names, seen.lasted)
            lasts = sum(seen.lasted[test] for test in names)
            change = partial(_change_step if step else trying.put_in_place, one)
            told(one, attempt(change, names, 20 + 6 * lasts))

    if in_place:
        trying.try_in_place(tests, each)
    count = Counter(ends.values())
    noticed = count["killed"] + count["timeout"]
    say(f"| {name} | {len(all_)} | {len(chosen)} | {noticed} | {count['timeout']} | {count['equivalent']} | {count['survived']} | "
        f"{noticed / max(1, noticed + count['survived']):.0%} |")  # fmt: skip


def _no_change() -> None:
    pass


def _must_survive(how: str) -> None:
    if how != "survived":
        raise RuntimeError(f"the tests of the area fail without any fault: {how}")


def _quickest_first(names: list[str], lasted: dict[str, float]) -> list[str]:
    """Files together, since they share what they set up; the file with the quickest tests first."""
    of_file: dict[str, list[str]] = {}
    for name in sorted(names, key=lasted.__getitem__):
        of_file.setdefault(name.split("::")[0], []).append(name)
    return [
        name
        for file in sorted(of_file, key=lambda file: sum(map(lasted.__getitem__, of_file[file])))
        for name in of_file[file]
    ]


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("areas", nargs="+", choices=DATA["areas"], metavar="AREA")
    told.add_argument("--sample", type=int, default=60)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--only", help="modules whose path ends so")
    asked = told.parse_args()
    print(
        "| area | mutants | tried | noticed | of these by lasting too long | equivalent | not noticed | noticed of those that matter |"
    )
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name in asked.areas:
        if os.fork():  # each area has a process of its own: compiled or plain kernels
            os.wait()
            continue
        with tempfile.TemporaryDirectory() as base:
            os.environ.update(
                TMPDIR=base, NUMBA_DISABLE_JIT="1" if DATA["areas"][name].get("compiled") is False else "0"
            )
            os.chdir(ROOT)
            out = os.fdopen(os.dup(1), "w", buffering=1)
            with open(os.devnull, "w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
            trying.load_libraries()
            try:
                measure(name, asked.sample, asked.seed, asked.only, partial(print, file=out))
            except Exception as error:
                print(f"{name}: {error!r}", file=out)
                raise
        sys.exit()


if __name__ == "__main__":
    main()
