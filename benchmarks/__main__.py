"""Run the benchmarks of speed and scale: `make bench`, or `python -m benchmarks [--scale 100]`.

`python -m benchmarks pages` runs those of the pages alone (see `benchmarks/pages.py` for its options).
"""

import argparse
import sys

from benchmarks import build, gates, measure, pages, review, verdicts

SIZE = 10_000


def main() -> None:
    """Print the machine and every table."""
    if sys.argv[1:2] == ["pages"]:
        pages.from_command_line(sys.argv[2:])
        return
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--scale", type=float, default=1.0, help=f"times {SIZE} incidents; 100 is a million, 1000 ten million"
    )
    options.add_argument("--repeats", type=int, default=3)
    chosen = options.parse_args()
    size = max(round(SIZE * chosen.scale), 1000)
    print(measure.machine())
    build.main((size,), chosen.repeats)
    review.main((size,), chosen.repeats)
    verdicts.main((size,), chosen.repeats)
    print("\nGates\n")
    found = gates.measure(size, chosen.repeats)
    print(f"{size} planned changes: {found['all']:.0f} ms; one of them: {found['one']:.0f} ms")


if __name__ == "__main__":
    main()
