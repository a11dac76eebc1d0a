"""How much room a text needs on a slide: an estimate that leaves some, since fonts differ from machine to machine."""

import math

_WIDTHS = {
    **dict.fromkeys("iljtfI.,:;|!'’()[]/ \u00a0\u202f-", 0.32),
    **dict.fromkeys("mwMW@%—…", 0.92),
    **dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&", 0.70),
}
_ORDINARY = 0.56
_BOLD = 1.08
_LINE = 1.2
_POINTS_PER_PIXEL = 0.75


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Return how many lines a text takes. width: pixels of a slide 1280 wide; size: points."""
    room = width * _POINTS_PER_PIXEL / size
    return sum(_wrapped(line, room, _BOLD if bold else 1.0) for line in text.split("\n"))


def height_of(text: str, width: float, size: float, *, bold: bool = False) -> float:
    """Return how high a text stands, in pixels of a slide 1280 wide."""
    return lines_of(text, width, size, bold=bold) * size * _LINE / _POINTS_PER_PIXEL


def fitting_size(text: str, width: float, height: float, most: float, *, bold: bool = False) -> float:
    """Return the largest size in points, at most `most` and at least 6, at which a text stays inside its box."""
    size = most
    while size > 6 and height_of(text, width, size, bold=bold) > height:
        size -= 0.5
    return size


def _wrapped(line: str, room: float, wider: float) -> int:
    lines, used = 1, 0.0
    for word in line.split(" "):
        width = sum(_WIDTHS.get(letter, _ORDINARY) for letter in word) * wider
        needed = width + (_WIDTHS[" "] if used else 0)
        if used and used + needed > room:
            lines, used, needed = lines + 1, 0.0, width
        if needed > room:
            # A word longer than the line is broken.
            lines += math.ceil(needed / room) - 1
            needed %= room
        used += needed
    return lines
