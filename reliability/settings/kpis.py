"""The KPIs a commitment can be about, with their units."""

from pathlib import Path

from reliability.errors import QueryError
from reliability.queries import FOLDER, parse_header

# Stable ids: scripts and commitments rely on them, so they are known even where a query file is missing.
_STABLE = {
    "p1_incidents": "incidents",
    "incidents": "incidents",
    "time_to_recover_median": "minutes",
    "time_to_recover_median_all": "minutes",
    "time_to_detect_median": "minutes",
    "time_to_engage_median": "minutes",
    "engaged_within_target_share": "share",
    "repeat_incidents": "incidents",
    "repeat_share": "share",
    "repeat_escalations": "incidents",
    "escalation_to_engineering_hours_mean": "hours",
    "escalation_to_executive_within_target_share": "share",
    "availability": "share",
    "error_budget_left": "share",
    "nps": "points",
    "nps_responses": "answers",
    "postmortem_on_time_share": "share",
    "root_cause_capacity_share": "share",
    "alert_actionable_share": "share",
    "runbook_coverage_share": "share",
    "core_change_compliance_share": "share",
    "reclassified_incidents": "incidents",
    "permanent_endings_share": "share",
    "remediation_holding_share": "share",
}


def known_kpis(folder: Path = FOLDER) -> dict[str, str]:
    """Every KPI id with its unit: the stable ones and whatever an analyst added below queries/kpis.

    A file whose header cannot be read is known by its name only; `python -m reliability check` reports it.
    """
    units = dict(_STABLE)
    for path in sorted((folder / "kpis").glob("*.sql")):
        try:
            header = parse_header(path.read_text(encoding="utf-8"), path.name)
        except (QueryError, OSError, UnicodeDecodeError):
            header = {}
        units[path.stem] = header.get("unit", units.get(path.stem, ""))
    return units
