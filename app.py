"""Launcher, for `streamlit run app.py`.

The script that runs is the shell inside the package, never a page on its own: with `pages/` beside the entry script
Streamlit would run a deep link without the shell on a cold server, past filters and sign-in.
"""

import streamlit as st
from starlette.middleware import Middleware

from reliability.serve.gate import Gate
from reliability.serve.prefetch import Prefetch
from reliability.serve.request_log import RequestLog
from reliability.serve.server import SHELL, lifespan, routes, show_script_error
from reliability.serve.start import gate_arguments, log_arguments

app = st.App(
    SHELL,
    lifespan=lifespan,
    routes=routes(),
    middleware=[
        Middleware(RequestLog, **log_arguments()),
        Middleware(Gate, **gate_arguments()),
        Middleware(Prefetch),
    ],
    on_script_error=show_script_error,
)
