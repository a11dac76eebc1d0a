"""What must be decided: a question for each promise that needs somebody, with options and what each did before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reliability import formatting
from reliability.commitments import CommitmentStatus, expect
from reliability.commitments.evidence import Evidence
from reliability.commitments.figures import EVERY
from reliability.commitments.windows import frame_of
from reliability.model import Link, Option, Question
from reliability.queries.figures import Family, figure
from reliability.review.effects import Effect, Unnamed, compared, effect_of, figure_of
from reliability.review.headline import needs_you
from reliability.review.promises import ended_before, not_ended
from reliability.review.scope import Scope
from reliability.review.standing import was
from reliability.settings import Commitment
from reliability.settings.periods import Window, local_date

DUE = timedelta(days=7)
"""A question of the review is due a week after it, unless the meeting names another day."""

FREEZE, CAPACITY, ANEW, SUPPLY, WAIVE = "freeze", "capacity", "anew", "supply", "waive"
NOT_DONE = "not done before"
_TITLES = {
    FREEZE: "Freeze features",
    CAPACITY: "Capacity on root causes",
    ANEW: "Accept, promise anew",
    SUPPLY: "One owner closes it",
    WAIVE: "Excuse it, with a reason",
}
_WORK = "sprint_work"
# Where a record that failed a promise is opened: by the first of these tables that the figure is made of.
_PAGES = {
    "changes": ("gates", "change"),
    "runbooks": ("chronic_issues", "issue"),
    "postmortems": ("incidents", "incident"),
    "incidents": ("incidents", "incident"),
}


@dataclass(frozen=True)
class _Past:
    """Something that was done before, or a promise itself: from `start` up to, not including, `end`."""

    option: str
    start: date
    end: date | None


def expect_pasts(scope: Scope, evidence: Evidence) -> None:
    """Say which windows the options of any promise would be read over, with those of the promises themselves."""
    promises = not_ended(scope.settings, ended_before(scope.period, scope.settings))
    expect((*promises, *(c for commitment in promises for _, c in _asked(commitment, scope))), evidence)


def questions(scope: Scope, promises: Sequence[CommitmentStatus]) -> tuple[Question, ...]:
    """Return one question per promise whose verdict is a concern, in the order of review.toml."""
    evidence = Unnamed(scope.store, scope.settings, scope.seen_at, scope.readings)
    expect_pasts(scope, evidence)
    return tuple(_question(status, scope, evidence) for status in promises if needs_you(status))


def _question(status: CommitmentStatus, scope: Scope, evidence: Evidence) -> Question:
    commitment = next(c for c in scope.settings.commitments if c.id == status.id)
    named = f"{status.short_title[:1].upper()}{status.short_title[1:]}: {status.verdict}"
    if _is_duty(commitment):
        asked = f"{named}. Who closes what is open, and by when?"
        options = [_supply(status, commitment, scope, evidence), Option(WAIVE, _TITLES[WAIVE])]
    else:
        asked = f"{named}. What changes now?"
        if status.pace:
            asked = f"{named}. What changes by {formatting.last_day(status.window.end, scope.zone)}?"
        options = list(_options(commitment, scope, evidence))
    anew = Option(ANEW, _TITLES[ANEW], _path(status, commitment, scope))
    return Question(
        id=status.id,
        title=asked,
        why=status.sentence,
        options=(*options, anew),
        owner=status.owner,
        due=_today(scope) + DUE,
        tone=status.tone,
        links=tuple(link for link in _links(status, commitment, scope) if link.name in status.sentence),
    )


def _links(status: CommitmentStatus, commitment: Commitment, scope: Scope) -> list[Link]:
    """Return what the promise's sentence may name: what failed it, or what spent its error budget. Both were read."""
    kpi = figure(status.kpi)
    window = Window(status.window.start, status.window.end)
    if kpi.family is Family.AVAILABILITY:
        seen = frame_of(commitment, scope.evidence).seen
        objective = float(status.goal_value or 0.0)
        spenders = scope.evidence.budget_spenders(seen, commitment.filters, objective)
        return [Link(s.incident_id, *_PAGES["incidents"]) for s in spenders if s.incident_id]
    page = next((page for table, page in _PAGES.items() if table in kpi.tables), None)
    if page is None or "failed" not in kpi.query.columns:
        return []
    _, row = scope.evidence.kpi(status.kpi, window, commitment.filters)
    return [Link(str(name), *page) for name in row.get("failed") or ()]


def _today(scope: Scope) -> date:
    return local_date(scope.seen_at, scope.settings.organisation.zone)


def _options(commitment: Commitment, scope: Scope, evidence: Evidence) -> Iterator[Option]:
    """What else can be done, with what it did to this very figure when it was done last."""
    last = {past.option: effect_of(asked, evidence) for past, asked in _asked(commitment, scope)}
    for option in (FREEZE, CAPACITY):
        if option == CAPACITY and _WORK in figure(commitment.kpi).tables:
            continue  # it is the capacity that is short
        found = last.get(option)
        if found is None:
            yield Option(option, _TITLES[option], NOT_DONE)
        else:
            yield Option(option, _TITLES[option], in_words(found), found.tone)


def in_words(found: Effect) -> str:
    """Return what was done last: for how long from when, the figure before and during it, and the word."""
    span = f"{formatting.plural(found.days, 'day')} from {formatting.day(found.start)}"
    if not found.after:
        return f"{span}: {found.verdict}"
    return f"{span}: {found.before} before, {found.after} during; {found.verdict}"


def _supply(status: CommitmentStatus, commitment: Commitment, scope: Scope, evidence: Evidence) -> Option:
    """The owner whom the promise has already: the figure in the baseline, or in as many days before, and since."""
    if then := was(status).removeprefix("was "):
        return Option(SUPPLY, _TITLES[SUPPLY], f"{then} in the baseline, {status.figure} since")
    for _, asked in _asked(commitment, scope):
        found = effect_of(asked, evidence)
        return Option(SUPPLY, _TITLES[SUPPLY], in_words(found), found.tone)
    return Option(SUPPLY, _TITLES[SUPPLY], NOT_DONE)


def _path(status: CommitmentStatus, commitment: Commitment, scope: Scope) -> str:
    """What the promise that would be replaced did; of a duty, whether it was promised anew before."""
    then = was(status).removeprefix("was ")
    if then and not _is_duty(commitment):
        return f"{then} in the baseline, {figure_of(status)} under this promise"
    same = [
        c.start
        for c in scope.settings.commitments
        if (c.kpi, c.filters) == (commitment.kpi, commitment.filters)
    ]
    earlier = [start for start in same if start < commitment.start]
    return f"promised anew on {formatting.day(commitment.start)} already" if earlier else NOT_DONE


def _is_duty(commitment: Commitment) -> bool:
    """Whether every single one was promised: what is missing is named, and somebody can see to it."""
    return (commitment.goal.at_least or 0.0) >= EVERY and figure(commitment.kpi).unit == "share"


def _asked(commitment: Commitment, scope: Scope) -> list[tuple[_Past, Commitment]]:
    """What was done last, each as the promise would be judged over its days: a freeze, capacity; of a duty, itself."""
    if _is_duty(commitment):
        if commitment.baseline is not None:
            return []
        past = _Past(SUPPLY, commitment.start, commitment.end)
        asked = compared(commitment, past.start, _today(scope), past.end)
        return [(past, asked)] if asked is not None else []
    found = []
    for past in _pasts(scope):
        asked = compared(commitment, past.start, _today(scope), past.end)
        if asked is not None and not (past.option == CAPACITY and _WORK in figure(commitment.kpi).tables):
            found.append((past, asked))
    last = {past.option: (past, asked) for past, asked in found}
    return list(last.values())


def _pasts(scope: Scope) -> list[_Past]:
    """Freezes and stretches of promised capacity, in the order of their first days."""
    freezes = [_Past(FREEZE, span.start, span.end) for span in scope.settings.freezes]
    capacity = [
        _Past(CAPACITY, c.start, c.end) for c in scope.settings.commitments if _WORK in figure(c.kpi).tables
    ]
    return sorted((*freezes, *capacity), key=lambda past: past.start)
