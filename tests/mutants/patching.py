"""Putting a change into modules that are already imported: functions get their changed code, caches are emptied."""

import ast
import functools
import gc
from pathlib import Path
from types import CodeType, FunctionType

from tests.mutants.changes import Change

Place = tuple[str, str]
"""A file, and the qualified name of a function in it; "" for a query, "<module>" or a class for what importing runs."""


def place_of(path: Path, text: str, change: Change) -> Place:
    """Return the function that a change is in."""
    if path.suffix != ".py":
        return str(path), ""
    line = text.count("\n", 0, change.start) + 1
    return str(path), _name_at(ast.parse(text), line, "")


def _name_at(node: ast.AST, line: int, above: str) -> str:
    for child in ast.iter_child_nodes(node):
        first, last = getattr(child, "lineno", 0), getattr(child, "end_lineno", 0)
        if not first <= line <= last:
            continue
        match child:
            case ast.FunctionDef(name=name):
                # The first lines of a function hold its defaults, which are made when it is defined.
                return (
                    f"{above}{name}"
                    if line >= child.body[0].lineno
                    else above.rpartition(".")[0] or "<module>"
                )
            case ast.ClassDef(name=name):
                return _name_at(child, line, f"{above}{name}.")
            case _:
                found = _name_at(child, line, above)
                if found != (above.removesuffix(".") or "<module>"):
                    return found
    return above.removesuffix(".") or "<module>"


def patch(path: Path, text: str, change: Change) -> bool:
    """Give the functions that live their changed code; False where that cannot be done without importing anew."""
    name = place_of(path, text, change)[1]
    was, becomes = (
        _codes(compile(source, str(path), "exec"), name) for source in (text, change.applied(text))
    )
    if len(was) != 1 or len(becomes) != 1:
        return False
    living = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType)
        and one.__code__.co_filename == str(path)
        and one.__code__.co_qualname == name
    ]
    if not living or any(len(one.__code__.co_freevars) != len(becomes[0].co_freevars) for one in living):
        return False
    for one in living:
        one.__code__ = becomes[0]
    return True


def _codes(code: CodeType, name: str) -> list[CodeType]:
    found = [code] if code.co_qualname == name else []
    for part in code.co_consts:
        if isinstance(part, CodeType):
            found += _codes(part, name)
    return found


def forget() -> None:
    """Empty every cache of the project's functions."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and one.__module__.startswith("reliability"):
            one.cache_clear()
