"""The peer in Streamlit, plainly written: shared .duckdb, st.cache_data, Plotly Express, the server as it is installed.

DATABASE=incidents.duckdb streamlit run benchmarks/peers/streamlit_page.py
"""

import pandas as pd
import streamlit as st
from incidents import CHARTS, figure, quarters, rows, services

st.set_page_config(page_title="Incidents", layout="wide")

options = st.cache_data(quarters)(), st.cache_data(services)()


@st.cache_data
def cached(name: str, quarter: str, service: str) -> pd.DataFrame:
    """Return the rows of a chart."""
    return rows(name, quarter, service)


st.title("Incidents")
left, right = st.columns(2)
quarter = left.selectbox("Quarter", options[0], key="quarter", bind="query-params")
service = right.selectbox("Service", options[1], key="service", bind="query-params")

columns = st.columns(2)
for place, name in enumerate(CHARTS):
    columns[place % 2].plotly_chart(figure(name, cached(name, quarter, service)), key=name)
