"""Compose one quarter's review: the only place that decides what a review says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.model import Filters, Review, Source
from reliability.queries import AskedOnce, Store
from reliability.review import headline as sentence
from reliability.review.cards import cards as make_cards
from reliability.review.courses import charts as make_charts
from reliability.review.decisions import decisions
from reliability.review.promises import promises as make_promises
from reliability.review.setting import Setting
from reliability.settings import Settings
from reliability.settings.periods import quarter, quarter_of
from reliability.warehouse.workspace import known_until

WORST = 8


def compose(
    store: Store,
    settings: Settings,
    period_id: str | None = None,
    comparison: str = "previous",
    filters: Filters | None = None,
    as_of: datetime | None = None,
) -> Review:
    """Compose the review of a quarter ("2025-Q3"; default: the one that holds `as_of`).

    comparison: "previous" (the quarter before) or "year_before"; it comes first in every card's changes.
    as_of: the instant to look from (UTC); default: the warehouse's own. Raises SettingsError for a bad quarter.
    """
    seen = as_of or known_until(store)
    period = quarter(period_id, settings, seen) if period_id else quarter_of(seen, settings, seen)
    setting = Setting(AskedOnce(store), settings, period, filters or Filters())
    # Half of the time goes into planning queries, on one core each: what waits for no promise is asked meanwhile.
    with ThreadPoolExecutor(1) as helper:
        helper.submit(_ask_ahead, setting, comparison)
        promises = make_promises(setting)
        cards = make_cards(setting, promises, comparison)
    return Review(
        organisation=settings.organisation.name,
        sample=settings.organisation.sample,
        data_version=store.data_version,
        period=period,
        comparison=comparison,
        filters=setting.filters,
        headline=sentence.headline(period, promises, cards),
        reason=sentence.reason(promises, cards),
        cards=cards,
        charts=make_charts(setting, cards, promises),
        worst=_worst(setting),
        left_out=_left_out(setting),
        sources=sources(setting),
        notes=_notes(setting, promises),
        warnings=_warnings(setting),
        decisions=decisions(promises),
    )


def _ask_ahead(setting: Setting, comparison: str) -> None:
    """Ask everything a review asks apart from its promises; the setting's store keeps the answers, or the errors."""
    cards = make_cards(setting, (), comparison)
    make_charts(setting, cards, ())
    _worst(setting)
    _left_out(setting)
    sources(setting)


def _worst(setting: Setting) -> tuple[dict[str, Any], ...]:
    return tuple(setting.run("lists/worst_incidents", limit=WORST).rows[:WORST])


def sources(setting: Setting) -> tuple[Source, ...]:
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
        for row in setting.run("lists/sources")
        if row["recognised"]
    )


def _left_out(setting: Setting) -> tuple[tuple[str, int], ...]:
    rows = setting.run("lists/left_out_summary")
    return tuple((f"{row['table_name']}: {row['reason']}", row["rows"]) for row in rows)


def _notes(setting: Setting, promises: tuple[CommitmentStatus, ...]) -> tuple[str, ...]:
    """What to know while reading: how much of the quarter is over, and how many verdicts are given at once."""
    period = setting.period
    found = []
    if period.partial:
        found.append(
            f"{period.label} is not over: data to {formatting.day(period.as_of, setting.zone)}, "
            f"{int(period.elapsed_days)} of {round(period.days)} days."
        )
    if several := sentence.comparisons(promises):
        found.append(several)
    return tuple(found)


def _warnings(setting: Setting) -> tuple[str, ...]:
    """What may make figures look better than they are."""
    found = sources(setting)
    # A tool that was replaced stops for good: what counts is whether anything still arrives for the table.
    fresh = {source.table for source in found if not source.stale}
    stale = sorted({source.table for source in found if source.stale} - fresh)
    if not stale:
        return ()
    names = formatting.listed([table.replace("_", " ") for table in stale])
    return (f"Nothing new has arrived lately for {names}: figures that rest on it may be too good.",)
