"""What can be counted without a clock: the statements that each page runs, and what the garbage collector walks.

    python -m benchmarks.statements [--incidents 1000000] [--visits 0 100 300]

Without `--incidents`, on the sample. The statements are those that tests/test_statements.py holds; "different" counts
each text once, whatever its parameters. A visit is one other quarter, filter or page by one of ten visitors;
`gc.collect(2)`, which Streamlit calls after every run, walks everything that caches and sessions keep as objects.
"""

import argparse
import gc
import os
import random
import time
from pathlib import Path
from typing import Any

from benchmarks.folders import built_folder
from benchmarks.measure import print_table, time_text
from tests import statements

VISITS = (0, 100, 300)
_VISITORS = 10


def counts(data_dir: Path) -> list[dict[str, str]]:
    """Return the rows of the table of statements."""
    os.environ["RELIABILITY_DATA"] = str(data_dir)
    return [
        {
            "what": what,
            "statements": str(sum(found.values())),
            "different": str(len(found)),
            "most often": ", ".join(f"{name} ({n})" for name, n in found.most_common(3) if n > 1),
        }
        for what, found in statements.survey().items()
    ]


def collection(data_dir: Path, visits: tuple[int, ...] = VISITS) -> list[dict[str, str]]:
    """Return how long a full collection takes, and what it walks, after so many visits.

    What is there before the first visit, the imports, is frozen first, as the server does.
    """
    os.environ["RELIABILITY_DATA"] = str(data_dir)
    people = [statements.visitor() for _ in range(_VISITORS)]
    people[0].run()
    gc.collect()
    gc.freeze()
    rows = []
    drawn = random.Random(1)
    done = 0
    try:
        for wanted in visits:
            while done < wanted:
                visit(drawn.choice(people), drawn)
                done += 1
            taken, walked = collect()
            rows.append(
                {"visits": str(done), "gc.collect(2), CPU": time_text(taken), "objects walked": f"{walked:,}"}
            )
    finally:
        gc.unfreeze()
    return rows


def visit(app: Any, drawn: random.Random) -> None:
    """Choose another quarter or comparison, or go to another page (one in four); then run the page."""
    if not app.selectbox:
        app.run()
    elif drawn.random() < 0.25:
        statements.go(app, drawn.choice(statements.SCRIPTS))
    else:
        statements.choose(app, "quarter", drawn.randrange(8))
        statements.choose(app, "compare", drawn.randrange(2))
    app.run()
    assert not app.exception, [error.value for error in app.exception]


def collect() -> tuple[float, int]:
    """Return the best of three full collections, in seconds of CPU, and the number of objects it walked."""
    taken = []
    for _ in range(3):
        begun = time.thread_time()
        gc.collect(2)
        taken.append(time.thread_time() - begun)
    return min(taken), len(gc.get_objects())


def main() -> None:
    """Print both tables."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--incidents", type=int, default=0, help="made up, so many; default: the sample")
    options.add_argument("--visits", type=int, nargs="+", default=VISITS)
    chosen = options.parse_args()
    with built_folder(chosen.incidents) as folder:
        print_table("Statements", counts(folder))
        print_table("Garbage", collection(folder, tuple(chosen.visits)))


if __name__ == "__main__":
    main()
