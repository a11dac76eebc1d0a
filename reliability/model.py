"""What a review says, as plain frozen data: pages, deck, HTML, JSON and snapshots only show it.

Everything here is serialisable (`to_json`). None always means "there is no such figure", never zero.
Instants are timezone-aware UTC datetimes; the organisation's zone is only used to show them.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

# The states of a figure. "not yet" is for something whose time has not come.
OK, NO_DATA, PARTIAL, NOT_YET = "ok", "no data", "partial", "not yet"

# The tone of a verdict decides its colour and icon; the word is always beside them.
GOOD, NOISE, CONCERN, UNKNOWN = "good", "noise", "concern", "unknown"


@dataclass(frozen=True)
class Period:
    """A window [start, end) as shown: a quarter, or any dates. `partial` when `as_of` falls inside it."""

    id: str
    label: str
    start: datetime
    end: datetime
    as_of: datetime
    partial: bool
    elapsed_days: float
    days: float


@dataclass(frozen=True)
class Filters:
    """The view's filters; an empty tuple means all."""

    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    severities: tuple[int, ...] = ()


@dataclass(frozen=True)
class CardVerdict:
    """A verdict word with its tone and one clause of evidence."""

    word: str
    tone: str
    evidence: str = ""


@dataclass(frozen=True)
class Count:
    """How many promises one bucket holds ("missed", 5), with the bucket's tone."""

    name: str
    tone: str
    number: int


@dataclass(frozen=True)
class Change:
    """A figure against an earlier period: `then` is None when that period has no figure.

    label: "against 2025 Q2, same 47 days". text: "-6 (-22 %)" or "no figure then".
    """

    label: str
    then: float | None
    then_text: str
    text: str


@dataclass(frozen=True)
class Point:
    """One point of a series. `partial` is drawn hollow; `low`/`high` are an interval or a spread.

    until: the end of the step [at, until) whose records the point stands for; None where it stands for an instant.
    tone: a verdict's tone when this very point is a signal, else "" (quiet).
    """

    at: datetime
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    partial: bool = False
    tone: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Card:
    """One figure of the review.

    query: the KPI query behind it. value, text: the period's figure ("1 h 52 min"); was: that of the period before.
    judged: the figure the verdict speaks of, over the promise's own window; it is the large one, and `in_period` then
    names the period's beside it. Both are "" without a verdict. goal: small text or "". judged_title: whose figure is
    large. beside, clause: the few words a card has room for; goal and evidence are the whole ones. asides: what stands
    beside a figure that says little by itself.
    left_out: reason -> number of records. needs: the canonical table that would fill it when there is no data.
    """

    id: str
    title: str
    query: str
    status: str
    value: float | None
    unit: str
    text: str
    n: int | None = None
    open: int | None = None
    goal: str = ""
    goal_value: float | None = None
    was: str = ""
    judged: str = ""
    judged_title: str = ""
    beside: str = ""
    clause: str = ""
    asides: tuple[str, ...] = ()
    in_period: str = ""
    evidence: str = ""
    verdict: CardVerdict | None = None
    changes: tuple[Change, ...] = ()
    sparkline: tuple[Point, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    needs: str = ""
    commitment: str = ""


@dataclass(frozen=True)
class Band:
    """A shaded stretch of time with a word ("baseline", "incident window", "not covered")."""

    start: datetime
    end: datetime
    label: str
    role: str  # "baseline", "incident" or "gap"


@dataclass(frozen=True)
class Mark:
    """A moment with a word: a freeze, a sprint start, a promise."""

    at: datetime
    label: str


@dataclass(frozen=True)
class Line:
    """A series of points with the label written at its end.

    role: main, second or faint for data; "goal" (dashed, in the accent) and "was" (dotted, quiet) for straight
    paths that are compared with, which have no points of their own to open.
    """

    label: str
    points: tuple[Point, ...]
    role: str = "main"


@dataclass(frozen=True)
class Level:
    """A horizontal line with a name: goal, mean, a control limit."""

    label: str
    value: float
    role: str  # goal, mean, limit
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Chart:
    """Everything a chart shows, before any drawing.

    kind: "columns" (counts per step), "line", "points" (markers joined by a thin line). unit: "incidents", "minutes",
    "share", "points". scale: "linear" or "log". title is the finding; subtitle what is drawn, unit and period;
    takeaway the alternative text. query and params make every point traceable.
    """

    id: str
    title: str
    subtitle: str
    kind: str
    unit: str
    lines: tuple[Line, ...]
    levels: tuple[Level, ...] = ()
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    scale: str = "linear"
    takeaway: str = ""
    query: str = ""
    status: str = OK
    needs: str = ""


@dataclass(frozen=True)
class Source:
    """One export file as the review sees it: how fresh, how much of it was used."""

    file: str
    title: str
    table: str
    newest_at: datetime | None
    stale: bool
    rows_read: int
    kept: int
    superseded: int
    excluded: int
    set_aside: int


@dataclass(frozen=True)
class Option:
    """One way to answer a question. before: what it did when it was done last, "" where that is not known.

    tone: of the verdict on that, "" without one.
    """

    id: str
    title: str
    before: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Link:
    """Something that a text names and that a page can open: the page's script and the key of its address."""

    name: str
    page: str
    key: str


@dataclass(frozen=True)
class Question:
    """Something that the meeting has to decide. id: of the promise it is about. why: what stands behind it.

    owner: a role. due: the day by which what is chosen should be done. tone: of the promise's verdict. links: what
    `why` names.
    """

    id: str
    title: str
    why: str
    options: tuple[Option, ...]
    owner: str
    due: date
    tone: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Promise:
    """One promise of a review as presented, in words.

    bucket, tone: how it stands. verdict: its word, first letter raised. figure, goal, evidence, sentence: as its page
    has them. before: the baseline's figure. cause: the names behind it. window: its days; n: the records it is based
    on; interval: its 90 % range in words. All of them are "" where there is none. kpi: its figure's id.
    """

    id: str
    title: str
    bucket: str
    tone: str
    verdict: str
    figure: str
    kpi: str
    goal: str = ""
    evidence: str = ""
    sentence: str = ""
    before: str = ""
    cause: str = ""
    window: str = ""
    n: int | None = None
    interval: str = ""
    chart: Chart | None = None


@dataclass(frozen=True)
class Listing:
    """A short list as presented: the first rows of a longer one, in words.

    title is the finding, subtitle what is listed, notes what to know of it. The first cell of a row names it: no two
    rows have the same. rest: how many more there are. query: where it is from, "" where it is no query.
    """

    id: str
    title: str
    subtitle: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    rest: int = 0
    notes: tuple[str, ...] = ()
    query: str = ""


@dataclass(frozen=True)
class Review:
    """One quarter, whole. `headline` is the sentence, `reason` the line of why.

    buckets: every promise in force counted once, by how it stands.
    how_sure: what stands behind the sentence: many verdicts at once, then each promise's margin, power and clusters.
    decisions: a line for each promise that needs somebody; questions: the same as questions, with options.
    notes: what to know while reading (the quarter is not over). warnings: what may make figures wrong.
    promises, listings: what a review has beyond its page when it is kept and sent; older ones have none.
    """

    organisation: str
    sample: bool
    data_version: str
    period: Period
    comparison: str
    filters: Filters
    headline: str
    reason: str
    cards: tuple[Card, ...]
    charts: tuple[Chart, ...]
    worst: tuple[dict, ...]
    left_out: tuple[tuple[str, int], ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    buckets: tuple[Count, ...] = ()
    how_sure: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    promises: tuple[Promise, ...] = ()
    listings: tuple[Listing, ...] = ()
