"""What both peer pages show: four charts over one quarter of a table of incidents, drawn with Plotly Express.

Runs in the peers' own environment; DATABASE is set by whoever starts a page (benchmarks.peers.environment).
"""

import os

import duckdb
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

connection = duckdb.connect(os.environ["DATABASE"], read_only=True)

ALL = "All services"

_WINDOW = """
    where opened_at >= $start and opened_at < $start + interval 3 month and ($service is null or service = $service)
"""

_QUERIES = {
    "p1": f"""
        select date_trunc('week', opened_at) as week, count(*) as incidents
        from incidents {_WINDOW} and severity = 1 group by week order by week
    """,
    "recovery": f"""
        select
            date_trunc('month', opened_at) as month, service,
            median(recover_minutes) as median, quantile_cont(recover_minutes, 0.9) as p90
        from incidents {_WINDOW} group by month, service order by month, service
    """,
    "repeats": f"""
        select service, count(*) filter (is_repeat) as repeats, count(*) filter (not is_repeat) as first_times
        from incidents {_WINDOW} group by service order by repeats desc
    """,
    # Answers belong to no service.
    "nps": """
        select
            date_trunc('week', responded_at) as week,
            100.0 * (count(*) filter (score >= 9) - count(*) filter (score <= 6)) / count(*) as nps
        from answers where responded_at >= $start and responded_at < $start + interval 3 month
        group by week order by week
    """,
}


def rows(name: str, quarter: str, service: str) -> pd.DataFrame:
    """Run one of the four queries for a quarter ("2025 Q3") and a service (or ALL)."""
    year, number = quarter.split(" Q")
    values = {"start": pd.Timestamp(int(year), 3 * int(number) - 2, 1)}
    if name != "nps":
        values["service"] = None if service == ALL else service
    # A cursor a call: connections are not made for several threads.
    return connection.cursor().execute(_QUERIES[name], values).df()


def quarters() -> list[str]:
    """Return the quarters that hold incidents, newest first."""
    found = connection.cursor().execute("""
        select distinct year(opened_at) || ' Q' || quarter(opened_at) as label from incidents order by label desc
    """)
    return [label for (label,) in found.fetchall()]


def services() -> list[str]:
    """Return ALL and every service."""
    found = connection.cursor().execute("select distinct service from incidents order by service")
    return [ALL, *(name for (name,) in found.fetchall() if name)]


def figure(name: str, data: pd.DataFrame) -> go.Figure:
    """Draw the chart of a query from its rows."""
    if name == "p1":
        return px.bar(data, x="week", y="incidents", title="P1 incidents by week")
    if name == "recovery":
        return px.line(
            data,
            x="month",
            y="p90",
            color="service",
            markers=True,
            title="Minutes to recover, 90th percentile",
        )
    if name == "repeats":
        return px.bar(data, x="service", y=["first_times", "repeats"], title="Repeats by service")
    return px.area(data, x="week", y="nps", title="NPS by week")


CHARTS = tuple(_QUERIES)
