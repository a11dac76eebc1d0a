"""Accounts that incidents hit beside those they did not, by how many hit them; and who answered, by segment."""

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import estimates
from reliability.review import nps_words as words
from reliability.review.nps_course import AFTER, DOSES, DURING, NO_ACCOUNT, NOT_EXPOSED, Course
from reliability.statistics.nps import Move, NpsChange
from reliability.statistics.nps_mix import MixChange, mix_change
from reliability.ui import empty, panels, plot, text, theme
from reliability.ui.customers.page import Customers, dates, hit_word, levels
from reliability.ui.customers.score import mark
from reliability.ui.view import View

_HEIGHT = 250
_MOST_SEGMENTS = 8


def exposure(found: Customers, view: View) -> None:
    """Show how accounts that were hit moved against those that were not, and by how many times they were hit."""
    hit = hit_word(view)
    subtitle = (
        f"Change of NPS against before, by {hit}s that hit the account {dates(found.parts, DURING, view.zone)} · "
        f"left: in the window, right: after it · 90{fmt.NO_BREAK}% interval"
    )
    with panels.panel("nps-exposure", _title(found, hit), subtitle):
        if not found.linked:
            if not found.link["incidents"]:
                empty.note(f"No {hit} opened in the window{_narrowed(view)}.", concern=False)
                return
            empty.no_data("incident_accounts", f"Telling accounts hit by a {hit} from the others")
            empty.note("Support tickets that name an incident and an account say it too.", concern=False)
            return
        if set(found.by_hits) <= {NO_ACCOUNT}:
            empty.note(
                "No answer in or around the window names an account: the survey export needs a column with it.",
                concern=False,
            )
            return
        shown = [dose for dose in DOSES if dose in found.by_hits]
        plot.draw("nps-exposure", _chart(found, shown), _title(found, hit), clickable=False)
        said = [_sentence(found.apart(DURING), "in the window")]
        if found.course.after is not None:
            said.append(_sentence(found.apart(AFTER), "after it"))
        st.html("".join([*said, *(empty.note_html(note, concern=False) for note in _known(found, view))]))
        panels.source(
            "NPS by incidents that hit the account",
            ("lists/customers/nps_by_exposure", "lists/accounts_at_stake"), view,
            as_of=found.seen_at, hit_start=found.parts.during.start, hit_end=found.parts.during.end,
            start=found.parts.during.start, end=found.parts.during.end, severities=levels(view), **found.parts.lists,
        )  # fmt: skip


def _sentence(change: NpsChange | None, when: str) -> str:
    look = theme.tone(words.tone(change))
    icon = f'<span class="{look.css}" aria-hidden="true">{look.icon}</span>'
    return f'<p class="rl rl-note">{icon} {text.html(words.apart_sentence(change, when))}</p>'


def _title(found: Customers, hit: str) -> str:
    change = found.apart(DURING)
    if change is None:
        return f"Accounts hit by a {hit} cannot be told from the others"
    if not change.enough:
        return f"Too few responses to tell accounts hit by a {hit} from the others"
    if change.word is Move.NO_CHANGE_SHOWN:
        return f"No difference shown between accounts hit by a {hit} and the others"
    most = _hardest(found)
    said = f"Accounts hit by a {hit} {change.word} {words.points(change.difference)} against the others"
    return f"{said}; hit three times or more: {fmt.signed(most.difference)}" if most is not None else said


def _hardest(found: Customers) -> NpsChange | None:
    change = found.by_hits[DOSES[-1]].in_window if DOSES[-1] in found.by_hits else None
    return (
        change if change is not None and change.enough and change.word is not Move.NO_CHANGE_SHOWN else None
    )


def _chart(found: Customers, shown: list[str]) -> dict:
    series = [("in the window", [_estimate(found.by_hits[dose], DURING) for dose in shown])]
    if found.course.after is not None:
        series.append(("after it", [_estimate(found.by_hits[dose], AFTER) for dose in shown]))
    names = []
    for dose in shown:
        course = found.by_hits[dose]
        accounts = max(
            score.accounts if score else 0 for score in (course.before, course.during, course.after)
        )
        label = {NOT_EXPOSED: "not hit", "1": "once", "2": "twice"}.get(dose, "3 or more")
        names.append(f"{label}\n{fmt.plural(course.answers, 'answer')}\n{fmt.plural(accounts, 'account')}")
    return estimates.groups(names, series, "app", _HEIGHT)


def _estimate(course: Course, part: str) -> estimates.Estimate:
    change = course.in_window if part == DURING else course.overall
    now = course.during if part == DURING else course.after
    if change is None or now is None or course.before is None:
        return estimates.Estimate(None, None, None, ("no answers",), False)
    lines = (
        f"<b>{fmt.signed(change.difference)} points</b>: {fmt.nps(course.before.value)} to {fmt.nps(now.value)}",
        f"{words.span(change.interval)}",
        f"{fmt.plural(course.before.n, 'answer')} before, {fmt.count(now.n)} then",
        words.word(change),
    )
    return estimates.Estimate(change.difference, *change.interval, lines, change.enough)


def _known(found: Customers, view: View) -> list[str]:
    """Say how it is known whom an incident hit, how many incidents do not say, and how many answers name no account."""
    link = found.link
    said = f"{fmt.count(link['tells'])} of {fmt.plural(link['incidents'], hit_word(view))} say whom they hit"
    by = []
    if recorded := link["tells"] - link["by_ticket"]:
        by.append(f"{fmt.count(recorded)} by recorded accounts")
    if link["by_ticket"]:
        by.append(f"{fmt.count(link['by_ticket'])} only by linked tickets")
    notes = [f"{said}: {' and '.join(by)}{_narrowed(view)}."]
    if link["by_ticket"] or link["tells"] < link["incidents"]:
        notes.append("Accounts hit without a record of it count as not hit: the difference may be larger.")
    nameless = found.by_hits[NO_ACCOUNT].answers if NO_ACCOUNT in found.by_hits else 0
    notes.append(f"{fmt.plural(nameless, 'answer')} of {fmt.count(found.course.answers)} name no account."
                 if nameless else "Every answer names its account.")  # fmt: skip
    few = [
        {NOT_EXPOSED: "not hit", "1": "hit once", "2": "hit twice"}.get(dose, "hit three times or more")
        for dose in DOSES
        if dose in found.by_hits
        and (found.by_hits[dose].in_window is None or not _enough(found.by_hits[dose]))
    ]
    if few:
        notes.append(f"Hollow: too few to tell ({', '.join(few)}).")
    return notes


def _enough(course: Course) -> bool:
    return course.in_window is not None and course.in_window.enough


def _narrowed(view: View) -> str:
    chosen = [*view.filters.services, *view.filters.teams]
    return f", only {fmt.listed([text.title(name, 30) for name in chosen])}" if chosen else ""


def mix(found: Customers, view: View) -> None:
    """Show who answered by segment in each part, and the change at one and the same mix beside the plain one."""
    in_window = _mix(found, DURING)
    since = _mix(found, AFTER)
    title = words.mix_sentence(in_window) if in_window else "The mix of segments cannot be compared"
    subtitle = f"Share of answers by segment before, in and after {_stretch(found, view)}, and their own NPS"
    with panels.panel("nps-mix", title.rstrip("."), subtitle):
        if set(found.by_segment) <= {None}:
            empty.note(
                "No answer names a segment and no export of accounts does: a change of who answers cannot be told from "
                "a change of mind.",
                concern=False,
            )
            empty.no_data("accounts", "The mix of segments")
            return
        names = sorted(found.by_segment, key=lambda name: -found.by_segment[name].answers)
        rows = [_segment(name, found) for name in names[:_MOST_SEGMENTS]]
        head = ("Segment", "Before", "In the window", "After", "NPS before", "In the window", "After")
        st.html(panels.table(head, rows, (1, 2, 3, 4, 5, 6), wide=False))
        if len(names) > _MOST_SEGMENTS:
            empty.note(f"{len(names) - _MOST_SEGMENTS} more segments are counted too.", concern=False)
        lines = [
            _at_one_mix("In the window", found.course.in_window, in_window),
            _at_one_mix("After it", found.course.since, since),
        ]
        compared = ("Change", "As answered", "Same mix", f"90{fmt.NO_BREAK}% range", "Verdict")
        st.html(panels.table(compared, lines, (1, 2, 3)))
        if since:
            empty.note(f"After the window. {words.mix_sentence(since)}", concern=False)
        panels.source(
            "NPS by segment",
            ("lists/customers/nps_by_segment",),
            view,
            as_of=found.seen_at,
            **found.parts.lists,
        )


def _mix(found: Customers, part: str) -> MixChange | None:
    """Take the change of a part against the one before it apart by segment."""
    course = found.course
    now, was = (course.during, course.before) if part == DURING else (course.after, course.during)
    if now is None or was is None:
        return None
    pairs = {
        name: (c.during, c.before) if part == DURING else (c.after, c.during)
        for name, c in found.by_segment.items()
    }
    return mix_change(
        {name: score for name, (score, _) in pairs.items() if score and score.n},
        {name: score for name, (_, score) in pairs.items() if score and score.n},
        (now, was),
    )


def _stretch(found: Customers, view: View) -> str:
    return "the incident window" if found.declared else view.period.label


def _segment(name: str | None, found: Customers) -> tuple[str, ...]:
    course, total = found.by_segment[name], found.course
    pairs = ((course.before, total.before), (course.during, total.during), (course.after, total.after))
    shares = [fmt.share(part.n / whole.n) if part and whole and whole.n else "" for part, whole in pairs]
    scores = [fmt.nps(part.value) if part and part.n else "" for part, _ in pairs]
    return (text.html(text.title(name or "not recorded", 40)), *shares, *scores)


def _at_one_mix(label: str, change: NpsChange | None, found: MixChange | None) -> tuple[str, ...]:
    plain = fmt.signed(change.difference) if change else ""
    if found is None:
        return (label, plain, "", "", panels.faint("cannot be compared" if change else "no answers"))
    even = found.at_one_mix
    return (
        label,
        plain,
        f"<b>{fmt.signed(even.difference)}</b>",
        text.html(words.span(even.interval)),
        _roomy(mark(even)),
    )


def _roomy(content: str) -> str:
    """Return HTML that keeps room for its words on a phone, where the table scrolls."""
    return f'<span style="display:inline-block;min-width:8rem">{content}</span>'
