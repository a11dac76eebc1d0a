"""What a review has beyond its page when it is kept and sent: every promise in words, and the lists of other pages."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.errors import JournalError, ReliabilityError
from reliability.gates import waivers as gate_waivers
from reliability.gates import words
from reliability.gates.evaluation import evaluate
from reliability.gates.model import Decision
from reliability.masking import mask
from reliability.model import Listing, Promise, Review
from reliability.money import money
from reliability.queries import Asks
from reliability.queries.gates import all_gates
from reliability.review import chronic_words, customer_words, standing
from reliability.review.buckets import begun, bucket_of
from reliability.review.causes import cause
from reliability.review.promises import ended_before, verdict_of
from reliability.review.scope import Scope
from reliability.settings import Settings

Given = Callable[[], Sequence[gate_waivers.Waiver]]
"""Reads the waivers that count. Raises JournalError where the journal cannot be read."""

MOST = 8
_LONGEST = 60


def presented(review: Review, store: Asks, settings: Settings, as_of: datetime, given: Given) -> Review:
    """Return a review with its promises and lists, read from what it was composed from.

    as_of: the instant that planned changes and waivers are looked at from (UTC).
    """
    scope = Scope(store, settings, review.period, review.filters)
    return replace(review, promises=_promises(scope), listings=_listings(scope, as_of, given))


def _promises(scope: Scope) -> tuple[Promise, ...]:
    since = ended_before(scope.period, scope.settings)
    found = standing.standings(scope.store, scope.settings, scope.seen_at, ahead=False, since=since)
    return tuple(_promise(one, scope) for one in found if begun([one.status]))


def _promise(one: standing.Standing, scope: Scope) -> Promise:
    status = one.status
    bucket = bucket_of(status.verdict)
    verdict = verdict_of(status)
    window = status.window
    return Promise(
        id=status.id,
        title=status.title,
        bucket=str(bucket),
        tone=bucket.tone,
        verdict=verdict.word if verdict else "",
        figure=status.figure,
        kpi=status.kpi,
        goal=status.goal_text,
        evidence=status.evidence,
        sentence=status.sentence,
        before=standing.was(status),
        cause=cause(one.commitment, status, scope),
        window=f"{formatting.day(window.start, scope.zone)} to {formatting.last_day(window.end, scope.zone)}",
        n=status.n,
        interval=_interval(status),
        chart=one.chart,
    )


def _interval(status: CommitmentStatus) -> str:
    """Return the 90 % range in words: of the change for a ratio, in the figure's own unit otherwise."""
    if status.interval is None:
        return ""
    low, high = status.interval.low, status.interval.high
    match status.interval_of:
        case "ratio":
            ends = [formatting.signed_share(end - 1) for end in (low, high)]
        case "points":
            ends = [formatting.signed(end) for end in (low, high)]
        case "share":
            ends = [formatting.share(end) for end in (low, high)]
        case "value" | "":
            ends = [formatting.figure(end, status.unit) for end in (low, high)]
    return " to ".join(ends)


def _listings(scope: Scope, as_of: datetime, given: Given) -> tuple[Listing, ...]:
    found = (_customers(scope), _chronic(scope), _gates(scope, as_of, given), _waivers(scope, as_of, given))
    return tuple(listing for listing in found if listing is not None)


def _customers(scope: Scope) -> Listing | None:
    stake = scope.run("lists/accounts_at_stake", as_of=scope.seen_at).one()
    if not stake["incidents"]:
        return None
    rows = scope.run("lists/accounts_hit", as_of=scope.seen_at, limit=MOST).rows
    names = _distinct([(row["name"] or row["account_id"], row["account_id"]) for row in rows])
    cells = [
        (
            name,
            row["segment"] or formatting.MISSING,
            formatting.count(row["p1"]),
            formatting.count(row["incidents"]),
            formatting.duration(row["impact_minutes"]),
            formatting.count(row["last_score"]),
            money(row["annual_value"], scope.currency),
        )
        for name, row in zip(names, rows, strict=True)
    ]
    return Listing(
        id="customers",
        title=customer_words.title(stake, scope.period.label, scope.currency),
        subtitle=f"Accounts hit in {scope.period.label}: most P1s first, then longest in all",
        heads=("Account", "Segment", "P1s", "Incidents", "Time hit", "Last score", "Value a year"),
        rows=tuple(cells),
        rest=stake["accounts"] - len(rows),
        # What is said of a column that is not here is left away.
        notes=tuple(note for note in customer_words.notes(stake) if not note.startswith("Change:")),
        query="lists/accounts_hit",
    )


def _chronic(scope: Scope) -> Listing | None:
    rows = scope.run(
        "lists/chronic_issues", as_of=scope.seen_at, search=None, issue_id=None, order_by=None, limit=MOST
    ).rows
    if not rows:
        return None
    names = _distinct([(row["title"] or row["issue_id"], row["issue_id"]) for row in rows])
    cells = [
        (
            name,
            row["service"] or formatting.MISSING,
            ", ".join(filter(None, chronic_words.state_words(row))),
            formatting.count(row["year_repeats"]),
            formatting.count(row["year_customer_hours"]),
            formatting.duration(row["year_minutes"]),
            formatting.count(row["year_escalated"]),
        )
        for name, row in zip(names, rows, strict=True)
    ]
    return Listing(
        id="chronic",
        title=chronic_words.sentence(rows[0], scope.settings.incidents.ended_after_days),
        subtitle=f"Costliest first, over the year to {formatting.last_day(scope.seen_at, scope.zone)}",
        heads=(
            "Problem",
            "Service",
            "State",
            "Times back",
            "Customer hours",
            "Time broken",
            "Escalated",
        ),
        rows=tuple(cells),
        rest=rows[0]["found"] - len(rows),
        query="lists/chronic_issues",
    )


def _gates(scope: Scope, as_of: datetime, given: Given) -> Listing | None:
    """What is planned next and held: as of the data, because a gate is about what has not gone out."""
    try:
        found = evaluate(scope.store, scope.settings, as_of, given())
    except (ReliabilityError, JournalError):
        return None
    services, teams = set(scope.filters.services), set(scope.filters.teams)
    kept = tuple(
        decision
        for decision in found.decisions
        if (not services or services & set(decision.change.touches))
        and (not teams or decision.change.team in teams)
    )
    narrowed = found._replace(decisions=kept)
    held = narrowed.held
    return Listing(
        id="gates",
        title=words.headline(narrowed),
        subtitle=f"Held changes, as of {formatting.instant(as_of, scope.zone)}",
        heads=("Change", "Planned", "Held by", "Why"),
        rows=tuple(_held(decision, scope.zone) for decision in held[:MOST]),
        rest=max(0, len(held) - MOST),
        notes=tuple(words.caveats(narrowed)),
    )


def _held(decision: Decision, zone: str) -> tuple[str, ...]:
    change = decision.change
    return (
        f"{change.change_id} {formatting.shortened(change.title, _LONGEST)}".strip(),
        formatting.short_day(change.planned_for, zone) if change.planned_for else "no day planned",
        ", ".join(problem.title for problem in decision.holding),
        formatting.shortened(
            mask(" ".join(words.why(problem) for problem in decision.holding)).text, 3 * _LONGEST
        ),
    )


def _waivers(scope: Scope, as_of: datetime, given: Given) -> Listing | None:
    end = min(as_of + timedelta(microseconds=1), scope.period.end)
    try:
        found = gate_waivers.in_force(given(), scope.period.start, end)
    except JournalError:
        return None
    titles = {gate.id: gate.title for gate in all_gates().values()}
    held = f"{formatting.plural(len(found), 'exception')} in force in {scope.period.label}"
    return Listing(
        id="waivers",
        title=held if found else f"No exception was in force in {scope.period.label}",
        subtitle="each lets something past one release gate, with an end",
        heads=("Exception", "Gate", "State", "Reason"),
        rows=tuple(
            (
                f"{waiver.id} {waiver.subject}",
                titles.get(waiver.gate, waiver.gate),
                words.waiver_state(waiver, as_of),
                formatting.shortened(mask(waiver.reason).text, 2 * _LONGEST),
            )
            for waiver in found[:MOST]
        ),
        rest=max(0, len(found) - MOST),
    )


def _distinct(named: Sequence[tuple[Any, str]]) -> list[str]:
    """Return short names that differ: those that several have get their id behind them."""
    short = [formatting.shortened(name, _LONGEST) for name, _ in named]
    times = Counter(short)
    return [
        f"{name} ({one_id})" if times[name] > 1 else name
        for name, (_, one_id) in zip(short, named, strict=True)
    ]
