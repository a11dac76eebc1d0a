"""Which queries depend on a file of SQL: those that name what it creates, and so on up."""

import re
from functools import cache
from pathlib import Path

_CREATED = re.compile(r"create or replace (?:temp(?:orary)? )?(?:macro|table|view) (\w+)")


@cache
def _texts(root: Path) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """File -> the names that it creates, the words that it uses; without comments."""
    found = {}
    for path in root.joinpath("queries").rglob("*.sql"):
        text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
        found[str(path)] = frozenset(_CREATED.findall(text)), frozenset(re.findall(r"\w+", text))
    return found


@cache
def dependents(root: Path, file: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the files that depend on one (itself with them), and the names that they create."""
    texts = _texts(root)
    files = {str(root / file)}
    names = set(texts[str(root / file)][0])
    while more := {other for other, (_, words) in texts.items() if other not in files and words & names}:
        files |= more
        names |= {name for other in more for name in texts[other][0]}
    return frozenset(files), frozenset(names)
