"""What the tools call severe: words without a level are asked for, and any word can be given another one."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import ADMINISTER
from reliability.errors import ReliabilityError
from reliability.settings.severity_writing import LEVELS, set_levels
from reliability.settings.words import normal_word
from reliability.ui import empty, panels, text, visitor
from reliability.ui.data import upload
from reliability.ui.view import View
from reliability.warehouse.doubts import unexplained

_DOING = "saying what a severity word means"
_ASKED = 12
_DEFAULT = "as it is read by default"
_WORDS = {1: "P1, the worst", 2: "P2", 3: "P3", 4: "P4", 5: "P5, the least"}


def unknown(view: View) -> None:
    """Ask for the level of each word that means none yet, the most frequent first. Nothing where there is none."""
    rows = unexplained(view.scope.run("lists/severity_words"))
    if not rows:
        return
    incidents = sum(row["rows"] for row in rows)
    with st.container(border=True, key="severity-unknown"):
        st.html(
            panels.heading(
                f"▲ {fmt.plural(incidents, 'row')} with a severity that nobody has explained",
                "no P1 figure counts them until their words have a level; your answers are kept in review.toml",
            )
        )
        if visitor.note_lack(ADMINISTER, _DOING):
            return
        said: dict[str, int | None] = {}
        for row in rows[:_ASKED]:
            word = str(row["word"])
            level = st.selectbox(
                f"{text.markdown(text.title(word))}, {fmt.plural(row['rows'], 'row')}",
                LEVELS, index=None, key=f"severity-{text.digest(word)}", format_func=_WORDS.__getitem__,
                placeholder="Means …", width=340,
            )  # fmt: skip
            if level is not None:
                said[word] = level
        if len(rows) > _ASKED:
            more = fmt.plural(len(rows) - _ASKED, "rarer word")
            st.html(f'<p class="rl rl-small">{more} can be given a level at the end of this page.</p>')
        _save_button(view.data_dir, said, "severity-save")


def known(view: View) -> None:
    """Show which level every severity word of the exports means, and let a person give one another level."""
    rows = view.scope.run("lists/severity_words").rows
    if not rows:
        return
    own = view.settings.severity.own
    with st.container(border=True, key="severity-words"):
        lines = [
            [
                text.html(row["word"]),
                _level(row["level"], row["kind"]),
                "your organisation" if normal_word(str(row["word"])) in own else "default",
                fmt.count(row["rows"]),
            ]
            for row in rows
        ]
        st.html(
            panels.heading("What the tools call severe", "words of the exports and the level each means")
            + panels.table(("Word in the exports", "Level", "Said by", "Rows"), lines, numeric=(3,))
        )
        if visitor.lack(ADMINISTER, _DOING):
            return
        with st.popover("Give a word another level", type="tertiary"):
            word = st.selectbox("Word", [str(row["word"]) for row in rows], index=None, key="severity-word")
            level = st.selectbox(
                "Means", [*LEVELS, 0], index=None, key="severity-level",
                format_func=lambda number: _WORDS.get(number, _DEFAULT),
            )  # fmt: skip
            said = {word: level or None} if word and level is not None else {}
            _save_button(view.data_dir, said, "severity-change")


def _save_button(data_dir: Path, said: Mapping[str, int | None], key: str) -> None:
    if said:
        visitor.ask_name_once(f"{key}-person", visitor.WRITING)
    if not st.button("Save and rebuild", type="primary", disabled=not said, key=key):
        return
    told = fmt.listed([f"{word} is {f'P{level}' if level else _DEFAULT}" for word, level in said.items()])
    try:
        visitor.require(ADMINISTER, _DOING)
        with visitor.recorded(data_dir, "severity", ", ".join(said), {"levels": dict(said)}):
            set_levels(data_dir, said)
    except ReliabilityError as error:
        empty.show_error(error)
        return
    upload.rebuild(data_dir, said=f"Saved: {told}")


def _level(level: int | None, kind: str | None) -> str:
    if level is not None:
        return f"P{level}"
    if kind is not None:
        return f"no severity: {text.html(kind)}"
    return '<span class="tone-concern">▲ none: not counted by severity</span>'
