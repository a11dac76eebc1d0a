"""The charts that a page shows because a file below queries/charts/ says so."""

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import bars
from reliability.queries.page_charts import PageChart, page_charts
from reliability.ui import empty, plot, text
from reliability.ui.view import View

_MOST_BARS = 10


def show(page: str, view: View) -> None:
    """Show the charts of a page, named by its file in pages/, side by side. Raises QueryError when one is wrong."""
    charts = page_charts(page)
    if not charts:
        return
    with st.grid(2, min_column_width=320, gap="small"):
        for chart in charts:
            _card(chart, view)


def _card(chart: PageChart, view: View) -> None:
    query = chart.query
    rows = [row for row in view.scope.run(query.name).rows if row["value"]]
    found = [bars.Bar(row["label"] or "not recorded", row["value"]) for row in rows]
    total = sum(bar.value for bar in found)
    title = f"{query.title}: none"
    if found:
        first = bars.leaders(found)
        each = " each" if len(first) > 1 else ""
        title = f"None stands out of {len(found)}: {fmt.plural(total, chart.noun)} in all"
        if first:
            names = fmt.listed([text.title(bar.label, 40) for bar in first])
            title = f"Most: {names}, {fmt.count(first[0].value)}{each} of {fmt.plural(total, chart.noun)}"
    rest = found[_MOST_BARS:]
    more = f" · {fmt.count(sum(bar.value for bar in rest))} in {len(rest)} more" if rest else ""
    with st.container(
        border=True, height="stretch", vertical_alignment="distribute", key=f"chart-{query.id}"
    ):
        st.html(
            f'<div class="rl"><p class="rl-finding">{text.html(title)}</p>'
            f'<p class="rl-subtitle">{text.html(f"{query.title}, {view.period.label}{more}")}</p></div>'
        )
        if not found:
            empty.filtered_out(view.filters, f"{chart.noun}s", key=query.id)
            return
        spec = bars.ranked(found[:_MOST_BARS], "app", chart.noun, "")
        plot.draw(query.id, spec, alt=f"{title}. {query.title}.", clickable=False)
