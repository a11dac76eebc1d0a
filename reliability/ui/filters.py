"""The quiet line at the top of every page: quarter, comparison and filters, all held in the URL.

What a URL says is checked against what there is before it reaches a query.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from reliability import formatting as fmt
from reliability.model import Filters, Period
from reliability.queries import Asks
from reliability.settings.periods import quarters_between
from reliability.ui import audience, navigation, text
from reliability.warehouse.workspace import Workspace

COMPARISONS = {"previous": "against the quarter before", "year_before": "against a year before"}
# URL name -> what it holds, in the words of the button.
_NAMES = {"service": "services", "team": "teams", "severity": "severities"}
_ASKED = {"compare": "comparison"}  # the word for it, where that is not its name in the address
_URL: Final = "query-params"
_UNKNOWN = "_unknown-in-link"


@dataclass(frozen=True)
class Chosen:
    """What the visitor chose, checked."""

    period: Period
    comparison: str
    filters: Filters


def top_line(workspace: Workspace) -> Chosen:
    """Show the filters and the freshness of the data; return what is chosen."""
    quarters = _quarters(workspace)
    options = _options(workspace.store)
    labels = {"quarter": {quarter.id: quarter.label for quarter in quarters}, "compare": COMPARISONS}
    labels |= {name: {value: _shown(name, value) for value in values} for name, values in options.items()}
    _remember_unknown(labels)
    rewritten = [name for name, known in labels.items() if _read_ids(name, known)]
    if rewritten:
        st.rerun()
    with st.container(horizontal=True, key="topline", vertical_alignment="center"):
        st.toggle(_folded_label(quarters), key="fold", on_change="ignore")
        with st.container(
            horizontal=True, key="filters", vertical_alignment="center", width="content", gap="xsmall"
        ):
            period = _quarter(quarters)
            comparison = _comparison()
            picked = {name: _choice(name, options.get(name, ())) for name in _NAMES}
            filters = Filters(picked["service"], picked["team"], tuple(int(s) for s in picked["severity"]))
            chosen = Chosen(period, comparison, filters)
            _link(chosen)
        _freshness(workspace)
    _on_paper(workspace, chosen)
    _say_unknown(chosen)
    _chips(chosen.filters)
    return chosen


def _on_paper(workspace: Workspace, chosen: Chosen) -> None:
    """Say above a printed page whose it is, and which quarter, choice and data it shows."""
    organisation = workspace.settings.organisation
    parts = [organisation.name] if organisation.name else []
    parts += [f"{chosen.period.label} {COMPARISONS[chosen.comparison]}"]
    for name, values in _narrowed(chosen.filters).items():
        shown = fmt.listed([_shown(name, value) for value in values], len(values))
        parts.append(f"{name} {shown}" if values else f"all {_NAMES[name]}")
    parts.append(f"as of {fmt.instant(workspace.as_of, organisation.time_zone)}")
    parts += ["sample: every figure is invented"] if organisation.sample else []
    st.html(f'<p class="rl rl-quiet rl-paper">{text.html(" · ".join(parts))}</p>')


def _narrowed(filters: Filters) -> dict[str, tuple[str, ...]]:
    return {
        "service": filters.services,
        "team": filters.teams,
        "severity": tuple(str(level) for level in filters.severities),
    }


def _chips(filters: Filters) -> None:
    """Show every filter that narrows the page, each with a button that takes it off, and what it does not touch."""
    held = _narrowed(filters)
    if not any(held.values()):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="chips"):
        for name, values in held.items():
            for value in values:
                st.button(
                    text.markdown(text.title(_shown(name, value), 40)),
                    icon=":material/close:",
                    key=f"chip-{name}-{text.digest(value)}",
                    on_click=_take_off,
                    args=(name, value),
                    help=f"Take this {name} off",
                )
        st.html('<p class="rl rl-quiet rl-flat">promises are for the whole company</p>', width="content")


def _take_off(name: str, value: str) -> None:
    st.session_state[name] = [held for held in st.session_state.get(name) or [] if held != value]


def _remember_unknown(labels: Mapping[str, Mapping[str, str]]) -> None:
    """Keep what the address names and nobody knows, before Streamlit takes it out of the address."""
    if "quarter" in st.session_state or _UNKNOWN in st.session_state:
        return
    unknown = []
    for name, known in labels.items():
        for value in st.query_params.get_all(name):
            if value not in known and value not in known.values():
                unknown.append(f"{_ASKED.get(name, name)} “{text.title(value, 40)}”")
    if unknown:
        st.session_state[_UNKNOWN] = unknown


def _say_unknown(chosen: Chosen) -> None:
    """Say what the link named in vain, until something else is chosen."""
    unknown = st.session_state.get(_UNKNOWN)
    if not unknown:
        return
    if st.session_state.setdefault(f"{_UNKNOWN}-seen", chosen) != chosen:
        del st.session_state[_UNKNOWN]
        return
    said = f"The link names {fmt.listed(unknown)}, which the data do not have: showing {chosen.period.label}"
    named = active(chosen.filters)
    said += (
        f" with {', '.join(named)}." if named else " without it." if len(unknown) == 1 else " without them."
    )
    icon = '<span class="tone-concern" aria-hidden="true">▲</span>'
    st.html(f'<p class="rl rl-note" role="status">{icon} {text.html(said)}</p>')


def address(chosen: Chosen, page: str) -> str:
    """Return the address of a page that will open this very view, also in a later quarter.

    page: the page's address. The URL in the browser leaves out what is the default today.
    """
    query: list[tuple[str, str]] = [("quarter", chosen.period.id), ("compare", chosen.comparison)]
    query += [("service", value) for value in chosen.filters.services]
    query += [("team", value) for value in chosen.filters.teams]
    query += [("severity", str(value)) for value in chosen.filters.severities]
    return f"{page.split('?')[0]}?{urlencode(query)}"


def _link(chosen: Chosen) -> None:
    about = "A link to this view"
    with st.popover(
        "", icon=":material/link:", type="tertiary", key="link", help=about, on_change="rerun"
    ) as popover:
        if not popover.open:
            return  # every page has it, and few ever open it
        st.caption("Opens this quarter with these filters, also later.")
        st.code(address(chosen, st.context.url or ""), language=None, wrap_lines=True)
        st.divider()
        audience.links(_app_of(st.context.url or ""))


def _app_of(url: str) -> str:
    """Return the address of the app from that of one of its pages."""
    place = url.split("?")[0].rstrip("/")
    page = next((page for page in navigation.page_urls() if page and place.endswith(f"/{page}")), "")
    return place.removesuffix(page)


def clear() -> None:
    """Take all filters off: services, teams and severities. Quarter and comparison stay. For `on_click`."""
    for name in _NAMES:
        st.session_state[name] = []


def active(filters: Filters) -> list[str]:
    """Return the filters that narrow the view, in words: "service checkout-api", "severity P1"."""
    named = [("service", filters.services), ("team", filters.teams), ("severity", filters.severities)]
    return [
        f"{name} {fmt.listed([_shown(name, str(v)) for v in values])}" for name, values in named if values
    ]


def repeated(filters: Filters) -> tuple[str, ...]:
    """Return the columns of which a filter leaves one value: a table need not write it into every row."""
    return tuple(name for name, values in _narrowed(filters).items() if len(values) == 1)


def _shown(name: str, value: str) -> str:
    """Return a filter's value as people call it: severity 1 is "P1"."""
    return f"P{value}" if name == "severity" else value


def _quarters(workspace: Workspace) -> list[Period]:
    """Return the quarters that hold incidents, newest first; the current one is always there."""
    first = _first_instant(workspace.store) or workspace.as_of
    found = quarters_between(
        min(first, workspace.as_of), workspace.as_of, workspace.settings, workspace.as_of
    )
    return list(reversed(found))


def _quarter(quarters: Sequence[Period]) -> Period:
    by_id = {quarter.id: quarter for quarter in quarters}
    chosen = st.selectbox(
        "Quarter",
        list(by_id),
        format_func=lambda key: by_id[key].label if key in by_id else str(key),
        key="quarter",
        bind=_URL,
        label_visibility="collapsed",
        filter_mode=None,
        width=122,
    )
    return by_id.get(str(chosen), quarters[0])


def _folded_label(quarters: Sequence[Period]) -> str:
    # Before its first run the choice does not know what the address says.
    shown = st.session_state.get("quarter") or st.query_params.get("quarter")
    quarter = next((q for q in quarters if shown in (q.id, q.label)), quarters[0])
    return f"{quarter.label} · filters"


def _comparison() -> str:
    chosen = st.selectbox(
        "Compared with",
        list(COMPARISONS),
        format_func=lambda key: COMPARISONS.get(key, str(key)),
        key="compare",
        bind=_URL,
        label_visibility="collapsed",
        filter_mode=None,
        width=200,
    )
    return chosen if chosen in COMPARISONS else "previous"


def _choice(name: str, options: Sequence[str]) -> tuple[str, ...]:
    """Offer one filter behind a button that says what is chosen; nothing chosen means all."""
    if not options:
        return ()
    held = _held(name, options)
    label = (
        f"All {_NAMES[name]}"
        if not held
        else fmt.listed([text.title(_shown(name, v), 24) for v in held], most=2)
    )
    picked: Any
    with st.popover(text.markdown(label), key=f"choose-{name}"):
        # Pills read Markdown, and what stands in them stands in the address too, so that it cannot be escaped.
        if len(options) <= 8 and not any(text.has_markup(option) for option in options):
            picked = st.pills(
                _NAMES[name].capitalize(),
                options,
                selection_mode="multi",
                format_func=partial(_shown, name),
                key=name,
                bind=_URL,
                help="Nothing chosen means all.",
            )
        else:
            picked = st.multiselect(
                _NAMES[name].capitalize(),
                options,
                format_func=partial(_shown, name),
                key=name,
                bind=_URL,
                placeholder=f"All {_NAMES[name]}",
            )
    return tuple(value for value in picked or () if value in options)


def _held(name: str, options: Sequence[str]) -> list[str]:
    """Return what is chosen of a filter; before its first run the widget does not know, but the address does."""
    if name in st.session_state:
        return [value for value in st.session_state[name] or [] if value in options]
    given = set(st.query_params.get_all(name))
    return [value for value in options if value in given or _shown(name, value) in given]


def _read_ids(name: str, labels: Mapping[str, str]) -> bool:
    """Let a URL also name options by their ids ("2025-Q3", "1"), as the command line does; pages write the labels.

    Returns whether the URL was rewritten: the run must then start again, for the choices to read it.
    """
    given = st.query_params.get_all(name)
    if name in st.session_state or not given or set(given) <= set(labels.values()):
        return False
    known = [labels.get(value, value) for value in given if value in labels or value in labels.values()]
    if not known or known == given:
        return False
    st.query_params[name] = known
    return True


def _freshness(workspace: Workspace) -> None:
    """Say how far the data goes, and how many rows are not counted, for whatever reason."""
    zone = workspace.settings.organisation.time_zone
    found = _accounting(workspace.store, workspace.as_of)
    exports = fmt.plural(found["exports"], "export")
    for what, said in (("stale", "stale"), ("unread", "not read")):
        if found[what]:
            exports += f', <span class="rl-warn">{fmt.count(found[what])} {said}</span>'
    parts = [f"data to {fmt.day(workspace.as_of, zone)}", exports]
    if found["not counted"]:
        parts.append(f"{fmt.plural(found['not counted'], 'row')} not counted")
    if workspace.settings.organisation.sample:
        parts.insert(0, '<b title="Every figure here is invented">sample</b>')
    st.html(f'<p class="rl-quiet rl-right">{" · ".join(parts)}</p>', width="stretch")


def _options(store: Asks) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in store.run("lists/options"):
        found.setdefault(row["filter"], []).append(row["value"])
    return {name: tuple(values) for name, values in found.items()}


def _first_instant(store: Asks) -> datetime | None:
    """Return the first instant that an incident or an answer vouches for."""
    ranges = {row["table_name"]: row["first_at"] for row in store.run("lists/data_range")}
    known = [ranges[name] for name in ("incidents", "nps_responses") if ranges.get(name) is not None]
    return min(known, default=None)


def _accounting(store: Asks, as_of: datetime) -> dict[str, int]:
    """Return how many exports there are, how many are stale or not read, how many rows are not counted."""
    rows = store.run("lists/sources", {"as_of": as_of}).rows
    return {
        "exports": len(rows),
        "unread": sum(1 for row in rows if not row["recognised"]),
        "stale": sum(1 for row in rows if row["stale"]),
        "not counted": sum(
            row[kind] or 0 for row in rows for kind in ("superseded", "excluded", "set_aside")
        ),
    }
