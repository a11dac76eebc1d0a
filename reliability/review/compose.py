"""Compose one quarter's review: the only place that decides what a review says."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.errors import JournalError
from reliability.gates.waivers import waivers
from reliability.journal import Journal
from reliability.journal.entries import Entry
from reliability.model import Filters, Review, Source
from reliability.queries import Asks
from reliability.review import headline as sentence
from reliability.review.buckets import counts as bucket_counts
from reliability.review.cards import cards as make_cards
from reliability.review.cards import expect as expect_cards
from reliability.review.cards import review_plans
from reliability.review.courses import charts as make_charts
from reliability.review.courses import expect as expect_charts
from reliability.review.presented import presented
from reliability.review.promises import promises as make_promises
from reliability.review.questions import expect_pasts, questions
from reliability.review.scope import Scope
from reliability.scrutiny.changes import State, signings
from reliability.scrutiny.signing import signed_promises
from reliability.settings import Settings
from reliability.settings.periods import quarter, quarter_of
from reliability.warehouse.doubts import doubts
from reliability.warehouse.workspace import Workspace, known_until

WORST = 8


def compose(
    store: Asks,
    settings: Settings,
    period_id: str | None = None,
    comparison: str = "previous",
    filters: Filters | None = None,
    as_of: datetime | None = None,
    signed: Callable[[], Sequence[Entry]] | None = None,
    ahead: bool = True,
) -> Review:
    """Compose the review of a quarter ("2025-Q3"; default: the one that holds `as_of`).

    comparison: "previous" (the quarter before) or "year_before"; it comes first in every card's changes.
    as_of: the instant to look from (UTC); default: the warehouse's own. Raises SettingsError for a bad quarter.
    signed: reads the journal's entries on promises; what was changed after signing is then among the warnings.
    ahead: whether several figures may be read at a time, which is sooner only where nobody else asks meanwhile.
    """
    seen = as_of or known_until(store)
    period = quarter(period_id, settings, seen) if period_id else quarter_of(seen, settings, seen)
    scope = Scope(store, settings, period, filters or Filters())
    expect(scope, comparison)
    if ahead:
        scope.readings.read_ahead(lambda: _worst(scope))
    promises = make_promises(scope)
    cards = make_cards(scope, promises, comparison)
    return Review(
        organisation=settings.organisation.name,
        sample=settings.organisation.sample,
        data_version=store.data_version,
        period=period,
        comparison=comparison,
        filters=scope.filters,
        headline=sentence.headline(period, promises, cards),
        reason=sentence.reason(promises, cards),
        cards=cards,
        charts=make_charts(scope, cards, promises),
        worst=_worst(scope),
        left_out=_left_out(scope),
        sources=sources(scope),
        notes=_notes(scope),
        warnings=(*_changed_after_signing(scope, promises, signed), *_warnings(scope)),
        decisions=sentence.decisions(promises),
        buckets=bucket_counts(promises),
        how_sure=_how_sure(promises),
        questions=questions(scope, promises),
    )


def compose_whole(
    workspace: Workspace,
    period_id: str | None = None,
    comparison: str = "previous",
    filters: Filters | None = None,
) -> Review:
    """Compose the review of a quarter, whole: with what the journal adds to it, its promises and its lists."""
    review = compose(
        workspace.store,
        workspace.settings,
        period_id,
        comparison,
        filters,
        workspace.as_of,
        lambda: signed_promises(workspace.data_dir),
    )
    return presented(
        review,
        workspace.store,
        workspace.settings,
        workspace.as_of,
        lambda: waivers(Journal(workspace.data_dir), workspace.settings),
    )


def expect(scope: Scope, comparison: str) -> None:
    """Say which windows of which figures the review will read, so that each figure is read once for all its parts."""
    expect_pasts(scope, scope.evidence)
    expect_cards(scope, comparison, review_plans())
    expect_charts(scope)


def _worst(scope: Scope) -> tuple[dict[str, Any], ...]:
    return tuple(scope.run("lists/worst_incidents", limit=WORST).rows[:WORST])


def sources(scope: Scope) -> tuple[Source, ...]:
    """Return every recognised export with its freshness and accounting."""
    return tuple(
        Source(
            file=row["file"],
            title=row["title"] or row["file"],
            table=row["table_name"],
            newest_at=row["newest_at"],
            stale=bool(row["stale"]),
            rows_read=row["rows_read"],
            kept=row["kept"],
            superseded=row["superseded"],
            excluded=row["excluded"],
            set_aside=row["set_aside"],
        )
        for row in scope.run("lists/sources")
        if row["recognised"]
    )


def _left_out(scope: Scope) -> tuple[tuple[str, int], ...]:
    """Return the rows that are not counted by table and reason, most first."""
    found = Counter[tuple[str, str, str]]()
    for row in scope.run("lists/sources"):
        for disposition, reason, rows in zip(
            row["dispositions"], row["reasons"], row["reason_rows"], strict=True
        ):
            found[row["table_name"], disposition, reason] += rows
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return tuple((f"{table}: {reason}", rows) for (table, _, reason), rows in ordered)


def _how_sure(promises: tuple[CommitmentStatus, ...]) -> tuple[str, ...]:
    """How many verdicts are given at once, and what each promise's figure can bear."""
    said = [sentence.comparisons(promises)]
    for one in promises:
        told = (part.rstrip(".") for part in (one.evidence, *one.warnings, one.power) if part)
        parts = ". ".join(f"{part[:1].upper()}{part[1:]}" for part in told)
        said.append(f"{one.title}: {parts}." if parts else "")
    return tuple(filter(None, said))


def _notes(scope: Scope) -> tuple[str, ...]:
    """What to know while reading: how much of the quarter is over."""
    period = scope.period
    found = []
    if period.partial:
        found.append(
            f"{period.label} is not over: data to {formatting.day(period.as_of, scope.zone)}, "
            f"{int(period.elapsed_days)} of {round(period.days)} days."
        )
    return tuple(found)


def _changed_after_signing(
    scope: Scope,
    promises: tuple[CommitmentStatus, ...],
    signed: Callable[[], Sequence[Entry]] | None,
) -> tuple[str, ...]:
    """Say which promises are not as they were signed: they may look better than what was agreed."""
    if signed is None:
        return ()
    try:
        entries = signed()
    except JournalError as error:
        return (f"What was signed cannot be read: {error}",)
    if not entries:
        return ()
    found = signings(scope.store, scope.settings, scope.seen_at, entries, promises)
    said = ((one, one.words(scope.zone)) for one in found)
    return tuple(
        words if one.state is State.WITHDRAWN else f"{one.title}: {words}" for one, words in said if words
    )


def _warnings(scope: Scope) -> tuple[str, ...]:
    """What may make figures look better than they are."""
    said = [f"{file}: {doubt}" for file, doubt in doubts(scope.store, scope.run("lists/sources"))]
    if stale := silent_tables(sources(scope)):
        names = formatting.listed([table.replace("_", " ") for table in stale])
        said.append(f"Nothing new has arrived lately for {names}: figures based on it may be too good.")
    return tuple(said)


def silent_tables(found: Sequence[Source]) -> list[str]:
    """Return the tables for which nothing new has arrived lately.

    A tool that was replaced stops for good: what counts is whether anything still arrives for its table.
    """
    fresh = {source.table for source in found if not source.stale}
    return sorted({source.table for source in found if source.stale} - fresh)
