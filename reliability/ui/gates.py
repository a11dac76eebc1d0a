"""The Release gates page's parts: the answer, one change, and what is planned next."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.documents import gates_evaluation
from reliability.gates import words
from reliability.gates.model import PASSED, Decision, Evaluation, GateResult
from reliability.journal import Journal
from reliability.periods import midnight
from reliability.review.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.ui import empty, filters, tables, text, theme, waivers
from reliability.ui.view import View
from reliability.workspace import Workspace

GROUPS = ("Week", "Release")
_MOST_SHOWN = 40
_MOST_MATCHES = 8
_FIGURE = re.compile(r"(\d) (%|min|h|d)(?!\w)")
_TONES = {"passed": GOOD, "waived": NOISE, "failed": CONCERN, "cannot tell": UNKNOWN}


def has_changes(view: View) -> bool:
    """Tell whether any export holds changes; else say which export would fill the page."""
    if any(row["table_name"] == "changes" and row["records"] for row in view.run("lists/data_range")):
        return True
    st.html('<h1 class="rl-headline">Nothing can be said about any change</h1>')
    empty.no_data("changes", "Release gates")
    return False


def planned(view: View) -> Evaluation:
    """Return the gates' answer for the planned changes that pass the filters."""
    found = _evaluation(view, None)
    services, teams = set(view.filters.services), set(view.filters.teams)
    kept = tuple(
        decision
        for decision in found.decisions
        if (not services or services & set(decision.change.touches))
        and (not teams or decision.change.team in teams)
    )
    return found._replace(decisions=kept)


def headline(evaluation: Evaluation, view: View) -> None:
    """Show the answer in a sentence, and the line of what else has to be said."""
    facts = [*words.caveats(evaluation), f"as of {fmt.instant(evaluation.as_of, view.zone)}"]
    if active := filters.active(view.filters):
        facts.append(f"only {', '.join(active)}")
    st.html(
        f'<h1 class="rl-headline">{_figures(words.headline(evaluation))}</h1>'
        f'<p class="rl-reason">{_figures(" · ".join(facts))}</p>'
    )


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
    matches = view.run("lists/change_matches", search=asked, limit=_MOST_MATCHES + 1).rows
    exact = [row for row in matches if row["match"] == "id"]
    meant = exact if len(exact) == 1 else [row for row in matches if row["match"] == "words"]
    if len(meant) == 1:
        one(str(meant[0]["change_id"]), view)
        return
    said = (
        "Which one?" if exact or meant else f"No change is called that{'. The nearest:' if matches else '.'}"
    )
    st.html(f'<p class="rl rl-note">{text.html(said)}</p>')
    for row in matches[:_MOST_MATCHES]:
        label = f"{row['change_id']} {text.title(row['title'] or '')} · {row['service'] or 'no service'}"
        st.button(
            text.markdown(label),
            type="tertiary",
            key=f"match-{text.key(row['change_id'])}",
            on_click=_open,
            args=(row["change_id"],),
        )
    if len(matches) > _MOST_MATCHES:
        empty.note("There are more: type another word.", concern=False)


def _open(change_id: str) -> None:
    st.session_state["change"] = change_id


def one(change_id: str, view: View) -> None:
    """Show one change: ship or hold, every gate with what is missing and who gives it, and a link to send."""
    evaluation = _evaluation(view, change_id)
    decision = evaluation.decisions[0]
    facts = view.run("lists/change_detail", change_ids=[change_id]).one()
    with st.container(border=True, key="one-change"):
        st.html(
            f'<div class="rl">{_verdict(decision, big=True)}'
            f'<p class="rl-subtitle">{text.html(" · ".join(_facts(facts, view.zone)))}</p></div>'
            + _gates(evaluation.results(decision))
            + _statement(facts)
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html('<p class="rl-quiet">Link to send</p>', width="content")
            st.code(_address(change_id), language=None, width=460)
            if decision.holding:
                with st.popover("Waive a gate", icon=":material/edit_note:"):
                    waivers.form(view, [problem.gate for problem in decision.holding], change_id)
            st.button("Close", type="tertiary", key="close-change", on_click=_open, args=("",))


def _facts(row: dict[str, Any], zone: str) -> list[str]:
    """Return what is known of a change, in the order of its life."""
    facts = [row["service"] or "no service named", row["team"] or "", row["kind"] or "kind not recorded"]
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
    from urllib.parse import quote

    here = (st.context.url or "").split("?")[0]
    return f"{here}?change={quote(change_id)}"


def _gates(results: Sequence[GateResult]) -> str:
    rows = []
    for result in results:
        rows.append(
            f'<tr><td class="rl-nowrap">{_outcome(result)}</td><td class="rl-nowrap">{text.html(result.title)}</td>'
            f"<td>{_figures(words.why(result)) or '<span class=rl-faint>nothing is missing</span>'}</td>"
            f"<td>{text.html(result.resolver) if result.state != PASSED else ''}</td></tr>"
        )
    return (
        '<div class="rl-scroll"><table class="rl rl-table"><thead><tr><th>Result</th><th>Gate</th>'
        f"<th>What is missing</th><th>Who gives it</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _outcome(result: GateResult) -> str:
    outcome = words.outcome(result)
    look = theme.tone(_TONES[outcome.removeprefix("warning: ")])
    return f'<span class="{look.css}"><span aria-hidden="true">{look.icon}</span> {text.html(outcome)}</span>'


def _verdict(decision: Decision, big: bool = False) -> str:
    """Return ship or hold, with its icon in its colour."""
    waived = any(problem.excused for problem in decision.problems)
    unsure = decision.held and all(p.state != "fail" for p in decision.holding)
    tone = (UNKNOWN if unsure else CONCERN) if decision.held else (NOISE if waived else GOOD)
    look = theme.tone(tone)
    icon = f'<span class="rl-icon" aria-hidden="true">{look.icon}</span>'
    if big:
        change = decision.change
        return (
            f'<p class="rl-finding"><span class="{look.css}">{icon} {text.html(change.change_id)} '
            f"{words.verdict(decision)}</span> · {text.html(change.title or 'without a title')}</p>"
        )
    word = ("Hold: cannot tell" if unsure else "Hold") if decision.held else "Ship"
    badge = '<span class="rl-badge">by waiver</span>' if waived and not decision.held else ""
    return f'<p class="rl-verdict {look.css}">{icon} {word}{badge}</p>'


def upcoming(evaluation: Evaluation, view: View) -> None:
    """Show what is planned next, by week or by release: ship or hold, which gate, why, who."""
    if not evaluation.decisions:
        if filters.active(view.filters):
            empty.filtered_out(view.filters, "planned changes")
        else:
            empty.note("No change is planned: all were merged or released.", concern=False)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html('<h2 class="rl-section">Planned next</h2>', width="stretch")
        by = st.segmented_control(
            "Group by",
            GROUPS,
            default=GROUPS[0],
            required=True,
            key="by",
            bind="query-params",
            label_visibility="collapsed",
        )
        tables.download("planned changes", lambda: _rows(evaluation))
    shown = evaluation.decisions[:_MOST_SHOWN]
    for name, members in _grouped(shown, by if by in GROUPS else GROUPS[0], evaluation.as_of, view).items():
        shipping = sum(not member.held for member in members)
        st.html(
            f'<p class="rl rl-heading">{text.html(name)} <span class="rl-quiet">· {shipping} of {len(members)} '
            "may ship</span></p>"
        )
        with st.grid(3, min_column_width=300, gap="small"):
            for member in members:
                _card(member, view.zone)
    if len(evaluation.decisions) > _MOST_SHOWN:
        more = len(evaluation.decisions) - _MOST_SHOWN
        empty.note(
            f"{fmt.count(more)} more go out later: narrow the filters, or take the CSV.", concern=False
        )


def _card(decision: Decision, zone: str) -> None:
    change = decision.change
    key = text.key(change.change_id)
    with st.container(border=True, height="stretch", key=f"card-change-{key}"):
        st.button(
            text.markdown(f"{change.change_id} {text.title(change.title or '')}"),
            type="tertiary",
            key=f"open-change-{key}",
            width="stretch",
            wrap=True,
            on_click=_open,
            args=(change.change_id,),
        )
        about = [change.service or "no service named", fmt.short_day(change.planned_for, zone)]
        problems = "".join(_problem(problem) for problem in decision.problems)
        st.html(
            f'<div class="rl rl-card">{_verdict(decision)}<p class="rl-small">{text.html(" · ".join(about))}</p>'
            f"{problems}</div>"
        )


def _problem(problem: GateResult) -> str:
    """Return a problem in a card: which gate, why, who; one that does not hold is quiet."""
    warn = "" if problem.holds or problem.excused else "Warning only. "
    who = f" <b>{text.html(problem.resolver[:1].upper() + problem.resolver[1:])}</b>" if problem.holds else ""
    return (
        f'<p class="rl-evidence"><b>{text.html(problem.title)}</b> {warn}{_figures(words.why(problem))}'
        f"{' →' if who else ''}{who}</p>"
    )


def _grouped(
    decisions: Sequence[Decision], by: str, as_of: datetime, view: View
) -> dict[str, list[Decision]]:
    groups: dict[str, list[Decision]] = {}
    for decision in decisions:
        change = decision.change
        if by == "Release":
            name = f"Release {change.release}" if change.release else "No release named"
        else:
            name = _week(change.planned_for, as_of, view)
        groups.setdefault(name, []).append(decision)
    return groups


def _week(planned_for: datetime | None, as_of: datetime, view: View) -> str:
    if planned_for is None:
        return "No day planned"
    zone = view.settings.organisation.zone
    day, today = fmt.local(planned_for, view.zone).date(), fmt.local(as_of, view.zone).date()
    if midnight(day, zone) < midnight(today, zone):
        return "Planned day has passed"
    monday, this_monday = (d - timedelta(days=d.weekday()) for d in (day, today))
    if monday == this_monday:
        return "This week"
    if monday == this_monday + timedelta(days=7):
        return f"Next week, from {fmt.short_day(monday)}"
    return f"Week of {fmt.day(monday)}"


def _rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the planned changes as rows for CSV: one per change, its problems joined."""
    return [
        {
            "change_id": d.change.change_id,
            "title": d.change.title,
            "service": d.change.service,
            "team": d.change.team,
            "release": d.change.release,
            "planned_for": d.change.planned_for,
            "decision": d.decision,
            "held_by": ", ".join(p.title for p in d.holding),
            "why": fmt.plain(" ".join(words.why(p) for p in d.problems)),
            "who": ", ".join(dict.fromkeys(p.resolver for p in d.holding)),
        }
        for d in evaluation.decisions
    ]


def _figures(said: str) -> str:
    """Escape a sentence of a gate; its figures stay with their units."""
    return text.html(_FIGURE.sub(rf"\1{fmt.NO_BREAK}\2", said))


def _evaluation(view: View, change_id: str | None) -> Evaluation:
    """Ask the gates once per data version, settings, journal and instant."""
    said = f"{view.settings.fingerprint} {view.settings.gates} {view.settings.freezes}"
    newest = Journal(view.data_dir).last_id()
    return _evaluate(view.workspace, view.store.data_version, said, newest, view.as_of, change_id)


# Evaluations are data that nobody changes, so all visitors may share the very object.
@st.cache_resource(max_entries=40, show_spinner="Asking the gates …")
def _evaluate(
    _workspace: Workspace,
    data_version: str,
    settings: str,
    journal: int,
    as_of: datetime,
    change_id: str | None,
) -> Evaluation:
    del data_version, settings, journal, as_of  # part of the key only
    return gates_evaluation(_workspace, None if change_id is None else [change_id])
