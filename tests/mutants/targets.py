"""What is changed and which tests must notice, and the changes that no test can notice."""

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.changes import Change, changes

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Target:
    """A file that is changed. tests: files of tests, the quickest first. rebuilt: the sample is built with the change."""

    file: str
    tests: tuple[str, ...]
    rebuilt: bool


def targets(root: Path = ROOT) -> list[Target]:
    """Return every file that `targets.toml` names, by name."""
    entries = tomllib.loads((HERE / "targets.toml").read_text(encoding="utf-8"))["target"]
    found = []
    for entry in entries:
        for path in root.glob(entry["files"]):
            if path.name == "__init__.py":
                continue
            tests = [test.format(name=path.stem) for test in entry["tests"]]
            there = tuple(test for test in dict.fromkeys(tests) if (root / test).exists())
            found.append(Target(path.relative_to(root).as_posix(), there, entry.get("rebuilt", False)))
    return sorted(found, key=lambda target: target.file)


def equivalent() -> dict[tuple[str, str, str, int], str]:
    """Return the changes that leave every answer as it is, and why, by `Change.key`."""
    entries = tomllib.loads((HERE / "equivalent.toml").read_text(encoding="utf-8")).get("equivalent", [])
    return {(e["file"], e["statement"], e["change"], e.get("which", 1)): e["why"] for e in entries}


def every_change(root: Path = ROOT, below: Sequence[str] = ("",)) -> list[tuple[Target, Change]]:
    """Return all changes of the files whose names begin with one of `below`, the equivalent ones left out."""
    same = equivalent()
    return [
        (target, change)
        for target in targets(root)
        if target.file.startswith(tuple(below))
        for change in changes(target.file, (root / target.file).read_text(encoding="utf-8"))
        if change.key not in same
    ]


def drawn(pool: list[tuple[Target, Change]], count: int, seed: int) -> list[tuple[Target, Change]]:
    """Draw `count` of them, each as likely as any other, in the order of a digest of seed and change.

    So one that is named as equivalent, or whose text is rewritten, makes place for the next: the others stay drawn.
    """

    def lot(one: tuple[Target, Change]) -> bytes:
        return hashlib.sha256(repr((seed, one[1].key)).encode()).digest()

    return sorted(pool, key=lot)[:count]
