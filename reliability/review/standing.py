"""Where every promise stands, in the order of the buckets: one line over all, and a promise's own small words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reliability import formatting
from reliability.commitments import CommitmentStatus, commitment_status, expect
from reliability.commitments.verdict import Verdict
from reliability.formatting import NO_BREAK
from reliability.model import Chart, Filters
from reliability.queries import Asks
from reliability.queries.figures import Family, figure
from reliability.review.buckets import Bucket, bucket_of
from reliability.review.headline import told
from reliability.review.paths import expect_path, path
from reliability.review.promises import not_ended
from reliability.review.scope import Scope
from reliability.settings import Commitment, Settings
from reliability.settings.periods import quarter_of


@dataclass(frozen=True)
class Standing:
    """One promise as written, as judged, and as drawn; `chart` is None where there is nothing to draw."""

    commitment: Commitment
    status: CommitmentStatus
    chart: Chart | None


def standings(
    store: Asks, settings: Settings, seen_at: datetime, ahead: bool = True, since: datetime | None = None
) -> tuple[Standing, ...]:
    """Judge and draw every promise at one instant (UTC), in the order of the buckets.

    ahead: also those that have not begun by then. since: without those that had ended by this instant.
    """
    scope = Scope(store, settings, quarter_of(seen_at, settings, seen_at), Filters())
    evidence = scope.evidence
    asked = not_ended(settings, since)
    expect(asked, evidence)
    for commitment in asked:
        expect_path(commitment, scope)
    found = []
    for commitment in asked:
        status = commitment_status(commitment, evidence)
        if ahead or status.window.start <= seen_at:
            found.append(Standing(commitment, status, path(commitment, status, scope)))
    order = list(Bucket)
    return tuple(sorted(found, key=lambda s: order.index(bucket_of(s.status.verdict))))


def reason(found: Sequence[CommitmentStatus], seen_at: datetime, zone: str) -> str:
    """Return one line: how many are over, what ends and begins next."""
    ahead = sum(1 for s in found if s.verdict == Verdict.NOT_BEGUN)
    found = [s for s in found if s.verdict != Verdict.NOT_BEGUN]
    parts = []
    running = sorted((s for s in found if s.window.end > seen_at), key=lambda s: s.window.end)
    if over := len(found) - len(running):
        parts.append(f"{over} {'is' if over == 1 else 'are'} past the deadline")
    if running:
        end = formatting.last_day(running[0].window.end, zone)
        parts.append(f"the next deadline is {end} ({running[0].short_title})")
    if ahead:
        parts.append(f"{ahead} {'has' if ahead == 1 else 'have'} not begun")
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def was(status: CommitmentStatus) -> str:
    """Return the baseline's figure ("was 32 per 90 days", "was 2 h 45 min"), "" without one."""
    baseline = status.baseline
    if baseline is None or baseline.value is None:
        return ""
    if figure(status.kpi).family is not Family.COUNT or not baseline.days:
        return f"was {formatting.figure(baseline.value, status.unit)}"
    rate = baseline.value * status.window.days / baseline.days
    text = f"{rate:.1f}" if rate < 10 else formatting.count(rate)
    if baseline.days == status.window.days:
        return f"was {formatting.count(baseline.value)}"
    return f"was {text} per {status.window.days:g}{NO_BREAK}days"


def allowance(status: CommitmentStatus, seen_at: datetime, zone: str) -> str:
    """Say what is left of a count's allowance and how likely it lasts, "" where nothing is counted out."""
    parts = []
    left = status.allowance_left
    # At the end "15 of 18 allowed" stands below it, and over its path.
    if left is not None and (left < 0 or status.window.end > seen_at):
        parts.append(_left(status, left, zone))
    if status.chance and told(status) and "chance" not in status.sentence:
        chance = formatting.share(status.chance)
        parts.append(
            f"chance to keep it {chance}, going on as so far"
            if parts
            else f"{_as_so_far(status)} it would be kept with a chance of {chance}"
        )
    return "; ".join(parts)


def _as_so_far(status: CommitmentStatus) -> str:
    counted = figure(status.kpi).family is Family.COUNT
    return "Going on as so far" if counted else "Staying at this level"


def _left(status: CommitmentStatus, left: int, zone: str) -> str:
    noun = figure(status.kpi).noun
    one = noun.removesuffix("s")
    if left < 0:
        return f"{formatting.count(-left)} more than allowed"
    end = formatting.short_last_day(status.window.end, zone)
    if left == 0:
        return f"None left: the next {one} up to {end} breaks the promise"
    return f"You can afford {formatting.count(left)} more {one if left == 1 else noun} up to {end}"
