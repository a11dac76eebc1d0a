"""What a letter to an account says of a quarter: what hit it, for how long, what ended it, what is promised.

People in free text and in the account's name are masked by the rules of `masking`, owners are left
out, and no other account is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from reliability import formatting as fmt
from reliability.errors import ReliabilityError
from reliability.masking import mask
from reliability.model import Filters
from reliability.review.documents import period_for
from reliability.review.scope import YEAR, Scope
from reliability.settings.periods import Window
from reliability.warehouse.workspace import Workspace

_P1 = 1
_MOST = 5000
_ABOUT = "The share of the time without a P1 that hit you, from opening to resolution; overlaps count once."
_RELEASED = ("change", "roadmap")


@dataclass(frozen=True)
class Hit:
    """One incident that hit the account, in words. ended: when it was over, and the fixes of its issue since."""

    id: str
    title: str
    severity: str
    service: str
    opened: str
    took: str
    ended: str


@dataclass(frozen=True)
class Letter:
    """A letter about one quarter, in words. availability: the share of its time without a P1; None where unknown."""

    account: str
    organisation: str
    period: str
    sample: bool
    stamp: str
    headline: str
    hits: tuple[Hit, ...]
    availability: float | None
    availability_note: str
    promised: tuple[str, ...]


def letter(workspace: Workspace, account_id: str, quarter: str | None = None) -> Letter:
    """Return the letter to an account. Raises ReliabilityError for an account that no export names."""
    period = period_for(workspace, quarter)
    scope = Scope(workspace.store, workspace.settings, period, Filters())
    until = scope.seen_at
    found = scope.run("lists/account_detail", account_id=account_id, as_of=workspace.as_of).rows
    if not found:
        raise ReliabilityError(
            f"no account '{fmt.shortened(account_id, 40)}' is known",
            "letter",
            "Give the account_id that the exports have; the Customers page finds it by name.",
        )
    # One that began before the quarter may have lasted into it.
    reached = scope.run(
        "lists/account_incidents",
        account_id=account_id,
        start=period.start - YEAR,
        end=until,
        as_of=workspace.as_of,
        limit=_MOST,
    ).rows
    rows = [row for row in reached if row["opened_at"] >= period.start or _lasted_into(row, period.start)]
    work = {
        issue: scope.run("lists/chronic_work", issue_id=issue, as_of=workspace.as_of).rows
        for issue in dict.fromkeys(row["issue_id"] for row in rows)
        if issue
    }
    zone = scope.zone
    seen = fmt.instant(workspace.as_of, zone)
    p1 = [row for row in rows if row["severity"] == _P1]
    unknown = sum(row["severity"] is None for row in rows)
    untimed = sum(row["minutes"] is None for row in p1)
    down = minutes_hit(
        [_span(row, workspace.as_of) for row in p1 if row["minutes"] is not None], period.start, until
    )
    whole = (until - period.start) / timedelta(minutes=1)
    not_known = _not_known(whole, untimed, unknown, _is_covered(scope, Window(period.start, until)))
    return Letter(
        account=mask(found[0]["name"]).text or account_id,
        organisation=workspace.settings.organisation.name,
        period=f"{period.label}{' to date' if period.partial else ''}",
        sample=workspace.settings.organisation.sample,
        stamp=f"For {account_id} · {period.label} · as of {seen} · data {workspace.store.data_version}",
        headline=_headline(rows, p1, unknown),
        hits=tuple(_hit(row, work.get(row["issue_id"], ()), zone) for row in rows),
        availability=None if not_known else 1 - down / whole,
        availability_note=not_known or f"{_ABOUT} {fmt.duration(down)} were hit.",
        promised=_promised(work.values()),
    )


def minutes_hit(spans: Sequence[tuple[datetime, datetime]], start: datetime, end: datetime) -> float:
    """Return the minutes of [start, end) that lie in any of the spans: what overlaps is counted once."""
    total, reached = timedelta(), start
    for begun, over in sorted(spans):
        first, last = max(begun, reached), min(over, end)
        if last > first:
            total += last - first
            reached = last
    return total / timedelta(minutes=1)


def _span(row: dict[str, Any], as_of: datetime) -> tuple[datetime, datetime]:
    return row["opened_at"], as_of if row["recover_state"] == "open" else row["resolved_at"]


def _lasted_into(row: dict[str, Any], start: datetime) -> bool:
    return row["recover_state"] == "open" or bool(row["resolved_at"] and row["resolved_at"] > start)


def _is_covered(scope: Scope, window: Window) -> bool:
    """Whether the incidents vouch for all of a window: an account is not told that a time nobody recorded was quiet."""
    covered = scope.evidence.coverage.get("incidents")
    return (
        covered is not None
        and covered.holds(window)
        and covered.speaks_of(window)
        and not covered.lost(window)[0]
    )


def _headline(rows: Sequence[dict[str, Any]], p1: Sequence[dict[str, Any]], unknown: int) -> str:
    if not rows:
        return "No incident is known to have hit you"
    still = sum(row["recover_state"] == "open" for row in rows)
    ended = f"{fmt.count(still)} still open" if still else "all of them are over"
    return (
        f"{fmt.plural(len(rows), 'incident')} hit you, {fmt.p1_among(len(p1), unknown, len(rows))}; {ended}"
    )


def _hit(row: dict[str, Any], work: Sequence[dict[str, Any]], zone: str) -> Hit:
    is_open = row["recover_state"] == "open"
    took = fmt.duration(row["minutes"]) if row["minutes"] is not None else "not recorded"
    return Hit(
        id=row["incident_id"],
        title=mask(row["title"]).text or "no title",
        severity=f"P{row['severity']}" if row["severity"] is not None else "no severity",
        service=row["service"] or "not recorded",
        opened=fmt.day(row["opened_at"], zone),
        took=f"open for {took}" if is_open else took,
        ended="It is still open." if is_open else _ended(row, work, zone),
    )


def _ended(row: dict[str, Any], work: Sequence[dict[str, Any]], zone: str) -> str:
    over = (
        f"Over on {fmt.day(row['resolved_at'], zone)}."
        if row["resolved_at"]
        else "When it was over is not recorded."
    )
    fixes = [
        f"{one['work_id']}, {mask(one['title']).text} ({fmt.day(one['done_at'], zone)}"
        + (", it came back since)" if one["came_back"] else ")")
        for one in work
        if one["kind"] in _RELEASED and one["is_fix"] and one["done_at"] and one["done_at"] > row["opened_at"]
    ]
    return (
        f"{over} Fixed by {'; '.join(fixes)}." if fixes else f"{over} No fix of its cause is recorded since."
    )


def _promised(found: Any) -> tuple[str, ...]:
    planned = {
        one["work_id"]: f"{mask(one['title']).text or one['work_id']} ({one['planned_for']})"
        for work in found
        for one in work
        if one["planned_for"] and one["kind"] in _RELEASED
    }
    return tuple(planned[name] for name in sorted(planned))


def _not_known(whole: float, untimed: int, unknown: int, is_covered: bool) -> str:
    """Say why the availability is not known; "" where it is."""
    if whole <= 0:
        return "Not known: the quarter has not begun."
    if not is_covered:
        return "Not known: the records do not cover all of this time."
    if unknown:
        return f"Not known: the severity of {fmt.plural(unknown, 'incident')} is not recorded."
    if untimed:
        return f"Not known: how long {fmt.plural(untimed, 'P1')} lasted is not recorded."
    return ""
