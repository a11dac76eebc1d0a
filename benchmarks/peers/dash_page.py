"""The peer in Dash: one callback for four graphs, remembered rows, served by one process of Waitress.

DATABASE=incidents.duckdb PORT=8050 python benchmarks/peers/dash_page.py
"""

import os
from functools import lru_cache

import plotly.graph_objects as go
import waitress
from dash import Dash, Input, Output, callback, dcc, html
from incidents import CHARTS, figure, quarters, rows, services

cached = lru_cache(maxsize=400)(rows)

app = Dash(__name__, title="Incidents")


def layout() -> html.Div:
    """Return the page for a visitor: quarters and services are those of the table."""
    found = quarters()
    return html.Div(
        [
            html.H1("Incidents"),
            dcc.Dropdown(found, found[0], id="quarter", clearable=False, searchable=False),
            dcc.Dropdown(services(), services()[0], id="service", clearable=False, searchable=False),
            html.Div(
                [dcc.Graph(id=name) for name in CHARTS],
                id="charts",
                style={"display": "grid", "gridTemplateColumns": "1fr 1fr"},
            ),
        ]
    )


app.layout = layout


@callback(
    [Output(name, "figure") for name in CHARTS],
    Input("quarter", "value"),
    Input("service", "value"),
)
def draw(quarter: str, service: str) -> list[go.Figure]:
    """Return the four charts of a quarter and a service."""
    return [figure(name, cached(name, quarter, service)) for name in CHARTS]


if __name__ == "__main__":
    waitress.serve(app.server, host="127.0.0.1", port=int(os.environ["PORT"]), threads=8)
