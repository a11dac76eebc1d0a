"""The control chart of P1s: signal or noise, with limits locked on the baseline of the promise.

From 2 P1s a week on, counts per week (c-chart); below that, the days between one P1 and the next, where the gap that
is still running counts too. A signal is named in words and its points take the tone of its direction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reliability import formatting
from reliability.model import CONCERN, GOOD, NO_DATA, NOISE, Band, Chart, Level, Line, Mark, Point
from reliability.queries.figures import Figure, figures
from reliability.review.scope import WEEK, YEAR, Scope
from reliability.settings import Commitment
from reliability.settings.periods import Window, dated_window, midnight
from reliability.statistics.control_charts import ControlChart, Signal, count_chart, gap_chart, suits_counts

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_SETTLED = 4 * _WEEK
_LEAST_WEEKS = 2


def _charted() -> Figure:
    """Return the figure whose header asks for a control chart."""
    return next(found for found in figures().values() if found.has_control_chart)


@dataclass(frozen=True)
class Control:
    """A control chart to draw, and its signals in words, oldest first."""

    chart: Chart
    signals: tuple[str, ...]


def p1_control(scope: Scope) -> Control:
    """Return the control chart of P1s up to `seen_at`, under the scope's filters."""
    baseline = baseline_of(scope)
    weekly = [p for p in scope.points(_charted().id, WEEK, baseline.start) if p.value is not None]
    whole = [p for p in weekly if not p.partial]
    locked = [p for p in whole if p.at + _WEEK <= baseline.end + _DAY]
    if len(locked) < _LEAST_WEEKS:
        return _nothing(scope)
    if suits_counts([int(p.value or 0) for p in locked]):
        return _per_week(scope, baseline, weekly, whole, len(locked))
    return _between(scope, baseline) or _per_week(scope, baseline, weekly, whole, len(locked))


def baseline_of(scope: Scope) -> Window:
    """Return the baseline of the P1 promise in force; without one, the year before the last 13 weeks.

    A promise that has only just begun leaves nothing to chart after its baseline: the one before it stays in force.
    """
    zone = scope.settings.organisation.zone
    begun = [
        (midnight(c.start, zone), _window(c, scope))
        for c in scope.settings.commitments
        if c.kpi == _charted().id and c.baseline is not None
    ]
    in_force = [pair for pair in begun if pair[0] <= scope.seen_at]
    if in_force:
        settled = [pair for pair in in_force if pair[0] <= scope.seen_at - _SETTLED]
        return max(settled or in_force, key=lambda pair: pair[0])[1]
    end = scope.seen_at - 13 * _WEEK
    return Window(end - YEAR, end)


def _window(commitment: Commitment, scope: Scope) -> Window:
    assert commitment.baseline is not None
    return dated_window(commitment.baseline.start, commitment.baseline.end, scope.settings)


def _per_week(
    scope: Scope, baseline: Window, weekly: Sequence[Point], whole: Sequence[Point], locked: int
) -> Control:
    found = count_chart([int(p.value or 0) for p in whole], locked)
    toned = _toned(whole, found)
    points = tuple(toned.get(p.at, p) for p in weekly)
    levels = [Level(f"mean {found.centre:.1f}", found.centre, "mean")]
    levels.append(Level(f"limit {_limit(found.upper)}", found.upper, "limit"))
    if found.lower is not None:
        levels.append(Level(f"limit {_limit(found.lower)}", found.lower, "limit"))
    what = "P1 incidents per week"
    return _control(scope, baseline, found, points, whole, levels, f"kpis/{_charted().id}", "incidents", what)


def _limit(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _between(scope: Scope, baseline: Window) -> Control | None:
    """Chart the days between P1s; None when there are too few for it."""
    rows = scope.run(_charted().rows, start=baseline.start, end=scope.seen_at, as_of=scope.seen_at).rows
    opened = sorted(row["opened_at"] for row in rows if row["contributes"] is not None)
    if len(opened) < 2:
        return None
    days = [(at - opened[0]) / _DAY for at in opened]
    locked = sum(1 for at in opened[1:] if at < baseline.end)
    found = (
        gap_chart(days, min(locked, len(days) - 1), (scope.seen_at - opened[0]) / _DAY) if locked else None
    )
    if found is None:
        return None
    # A point is the P1 that ended a gap: its records are those from it up to the next P1.
    just_after = scope.seen_at + timedelta(microseconds=1)
    gaps = [
        Point(at, gap, n=1, until=until)
        for at, until, gap in zip(opened[1:], [*opened[2:], just_after], found.points, strict=True)
    ]
    toned = _toned(gaps, found)
    running = next((s for s in found.signals if s.kind == "gap"), None)
    tone = _tone(running) if running else ""
    now = Point(scope.seen_at, found.open_gap, partial=True, tone=tone, until=just_after)
    points = (*(toned.get(p.at, p) for p in gaps), now)
    levels = [Level(f"usual {_days(found.centre)}", found.centre, "mean")]
    levels.append(Level(f"limit {_days(found.upper)}", found.upper, "limit"))
    what = "Days from one P1 to the next, the one still running last"
    return _control(scope, baseline, found, points, gaps, levels, f"kpis/{_charted().id}", "days", what)


def _days(number: float) -> str:
    return f"{number:.0f}{formatting.NO_BREAK}days"


def _control(
    scope: Scope,
    baseline: Window,
    found: ControlChart,
    points: tuple[Point, ...],
    judged: Sequence[Point],
    levels: list[Level],
    query: str,
    unit: str,
    what: str,
) -> Control:
    signals = tuple(_named(s, judged, scope) for s in found.signals)
    title = _title(found, baseline, judged, scope)
    guess = " (a first guess: fewer than 12 points)" if found.trial else ""
    spread = f", widened for clusters (×{found.phi:.1f})" if found.phi > 1.5 else ""
    first, last = (
        formatting.day(baseline.start, scope.zone),
        formatting.last_day(baseline.end, scope.zone),
    )
    subtitle = f"{what} · limits locked on {first} to {last}{guess}{spread}"
    since = points[0].at
    incident = scope.incident_bands(since)
    cut = min([baseline.end, *(b.start for b in incident if b.start > since)])
    chart = Chart(
        id="p1_control",
        title=title,
        subtitle=subtitle,
        kind="points",
        unit=unit,
        lines=(Line("", points),),
        levels=tuple(levels),
        bands=(Band(since, cut, "baseline", "baseline"), *incident, *scope.gap_bands(_charted().id, since)),
        marks=(
            *scope.freeze_marks(since),
            *(_mark(s, judged) for s in found.signals if s.kind != "gap"),
        ),
        takeaway=". ".join([title, *signals, subtitle]),
        query=query,
    )
    return Control(chart, signals)


def _title(found: ControlChart, baseline: Window, judged: Sequence[Point], scope: Scope) -> str:
    """State the finding: the newest signal, else what was looked for in vain."""
    if found.kind == "c" and not any(point.value for point in judged):
        return "No P1 in the weeks shown"
    if not found.signals:
        what = "week" if found.kind == "c" else "gap"
        since = formatting.short_day(baseline.end, scope.zone)
        return f"No signal since {since}: no {what} beyond a limit, no run of 8"
    last = found.signals[-1]
    if last.kind == "gap":
        return f"Signal: {found.open_gap:.0f} days without a P1, longer than the baseline explains"
    fewer = last.better is True
    since = formatting.short_day(judged[last.first].at, scope.zone)
    more = f", and {len(found.signals) - 1} more" if len(found.signals) > 1 else ""
    return f"Signal: {'fewer' if fewer else 'more'} P1s than the baseline explains, from {since}{more}"


def _named(signal: Signal, judged: Sequence[Point], scope: Scope) -> str:
    if signal.at < 0:
        return f"Now: {signal.words}"
    first = formatting.day(judged[signal.first].at, scope.zone)
    last = formatting.day(judged[signal.at].at, scope.zone)
    when = first if signal.first == signal.at else f"{first} to {last}"
    return f"{when}: {signal.words}"


def _mark(signal: Signal, judged: Sequence[Point]) -> Mark:
    side = "above" if signal.direction > 0 else "below"
    words = f"{signal.at - signal.first + 1} in a row {side}" if signal.kind == "run" else f"{side} the limit"
    return Mark(judged[signal.first].at, words)


def _toned(judged: Sequence[Point], found: ControlChart) -> dict[datetime, Point]:
    """Return the points that belong to signals with their tone; a run goes on while it keeps its side."""
    toned = {}
    for signal in (s for s in found.signals if s.at >= 0):
        last = signal.at
        while signal.kind == "run" and last + 1 < len(judged) and _same_side(judged[last + 1], signal, found):
            last += 1
        for point in judged[signal.first : last + 1]:
            toned[point.at] = replace(point, tone=_tone(signal))
    return toned


def _same_side(point: Point, signal: Signal, found: ControlChart) -> bool:
    return ((point.value or 0.0) - found.centre) * signal.direction > 0


def _tone(signal: Signal) -> str:
    if signal.better is None:
        return NOISE
    return GOOD if signal.better else CONCERN


def _nothing(scope: Scope) -> Control:
    title = "P1s: too few weeks are covered for a control chart"
    chart = Chart(
        id="p1_control",
        title=title,
        subtitle=f"P1 incidents per week, {scope.period.label}",
        kind="points",
        unit="incidents",
        lines=(),
        takeaway=title,
        query=f"kpis/{_charted().id}",
        status=NO_DATA,
        needs="incidents",
    )
    return Control(chart, ())
