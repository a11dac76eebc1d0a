"""The canonical tables: what every export is mapped to, and what every query may rely on.

Each table also carries the provenance columns of `PROVENANCE`. Import queries give every column as text;
the warehouse turns the text into the types named here.
"""

from dataclasses import dataclass

# Column types. "severity" is a word that review.toml translates to a level 1-5; "names" are names of columns.
TEXT, INSTANT, INTEGER, NUMBER, BOOLEAN, DATE, SEVERITY, NAMES = (
    "text",
    "instant",
    "integer",
    "number",
    "boolean",
    "date",
    "severity",
    "names",
)

DUCKDB_TYPES = {
    TEXT: "varchar",
    INSTANT: "timestamptz",
    INTEGER: "bigint",
    NUMBER: "double",
    BOOLEAN: "boolean",
    DATE: "date",
    SEVERITY: "bigint",
    NAMES: "varchar[]",
}

PROVENANCE = {
    "source": TEXT,
    "source_file": TEXT,
    "source_line": INTEGER,
    "exported_at": INSTANT,
    # The stamps of the row that are known to the day only, NULL where each has a time of day. One that a length of time
    # after a day gave is there twice: "resolved_at", and "resolved_at counted", for the length itself is exact.
    "day_only": NAMES,
}


@dataclass(frozen=True)
class Table:
    """One canonical table.

    name: as in the warehouse. what: one row is ... key: the columns that say two rows are the same thing.
    required: columns without which a row is set aside. columns: name -> type, in order.
    happened_at: the instant that says how fresh the table is, or "" when a row has none.
    """

    name: str
    what: str
    key: tuple[str, ...]
    required: tuple[str, ...]
    columns: dict[str, str]
    happened_at: str = ""


_TABLES = (
    Table(
        "incidents",
        "an incident",
        ("source", "incident_id"),
        ("incident_id", "opened_at"),
        {
            "incident_id": TEXT,
            "url": TEXT,
            "title": TEXT,
            "service": TEXT,
            "team": TEXT,
            "severity": SEVERITY,
            "severity_text": TEXT,  # the word the tool used
            "severity_highest": SEVERITY,
            "severity_first": SEVERITY,
            "status": TEXT,  # open, resolved, closed, cancelled, declined, merged
            "kind": TEXT,  # incident, maintenance, drill, test, tutorial, scheduled, request
            "opened_at": INSTANT,
            "started_at": INSTANT,
            "detected_at": INSTANT,
            "acknowledged_at": INSTANT,
            "engaged_at": INSTANT,
            "mitigated_at": INSTANT,
            "resolved_at": INSTANT,
            "closed_at": INSTANT,
            "updated_at": INSTANT,
            "reopen_count": INTEGER,
            "root_cause": TEXT,
            "root_cause_id": TEXT,  # an id that several incidents can share; never prose
            "problem_id": TEXT,
            "repeat_of": TEXT,
            "merged_into": TEXT,
            "customers_affected": INTEGER,
            "recorded_at": INSTANT,  # when the row entered the system, mostly after opened_at
            "external_ids": TEXT,  # what other tools call this incident, separated by ", "
        },
        "opened_at",
    ),
    Table(
        "incident_accounts",
        "an account hit by an incident",
        ("incident_id", "account_id"),
        ("incident_id", "account_id"),
        {"incident_id": TEXT, "account_id": TEXT},
    ),
    Table(
        "tickets",
        "a support ticket",
        ("source", "ticket_id"),
        ("ticket_id", "created_at"),
        {
            "ticket_id": TEXT,
            "account_id": TEXT,
            "subject": TEXT,
            "service": TEXT,
            "priority": TEXT,
            "status": TEXT,
            "created_at": INSTANT,
            "solved_at": INSTANT,
            "updated_at": INSTANT,
            "incident_id": TEXT,
            "problem_id": TEXT,
            "repeat_flag": BOOLEAN,
            "escalated_to_engineering_at": INSTANT,
            "escalated_to_executive_at": INSTANT,
        },
        "created_at",
    ),
    Table(
        "alerts",
        "an alert",
        ("source", "alert_id"),
        ("alert_id", "fired_at"),
        {
            "alert_id": TEXT,
            "title": TEXT,
            "service": TEXT,
            "fired_at": INSTANT,
            "closed_at": INSTANT,
            "incident_id": TEXT,
            "actionable": BOOLEAN,
        },
        "fired_at",
    ),
    Table(
        "postmortems",
        "a postmortem",
        ("incident_id",),
        ("incident_id",),
        {
            "incident_id": TEXT,
            "published_at": INSTANT,
            "owner": TEXT,
            "blameless": BOOLEAN,
            "actions_total": INTEGER,
            "actions_done": INTEGER,
            "url": TEXT,
        },
        "published_at",
    ),
    Table(
        "nps_responses",
        "a scored answer",
        ("source", "response_id"),
        ("response_id", "score"),
        {
            "response_id": TEXT,
            "responded_at": INSTANT,
            "score": INTEGER,
            "account_id": TEXT,
            "segment": TEXT,
            "comment": TEXT,
            "recorded_at": INSTANT,
        },
        "responded_at",
    ),
    Table(
        "accounts",
        "a customer",
        ("account_id",),
        ("account_id",),
        {"account_id": TEXT, "name": TEXT, "segment": TEXT, "annual_value": NUMBER},
    ),
    Table(
        "availability",
        "good and valid requests of one endpoint in one interval",
        ("endpoint", "interval_start"),
        ("endpoint", "interval_start", "interval_end"),
        {
            "endpoint": TEXT,
            "service": TEXT,
            "interval_start": INSTANT,
            "interval_end": INSTANT,
            "good": INTEGER,
            "total": INTEGER,
            "objective": NUMBER,  # share of good requests promised for this endpoint; NULL: the organisation's target
        },
        "interval_end",
    ),
    Table(
        "changes",
        "a pull request, release or launch",
        ("change_id",),
        ("change_id",),
        {
            "change_id": TEXT,
            "title": TEXT,
            "kind": TEXT,
            "service": TEXT,
            "team": TEXT,
            "release": TEXT,
            "requested_at": INSTANT,
            "planned_for": INSTANT,
            "merged_at": INSTANT,
            "released_at": INSTANT,
            "slo_impact_statement": TEXT,
            "slo_impact_service": TEXT,
            "reliability_signoff_by": TEXT,
            "reliability_signoff_at": INSTANT,
            "essential": BOOLEAN,
        },
        "merged_at",
    ),
    Table(
        "roadmap",
        "a roadmap entry",
        ("item_id",),
        ("item_id",),
        {
            "item_id": TEXT,
            "title": TEXT,
            "owner": TEXT,
            "quarter": TEXT,
            "service": TEXT,
            "released_at": INSTANT,
            "expected_mttr_change": NUMBER,
            "expected_availability_change": NUMBER,
            "expected_repeat_change": NUMBER,
        },
        "released_at",
    ),
    Table(
        "sprint_work",
        "work of one kind in one sprint",
        ("sprint", "team", "work_type"),
        ("sprint", "work_type"),
        {
            "sprint": TEXT,
            "starts_on": DATE,
            "ends_on": DATE,
            "team": TEXT,
            "work_type": TEXT,
            "planned_points": NUMBER,
            "done_points": NUMBER,
        },
    ),
    Table(
        "runbooks",
        "a runbook",
        ("service", "problem_id", "url"),
        (),
        {"service": TEXT, "problem_id": TEXT, "url": TEXT, "updated_at": INSTANT},
        "updated_at",
    ),
    Table(
        "support_rotations",
        "an engineer's time on the support floor",
        ("engineer", "date"),
        ("engineer", "date"),
        {
            "engineer": TEXT,
            "date": DATE,
            "team": TEXT,
            "planned_hours": NUMBER,  # a turn that was planned; NULL where the export does not say
            "hours": NUMBER,  # held; NULL or 0 of a planned turn: it was not
        },
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}


def spoken(name: str) -> str:
    """Return a table's name as people say it: "NPS responses" for nps_responses."""
    return name.replace("_", " ").replace("nps", "NPS")
