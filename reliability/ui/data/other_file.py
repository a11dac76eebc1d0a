"""One mapping for several files: which saved one reads this file too, and what its columns are called here."""

from collections.abc import Sequence

import streamlit as st

from reliability.guesses import example_words
from reliability.mappings import Columns, Saved, Spec, doubt, is_likely, others, with_file
from reliability.ui import empty, text
from reliability.ui.columns import word
from reliability.ui.data.mapping_form import Asked

_OWN = "a mapping of its own"
_NONE = "this file has none"


def choose(made: Sequence[Saved], columns: Columns, key: str) -> Saved | None:
    """Ask whether one of the saved mappings, each with its spec, is for this file too; None for one of its own.

    The first that has half of its columns in the file is chosen already.
    """
    if not made:
        return None
    by_name = {one.name: one for one in made}
    likely = [one.name for one in made if one.spec and is_likely(one.spec, columns)]
    options = ["", *by_name]
    titles = {one.name: one.format.title if one.format else one.name for one in made}
    chosen = st.selectbox(
        "Read it by", options, index=options.index(likely[0]) if likely else 0, key=f"map-by-{key}",
        format_func=lambda name: f"the mapping '{titles[name]}'" if name else _OWN, width=330,
    )  # fmt: skip
    return by_name.get(chosen)


def form(spec: Spec, columns: Columns, key: str) -> Asked:
    """Ask what stands for each column of a mapping that this file does not have; return the mapping for both files."""
    absent = others(spec, columns)
    there = [column for column in spec.columns if column not in absent]
    empty.note(
        f"Read by the mapping '{spec.title}', as other files are. "
        + (f"Found here: {', '.join(there)}. " if there else "")
        + "Say what its other columns are called in this file.",
        concern=False,
    )
    said: dict[str, str | None] = {}
    for column, likely in absent.items():
        uses = [
            word(name) for name, cell in spec.cells.items() if any(p.column == column for p in cell.places)
        ]
        options = [_NONE, *(name for name in columns.header if name not in there)]
        left, right = st.columns([2, 3], vertical_alignment="bottom")
        label = " · ".join([column, *uses])
        chosen = left.selectbox(
            text.markdown(label), options, index=options.index(likely) if likely in options else 0,
            key=f"map-other-{text.digest(column)}-{key}",
        )  # fmt: skip
        said[column] = None if chosen == _NONE else chosen
        if offered := columns.offered.get(chosen):
            shown = text.html(example_words(chosen, offered.seen.examples))
            right.html(f'<p class="rl rl-small rl-faint">{shown}</p>')
    chosen_names = [name for name in said.values() if name is not None]
    if twice := [name for name in chosen_names if chosen_names.count(name) > 1]:
        return Asked(spec, f"{twice[0]} is chosen twice.")
    return Asked(with_file(spec, said, columns), doubt(spec, said, columns))
