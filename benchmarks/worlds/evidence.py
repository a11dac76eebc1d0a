"""What promises read, from a made-up organisation in place of a warehouse: everything above SQL is the product's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.worlds.organisation import FIRST_DAY, Answers, Incidents
from reliability.commitments.evidence import Evidence
from reliability.kpis import Asked, Kpi
from reliability.kpis.kpi import from_row
from reliability.model import Filters
from reliability.queries.figures import figure
from reliability.settings import Settings
from reliability.statistics.nps import net_promoter_score

_DAY = timedelta(days=1)


def instant(day: float) -> datetime:
    """Return the instant of a day counted from the organisation's first."""
    return FIRST_DAY + timedelta(days=float(day))


def _days(at: datetime) -> float:
    return (at - FIRST_DAY) / _DAY


@dataclass(frozen=True)
class _Range:
    """Answers how far the data reach, and nothing else: figures are read elsewhere."""

    tables: tuple[str, ...]
    last: datetime
    lags: np.ndarray
    path: Path = Path()
    data_version: str = "made up"

    def run(self, name: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """Answer lists/data_range. Raises LookupError for another query."""
        if name != "lists/data_range":
            raise LookupError(name)
        late = [float(np.quantile(self.lags, 0.95))] if self.lags.any() else [None]
        spread = np.quantile(self.lags, np.arange(101) / 100) if self.lags.any() else np.empty(0)
        lists = ("gap_starts", "gap_known", "gap_ends", "gap_after", "gap_before")
        tools = ("tools", "tool_records", "tool_first", "tool_last", "tool_silence_days")
        row = {"records": 1, "first_at": FIRST_DAY, "last_at": self.last} | {
            name: [] for name in (*lists, *tools)
        }
        return [{"table_name": t, **row, "late_days": late, "lag_days": list(spread)} for t in self.tables]


class IncidentReadings:
    """Counts and durations of a made-up organisation's P1s, row by row as the queries give them."""

    def __init__(self, found: Incidents, as_of: datetime, with_p2: bool, rule: str) -> None:
        known = found.of((found.recorded <= _days(as_of)) & (found.opened <= _days(as_of)))
        self._known = known.of(np.argsort(known.opened, kind="stable"))
        counted = self._known.highest if rule == "highest" else self._known.severity
        self._p1 = counted == 1
        columns = {"value": self._p1}
        if with_p2:
            ever = self._known.highest == 1
            columns |= {
                "p2": counted == 2,
                "p1_ever": ever,
                "p1_downgraded": ever & (self._known.severity > 1),
            }
        self._sums = {n: np.concatenate([[0], np.cumsum(mask)]) for n, mask in columns.items()}

    def expect(self, figure_id: str, asked: Iterable[Asked], filters: Filters) -> None:
        """Nothing is read ahead."""

    expect_samples = expect

    def _part(self, asked: Asked) -> slice:
        first, end = np.searchsorted(self._known.opened, [_days(asked.start), _days(asked.end)])
        return slice(int(first), int(end))

    def row(self, figure_id: str, asked: Asked, filters: Filters) -> dict[str, Any]:
        """Count a window."""
        part = self._part(asked)
        known = {
            "incidents": part.stop - part.start,
            "left_out_severity_unknown": 0,
            "severity_unknown_in": None,
        }
        return known | {name: int(sums[part.stop] - sums[part.start]) for name, sums in self._sums.items()}

    def kpi(self, figure_id: str, asked: Asked, filters: Filters) -> Kpi:
        """Count a window as a figure."""
        return from_row(figure(figure_id), self.row(figure_id, asked, filters), asked.as_of < asked.end)

    def samples(self, figure_id: str, asked: Asked, filters: Filters) -> list[dict[str, Any]]:
        """List the minutes of a window's P1s, of those still open their age."""
        part = self._part(asked)
        p1 = self._p1[part]
        age = (_days(asked.as_of) - self._known.opened[part][p1]) * 1440
        minutes = self._known.minutes[part][p1]
        return [
            {
                "state": "",
                "minutes": float(min(took, old)),
                "is_over": bool(took <= old),
                "n": 1,
                "incident_id": "",
            }
            for took, old in zip(minutes, age, strict=True)
        ]


class AnswerReadings:
    """Scores of a made-up organisation's answers, row by row as the query gives them."""

    def __init__(self, found: Answers) -> None:
        self._found = found

    def expect(self, figure_id: str, asked: Iterable[Asked], filters: Filters) -> None:
        """Nothing is read ahead."""

    expect_samples = expect

    def row(self, figure_id: str, asked: Asked, filters: Filters) -> dict[str, Any]:
        """Score a window."""
        inside = (self._found.at >= _days(asked.start)) & (self._found.at < _days(asked.end))
        scores, accounts = self._found.scores[inside], self._found.accounts[inside]
        score = net_promoter_score(scores, [str(a) for a in accounts])
        points = np.where(scores >= 9, 1, np.where(scores >= 7, 0, -1))
        who, place = np.unique(accounts, return_inverse=True)
        answers, sums = np.bincount(place), np.bincount(place, points).astype(int)
        return {
            "value": score.value,
            "n": score.n,
            "promoters": score.promoters,
            "passives": score.passives,
            "detractors": score.detractors,
            "accounts": score.accounts,
            "account_spread": score.spread,
            "panel": " ".join(f"{a} {n} {s}" for a, n, s in zip(who, answers, sums, strict=True)),
        }


def evidence_of(
    found: Incidents | Answers, settings: Settings, as_of: float, with_p2: bool = False
) -> Evidence:
    """Let the product read a made-up organisation as known on a day. with_p2: whether P2s are told, too."""
    at = instant(as_of)
    readings: Any
    if isinstance(found, Answers):
        tables, lags, readings = ("nps_responses",), np.zeros(1), AnswerReadings(found)
    else:
        tables, lags = ("incidents",), found.recorded - found.opened
        readings = IncidentReadings(found, at, with_p2, settings.severity.rule)
    store: Any = _Range(tables, at, lags)
    return Evidence(store, settings, at, readings)
