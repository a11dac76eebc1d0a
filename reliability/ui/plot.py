"""A chart on a page: its finding, what is drawn, and the plot whose points open the records behind them."""

import hashlib
import json
import pickle
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from reliability.charts import HEIGHT, figure
from reliability.model import NO_DATA, Chart
from reliability.queries.memory import Memory
from reliability.ui import empty, lacking, plotly_script, text

_CLICKED = "_clicked"
_charts = Memory(8 * 1024 * 1024)
# Streamlit's own chart has an id that contains what it draws: each change takes the drawing out and mounts another,
# which is two fifths of what a new quarter costs in the browser.
_plot = st.components.v2.component(
    "plot", js=Path(__file__).with_name("plot.mjs").read_text(encoding="utf-8"), isolate_styles=False
)


@dataclass(frozen=True)
class Clicked:
    """A point that was chosen: the step it stands for as ISO instants [start, end), and its line's name."""

    chart_id: str
    start: str
    end: str
    line: str


def card(
    chart: Chart,
    zone: str,
    height: int = HEIGHT,
    clickable: bool = True,
    missing: str = "",
    notes: Sequence[str] = (),
) -> None:
    """Show a chart in a bordered card. Cards in one row of a grid have the same height.

    missing: what is not recorded when the export is there but the chart has no figure; else the export is named.
    notes: what the chart shows, in words, below it.
    """
    with st.container(
        border=True, height="stretch", vertical_alignment="distribute", key=f"chart-{chart.id}"
    ):
        st.html(finding(chart, opens=clickable and chart.kind == "points"))
        if chart.status == NO_DATA or not any(line.points for line in chart.lines):
            if missing:
                empty.note(f"{missing.removesuffix('.')}{empty.with_filters()}.", concern=False)
            elif narrowed := empty.with_filters():
                empty.note(f"Nothing to show{narrowed}.", concern=False)
            else:
                empty.no_data(chart.needs, "This chart", lacking.of(chart.query.removeprefix("kpis/")))
            return
        if nothing_counted(chart):
            empty.note(f"None in the time shown{empty.with_filters()}.", concern=False)
            return
        _show(chart.id, _drawn(chart, zone, height, clickable), height)
        if notes:
            items = "".join(f"<li>{text.html(note)}</li>" for note in notes)
            st.html(f'<ul class="rl rl-small rl-notes">{items}</ul>')


def draw(
    key: str,
    spec: dict[str, Any],
    alt: str,
    clickable: bool = True,
    on_key: Callable[[str], None] | None = None,
) -> None:
    """Show a figure made by `reliability.charts`.

    A chosen point is kept for `clicked()`, or its first key is given to `on_key`.
    """
    _show(key, _packed(spec, alt, clickable), spec["layout"]["height"], on_key)


def _drawn(chart: Chart, zone: str, height: int, clickable: bool) -> bytes:
    """Pack a chart for the browser, once for all visitors who see the same."""
    asked = (chart, zone, height, clickable)
    key = hashlib.blake2b(pickle.dumps(asked), digest_size=16).digest()

    def made() -> tuple[bytes, int]:
        spec = figure(chart, "app", zone, height)
        data = _packed(spec, chart.takeaway or chart.title, clickable)
        return data, len(data)

    data: bytes = _charts.once((key,), made)
    return data


def _packed(spec: dict[str, Any], alt: str, clickable: bool) -> bytes:
    asked = {
        "figure": spec,
        "alt": alt,
        "clickable": clickable,
        "height": spec["layout"]["height"],
        "source": plotly_script.ADDRESS,
    }
    # Bytes go through as they are; in anything else Streamlit looks for tables, with pandas and pyarrow loaded for it.
    return json.dumps(asked, separators=(",", ":")).encode()


def _show(key: str, data: bytes, height: int, on_key: Callable[[str], None] | None = None) -> None:
    widget = f"plot-{key}"

    def chosen() -> None:
        keys = [str(each) for each in st.session_state[widget].chosen or ()]
        if keys and on_key is not None:
            on_key(keys[0])
        elif len(keys) == 3:
            st.session_state[_CLICKED] = Clicked(key, *keys)

    _plot(key=widget, data=data, height=height, on_chosen_change=chosen)


def nothing_counted(chart: Chart) -> bool:
    """Tell whether a chart would draw a count that is zero all along: axes, limits and goals around nothing."""
    values = [
        point.value for line in chart.lines for point in line.points if line.role not in ("goal", "was")
    ]
    return chart.unit in ("incidents", "escalations") and not any(values)


def has_nothing(chart: Chart) -> bool:
    """Tell whether nothing of a chart can be drawn."""
    known = chart.status != NO_DATA and any(line.points for line in chart.lines)
    return not known or nothing_counted(chart)


def finding(chart: Chart, opens: bool = False) -> str:
    """Return a chart's finding and subtitle as HTML. opens: a point shows its records when it is chosen."""
    subtitle = f"{chart.subtitle} · each point opens its incidents" if opens else chart.subtitle
    return (
        f'<div class="rl"><p class="rl-finding">{text.html(chart.title)}</p>'
        f'<p class="rl-subtitle">{text.html(subtitle)}</p></div>'
    )


def clicked() -> Clicked | None:
    """Return the point chosen since the last run, once."""
    return st.session_state.pop(_CLICKED, None)


def chart_of(point: Clicked, charts: Iterable[Chart]) -> Chart:
    """Return the chart a chosen point belongs to. Raises StopIteration when it is not among `charts`."""
    return next(chart for chart in charts if chart.id == point.chart_id)
