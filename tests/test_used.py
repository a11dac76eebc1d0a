"""Nothing lives that only tests call: every name that the package defines is read somewhere outside tests."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

# What others call by name: html.parser its handlers, click the list of commands.
CALLED_FROM_OUTSIDE = {"handle_starttag", "handle_endtag", "handle_data", "list_commands"}
# Written to JSON field by field, so that no code reads them by name.
WRITTEN_WHOLE = {"files_read", "files_unchanged"}
# Only together: each right is read by its own name.
TOGETHER = {"RIGHTS"}

_WORD = re.compile(r"[A-Za-z_]\w*")
_BARE = {"property", "classmethod", "staticmethod", "cached_property", "lru_cache", "cache", "contextmanager"}


def sources() -> list[Path]:
    """Every Python file that is not a test."""
    places = (ROOT / "reliability", ROOT / "pages", ROOT / "benchmarks")
    return [
        ROOT / "app.py",
        *(file for place in places for file in sorted(place.rglob("*.py")) if ".venv" not in file.parts),
    ]


def defined(tree: ast.Module) -> Iterator[str]:
    """Functions, classes, fields and constants; what a decorator hands on, such as a command, is called by its user."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {
                getattr(found, "id", getattr(found, "attr", ""))
                for decorator in node.decorator_list
                for found in [decorator.func if isinstance(decorator, ast.Call) else decorator]
            }
            if names <= _BARE:
                yield node.name
        elif isinstance(node, ast.ClassDef):
            yield node.name
            yield from (
                part.target.id
                for part in node.body
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            )
    for part in tree.body:
        for target in getattr(part, "targets", [getattr(part, "target", None)]):
            if isinstance(target, ast.Name):
                yield target.id


def read(tree: ast.Module) -> Iterator[str]:
    """Names that are read, attributes, and words of short texts: a column's name may stand in one."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Load()):
                yield node.id
            case ast.Attribute():
                yield node.attr
            case ast.MatchClass():
                yield from node.kwd_attrs
            case ast.Constant(value=str() as text) if len(text) < 200:
                yield from _WORD.findall(text)


def unread(texts: dict[str, str]) -> set[str]:
    """Names that the package's files define and none of them reads. texts: by path."""
    trees = {path: ast.parse(text) for path, text in texts.items()}
    known = {name for path, tree in trees.items() if "reliability" in path for name in defined(tree)}
    return {name for name in known if not name.startswith("__")} - {
        name for tree in trees.values() for name in read(tree)
    }


def test_every_name_is_read_outside_tests() -> None:
    found = unread({str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in sources()})
    assert found - CALLED_FROM_OUTSIDE - WRITTEN_WHOLE - TOGETHER == set()
    assert found >= CALLED_FROM_OUTSIDE | WRITTEN_WHOLE | TOGETHER, "an exception is no longer one"


def test_a_name_that_only_its_definition_holds_is_found() -> None:
    text = "LEFT = 1\nUSED = 2\nclass Kept:\n    seen: int = 0\n    gone: int = 0\ndef f(): return Kept().seen + USED\nf()\n"
    assert unread({"reliability/x.py": text}) == {"LEFT", "gone"}
