"""What stands today, as far as it is worth a message, and in which words it differs from what was sent last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from reliability import formatting
from reliability.commitments.verdict import shown
from reliability.decisions import Decision
from reliability.model import Filters
from reliability.review.compose import silent_tables, sources
from reliability.review.promises import promises
from reliability.review.scope import Scope
from reliability.settings.periods import local_date, quarter, quarter_of
from reliability.warehouse.workspace import Workspace

_NO_WORD = "no verdict yet"
_EVERYTHING = "every export"
DUE, LATE = "due", "late"


@dataclass(frozen=True)
class Standing:
    """What a message is about. verdicts: promise -> its word; titles: promise -> its name, also of those that ended.

    due: decision -> "due" or "late" and the day it is due; stale: what nothing new arrives for.
    """

    verdicts: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    due: Mapping[str, str] = field(default_factory=dict)
    stale: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        """Return it as the journal keeps it."""
        return asdict(self)


def kept_standing(said: object) -> Standing:
    """Return a standing that the journal kept. What another version did not keep is empty."""
    known: dict[str, Any] = said if isinstance(said, dict) else {}

    def words(name: str) -> dict[str, str]:
        found = known.get(name)
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}

    stale = known.get("stale")
    return Standing(
        words("verdicts"),
        words("titles"),
        words("due"),
        tuple(map(str, stale)) if isinstance(stale, list | tuple) else (),
    )


def standing(
    workspace: Workspace, found: Sequence[Decision], now: datetime, period_id: str | None = None
) -> Standing:
    """Return what stands now. found: every decision. now: the machine's clock (UTC), for whether data still arrive.

    Decisions are due and late by the day of the data, as on their page.
    """
    settings, seen = workspace.settings, workspace.as_of
    period = quarter(period_id, settings, seen) if period_id else quarter_of(seen, settings, seen)
    scope = Scope(workspace.store, settings, period, Filters())
    judged = promises(scope)
    stale = [table.replace("_", " ") for table in silent_tables(sources(scope))]
    # Where the settings fix the instant, nothing is expected to arrive.
    if settings.organisation.as_of is None and now - seen > timedelta(days=settings.deliver.stale_days):
        stale.append(_EVERYTHING)
    return Standing(
        {one.id: str(one.verdict or _NO_WORD) for one in judged},
        {one.id: one.title for one in judged},
        dict(_due(workspace, found)),
        tuple(stale),
    )


def _due(workspace: Workspace, found: Sequence[Decision]) -> Iterator[tuple[str, str]]:
    today = local_date(workspace.as_of, workspace.settings.organisation.zone)
    soon = today + timedelta(days=workspace.settings.deliver.due_days)
    for one in found:
        if one.is_open and one.due <= soon:
            yield one.id, f"{LATE if one.is_late(today) else DUE} {one.due.isoformat()}"


def reasons(
    before: Standing | None, now: Standing, found: Sequence[Decision], stale_since: datetime
) -> list[str]:
    """Return why `now` is worth a message after `before`, a sentence each; none when it is not.

    before: what was sent last, None when nothing ever was. stale_since: the newest instant in the data.
    """
    if before is None:
        return ["This is the first message: from now on one comes when something changes."]
    return [
        *_verdicts(before, now),
        *_decisions(before, now, {one.id: one for one in found}),
        *_sources(before, now, stale_since),
    ]


def _verdicts(before: Standing, now: Standing) -> Iterator[str]:
    for promise, word in now.verdicts.items():
        was, title = before.verdicts.get(promise), now.titles[promise]
        if was is None:
            yield f"{title}: a new promise, {shown(word)}."
        elif was != word:
            yield f"{title}: {shown(word)}, was {shown(was)}."
    for promise in before.verdicts:
        if promise not in now.verdicts:
            yield f"{before.titles.get(promise, promise)}: no longer among the promises."


def _decisions(before: Standing, now: Standing, found: Mapping[str, Decision]) -> Iterator[str]:
    for name, state in now.due.items():
        if before.due.get(name) == state:
            continue
        one = found[name]
        what = f"{one.chosen} ({one.owner})"
        day = formatting.day(one.due)
        yield f"Past its day, {day}: {what}." if state.startswith(LATE) else f"Due on {day}: {what}."


def _sources(before: Standing, now: Standing, since: datetime) -> Iterator[str]:
    for what in now.stale:
        if what not in before.stale:
            newest = f"; the newest record is of {formatting.day(since)}" if what == _EVERYTHING else ""
            yield f"Nothing new has arrived lately for {what}{newest}: figures based on it may be too good."
