"""What people say of the data that decides a promise's word: incident windows, words of severities, what was quiet."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Self

from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import YEAR
from reliability.commitments.severities import asks_for
from reliability.queries.figures import figure
from reliability.settings import Commitment, Settings, Span
from reliability.settings.periods import midnight
from reliability.warehouse.decided import QuietSpan

# Whose silences are those of another table.
_SILENT_AS = {"repeats": "incidents", "escalations": "tickets"}
_NONE = "none"

Days = tuple[date, date]


@dataclass(frozen=True)
class Said:
    """What people said, as far as it touches one promise.

    incident_windows, quiet: days [start, end) of the time that a promise looks at. severity_words: word -> level, of
    those that are the organisation's own. quiet_tools: silences of one tool.
    """

    incident_windows: tuple[Days, ...] = ()
    severity_words: Mapping[str, int] = field(default_factory=dict)
    quiet: tuple[Days, ...] = ()
    quiet_tools: tuple[QuietSpan, ...] = ()

    @property
    def body(self) -> dict[str, Any]:
        """The same as the journal keeps it."""
        return {
            "incident_windows": [
                [start.isoformat(), end.isoformat()] for start, end in self.incident_windows
            ],
            "severity_words": dict(self.severity_words),
            "quiet": [[start.isoformat(), end.isoformat()] for start, end in self.quiet],
            "quiet_tools": [
                [one.table_name, one.source, one.starts_at.isoformat(), one.ends_at.isoformat()]
                for one in self.quiet_tools
            ],
        }

    @classmethod
    def of_body(cls, body: Mapping[str, Any]) -> Self:
        """Read what the journal keeps. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(
            tuple(_days(pair) for pair in body["incident_windows"]),
            {str(word): int(level) for word, level in body["severity_words"].items()},
            tuple(_days(pair) for pair in body["quiet"]),
            tuple(
                QuietSpan(table, source, datetime.fromisoformat(start), datetime.fromisoformat(end))
                for table, source, start, end in body["quiet_tools"]
            ),
        )

    def settings(self, today: Settings) -> Settings:
        """Return today's settings with what was said then in its place."""
        words = {
            level: tuple(word for word, at in self.severity_words.items() if at == level)
            for level in range(1, 6)
        }
        known = {
            level: (*(w for w in spelled if w not in today.severity.own), *words.get(level, ()))
            for level, spelled in _folded(today).items()
        }
        return replace(
            today,
            incident_windows=_spans(self.incident_windows),
            severity=replace(today.severity, words=known),
            quiet=_spans(self.quiet),
        )

    def differences(self, then: "Said") -> Iterator[tuple[str, str, str]]:
        """Yield what differs from what was said then: where it is said, now and then, in words."""
        if self.incident_windows != then.incident_windows:
            yield "[[incident_windows]]", _in_days(self.incident_windows), _in_days(then.incident_windows)
        for word in sorted({*self.severity_words, *then.severity_words}):
            now, was = self.severity_words.get(word), then.severity_words.get(word)
            if now != was:
                yield f"[severity.words] “{word}”", _level(now), _level(was)
        if self.quiet != then.quiet:
            yield "[[quiet]]", _in_days(self.quiet), _in_days(then.quiet)
        now_tools, then_tools = set(self.quiet_tools), set(then.quiet_tools)
        if now_tools != then_tools:
            new, gone = sorted(now_tools - then_tools), sorted(then_tools - now_tools)
            yield "what was said to be quiet", _in_tools(new), _in_tools(gone)


def said_of(promise: Commitment, evidence: Evidence) -> Said:
    """Return what people have said that touches a promise, as the evidence's settings and warehouse have it."""
    settings = evidence.settings
    first = promise.baseline.start if promise.baseline else promise.start
    # What a fall returns from is looked for in the year before a promise, too.
    year = min(first, promise.start - YEAR)
    windows = _clipped(settings.incident_windows, year, promise.start) if promise.baseline else ()
    words = settings.severity.own if asks_for(promise) else {}
    tables = {_SILENT_AS.get(name, name) for name in figure(promise.kpi).covered_by}
    zone = settings.organisation.zone
    start, end = midnight(first, zone), midnight(promise.end, zone)
    tools = [
        QuietSpan(row["table_name"], row["source"] or "", row["starts_at"], row["ends_at"])
        for row in evidence.quiet_said
        if row["table_name"] in tables and row["starts_at"] < end and row["ends_at"] > start
    ]
    return Said(windows, dict(words), _clipped(settings.quiet, first, promise.end), tuple(tools))


def _clipped(spans: Iterable[Span], first: date, end: date) -> tuple[Days, ...]:
    found = [(max(span.start, first), min(span.end or end, end)) for span in spans]
    return tuple(sorted((start, last) for start, last in found if start < last))


def _folded(settings: Settings) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {level: [] for level in range(1, 6)}
    for word, level in settings.severity.levels.items():
        found.setdefault(level, []).append(word)
    return found


def _spans(days: Iterable[Days]) -> tuple[Span, ...]:
    return tuple(Span(start, end) for start, end in days)


def _days(pair: Iterable[str]) -> Days:
    start, end = (date.fromisoformat(text) for text in pair)
    return start, end


def _in_days(spans: Iterable[Days]) -> str:
    said = [f"{start} to {end - timedelta(days=1)}" for start, end in spans]
    return ", ".join(said) or _NONE


def _level(level: int | None) -> str:
    return f"P{level}" if level else "as usual"


def _in_tools(spans: Iterable[QuietSpan]) -> str:
    said = [
        f"{one.source or one.table_name} {one.starts_at:%Y-%m-%d} to {one.ends_at:%Y-%m-%d}" for one in spans
    ]
    return ", ".join(said) or _NONE
