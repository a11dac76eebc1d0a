"""The shapes there are, found by looking into this folder."""

import math
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType, ModuleType

from reliability.errors import ReliabilityError
from reliability.statistics.shapes.shape import Shape

DEFAULT = "total"
"""The shape of a promise that names none."""

_TRIED = (0.6, 1.0, 1.5)


@cache
def shapes() -> Mapping[str, Shape]:
    """Every shape by the name that review.toml gives it, in the order they are offered.

    Raises ReliabilityError for a file that defines none, for a shape whose part does not go from 0 to 1 or whose total
    is not 1 where nothing is to change, and when two have the same name.
    """
    package = import_module(__package__)
    modules = [
        import_module(f"{__package__}.{module.name}")
        for module in iter_modules(package.__path__)
        if module.name not in ("registry", "shape")
    ]
    defined = [(_shape_of(module), module) for module in modules]
    found: dict[str, Shape] = {}
    for shape, module in sorted(defined, key=lambda one: (one[0].order, one[0].name)):
        if shape.name in found:
            raise ReliabilityError(
                f"another file defines the shape '{shape.name}'", _file(module), "Give it another name."
            )
        found[shape.name] = shape
    return MappingProxyType(found)


def _shape_of(module: ModuleType) -> Shape:
    shape = getattr(module, "SHAPE", None)
    if not isinstance(shape, Shape):
        remedy = (
            "Add `SHAPE = Shape(name=..., words=..., order=..., total=..., part=...)` (docs/contributing.md)."
        )
        raise ReliabilityError("the file defines no shape", _file(module), remedy)
    if not math.isclose(shape.total(1.0), 1.0):
        what = f"of a promise that changes nothing, total is {shape.total(1.0):g}"
        raise ReliabilityError(what, _file(module), "Let total(1) be 1.")
    for ratio in _TRIED:
        begins, ends = shape.part(0.0, ratio), shape.part(1.0, ratio)
        if not (math.isclose(begins, 0.0, abs_tol=1e-9) and math.isclose(ends, 1.0)):
            what = f"part goes from {begins:g} to {ends:g} (a ratio of {ratio:g})"
            remedy = "Let it go from 0 to 1: divide what is used up by what the whole window may use."
            raise ReliabilityError(what, _file(module), remedy)
    return shape


def _file(module: ModuleType) -> str:
    return f"{module.__name__.replace('.', '/')}.py"


def shape_named(name: str) -> Shape:
    """Return a shape by its name. Raises ValueError naming the shapes there are."""
    if name not in shapes():
        raise ValueError(f"the shape is one of {', '.join(map(repr, shapes()))}, not '{name}'")
    return shapes()[name]
