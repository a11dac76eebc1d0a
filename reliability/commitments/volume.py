"""A count beside what there was to fail: per million requests or, where none are measured, per change.

Fewer incidents under less traffic, or with fewer changes, are no better service. Where exports say how much there was
in both windows it stands beside the verdict and lowers nothing.
"""

from collections.abc import Iterator

from reliability.commitments.coverage import MOST_LOST
from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import Frame
from reliability.commitments.observed import Counts
from reliability.commitments.windows import SILENCE
from reliability.commitments.wording import ratio_evidence, spread_of
from reliability.formatting import count
from reliability.queries.figures import Family, Figure, figures
from reliability.settings.periods import Window
from reliability.statistics.intervals import rate_interval, rate_ratio

_MILLION = 1e6
_MINUTES_A_DAY = 1440


def _known() -> list[Figure]:
    """Return the figures that say how much there was; the first one that is known in both windows is taken."""
    return sorted((found for found in figures().values() if found.volume), key=lambda found: found.id)


def _windows(frame: Frame) -> tuple[Window, ...]:
    if frame.elapsed_days <= 0:
        return ()
    return (frame.seen, frame.baseline) if frame.baseline else (frame.seen,)


def _told(frame: Frame, evidence: Evidence) -> Iterator[Figure]:
    """What is recorded in the window and its baseline; requests and changes of a team alone are not known."""
    windows = _windows(frame)
    if not windows or frame.figure.family is not Family.COUNT or frame.commitment.filters.teams:
        return
    for volume in _known():
        covered = [evidence.coverage.get(table) for table in volume.tables]
        if any(seen is None or seen.last < windows[0].end - SILENCE for seen in covered):
            continue
        if all(seen is not None and seen.holds(window) for seen in covered for window in windows):
            yield volume


def expect(frame: Frame, evidence: Evidence) -> None:
    """Say which windows will be read."""
    for volume in _told(frame, evidence):
        evidence.expect(volume, _windows(frame), frame.commitment.filters, frame.window.start)
        return


def by_volume(
    frame: Frame, evidence: Evidence, now: Counts, before: Counts | None, phi: float
) -> tuple[str, ...]:
    """Say how the count changed for as much volume, without a baseline how high it is; () where that is not known."""
    for volume in _told(frame, evidence):
        windows = _windows(frame)
        if before is None:  # a limit is judged alone where its baseline holds no event, too
            windows = windows[:1]
        amounts = [
            _amount(volume, evidence, window, days, frame)
            for window, days in zip(windows, (frame.elapsed_days, frame.baseline_days), strict=False)
        ]
        if None in amounts or (before and not before.total):
            return ()
        if before is None:
            (amount,) = (found for found in amounts if found is not None)
            low, high = (end / _each(volume, amount) for end in rate_interval(now.total, phi))
            rate = f"{now.total / _each(volume, amount):.2g} ({spread_of(f'{low:.2g} to {high:.2g}')})"
            return (f"Per {volume.volume}: {rate}; {_in_words(volume, amount)}",)
        amount, was = (found for found in amounts if found is not None)
        found = rate_ratio(now.total, amount, before.total, was, phi)
        then = was * frame.elapsed_days / frame.baseline_days
        return (
            f"Per {volume.volume}: {ratio_evidence(found.ratio, found.interval)}; "
            f"{_in_words(volume, amount)}, {_number(volume, then)} in as many days of the baseline",
        )
    return ()


def _amount(volume: Figure, evidence: Evidence, window: Window, days: float, frame: Frame) -> float | None:
    """How much there was in a window; None for nothing, and where more than a tenth of it was not measured."""
    kpi, row = evidence.kpi(volume.id, window, frame.commitment.filters)
    if volume.family is Family.AVAILABILITY:
        measured = days * _MINUTES_A_DAY * (row["endpoints"] or 0)
        if not measured or row["gap_minutes"] > MOST_LOST * measured:
            return None
        return kpi.denominator
    # Those whose compliance is not known are changes, too.
    return float(kpi.n + sum(kpi.left_out.values())) or None


def _each(volume: Figure, amount: float) -> float:
    """How many of what a count stands beside there were: millions of requests, or changes."""
    return amount / _MILLION if volume.family is Family.AVAILABILITY else amount


def _number(volume: Figure, amount: float) -> str:
    if volume.family is not Family.AVAILABILITY:
        return count(amount)
    millions = amount / _MILLION
    return f"{millions:.1f} million" if millions < 10 else f"{count(millions)} million"


def _in_words(volume: Figure, amount: float) -> str:
    return f"{_number(volume, amount)} {'requests' if volume.family is Family.AVAILABILITY else f'{volume.volume}s'}"
