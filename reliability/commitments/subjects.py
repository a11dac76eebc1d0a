"""What each KPI is about: the words for it, and which statistics fit it."""

from dataclasses import dataclass

from reliability.queries import catalogue

COUNT = "count"  # events per window: a ratio of rates
DURATION = "duration"  # minutes with open ones: a ratio of medians
SHARE = "share"  # so many of so many that could have been otherwise
CENSUS = "census"  # counted in full, no sampling error
HOLDING = "holding"  # a share of endings, some still being watched
MEAN = "mean"  # a mean of values without open ones
SCORE = "score"  # NPS
AVAILABILITY = "availability"


@dataclass(frozen=True)
class Subject:
    """One KPI as promises speak of it.

    short_title: one or two words for a headline. noun: fills "... are down 40 %" ("is" unless plural). tables: names in
    fact_coverage that must cover the windows. column: of commitments/weekly_counts. clock, worst_only: parameters
    of commitments/durations. rows: the query with the failed cases.
    timed: a duty with a clock, so that failing it means being late. mends: what
    is missing can still be supplied before the deadline.
    """

    family: str
    short_title: str
    noun: str
    plural: bool = False
    tables: tuple[str, ...] = ("incidents",)
    column: str = ""
    clock: str = ""
    worst_only: bool = True
    rows: str = ""
    timed: bool = False
    mends: bool = False

    @property
    def verb(self) -> str:
        """The verb that goes with the noun."""
        return "are" if self.plural else "is"


def _count(short_title: str, noun: str, column: str, *tables: str) -> Subject:
    return Subject(COUNT, short_title, noun, True, tables or ("incidents",), column=column)


def _median(short_title: str, noun: str, clock: str, worst_only: bool = True) -> Subject:
    return Subject(DURATION, short_title, noun, clock=clock, worst_only=worst_only)


SUBJECTS = {
    "p1_incidents": _count("P1s", "P1s", "p1"),
    "incidents": _count("incidents", "incidents", "incidents"),
    "repeat_incidents": _count("repeats", "repeat incidents", "repeats", "repeats"),
    "repeat_escalations": _count(
        "repeats", "repeat escalations", "repeat_escalations", "repeats", "escalations"
    ),
    "reclassified_incidents": _count("severities", "reclassified incidents", "reclassified"),
    "time_to_recover_median": _median("recovery", "the median P1 time to recover", "recover"),
    "time_to_recover_median_all": _median("recovery", "the median time to recover", "recover", False),
    "time_to_detect_median": _median("detection", "the median P1 time to detect", "detect"),
    "time_to_engage_median": _median("engagement", "the median P1 time to engage", "engage"),
    "engaged_within_target_share": Subject(SHARE, "engagement", "the share of P1s engaged in time"),
    "repeat_share": Subject(SHARE, "repeats", "the share of repeats", tables=("repeats",)),
    "escalation_to_executive_within_target_share": Subject(
        SHARE,
        "executive escalation",
        "the share of repeats that reach an executive in time",
        tables=("repeats", "escalations"),
    ),
    "escalation_to_engineering_hours_mean": Subject(
        MEAN,
        "engineering escalation",
        "the mean time from support to engineering",
        tables=("repeats", "escalations"),
    ),
    "permanent_endings_share": Subject(HOLDING, "endings", "the share of endings that hold"),
    "remediation_holding_share": Subject(HOLDING, "remediation", "the share of remediation that holds"),
    "alert_actionable_share": Subject(SHARE, "alerts", "the share of actionable alerts", tables=("alerts",)),
    "availability": Subject(AVAILABILITY, "availability", "availability", tables=("availability",)),
    "error_budget_left": Subject(CENSUS, "error budget", "the error budget left", tables=("availability",)),
    "nps": Subject(SCORE, "NPS", "NPS", tables=("nps_responses",)),
    "nps_responses": Subject(CENSUS, "NPS answers", "the number of answers", tables=("nps_responses",)),
    "postmortem_on_time_share": Subject(
        CENSUS,
        "postmortems",
        "the share of postmortems on time",
        tables=("incidents", "postmortems"),
        rows="rows/postmortems",
        timed=True,
    ),
    "root_cause_capacity_share": Subject(
        CENSUS, "capacity", "the share of root-cause work", tables=("sprint_work",)
    ),
    "core_change_compliance_share": Subject(
        CENSUS,
        "core changes",
        "the share of core changes that comply",
        tables=("changes",),
        rows="rows/core_changes",
    ),
    "runbook_coverage_share": Subject(
        CENSUS,
        "runbooks",
        "the share of chronic issues with a runbook",
        tables=("repeats",),
        rows="rows/chronic_issues",
        mends=True,
    ),
}


def subject_of(kpi: str) -> Subject:
    """Return what a KPI is about; one that an analyst added is taken as counted in full under its own title."""
    if kpi in SUBJECTS:
        return SUBJECTS[kpi]
    query = catalogue().get(f"kpis/{kpi}")
    title = query.title if query and query.title else kpi.replace("_", " ")
    return Subject(CENSUS, title, title, tables=(), rows=query.rows if query else "")
