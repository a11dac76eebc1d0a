"""Copies in the SQL: what two queries say alike is said once, in a macro of queries/facts/."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from reliability.queries import FOLDER

# A copy is a run of at least so many equal lines.
LEAST = 6
# At most so many pairs of places share one. Lower it where a change allows; raising it needs a reason: five are two service
# desks more, which name the states of their incidents as ServiceNow does.
MOST = 58

Place = tuple[str, int]


def lines_of(text: str) -> list[str]:
    """The lines that are neither blank nor a comment, without their indent."""
    stripped = (line.strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("--")]


def copies(files: dict[str, list[str]]) -> Iterator[tuple[Place, Place]]:
    """Every pair of places (file, line) at which a run of equal lines begins that reaches no further back."""
    places: dict[tuple[str, ...], list[Place]] = defaultdict(list)
    for name, lines in files.items():
        for at in range(len(lines) - LEAST + 1):
            places[tuple(lines[at : at + LEAST])].append((name, at))
    for same in places.values():
        for one, other in combinations(same, 2):
            before = [files[name][at - 1] if at else None for name, at in (one, other)]
            if before[0] is None or before[1] is None or before[0] != before[1]:
                yield one, other


def read(folder: Path) -> dict[str, list[str]]:
    return {
        str(path.relative_to(folder)): lines_of(path.read_text()) for path in sorted(folder.rglob("*.sql"))
    }


def test_a_run_is_counted_once_a_pair_of_places() -> None:
    run = [f"line {n}" for n in range(8)]
    files = {"a": ["select", *run, "from a"], "b": [*run, "from b"], "c": ["select", *run[:4], "from c"]}
    assert list(copies(files)) == [(("a", 1), ("b", 0))]
    files["d"] = ["with", *run[2:]]
    assert sorted(copies(files)) == [(("a", 1), ("b", 0)), (("a", 3), ("d", 1)), (("b", 2), ("d", 1))]
    files = {"a": [*run, "between", *run]}
    assert list(copies(files)) == [(("a", 0), ("a", 9))]


def test_comments_blank_lines_and_indent_make_no_difference() -> None:
    assert lines_of("-- title: x\nselect\n\n    -- why\n    a,\nfrom t\n") == ["select", "a,", "from t"]


def test_no_more_copies_than_there_were() -> None:
    found = list(copies(read(FOLDER)))
    said = "\n".join(f"{a[0]} and {b[0]}" for a, b in found)
    assert len(found) <= MOST, said
