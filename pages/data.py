"""Data: what was read from each export and what became of every row; adding exports."""

import streamlit as st

from reliability.errors import ReliabilityError
from reliability.ui.data import accounting, mapping, upload
from reliability.ui.view import view
from reliability.warehouse.workspace import default_data_dir

try:
    seen = view()
except ReliabilityError:
    # The shell has said why; adding exports is what mends it.
    upload.add_exports(default_data_dir())
    st.stop()

accounting.headline(seen)
upload.add_exports(seen.data_dir)
accounting.unrecognised(seen)
mapping.panel(seen, seen.data_dir)
accounting.files(seen)
accounting.left_out(seen)
accounting.severity_words(seen)
