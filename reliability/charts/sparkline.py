"""A word-sized line: the shape of a figure's recent past."""

from collections.abc import Sequence

from reliability.model import Point

WIDTH, HEIGHT = 82, 22
_EDGE = 3.0


def sparkline(points: Sequence[Point], colour: str = "currentColor") -> str:
    """Draw points as an SVG document. Fewer than two figures give "".

    Gaps stay gaps. The last figure is a dot, hollow when its period is not over.
    """
    known = [(i, p.value) for i, p in enumerate(points) if p.value is not None]
    if len(known) < 2:
        return ""
    low, high = min(v for _, v in known), max(v for _, v in known)
    across = (WIDTH - 2 * _EDGE) / (len(points) - 1)
    flat = high == low

    def place(index: int, value: float) -> tuple[float, float]:
        level = 0.5 if flat else (high - value) / (high - low)
        return round(_EDGE + index * across, 1), round(_EDGE + level * (HEIGHT - 2 * _EDGE), 1)

    runs: list[list[str]] = [[]]
    for i, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            x, y = place(i, point.value)
            runs[-1].append(f"{x} {y}")
    path = "".join(f"M{' L'.join(run)}" for run in runs if run)
    x, y = place(*known[-1])
    fill = "none" if points[known[-1][0]].partial else colour
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round" '
        f'stroke-linecap="round"/><circle cx="{x}" cy="{y}" r="2.4" fill="{fill}" stroke="{colour}" '
        f'stroke-width="1.4"/></svg>'
    )
