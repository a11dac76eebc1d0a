"""Run the benchmarks of speed and scale: `make bench`, or `python -m benchmarks [--scale 100]`.

`python -m benchmarks browser`, `load` and `pages` measure the pages; they have options of their own.
"""

import argparse
import sys

from benchmarks import browser, build, gates, load, measure, pages, review, verdicts

SIZE = 10_000
_SERVED = {"browser": browser.main, "load": load.main, "pages": pages.from_command_line}


def main() -> None:
    """Print the machine and every table."""
    if len(sys.argv) > 1 and sys.argv[1] in _SERVED:
        _SERVED[sys.argv[1]](sys.argv[2:])
        return
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
