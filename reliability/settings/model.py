"""What review.toml says, as frozen data. docs/settings.md describes every field under the same name."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from functools import cached_property
from zoneinfo import ZoneInfo

from reliability.model import Filters
from reliability.settings.access import Access
from reliability.settings.deliver import Deliver
from reliability.settings.journal import JournalPlace
from reliability.settings.rollups import Rollups
from reliability.settings.severity_phrases import kind_of, level_of
from reliability.settings.warehouse import SharedWarehouse
from reliability.settings.words import DEFAULT_WORDS, normal_word
from reliability.statistics.shapes import DEFAULT

CLOCKS = ("opened", "started", "detected")
SEVERITY_RULES = ("highest", "final")
DATE_ORDERS = ("dmy", "mdy")
KINDS_LEFT_OUT = ("maintenance", "drill", "test", "tutorial", "scheduled", "request", "example")


@dataclass(frozen=True)
class Organisation:
    """Whose review it is. as_of: the instant everything is measured at (UTC), None: newest in the data.

    currency: of all money, a code or a sign; "" when none is set.
    """

    name: str = ""
    time_zone: str = "UTC"
    fiscal_year_start_month: int = 1
    as_of: datetime | None = None
    sample: bool = False
    currency: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days, weeks and quarters begin."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Severity:
    """words: level 1-5 -> the tools' words for it. rule: which severity of an incident's life is counted."""

    words: dict[int, tuple[str, ...]] = field(default_factory=lambda: dict(DEFAULT_WORDS))
    rule: str = "highest"

    def level(self, word: str | None) -> int | None:
        """The level of a tool's text, None when it names none: listed as a whole, else read in parts.

        Case and surplus blanks do not matter. What names a kind of row ("Maintenance") has no level, unless the
        organisation lists it.
        """
        if word is None:
            return None
        listed = self.levels.get(normal_word(word))
        return listed if listed is not None else level_of(word, self.own)

    def kind(self, word: str) -> str | None:
        """The kind of row that a tool's text names in place of a level, None for anything with a level."""
        return kind_of(word) if self.level(word) is None else None

    @cached_property
    def levels(self) -> dict[str, int]:
        """Every word, folded by `normal_word`, with its level."""
        return {normal_word(word): level for level, words in self.words.items() for word in words}

    @cached_property
    def own(self) -> dict[str, int]:
        """The words among them, with their levels, that the organisation adds to the known ones or moves."""
        known = {normal_word(word): level for level, words in DEFAULT_WORDS.items() for word in words}
        return {word: level for word, level in self.levels.items() if known.get(word) != level}


@dataclass(frozen=True)
class Incidents:
    """How incidents are counted.

    recovery_clock: the stamp from which time to recover runs. ended_after_days: how long a chronic issue must stay
    away before it counts as ended.
    """

    recovery_clock: str = "opened"
    repeat_look_back_days: int = 30
    ended_after_days: int = 90
    core_services: tuple[str, ...] = ()
    exclude_kinds: tuple[str, ...] = KINDS_LEFT_OUT


@dataclass(frozen=True)
class Targets:
    """Limits that are not promises: minutes, hours, and shares between 0 and 1."""

    engage_minutes: float = 15
    postmortem_hours: float = 72
    executive_hours: float = 6
    availability: float = 0.9995
    root_cause_capacity: float = 0.60


@dataclass(frozen=True)
class ExportRule:
    """What is known about the exports whose name matches. None: not said.

    retired: the tool is no longer in use, so that nothing new is expected of it. encoding: the code page of lines that
    are not UTF-8.
    """

    match: str
    time_zone: str | None = None
    date_order: str | None = None
    format: str | None = None
    retired: bool | None = None
    encoding: str | None = None

    def matches(self, name: str) -> bool:
        """Whether an export is meant: by its whole name, its archive or its file name.

        name: relative to exports/, with the member of an archive after "!" ("desk/all.zip!tickets.csv").
        """
        archive = name.partition("!")[0]
        last = name.replace("!", "/").rsplit("/", 1)[-1]
        names = {name, archive, last, archive.rsplit("/", 1)[-1]}
        return any(fnmatchcase(candidate, self.match) for candidate in names)


@dataclass(frozen=True)
class Span:
    """Days from `start` up to, not including, `end`; None: it has not ended."""

    start: date
    end: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Gates:
    """What the release gates hold a change for.

    modes: gate -> "block", "warn" or "off". thresholds: by name, see the headers in queries/gates/. signoff_by: who
    may sign off, `*` standing for anything; empty: anybody. core_services: when empty, those of [incidents].
    waiver_days: how long a waiver may last at most. Gates that `modes` does not name keep their own default.
    """

    modes: dict[str, str] = field(default_factory=dict)
    thresholds: dict[str, float] = field(default_factory=dict)
    signoff_by: tuple[str, ...] = ()
    core_services: tuple[str, ...] = ()
    waiver_days: int = 90


@dataclass(frozen=True)
class Build:
    """When the warehouse is built. watch: a running server rebuilds by itself after exports or settings changed."""

    watch: bool = False


@dataclass(frozen=True)
class Baseline:
    """Days a promise is compared with: from `start` up to, not including, `end`."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days


@dataclass(frozen=True)
class Goal:
    """What counts as kept: exactly one of the four is given.

    change: relative to the baseline (-0.30). change_points: points to add to the baseline (NPS).
    at_most, at_least: in the KPI's own unit.
    """

    change: float | None = None
    change_points: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_change(self) -> bool:
        """Whether it is compared with a baseline, and is not a level by itself."""
        return self.change is not None or self.change_points is not None


@dataclass(frozen=True)
class Commitment:
    """A promise: `kpi` over `days` days from `start` against `goal`.

    baseline is None only for goals of at_most and at_least, which do not need one.
    """

    id: str
    title: str
    kpi: str
    start: date
    days: int
    goal: Goal
    baseline: Baseline | None = None
    filters: Filters = Filters()
    shape: str = DEFAULT
    owner: str = ""
    note: str = ""

    @property
    def end(self) -> date:
        """The first day after the promise's window."""
        return self.start + timedelta(days=self.days)


@dataclass(frozen=True)
class Publish:
    """How reviews leave the program. template: a .pptx below the data folder that decks are made from, "" for none."""

    template: str = ""


@dataclass(frozen=True)
class Settings:
    """Everything review.toml says, with defaults for what it leaves unsaid."""

    organisation: Organisation = Organisation()
    severity: Severity = Severity()
    incidents: Incidents = Incidents()
    targets: Targets = Targets()
    gates: Gates = field(default_factory=Gates)
    build: Build = Build()
    access: Access = field(default_factory=Access)
    journal: JournalPlace = field(default_factory=JournalPlace)
    warehouse: SharedWarehouse = field(default_factory=SharedWarehouse)
    deliver: Deliver = field(default_factory=Deliver)
    exports: tuple[ExportRule, ...] = ()
    freezes: tuple[Span, ...] = ()
    incident_windows: tuple[Span, ...] = ()
    quiet: tuple[Span, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    rollups: Rollups = field(default_factory=Rollups)
    publish: Publish = Publish()

    def export_rule(self, name: str) -> ExportRule:
        """What the rules say of one export: for each key, the first matching rule that gives it."""
        matching = [rule for rule in self.exports if rule.matches(name)]
        said = {
            key: next((value for rule in matching if (value := getattr(rule, key)) is not None), None)
            for key in ("time_zone", "date_order", "format", "retired", "encoding")
        }
        return ExportRule(match=name, **said)

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change exactly when a setting changes that the warehouse was built with.

        Names, the currency, gates, access, mail, the places of journal and warehouse, freezes, windows and
        commitments are read again for every page and do not count.
        """
        organisation = asdict(self.organisation)
        del organisation["name"], organisation["sample"], organisation["currency"]
        built_with = {
            "organisation": organisation,
            "severity": {"rule": self.severity.rule, "levels": self.severity.levels},
            "incidents": asdict(self.incidents),
            "targets": asdict(self.targets),
            "exports": [asdict(rule) for rule in self.exports],
            "quiet": [asdict(span) for span in self.quiet],
        }
        text = json.dumps(built_with, sort_keys=True, default=lambda instant: instant.isoformat())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def edition(self) -> str:
        """Sixteen hex digits that change with anything review.toml says: what pages may keep their answers by."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]
