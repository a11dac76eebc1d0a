"""Draw changes, try each, and list those that no test notices: `python -m tests.mutants --help`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.runs import Broken, Runs
from tests.mutants.targets import drawn, every_change

ENOUGH = 0.95


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when at least 95 of 100 changes were noticed, 1 when not, 2 when the tests fail without any."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("files", nargs="*", default=[""], help="only files whose names begin so")
    parser.add_argument("--count", type=int, default=300, help="how many are drawn (300)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws others (1)")
    parser.add_argument(
        "--minutes", type=float, default=90, help="no further change is tried after so long (90)"
    )
    parser.add_argument("--list", action="store_true", help="print what would be tried")
    given = parser.parse_args(arguments)
    chosen = drawn(every_change(below=given.files), given.count, given.seed)
    if given.list:
        print(*(change for _, change in chosen), sep="\n")
        return 0
    until = time.monotonic() + 60 * given.minutes
    survivors, tried = [], 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        runs = Runs(Path(folder))
        for (
            target,
            change,
        ) in chosen:  # as they were drawn: those tried before the time is up are a fair sample
            if time.monotonic() > until:
                print(f"time is up after {tried} of {len(chosen)}")
                break
            try:
                killer = runs.killed_by(target, change)
            except Broken as problem:
                print(problem, file=sys.stderr)
                return 2
            tried += 1
            if killer is None:
                survivors.append(change)
            print(
                f"{'SURVIVED' if killer is None else 'killed'}  {change}  [{killer or 'nothing'}]", flush=True
            )
    if not tried:
        print("nothing was tried", file=sys.stderr)
        return 2
    killed = tried - len(survivors)
    print(f"{killed} of {tried} changes were noticed ({killed / tried:.1%}); not noticed:")
    print(*(f"  {change}" for change in survivors), sep="\n")
    return 0 if killed >= ENOUGH * tried else 1


if __name__ == "__main__":
    sys.exit(main())
