"""Data: what was read from each export and what became of every row; adding and mapping exports."""

import streamlit as st

from reliability.data_dir import default_data_dir
from reliability.errors import ReliabilityError
from reliability.ui.data import accounting, coverage, first_run, mapping, severity, upload
from reliability.ui.view import view

try:
    seen = view()
except ReliabilityError:
    # The shell has said why; adding exports, or mapping those that are there, is what helps.
    first_run.show(default_data_dir())
    st.stop()

accounting.headline(seen)
accounting.doubts(seen)
upload.add_exports(seen.data_dir)
accounting.unrecognised(seen)
mapping.panel(seen.data_dir, seen.settings, seen.scope.run("lists/file_accounting").rows)
severity.unknown(seen)
accounting.files(seen)
coverage.show(seen)
accounting.columns(seen)
accounting.left_out(seen)
severity.known(seen)
