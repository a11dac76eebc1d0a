"""The canvas: what every chart's layout has in common, so that a chart says only what is its own."""

from typing import Any

from reliability.charts import labels
from reliability.charts.palette import Palette


def canvas(palette: Palette) -> dict[str, Any]:
    """Return a layout without a legend, without dragging and on the page's own ground."""
    return {
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": labels.FONT_SIZE, "color": palette.muted},
        "hoverlabel": hover_label(palette),
        # An empty template keeps the defaults of whatever shows the figure out of it.
        "template": {"layout": {}, "data": {}},
    }


def hover_label(palette: Palette) -> dict[str, Any]:
    """Return the look of the box shown on hover."""
    return {
        "bgcolor": palette.page,
        "bordercolor": palette.faint,
        "font": {"color": palette.text, "size": 12},
        "align": "left",
    }
