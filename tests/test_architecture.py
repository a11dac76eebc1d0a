"""The rooms of the package: who imports whom, read from the source, held against the table of docs/architecture.md."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "reliability"


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def imports_of(module: str) -> set[str]:
    """Return the modules of the package that a module imports anywhere in its text, for its types alone included."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level and node.module, f"{module}: imports are written out in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    named = {known for name in found if (known := _known(name))}
    return named - {module}


def _known(name: str) -> str:
    """Return the module that an import names: itself, or the one that has the name."""
    if name in MODULES:
        return name
    parent = name.rpartition(".")[0]
    return parent if parent in MODULES else ""


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def circles(arrows: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of nodes that reach each other (Tarjan, SIAM J. Comput. 1(2), 1972)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(node: str) -> None:
        number[node] = low[node] = len(number)
        stack.append(node)
        for other in sorted(arrows[node]):
            if other not in number:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], number[other])
        if low[node] == number[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in arrows:
        if node not in number:
            visit(node)
    return found


ARROWS = {module: imports_of(module) for module in MODULES}


def rows() -> list[list[str]]:
    """Return the rooms of every row of the table, from the ground up."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = text.partition("## Rooms of the package")[2].partition("\n## ")[0]
    first = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    return [re.findall(r"`(\w+)`", cell) for cell in first]


def test_circles_are_found_where_there_are_any() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_the_imports_are_read() -> None:
    assert "reliability.access.identity" in ARROWS["reliability.ui.visitor"]
    assert "reliability.ui.view" in ARROWS["reliability.serve.warm"], "inside a function, too"
    assert sum(map(len, ARROWS.values())) > 500


def test_every_room_stands_in_the_table_once() -> None:
    listed = [room for row in rows() for room in row]
    assert len(listed) == len(set(listed))
    assert set(listed) == {room_of(module) for module in MODULES} - {"", "__main__"}


def test_no_file_imports_itself_by_way_of_others() -> None:
    assert circles(ARROWS) == []


def test_no_room_imports_itself_by_way_of_others() -> None:
    arrows: dict[str, set[str]] = {}
    for module, others in ARROWS.items():
        arrows.setdefault(room_of(module), set()).update(map(room_of, others))
    assert circles({room: others - {room} for room, others in arrows.items()}) == []


def against_the_table(table: list[list[str]], arrows: Iterable[tuple[str, str]]) -> list[str]:
    """Return the imports of a room that stands below, or beside in another room of the same row."""
    height = {room: number for number, row in enumerate(table) for room in row}
    return [
        f"{module} imports {other}"
        for module, other in arrows
        if room_of(module) in height
        and room_of(other) in height
        and room_of(module) != room_of(other)
        and height[room_of(other)] >= height[room_of(module)]
    ]


def test_imports_against_the_table_are_found() -> None:
    table = [["errors"], ["queries", "settings"], ["ui"]]
    named = {name: f"reliability.{name}.x" for name in ("errors", "queries", "settings", "ui")}
    assert against_the_table(table, [(named["ui"], named["errors"]), (named["ui"], named["ui"])]) == []
    for wrong in (("errors", "ui"), ("queries", "ui"), ("queries", "settings")):
        module, other = (named[room] for room in wrong)
        assert against_the_table(table, [(module, other)]) == [f"{module} imports {other}"]


def test_a_room_imports_only_rooms_above_it_in_the_table() -> None:
    arrows = [(module, other) for module, others in ARROWS.items() for other in sorted(others)]
    assert against_the_table(rows(), arrows) == []


def test_a_list_of_one_page_lies_in_the_folder_of_that_page_and_no_other() -> None:
    queries = ROOT / "queries"
    texts = {file: file.read_text(encoding="utf-8") for file in sorted((ROOT / "reliability").rglob("*.py"))}
    pages = {f"ui/{folder.name}" for folder in (ROOT / "reliability" / "ui").iterdir() if folder.is_dir()}
    for file in sorted((queries / "lists").rglob("*.sql")):
        name = file.relative_to(queries).with_suffix("").as_posix()
        users = [
            path.relative_to(ROOT / "reliability").parts
            for path, text in texts.items()
            if f'"{name}"' in text
        ]
        assert users, f"nothing asks {name}"
        rooms = {"/".join(parts[:2]) if parts[0] == "ui" and len(parts) == 3 else parts[0] for parts in users}
        home = file.parent.name
        if home == "lists":
            assert len(rooms) > 1 or not rooms & pages, (
                f"{name} belongs to one page: queries/lists/{rooms.pop()}/"
            )
        else:
            assert rooms == {f"ui/{home}"}, f"{name} is asked by {sorted(rooms)}"
