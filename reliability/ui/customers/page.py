"""The Customers page: what is read once for all its parts, and the answer in a sentence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.model import Period
from reliability.review import nps_words as words
from reliability.review.nps_course import (
    AFTER,
    DURING,
    EXPOSED,
    NOT_EXPOSED,
    Around,
    Course,
    apart,
    around,
    around_period,
    course_of,
    courses_by,
)
from reliability.settings.periods import previous, same_length, year_before
from reliability.statistics.nps import NetPromoterScore, NpsChange, nps_change, score_of
from reliability.ui import empty, text
from reliability.ui.view import View

P1 = 1


@dataclass(frozen=True)
class Customers:
    """What customers answered, as the parts of the page share it.

    now, then: the score of the chosen period and of the one it is compared with, called `then_label`. parts: the
    stretch that is compared with the time before and after; `declared` when the settings name it an incident window.
    course: the scores of all answers there; by_hits: of the accounts by how many P1s hit them; by_segment: by
    segment. link: how the exports tell whom the P1s of the stretch hit. undated: answers without a date.
    """

    now: NetPromoterScore
    then: NetPromoterScore
    then_label: str
    parts: Around
    declared: bool
    course: Course
    by_hits: dict[str, Course]
    by_segment: dict[str | None, Course]
    link: dict[str, Any]
    undated: NetPromoterScore
    seen_at: datetime

    @property
    def change(self) -> NpsChange | None:
        """The period against the one it is compared with."""
        return nps_change(self.now, self.then)

    @property
    def answered(self) -> bool:
        """Whether there is any dated answer on this page."""
        return bool(self.now.n or self.then.n or self.course.answers)

    @property
    def linked(self) -> bool:
        """Whether the exports say of any P1 of the stretch whom it hit."""
        return bool(self.link["tells"])

    def apart(self, part: str) -> NpsChange | None:
        """Return how accounts that were hit moved from before the stretch to `part`, against those that were not."""
        if not self.linked or EXPOSED not in self.by_hits or NOT_EXPOSED not in self.by_hits:
            return None
        return apart(self.by_hits[EXPOSED], self.by_hits[NOT_EXPOSED], part)


def seen_at(view: View) -> datetime:
    """Return the instant the period is judged at: a past quarter does not grow when new data arrives."""
    return min(view.as_of, view.period.end)


def levels(view: View) -> list[int]:
    """Return the severities whose incidents count as a hit: P1, unless the filter names others."""
    return list(view.filters.severities) or [P1]


def hit_word(view: View) -> str:
    """Return what an account was hit by, in words: "P1", "P1 or P2"."""
    return " or ".join(f"P{level}" for level in levels(view))


def read(view: View) -> Customers:
    """Read what customers answered in the chosen period, and around the chosen incident window."""
    at = seen_at(view)
    compare = previous if view.comparison == "previous" else year_before
    earlier = same_length(compare(view.period, view.settings), view.period, view.settings)
    declared = [part for span in view.settings.incident_windows if (part := around(span, view.settings, at))]
    parts = _chosen(declared, view) if declared else around_period(
        view.period.start, view.period.end, view.settings, at
    )  # fmt: skip
    lists = parts.lists
    hits: dict[str, Any] = {
        "hit_start": parts.during.start,
        "hit_end": parts.during.end,
        "severities": levels(view),
    }
    link = view.scope.run(
        "lists/accounts_at_stake",
        start=parts.during.start,
        end=parts.during.end,
        as_of=at,
        severities=levels(view),
    ).one()
    return Customers(
        now=_score(view, view.period, at),
        then=_score(view, earlier, at),
        then_label=earlier.label,
        parts=parts,
        declared=bool(declared),
        course=course_of(view.scope.rows("nps", list(parts.begun.values()), as_of=at), parts),
        by_hits=courses_by(
            view.scope.run("lists/customers/nps_by_exposure", as_of=at, **hits, **lists).rows,
            "exposure",
            parts,
        ),
        by_segment=courses_by(
            view.scope.run("lists/customers/nps_by_segment", as_of=at, **lists).rows, "segment", parts
        ),
        link=link,
        undated=score_of(view.scope.run("lists/nps_undated").one()),
        seen_at=at,
    )


def _chosen(declared: list[Around], view: View) -> Around:
    """Let the visitor choose among several incident windows; the newest one stands first."""
    newest = sorted(declared, key=lambda part: part.during.start, reverse=True)
    if len(newest) == 1:
        return newest[0]
    by_name = {f"{part.during.start:%Y-%m-%d}": part for part in newest}
    with st.container(horizontal=True):
        picked = st.selectbox(
            "Incident window",
            list(by_name),
            format_func=lambda key: dates(by_name[key], DURING, view.zone) if key in by_name else str(key),
            key="window",
            bind="query-params",
            filter_mode=None,
            width=280,
        )
    return by_name.get(str(picked), newest[0])


def dates(parts: Around, part: str, zone: str) -> str:
    """Return the days of a part in words: "20 May to 17 Aug 2025"."""
    window = {DURING: parts.during, AFTER: parts.after}.get(part, parts.before)
    first, last = fmt.day(window.start, zone), fmt.last_day(min(window.end, parts.seen_at), zone)
    return f"{first.rsplit(' ', 1)[0] if first[-4:] == last[-4:] else first} to {last}"


def _score(view: View, period: Period, at: datetime) -> NetPromoterScore:
    return score_of(view.scope.rows("nps", [period], as_of=at)[0])


def headline(found: Customers, view: View) -> None:
    """Show the sentence an executive can repeat, and the line of the figures behind it."""
    if not found.answered:
        _nothing(found)
        return
    if found.declared:
        title = words.headline(found.course, found.apart(DURING), "the incident window")
        title = title.replace("hit by a P1", f"hit by a {hit_word(view)}")
    else:
        labels = (view.period.label, found.then_label)
        title = words.step_sentence(found.now, found.then, found.change, labels)
    st.html(
        f'<h1 class="rl-headline">{text.html(title)}</h1>'
        f'<p class="rl-reason">{text.html(" · ".join(_facts(found, view)))}</p>'
    )
    if found.undated.n:
        empty.note(
            f"{fmt.plural(found.undated.n, 'answer')} without a date: in no figure of this page.",
            concern=False,
        )


def _facts(found: Customers, view: View) -> list[str]:
    period = f"{view.period.label}{' to date' if view.period.partial else ''}"
    if not found.now.n:
        facts = [f"{period}: no answers"]
    else:
        facts = [
            f"{period}: NPS {fmt.nps(found.now.value)} (90{fmt.NO_BREAK}% range {words.span(found.now.interval)}), "
            f"{fmt.plural(found.now.n, 'answer')}"
        ]
        change = found.change
        against = f"against {found.then_label}"
        facts.append(f"{words.word(change)} {against}" if change else f"no answers in {found.then_label}")
    if found.declared:
        facts.append(f"incident window {dates(found.parts, DURING, view.zone)}")
    return facts


def _nothing(found: Customers) -> None:
    """Say that nothing can be said of customers, or only what answers without dates say."""
    if not found.undated.n:
        st.html('<h1 class="rl-headline">What customers say is not known: no answer is there</h1>')
        empty.no_data("nps_responses", "What customers say")
        return
    score = found.undated
    said = f"NPS is {fmt.nps(score.value)}, but no answer has a date: nothing can be said of a change"
    facts = f"{fmt.plural(score.n, 'answer')} · 90{fmt.NO_BREAK}% range {words.span(score.interval)}"
    st.html(f'<h1 class="rl-headline">{text.html(said)}</h1><p class="rl-reason">{text.html(facts)}</p>')
    empty.note(
        "An export of the survey tool with the date of each answer fills the course, the windows and the comparisons.",
        concern=False,
    )


def narrowed(view: View) -> str:
    """Return what the filters do to scores: nothing, since no answer names a service; "" without filters."""
    chosen = view.filters
    if not (chosen.services or chosen.teams or chosen.severities):
        return ""
    return "Answers name no service, team or severity: these scores are of all customers."
