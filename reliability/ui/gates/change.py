"""One change on the Release gates page: finding it, what every gate says of it, a link to send."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import streamlit as st

from reliability import formatting as fmt
from reliability.gates import words
from reliability.gates.model import Decision, GateResult
from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.ui import empty, text, theme
from reliability.ui.decisions import asked as decided
from reliability.ui.gates import promise_budget, waivers
from reliability.ui.gates.page import evaluation_of, figures, look_of, open_change
from reliability.ui.view import View

_MOST_MATCHES = 8
_ERROR_BUDGET = "error_budget"
_TONES = {"passed": GOOD, "waived": NOISE, "failed": CONCERN, "cannot tell": UNKNOWN}


def search(view: View) -> None:
    """Let the visitor find one change by id or title; the one that is meant opens, the URL holds it."""
    asked = st.text_input(
        "Find a change",
        key="change",
        bind="query-params",
        type="search",
        icon=":material/search:",
        placeholder="Your change: its id, or words of its title",
        label_visibility="collapsed",
        live=True,
    )
    asked = (asked or "").strip()
    if not asked:
        return
    matches = view.scope.run("lists/change_matches", search=asked, limit=_MOST_MATCHES + 1).rows
    exact = [row for row in matches if row["match"] == "id"]
    meant = exact if len(exact) == 1 else [row for row in matches if row["match"] == "words"]
    if len(meant) == 1:
        one(str(meant[0]["change_id"]), view)
        return
    said = (
        "Which one?" if exact or meant else f"No change is called that{'. The nearest:' if matches else '.'}"
    )
    st.html(f'<p class="rl rl-note">{text.html(said)}</p>')
    with st.container(gap=None, key="matches"):
        for row in matches[:_MOST_MATCHES]:
            label = f"{row['change_id']} {text.title(row['title'] or '')} · {row['service'] or 'no service'}"
            st.button(
                text.markdown(label),
                type="tertiary",
                key=f"match-{text.digest(row['change_id'])}",
                on_click=open_change,
                args=(row["change_id"],),
            )
    if len(matches) > _MOST_MATCHES:
        empty.note("There are more: type another word.", concern=False)


def one(change_id: str, view: View) -> None:
    """Show one change: ship or hold, every gate with what is missing and who gives it, and a link to send."""
    evaluation = evaluation_of(view, change_id)
    decision = evaluation.decisions[0]
    facts = view.scope.run("lists/gates/change_detail", change_ids=[change_id]).one()
    with st.container(border=True, key="one-change"):
        st.html(
            f'<div class="rl">{_title(decision)}'
            f'<p class="rl-subtitle">{text.html(" · ".join(_facts(facts, view.zone)))}</p></div>'
            + _gates(evaluation.results(decision), promise_budget.used(decision.change.service or "", view))
            + _statement(facts)
        )
        decided.on_record(change_id, view)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html('<div class="rl"><p class="rl-quiet">Link to send</p></div>', width="content")
            st.code(_address(change_id), language=None, width=460, wrap_lines=True)
            if decision.holding and not decision.change.is_out:
                with st.popover(
                    "Waive a gate",
                    icon=":material/edit_note:",
                    key=f"waive-gate-{waivers.given()}",
                    on_change="rerun",
                ) as popover:
                    waivers.form(
                        view,
                        [p.gate for p in decision.holding],
                        change_id,
                        decision.change.planned_for,
                        shown=popover.open,
                    )
            st.button("Close", type="tertiary", key="close-change", on_click=open_change, args=("",))


def _facts(row: dict[str, Any], zone: str) -> list[str]:
    """Return what is known of a change, in the order of its life."""
    facts = [
        f"service {row['service']}" if row["service"] else "no service named",
        f"team {row['team']}" if row["team"] else "",
        row["kind"] or "kind not recorded",
    ]
    if row["release"]:
        facts.append(f"release {row['release']}")
    if row["essential"] is not None:
        facts.append("essential" if row["essential"] else "not essential")
    moments = (
        ("requested", "requested_at"),
        ("signed off", "signed_at"),
        ("planned for", "planned_for"),
        ("merged", "merged_at"),
        ("released", "released_at"),
    )
    facts += [f"{word} {fmt.day(row[column], zone)}" for word, column in moments if row[column] is not None]
    return [fact for fact in facts if fact]


def _statement(row: dict[str, Any]) -> str:
    about = f" (about {text.html(row['statement_services'])})" if row["statement_services"] else ""
    said = f"SLO impact{about}: “{text.html(row['statement'])}” · " if row["statement"] else ""
    return (
        f'<p class="rl rl-note">{said}<span class="rl-file">{text.html(row["source_file"])}, line '
        f"{text.html(row['source_line'])}</span></p>"
    )


def _address(change_id: str) -> str:
    """Return the page's address with this change, as the visitor's browser knows it."""
    here = (st.context.url or "").split("?")[0]
    return f"{here}?change={quote(change_id)}"


def _gates(results: Sequence[GateResult], of_promise: str) -> str:
    """Return what the gates say of a change: each problem with what is missing and who gives it, then each that passed
    with the figure and window by which it does. of_promise: stands beside the error budget, which is the quarter's."""
    parts = [
        f'<div class="rl-gate"><p><b>{_outcome(result)} {figures(result.title)}</b></p>'
        f"<p>{figures(words.why(result))}"
        + (f"<br>{figures(of_promise)}" if of_promise and result.gate == _ERROR_BUDGET else "")
        + "</p>"
        + (f'<p class="rl-faint">→ {text.html(result.resolver)}</p>' if result.resolver else "")
        + "</div>"
        for result in sorted(results, key=lambda result: result.passed)
    ]
    return f'<div class="rl">{"".join(parts)}</div>'


def _outcome(result: GateResult) -> str:
    outcome = words.outcome(result)
    word = outcome.removeprefix("warning: ")
    look = theme.tone(_TONES[word])
    # What only warns is quiet: the colour of concern is kept for what holds the change.
    css = look.css if word == outcome else theme.tone(NOISE).css
    return f'<span class="{css}"><span aria-hidden="true">{look.icon}</span> {text.html(outcome)}</span>'


def _title(decision: Decision) -> str:
    look, change = look_of(decision), decision.change
    return (
        f'<p class="rl-finding"><span class="{look.css}"><span aria-hidden="true">{look.icon}</span> '
        f"{text.html(change.change_id)} {text.html(words.verdict(decision))}</span> · "
        f"{text.html(change.title or 'without a title')}</p>"
    )
