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
    parser.add_argument("--part", type=_part, help="which of them are tried: 1/4, 2/4 ...")
    parser.add_argument("--only", nargs="+", default=[""], help="of those drawn, only files that begin so")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws others (1)")
    parser.add_argument(
        "--minutes", type=float, default=90, help="no further change is tried after so long (90)"
    )
    parser.add_argument("--list", action="store_true", help="print what would be tried")
    given = parser.parse_args(arguments)
    chosen = drawn(every_change(below=given.files), given.count, given.seed)
    chosen = [one for one in chosen if one[0].file.startswith(tuple(given.only))]
    if given.part:
        number, parts = given.part
        chosen = chosen[number - 1 :: parts]
    if given.list:
        print(*(change for _, change in chosen), sep="\n")
        return 0
    until = time.monotonic() + 60 * given.minutes
    survivors, tried = [], 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        try:
            # As they were drawn: those tried before the time is up are a fair sample.
            for one in Runs(Path(folder)).tried(chosen):
                tried += 1
                if one.killer is None:
                    survivors.append(one.change)
                word = "SURVIVED" if one.killer is None else "killed"
                by = one.killer or f"{one.tests} tests"
                print(f"{word}  {one.change}  [{by}, {one.seconds:.1f} s]", flush=True)
                if time.monotonic() > until and tried < len(chosen):
                    print(f"time is up after {tried} of {len(chosen)}")
                    break
        except Broken as problem:
            print(problem, file=sys.stderr)
            return 2
    if not tried:
        print("nothing was tried", file=sys.stderr)
        return 2
    killed = tried - len(survivors)
    print(f"{killed} of {tried} changes were noticed ({killed / tried:.1%}); not noticed:")
    print(*(f"  {change}" for change in survivors), sep="\n")
    return 0 if killed >= ENOUGH * tried else 1


def _part(text: str) -> tuple[int, int]:
    number, parts = map(int, text.split("/"))
    return number, parts


if __name__ == "__main__":
    sys.exit(main())
