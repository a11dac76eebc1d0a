"""What was decided about repeats: when, what, whether it counts; all of it as CSV, any of it undone."""

import streamlit as st

from reliability import formatting as fmt
from reliability.journal import to_csv
from reliability.repeats import decisions as repeats
from reliability.repeats.decisions import Decision, written
from reliability.ui import panels, text
from reliability.ui.chronic import queue_acts as acts
from reliability.ui.view import View

_SHOWN = 25


def history(seen: View, decided: acts.Decided) -> None:
    """Show what was decided so far, newest first; nothing when nobody has decided yet."""
    every = written(decided.entries)
    if not every:
        return
    with st.container(border=True, key="repeat-history"):
        title = f"{fmt.plural(len(decided.standing), 'decision')} about repeats {_count(decided)}"
        with st.container(horizontal=True, vertical_alignment="center"):
            subtitle = "newest first · they apply to every future export"
            st.html(panels.heading(title, subtitle), width="stretch")
            names = st.toggle("Show who", key="repeat-history-who")
            _take_back(decided, seen)
            st.download_button(
                "Download CSV",
                data=lambda: to_csv(decided.entries).encode("utf-8-sig"),
                file_name="decisions-about-repeats.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                key="csv-repeat-decisions",
            )
        states = _states(seen, decided)
        head = ("When", "Decision", "State") + (("Who",) if names else ())
        lines = []
        for decision, undone in list(reversed(every))[:_SHOWN]:
            state = states.get(decision.id, "overruled by a later one")
            if undone is not None:
                state = f"taken back {fmt.instant(undone.at, seen.zone)}" + (
                    f" by {undone.who}" if names else ""
                )
            cells = [
                panels.whole(fmt.instant(decision.at, seen.zone)),
                text.html(words(decision)),
                text.html(state),
            ]
            lines.append(cells + ([text.html(decision.who)] if names else []))
        st.html(panels.table(head, lines))
        if len(every) > _SHOWN:
            st.caption(f"The newest {_SHOWN} of {fmt.count(len(every))}; the CSV has all of them.")


def _count(decided: acts.Decided) -> str:
    return "stands" if len(decided.standing) == 1 else "stand"


def words(decision: Decision) -> str:
    """Return a decision as a sentence: "INC-7 is the return of INC-3"."""
    ids = [name for _, name in decision.incidents]
    match decision.action:
        case repeats.CONFIRM if decision.partner:
            return f"{ids[0]} is the return of {decision.partner[1]}"
        case repeats.REJECT if decision.partner:
            return f"{ids[0]} is not the return of {decision.partner[1]}"
        case repeats.REJECT:
            return f"{ids[0]} repeats nothing"
        case repeats.SAME:
            return f"{ids[0]} is the same as {decision.into}"
        case repeats.PART:
            are = "is" if len(ids) == 1 else "are"
            return f"{fmt.listed(ids)} {are} not of {decision.issue}: now {decision.into}"
    return f"{decision.issue} is the same as {decision.into}"


def _states(seen: View, decided: acts.Decided) -> dict[int, str]:
    """Entry id -> how a decision that stands counts; those overruled by a later one are missing."""
    held: set[int] = set()
    for row in seen.scope.run("lists/repeat_decisions"):
        if row["is_held"]:
            held.add(row["entry_id"])
    live = {row.entry_id for row in set(decided.rows) & set(decided.live)}

    def state(entry_id: int) -> str:
        if entry_id not in live:
            return "to be brought into the figures"
        return "counts" if entry_id in held else "waits: no export contains it now"

    return {row.entry_id: state(row.entry_id) for row in decided.rows}


def _named(decision: Decision, seen: View) -> str:
    return f"{words(decision)} ({fmt.day(decision.at, seen.zone)})"


def _take_back(decided: acts.Decided, seen: View) -> None:
    known = {decision.digest: decision for decision in reversed(decided.standing)}
    if not known:
        return
    with st.popover("Take one back"):
        chosen = st.selectbox(
            "Decision",
            list(known),
            # One chosen before a restore is not there any more.
            format_func=lambda d: _named(known[d], seen) if d in known else "",
            index=None,
            placeholder="Choose one",
            key="repeat-take-back",
        )
        acts.ask_who("repeat-history-name")
        target = known.get(chosen or "")
        st.button(
            "Take it back",
            key="repeat-take-back-do",
            disabled=target is None or not acts.ready(),
            on_click=acts.take_back,
            args=(seen, target.id, target.digest, words(target)) if target else (),
        )
