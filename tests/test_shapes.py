"""Shapes of promises: every file of the folder is a sound one, and the settings, the form and the path know it."""

import re
import sys

import numpy as np
import pytest

import reliability.statistics.shapes as package
from reliability.errors import ReliabilityError
from reliability.statistics.shapes import DEFAULT, registry, shape_named, shapes


def test_the_default_is_offered_first_and_allows_every_day_the_same() -> None:
    assert next(iter(shapes())) == DEFAULT
    assert shapes()[DEFAULT].straight
    assert shapes()[DEFAULT].part(0.25, 0.6) == 0.25


@pytest.mark.parametrize("name", shapes())
@pytest.mark.parametrize("ratio", [0.05, 0.6, 1.0, 1.5])
def test_a_path_begins_at_nothing_ends_at_the_whole_and_never_falls(name: str, ratio: float) -> None:
    parts = [shapes()[name].part(share, ratio) for share in np.linspace(0, 1, 101)]
    assert (parts[0], parts[-1]) == (0, pytest.approx(1))
    assert min(np.diff(parts)) >= -1e-12
    if shapes()[name].straight:
        assert parts == pytest.approx(np.linspace(0, 1, 101))
    assert shapes()[name].total(ratio) > 0


@pytest.mark.parametrize("name", shapes())
def test_nothing_less_promised_is_nothing_less_allowed(name: str) -> None:
    assert shapes()[name].total(1.0) == pytest.approx(1)


def test_an_unknown_shape_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="one of 'total', 'rate by deadline'.*, not 'line'"):
        shape_named("line")


MADE = (
    "from reliability.statistics.shapes.shape import Shape\n\n"
    "SHAPE = Shape(name='added', words='added', order=3, total=lambda ratio: {total}, part=lambda share, ratio: {part})\n"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "from reliability.statistics.shapes import total\n\nSHAPE = total.SHAPE\n",
            "another file defines the shape 'total'",
        ),
        ("SHAPES = ()\n", "added.py: the file defines no shape. Add `SHAPE = Shape("),
        ("SHAPE = 'total'\n", "added.py: the file defines no shape. Add `SHAPE = Shape("),
        (
            MADE.format(total="1.0", part="share * (1 + ratio) / 2"),
            "added.py: part goes from 0 to 0.8 (a ratio of 0.6). Let it go from 0 to 1",
        ),
        (MADE.format(total="1.0", part="1.0"), "added.py: part goes from 1 to 1 (a ratio of 0.6)."),
        (
            MADE.format(total="0.9 * ratio", part="share"),
            "added.py: of a promise that changes nothing, total is 0.9. Let total(1) be 1.",
        ),
    ],
)
def test_a_file_without_a_sound_shape_of_its_own_is_named(
    tmp_path, monkeypatch, text: str, said: str
) -> None:
    (tmp_path / "added.py").write_text(text)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, f"{package.__name__}.added", raising=False)
    with pytest.raises(ReliabilityError, match=re.escape(said)):
        registry.shapes.__wrapped__()
