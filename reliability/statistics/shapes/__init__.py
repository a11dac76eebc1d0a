"""Shapes of promises: how much of a count a promise allows, and by when. One file each in this folder.

A file defines `SHAPE`, and that is all: review.toml may name it, the form offers it, verdicts and paths follow it.
"""

from reliability.statistics.shapes.registry import DEFAULT, shape_named, shapes
from reliability.statistics.shapes.shape import Shape

__all__ = ["DEFAULT", "Shape", "shape_named", "shapes"]
