"""Bad days in numbers: `make hostile`, or `python -m benchmarks.hostile [--share 0.1] [--seed 7] [--only build]`.

Exports, journal, pointer, warehouse and frozen reviews are damaged, their writers are killed and their disk is filled,
at places and moments drawn from a seed; crowds look on while builds publish. What must never happen is counted: a
figure or an entry that is wrong, one that was acknowledged and is gone, a version that no longer serves, an error that
is not one clear line. Exit code 1 when there was any.

Bounded: no row begins anything new after its share of `--minutes`, and says how often it was done.
Disks are filled where a small one may be mounted; elsewhere those rows say so.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

from benchmarks.hostile import crowds, exports, files, frozen, journal, warehouse
from benchmarks.hostile.rounds import Rounds, Scenario, Violation

SCENARIOS: dict[str, tuple[Scenario, int, float]] = {
    "mangled exports built": (exports.mangled, 400, 20),
    "a byte of the journal flipped": (journal.flipped, 600, 1),
    "the journal cut off": (journal.cut, 300, 1),
    "a writer of the journal killed": (journal.writer_killed, 340, 8),
    "a restore killed": (journal.restore_killed, 150, 4),
    "journal on a full disk": (journal.full_disk, 100, 2),
    "the pointer changed": (warehouse.pointer_changed, 400, 2),
    "a byte of the warehouse flipped": (warehouse.flipped, 300, 3),
    "a build killed": (warehouse.build_killed, 150, 12),
    "a publisher of versions killed": (warehouse.publisher_killed, 150, 8),
    "a build on a full disk": (warehouse.full_disk, 40, 4),
    "one that freezes reviews killed": (frozen.freezer_killed, 150, 12),
    "the contents of a frozen review damaged": (frozen.contents_damaged, 200, 3),
    "freeze and thaw on a full disk": (frozen.full_disk, 40, 4),
    "one that publishes frozen reviews killed": (frozen.publisher_killed, 60, 6),
    "frozen reviews published on a full disk": (frozen.publish_on_full_disk, 40, 2),
    "exports added and removed on a full disk": (files.exports_changed, 60, 2),
    "logs rolled up on a full disk": (files.rolled_up, 60, 4),
    "people look on while builds publish": (crowds.while_builds_publish, 10_000, 10),
    "people come and go": (crowds.come_and_go, 1000, 30),
}
"""What happens -> how it is tried, how often, and minutes at most, at full size."""


def main() -> int:
    """Run every scenario and print the table of docs/reliability.md."""
    options = argparse.ArgumentParser(
        "python -m benchmarks.hostile",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--seed", type=int, default=7)
    options.add_argument(
        "--share", type=float, default=1.0, help="of the usual number of times, and of the time"
    )
    options.add_argument("--only", default="", help="rows whose name holds this")
    chosen = options.parse_args()
    print("| what happens | times | what became of it | wrong or lost |\n|---|---:|---|---|")
    violations = 0
    for name, (scenario, usual, minutes) in SCENARIOS.items():
        if chosen.only not in name:
            continue
        rounds = Rounds(max(3, round(usual * chosen.share)), 60 * minutes * chosen.share)
        with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
            became, wrong = "", "none"
            try:
                seen = scenario(Path(scratch), Random(f"{chosen.seed} {name}"), rounds)
                became = "; ".join(f"{what}: {n}" for what, n in sorted(seen.items()))
            except Violation as error:
                wrong = f"**{error}**"
                violations += 1
            except PermissionError as error:
                became, wrong = str(error), "not tried"
        print(f"| {name} | {rounds.done} | {became} | {wrong} |", flush=True)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
