"""The shapes there are, found by looking into this folder."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from reliability.statistics.shapes.shape import Shape

DEFAULT = "total"
"""The shape of a promise that names none."""


@cache
def shapes() -> Mapping[str, Shape]:
    """Every shape by the name that review.toml gives it, in the order they are offered.

    Raises ValueError when two files define the same name.
    """
    package = import_module(__package__)
    modules = [
        import_module(f"{__package__}.{module.name}")
        for module in iter_modules(package.__path__)
        if module.name not in ("registry", "shape")
    ]
    found: dict[str, Shape] = {}
    for shape in sorted((module.SHAPE for module in modules), key=lambda shape: (shape.order, shape.name)):
        if shape.name in found:
            raise ValueError(f"two files define the shape '{shape.name}'")
        found[shape.name] = shape
    return MappingProxyType(found)


def shape_named(name: str) -> Shape:
    """Return a shape by its name. Raises ValueError naming the shapes there are."""
    if name not in shapes():
        raise ValueError(f"the shape is one of {', '.join(map(repr, shapes()))}, not '{name}'")
    return shapes()[name]
