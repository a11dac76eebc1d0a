"""Which functions of the pages write to the journal, and whether they ask for a right first, read from the source."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.test_architecture import MODULES

PAGES = "reliability.ui."
# `Journal.append(kind, subject, body, who)` and `Journal.undo(id, who, ...)`: no list has an `append` of four.
_FEWEST = {"append": 4, "undo": 2}
# A decision of this shape is only called by who was handed it, see `calls_what_it_was_handed`.
HANDED_ON = ["journal", "name"]


@dataclass
class Use:
    """Something that writes, named or called in a function. handed_on: in a lambda of the shape of a decision."""

    what: str
    line: int
    handed_on: bool = False


@dataclass
class Function:
    """A function of the package. names: what it names, resolved through the imports. requires: lines that ask first. rights: what for.

    parameters: its own, each with the first line on which it calls it.
    """

    name: str
    names: list[Use] = field(default_factory=list)
    writes: list[Use] = field(default_factory=list)
    requires: list[int] = field(default_factory=list)
    rights: set[str] = field(default_factory=set)
    parameters: dict[str, int] = field(default_factory=dict)

    def asks_before(self, line: int) -> bool:
        """Whether it asks for a right on an earlier line."""
        return any(asked < line for asked in self.requires)


def functions() -> dict[str, Function]:
    """Every function and method of the package by its full name; one inside another is part of it."""
    found = {}
    for module, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        defined = list(_defined(tree, module))
        names = {name.rpartition(".")[2]: name for name, _ in defined}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        for name, node in defined:
            found[name] = _read(node, name, names)
    return found


def _defined(tree: ast.Module, module: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) else [node]
        owner = f"{module}.{node.name}" if isinstance(node, ast.ClassDef) else module
        for one in inner:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{owner}.{one.name}", one


def _read(node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, names: dict[str, str]) -> Function:
    read = Function(name)
    arguments = {one.arg for one in [*node.args.args, *node.args.kwonlyargs]}
    lambdas = [one for one in ast.walk(node) if isinstance(one, ast.Lambda)]
    inside = {
        id(part): [argument.arg for argument in one.args.args] == HANDED_ON
        for one in lambdas
        for part in ast.walk(one.body)
    }
    for part in ast.walk(node):
        handed_on = inside.get(id(part), False)
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in names:
            read.names.append(Use(f"{names[part.value.id]}.{part.attr}", part.lineno, handed_on))
        if isinstance(part, ast.Name) and part.id in names:
            read.names.append(Use(names[part.id], part.lineno, handed_on))
        if not isinstance(part, ast.Call):
            continue
        given = len(part.args) + len(part.keywords)
        if isinstance(part.func, ast.Attribute) and given >= _FEWEST.get(part.func.attr, given + 1):
            read.writes.append(Use(part.func.attr, part.lineno, handed_on))
        if ast.unparse(part.func) == "visitor.require":
            read.requires.append(part.lineno)
            read.rights.add(ast.unparse(part.args[0]))
        if isinstance(part.func, ast.Name) and part.func.id in arguments:
            first = read.parameters.get(part.func.id, part.lineno)
            read.parameters[part.func.id] = min(first, part.lineno)
    return read


def _exported() -> dict[str, str]:
    """What the packages' `__init__` name, as where it is defined."""
    found = {}
    for module, path in MODULES.items():
        if path.name == "__init__.py":
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ImportFrom):
                    for alias in node.names:
                        found[f"{module}.{alias.asname or alias.name}"] = f"{node.module}.{alias.name}"
    return found


def writing(known: dict[str, Function]) -> dict[str, list[Use]]:
    """The functions of the pages in which something writes, with what does.

    What writes below the pages is found from `Journal.append` and `Journal.undo` upwards. What the pages have for it is
    `visitor.recorded`; refusals are written by who refuses, and need no right.
    """
    also = _exported()
    below = {
        f.name
        for f in known.values()
        if f.writes and not f.name.startswith((PAGES, "reliability.journal.", "reliability.access.refusals."))
    }
    while (
        more := {
            f.name
            for f in known.values()
            if not f.name.startswith((PAGES, "reliability.access.refusals."))
            and any(also.get(use.what, use.what) in below for use in f.names)
        }
        - below
    ):
        below |= more
    below.add(f"{PAGES}visitor.recorded")
    found = {}
    for f in known.values():
        uses = [use for use in f.names if also.get(use.what, use.what) in below]
        if f.name.startswith(PAGES) and f.name != f"{PAGES}visitor.recorded" and (f.writes or uses):
            found[f.name] = [*f.writes, *uses]
    return found
