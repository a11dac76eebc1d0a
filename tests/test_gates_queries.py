"""Every gate on cases made by hand: what passes, what fails, what cannot be told, and who resolves it."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlfluff.core import FluffConfig, Linter

from reliability.formatting import plain
from reliability.gates.evaluation import evaluate, parameters
from reliability.gates.finding import findings
from reliability.gates.model import GateResult
from reliability.queries import FOLDER, Store
from reliability.queries.gates import BLOCK, COLUMNS, PASSED, WARN, all_gates
from reliability.settings import Gates, Incidents, Organisation, Settings, Span
from tests.conftest import SHIPPED_GATES
from tests.organisation_by_hand import organisation
from tests.warehouse_by_hand import by_hand, instant

AS_OF = instant("2025-11-17 08:00")
CORE = Settings(incidents=Incidents(core_services=("api", "login")))

Ask = Callable[..., GateResult]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask one gate about one change: `ask("error_budget", {"service": "api"}, availability=[...])`."""

    def asked(
        gate: str, change: dict[str, Any], settings: Settings = CORE, as_of: str = "", **tables: Sequence[Any]
    ) -> GateResult:
        row = {"change_id": "C1", "planned_for": "2025-11-20 09:00", "kind": "other", **change}
        with by_hand(tmp_path, changes=[row], **tables) as store:
            found = evaluate(store, settings, instant(as_of) if as_of else AS_OF, change_ids=["C1"])
        result = next(r for r in found.results(found.decisions[0]) if r.gate == gate)
        return result._replace(reason=plain(result.reason))

    return asked


def said(result: GateResult) -> tuple[str, str, str]:
    return result.state, result.reason, result.resolver


def passed(by: str) -> tuple[str, str, str]:
    """A gate that passed says by which figure of which window; nobody has anything to give."""
    return "passed", by, ""


# ---------------------------------------------------------------------------------------- SLO impact statement


def test_a_core_change_with_a_statement_about_its_service_passes(ask):
    change = {"service": "api", "slo_impact_statement": "none expected", "slo_impact_service": " API "}
    assert said(ask("slo_impact_statement", change)) == passed("There is an SLO impact statement for api.")


@pytest.mark.parametrize("statement", [None, "", "  "])
def test_a_core_change_without_a_statement_fails_and_its_team_gives_it(ask, statement):
    change = {"service": "api", "team": "Payments", "slo_impact_statement": statement}
    expected = ("fail", "There is no SLO impact statement for api.", "team Payments")
    assert said(ask("slo_impact_statement", change)) == expected


def test_without_a_team_somebody_is_still_named(ask):
    assert ask("slo_impact_statement", {"service": "api"}).resolver == "the team of the change"


def test_a_statement_about_another_service_fails(ask):
    change = {"service": "api", "slo_impact_statement": "p99 +15 ms", "slo_impact_service": "search"}
    state, reason, _ = said(ask("slo_impact_statement", change))
    assert (state, reason) == ("fail", "The SLO impact statement is about search; the change touches api.")


def test_a_statement_that_names_no_service_counts_when_its_text_does(ask):
    change = {"service": "api", "slo_impact_statement": "The API answers 4 ms later."}
    assert said(ask("slo_impact_statement", change)) == passed("There is an SLO impact statement for api.")


def test_whether_a_statement_is_about_the_service_cannot_be_told_when_it_names_none(ask):
    result = ask("slo_impact_statement", {"service": "api", "slo_impact_statement": "No change expected."})
    assert result.state == "cannot tell"
    assert result.reason == (
        "The SLO impact statement does not say which service it is about; the change touches api."
    )


def test_each_touched_core_service_needs_a_statement(ask):
    change = {"service": "api; login, mail", "slo_impact_statement": "x", "slo_impact_service": "login"}
    result = ask("slo_impact_statement", change)
    assert (result.state, result.reason) == (
        "fail",
        "The SLO impact statement is about login; the change touches api.",
    )


def test_other_services_need_no_statement_and_no_sign_off(ask):
    assert said(ask("slo_impact_statement", {"service": "mail"})) == passed("mail is not a core service.")
    assert said(ask("reliability_signoff", {"service": "mail"})) == passed("mail is not a core service.")


def test_where_no_core_service_is_named_every_service_is_core(ask):
    assert ask("slo_impact_statement", {"service": "mail"}, settings=Settings()).state == "fail"
    assert ask("reliability_signoff", {"service": "mail"}, settings=Settings()).state == "fail"


def test_the_gates_may_have_core_services_of_their_own(ask):
    settings = Settings(incidents=Incidents(core_services=("api",)), gates=Gates(core_services=("mail",)))
    assert ask("slo_impact_statement", {"service": "api"}, settings=settings).state == "passed"
    assert ask("slo_impact_statement", {"service": "mail"}, settings=settings).state == "fail"


@pytest.mark.parametrize("service", [None, "", " ; "])
@pytest.mark.parametrize(
    "gate",
    ["slo_impact_statement", "reliability_signoff", "error_budget", "postmortem_overdue", "runbook_missing"],
)
def test_a_change_that_names_no_service_cannot_be_judged_by_service(ask, gate, service):
    full = {
        "availability": AVAILABLE,
        "incidents": [P1],
        "postmortems": [WRITTEN],
        "runbooks": [{"service": "api"}],
    }
    result = ask(gate, {"service": service}, **full)
    assert result.state == "cannot tell"
    assert result.reason.startswith("The change names no service, so nobody can tell")


# ---------------------------------------------------------------------------------------- reliability sign-off

SIGNED = {"service": "api", "reliability_signoff_by": "Reliability office (D. Okafor)"}
ALLOWED = Settings(
    incidents=Incidents(core_services=("api",)), gates=Gates(signoff_by=("reliability office*", "A_b 100%"))
)


def test_a_sign_off_before_the_merge_by_somebody_allowed_passes(ask):
    change = {**SIGNED, "reliability_signoff_at": "2025-11-10 09:00", "merged_at": "2025-11-10 09:00"}
    assert said(ask("reliability_signoff", change, ALLOWED)) == passed("Signed off on 10 Nov 2025.")


def test_a_missing_sign_off_fails_and_the_reliability_team_gives_it(ask):
    expected = ("fail", "It is not signed off for reliability yet.", "the reliability team")
    assert said(ask("reliability_signoff", {"service": "api"})) == expected


def test_a_merge_without_sign_off_is_named_with_its_day(ask):
    settings = Settings(organisation=Organisation(time_zone="Europe/Berlin"))
    change = {"service": "api", "merged_at": "2025-11-09 23:30"}
    state, reason, _ = said(ask("reliability_signoff", change, settings))
    assert (state, reason) == ("fail", "It was merged on 10 Nov 2025 without a reliability sign-off.")


def test_a_sign_off_after_the_merge_fails(ask):
    change = {**SIGNED, "reliability_signoff_at": "2025-11-12 09:00", "merged_at": "2025-11-10 09:00"}
    state, reason, _ = said(ask("reliability_signoff", change, ALLOWED))
    assert (state, reason) == ("fail", "It was signed off on 12 Nov 2025, after the merge on 10 Nov 2025.")


@pytest.mark.parametrize(
    ("merged", "day_only", "state"),
    [
        ("2025-11-10 09:00", ["reliability_signoff_at"], "cannot tell"),
        ("2025-11-10", ["merged_at"], "cannot tell"),
        ("2025-11-11", ["reliability_signoff_at", "merged_at"], "passed"),
        ("2025-11-09", ["reliability_signoff_at", "merged_at"], "fail"),
    ],
)
def test_of_one_day_nobody_can_tell_whether_the_sign_off_or_the_merge_came_first(
    ask, merged, day_only, state
):
    signed = "2025-11-10" if "reliability_signoff_at" in day_only else "2025-11-10 15:00"
    change = {**SIGNED, "reliability_signoff_at": signed, "merged_at": merged, "day_only": day_only}
    result = ask("reliability_signoff", change, ALLOWED)
    assert result.state == state
    if state == "cannot tell":
        assert result.reason == (
            "It was signed off and merged on 10 Nov 2025, and only the day is known, "
            "so nobody can tell which came first."
        )


def test_a_change_without_a_merge_is_measured_at_its_release(ask):
    change = {**SIGNED, "reliability_signoff_at": "2025-11-12 09:00", "released_at": "2025-11-10 09:00"}
    assert ask("reliability_signoff", change, ALLOWED).state == "fail"


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("RELIABILITY OFFICE", "passed"),
        ("a_B 100%", "passed"),
        ("axb 1000", "fail"),
        ("Office of reliability", "fail"),
    ],
)
def test_only_those_allowed_may_sign_off_and_nobody_is_named_in_the_reason(ask, name, state):
    result = ask("reliability_signoff", {"service": "api", "reliability_signoff_by": name}, ALLOWED)
    assert result.state == state
    assert name not in result.reason


def test_anybody_may_sign_off_where_nobody_is_named(ask):
    expected = "Signed off; the day is not recorded, which is enough until the change is merged."
    assert said(ask("reliability_signoff", SIGNED)) == passed(expected)


def test_a_sign_off_without_a_name_cannot_be_judged_where_somebody_has_to_be_allowed(ask):
    change = {"service": "api", "reliability_signoff_at": "2025-11-10 09:00"}
    assert ask("reliability_signoff", change).state == "passed"
    result = ask("reliability_signoff", change, ALLOWED)
    assert (result.state, result.reason) == ("cannot tell", "The sign-off does not say who gave it.")


def test_a_sign_off_without_a_time_counts_until_the_merge(ask):
    assert ask("reliability_signoff", SIGNED, ALLOWED).state == "passed"
    result = ask("reliability_signoff", {**SIGNED, "merged_at": "2025-11-10 09:00"}, ALLOWED)
    assert result.state == "cannot tell"
    assert "nobody can tell whether it came before the merge" in result.reason


def test_what_happened_later_is_not_seen(ask):
    change = {**SIGNED, "reliability_signoff_at": "2025-11-12 09:00"}
    assert ask("reliability_signoff", change, ALLOWED, as_of="2025-11-11").state == "fail"
    assert ask("reliability_signoff", change, ALLOWED, as_of="2025-11-13").state == "passed"


# ---------------------------------------------------------------------------------------- error budget


def measured(service: str, bad: int, day: str = "2025-11-16", total: int = 1000, start: str = "2025-10-01"):
    """One interval from the quarter's start to the end of `day`, so that what is expected by its end is plain."""
    return {
        "endpoint": f"/{service}",
        "service": service,
        "interval_start": start,
        "interval_end": f"{day} 00:00",
        "good": total - bad,
        "total": total,
    }


# From 1 October to 16 November are 46 of the quarter's 92 days: 2 000 requests are expected, 1 of them may fail.
AVAILABLE = [measured("api", 0)]


def test_a_service_with_budget_left_passes(ask):
    # By now 2 000 000 requests, by its end 4 000 000, of which 2 000 may fail; 500 did.
    assert said(
        ask("error_budget", {"service": "api"}, availability=[measured("api", 500, total=2_000_000)])
    ) == passed("api has 75 % of its error budget left for the quarter to 31 Dec 2025.")


def test_a_service_that_has_spent_its_budget_fails_with_how_much(ask):
    # 4 000 000 expected in the whole quarter, of which 2 000 may fail; 3 000 did.
    rows = [measured("api", 3000, total=2_000_000)]
    state, reason, resolver = said(ask("error_budget", {"service": "api"}, availability=rows))
    assert state == "fail"
    assert reason == "api has spent 150 % of this quarter's error budget. A new one begins on 1 Jan 2026."
    assert resolver == "the reliability team"


def test_an_endpoint_with_an_objective_of_its_own_has_its_own_budget(ask):
    # 4 000 000 expected in the whole quarter, of which 4 000 may fail by the endpoint's 99.9 %; 3 000 did.
    rows = [{**measured("api", 3000, total=2_000_000), "objective": 0.999}]
    assert said(ask("error_budget", {"service": "api"}, availability=rows)) == passed(
        "api has 25 % of its error budget left for the quarter to 31 Dec 2025."
    )


def test_a_budget_spent_to_the_last_request_is_not_left(ask):
    assert (
        ask("error_budget", {"service": "api"}, availability=[measured("api", 2000, total=2_000_000)]).state
        == "fail"
    )
    assert ask(
        "error_budget", {"service": "api"}, availability=[measured("api", 1999, total=2_000_000)]
    ).passed


def test_how_much_has_to_be_left_is_a_threshold(ask):
    settings = Settings(gates=Gates(thresholds={"error_budget_left": 0.25}))
    rows = [measured("api", 1600, total=2_000_000)]
    result = ask("error_budget", {"service": "api"}, settings, availability=rows)
    assert result.state == "fail"
    assert result.reason.startswith(
        "api has spent 80 % of this quarter's error budget; more than 25 % must be left."
    )
    assert ask("error_budget", {"service": "api"}, availability=rows).passed


def test_every_touched_service_is_judged_by_itself(ask):
    rows = [measured("api", 0, total=2_000_000), measured("mail", 9000, total=2_000_000)]
    result = ask("error_budget", {"service": "api, mail"}, availability=rows)
    assert result.reason.startswith("mail has spent 450 %")
    assert "api" not in result.reason


def test_last_quarters_failures_are_forgiven(ask):
    rows = [measured("api", 9000, "2025-09-30", 2_000_000, "2025-07-01"), measured("api", 0, total=2_000_000)]
    assert ask("error_budget", {"service": "api"}, availability=rows).passed


def test_on_the_first_day_of_a_quarter_the_budget_is_whole(ask):
    rows = [measured("api", 9000, "2025-09-30", 2_000_000, "2025-07-01")]
    assert ask("error_budget", {"service": "api"}, availability=rows, as_of="2025-10-01 01:00").passed


def test_a_core_service_that_nobody_measures_cannot_be_judged_but_another_has_no_objective(ask):
    result = ask("error_budget", {"service": "login"}, availability=AVAILABLE)
    assert (result.state, result.reason) == ("cannot tell", "The availability of login is not measured.")
    assert ask("error_budget", {"service": "mail"}, availability=AVAILABLE).passed


def test_an_old_measurement_says_nothing_of_today(ask):
    rows = [measured("api", 0, "2025-11-10", 2_000_000)]
    result = ask("error_budget", {"service": "api"}, availability=rows)
    assert (result.state, result.reason) == (
        "cannot tell",
        "The availability of api was last measured on 10 Nov 2025.",
    )
    settings = Settings(gates=Gates(thresholds={"error_budget_days": 8}))
    assert ask("error_budget", {"service": "api"}, settings, availability=rows).passed


def test_intervals_that_claim_more_good_than_valid_requests_do_not_add_budget(ask):
    rows = [measured("api", 3000, total=2_000_000), measured("api", -9000, total=2_000_000)]
    assert ask("error_budget", {"service": "api"}, availability=rows).state == "fail"


# ---------------------------------------------------------------------------------------- engagement SLA

P1 = {"incident_id": "A", "service": "api", "severity": 1, "status": "resolved", "opened_at": "2025-10-05 08:00",
      "engaged_at": "2025-10-05 08:10", "resolved_at": "2025-10-05 09:00"}  # fmt: skip
LATE = {**P1, "engaged_at": "2025-10-05 08:30"}
UNKNOWN = {**P1, "engaged_at": None}


def october(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """These incidents, with others around October so that it is covered."""
    around = [{**LATE, "opened_at": "2025-09-30 08:00"}, {**LATE, "opened_at": "2025-11-01 08:00", "engaged_at": None,
               "resolved_at": "2025-11-01 09:00"}]  # fmt: skip
    return [{**row, "incident_id": f"I{n}"} for n, row in enumerate([*around, *rows])]


def test_half_of_last_months_p1s_in_time_is_enough(ask):
    assert said(ask("engagement_sla", {"service": "mail"}, incidents=october(P1, LATE))) == passed(
        "1 of the 2 P1s of October 2025 was engaged within 15 min; 50 % have to be."
    )


def test_fewer_than_half_hold_every_change_whatever_it_touches(ask):
    result = ask("engagement_sla", {"service": None}, incidents=october(P1, LATE, LATE))
    assert said(result) == (
        "fail",
        "1 of the 3 P1s of October 2025 was engaged within 15 min; 50 % have to be.",
        "the incident commanders on duty",
    )


def test_the_share_that_has_to_be_in_time_is_a_threshold(ask):
    settings = Settings(gates=Gates(thresholds={"engaged_share": 0.3}))
    assert ask("engagement_sla", {"service": "api"}, settings, incidents=october(P1, LATE, LATE)).passed


@pytest.mark.parametrize(
    ("incidents", "reason"),
    [
        (
            [{**P1, "engaged_at": "2025-10-05 08:15"}],
            "The only P1 of October 2025 was engaged within 15 min.",
        ),
        ([P1, P1], "Each of the 2 P1s of October 2025 was engaged within 15 min."),
        ([LATE], "The only P1 of October 2025 was not engaged within 15 min; 50 % have to be."),
        ([LATE, LATE], "None of the 2 P1s of October 2025 was engaged within 15 min; 50 % have to be."),
        ([UNKNOWN], "The only P1 of October 2025 has no time of engagement recorded."),
    ],
)
def test_one_all_and_none_are_said_as_people_say_them(ask, incidents, reason):
    assert ask("engagement_sla", {"service": "api"}, incidents=october(*incidents)).reason == reason


def test_a_month_without_p1s_passes_when_the_exports_cover_it(ask):
    result = ask("engagement_sla", {"service": "api"}, incidents=october({**P1, "severity": 2}))
    assert said(result) == passed("No P1 was opened in October 2025.")


def test_a_month_that_no_export_covers_cannot_be_judged(ask):
    result = ask("engagement_sla", {"service": "api"}, incidents=[{**P1, "opened_at": "2025-11-03"}])
    assert (result.state, result.reason) == ("cannot tell", "No export covers the incidents of October 2025.")


def test_too_many_p1s_without_engagement_recorded_cannot_be_judged(ask):
    few = october(P1, P1, P1, P1, UNKNOWN)
    assert ask("engagement_sla", {"service": "api"}, incidents=few).passed
    result = ask("engagement_sla", {"service": "api"}, incidents=october(P1, P1, P1, UNKNOWN))
    assert result.state == "cannot tell"
    assert result.reason == "1 of the 4 P1s of October 2025 has no time of engagement recorded."


def test_the_month_is_the_organisations(ask):
    # 31 October, 23:30 UTC is already November in Berlin: October has one late P1 there.
    settings = Settings(organisation=Organisation(time_zone="Europe/Berlin"))
    rows = october(LATE, {**P1, "opened_at": "2025-10-31 23:30", "engaged_at": "2025-10-31 23:31",
                          "resolved_at": "2025-11-01 00:30"})  # fmt: skip
    assert ask("engagement_sla", {"service": "api"}, settings, incidents=rows).state == "fail"
    assert ask("engagement_sla", {"service": "api"}, Settings(), incidents=rows).passed


# ---------------------------------------------------------------------------------------- Sev1 postmortems

SEV1 = {"incident_id": "S1", "service": "api", "team": "Payments", "severity": 1, "status": "resolved",
        "opened_at": "2025-11-10 08:00", "resolved_at": "2025-11-10 10:00"}  # fmt: skip
WRITTEN = {"incident_id": "other", "published_at": "2025-11-01"}


def test_an_overdue_postmortem_holds_the_changes_of_its_service_only(ask):
    tables = {"incidents": [SEV1], "postmortems": [WRITTEN]}
    assert said(ask("postmortem_overdue", {"service": "api"}, **tables)) == (
        "fail",
        "A Sev1 postmortem of api has been overdue since 13 Nov 2025: S1.",
        "team Payments",
    )
    result = ask("postmortem_overdue", {"service": "login"}, **tables)
    assert said(result) == passed("login had no Sev1 in the last 90 days.")


def test_a_postmortem_that_came_late_no_longer_holds_anything(ask):
    late = {"incident_id": "S1", "published_at": "2025-11-16 08:00"}
    assert ask("postmortem_overdue", {"service": "api"}, incidents=[SEV1], postmortems=[late]).passed
    result = ask(
        "postmortem_overdue",
        {"service": "api"},
        as_of="2025-11-15",
        incidents=[SEV1],
        postmortems=[WRITTEN, late],
    )
    assert result.state == "fail"


def test_one_that_is_not_due_yet_or_whose_incident_still_runs_holds_nothing(ask):
    fresh = {**SEV1, "resolved_at": "2025-11-14 08:00"}  # due on the 17th at 8:00
    running = {**SEV1, "incident_id": "S2", "status": "open", "resolved_at": None}
    tables = {"incidents": [fresh, running], "postmortems": [WRITTEN]}
    result = ask("postmortem_overdue", {"service": "api"}, as_of="2025-11-17 08:00", **tables)
    assert said(result) == passed(
        "The only Sev1 of api in the last 90 days has no postmortem, and none is due yet."
    )
    assert ask("postmortem_overdue", {"service": "api"}, as_of="2025-11-17 08:01", **tables).state == "fail"


def test_the_gravest_severity_decides_and_lesser_incidents_have_no_duty(ask):
    downgraded = {**SEV1, "severity": 3, "severity_highest": 1}
    tables = {"postmortems": [WRITTEN]}
    assert ask("postmortem_overdue", {"service": "api"}, incidents=[downgraded], **tables).state == "fail"
    assert ask("postmortem_overdue", {"service": "api"}, incidents=[{**SEV1, "severity": 2}], **tables).passed


def test_without_a_usable_resolve_time_nobody_can_tell_when_it_was_due(ask):
    closed = {**SEV1, "status": "closed", "resolved_at": None}
    reversed_times = {**SEV1, "incident_id": "S2", "resolved_at": "2025-11-10 07:00"}
    result = ask(
        "postmortem_overdue", {"service": "api"}, incidents=[closed, reversed_times], postmortems=[WRITTEN]
    )
    assert result.state == "cannot tell"
    assert (
        result.reason
        == "Nobody can tell when 2 postmortems of api were due: S1 and S2 have no usable resolve time."
    )


def test_several_are_counted_and_three_of_them_named(ask):
    rows = [{**SEV1, "incident_id": f"S{n}", "resolved_at": f"2025-11-1{n} 10:00"} for n in range(4)]
    result = ask("postmortem_overdue", {"service": "api"}, incidents=rows, postmortems=[WRITTEN])
    assert (
        result.reason
        == "4 Sev1 postmortems of api are overdue, the first since 13 Nov 2025: S0, S1, S2 and 1 more."
    )


def test_how_far_back_the_duty_reaches_is_a_threshold(ask):
    old = {**SEV1, "opened_at": "2025-08-01", "resolved_at": "2025-08-01 10:00"}
    tables = {"incidents": [old], "postmortems": [WRITTEN]}
    assert ask("postmortem_overdue", {"service": "api"}, **tables).passed
    settings = Settings(gates=Gates(thresholds={"postmortem_days": 200}))
    assert ask("postmortem_overdue", {"service": "api"}, settings, **tables).state == "fail"


# ---------------------------------------------------------------------------------------- feature freeze

FREEZE = Settings(
    organisation=Organisation(time_zone="Europe/Berlin"),
    freezes=(
        Span(date(2025, 8, 18), date(2025, 9, 29), "after the bad quarter"),
        Span(date(2025, 11, 24), None),
    ),
)
LAUNCH = {"kind": "feature", "essential": False, "planned_for": "2025-09-01"}


def test_a_launch_that_is_not_essential_waits_for_the_end_of_the_freeze(ask):
    result = ask("launch_freeze", LAUNCH, FREEZE, as_of="2025-08-20")
    assert said(result) == (
        "fail",
        "A launch that is not essential would go out on 1 Sep 2025, inside the freeze until 28 Sep 2025"
        " (after the bad quarter).",
        "the product owner",
    )


def test_a_freeze_without_an_end_says_so(ask):
    result = ask("launch_freeze", {**LAUNCH, "planned_for": "2027-01-01"}, FREEZE)
    assert result.reason.endswith("inside the freeze whose end is not set (since 24 Nov 2025).")


@pytest.mark.parametrize(
    ("planned", "state"),
    [
        ("2025-08-17 21:59", "passed"),
        ("2025-08-17 22:00", "fail"),
        ("2025-09-28 21:59", "fail"),
        ("2025-09-28 22:00", "passed"),
    ],
)
def test_a_freeze_begins_and_ends_at_midnight_of_the_organisation(ask, planned, state):
    assert ask("launch_freeze", {**LAUNCH, "planned_for": planned}, FREEZE, as_of="2025-08-01").state == state


def test_essential_launches_and_other_work_go_on(ask):
    for change in ({"essential": True}, {"kind": "remediation"}, {"kind": "other", "essential": None}):
        assert ask("launch_freeze", {**LAUNCH, **change}, FREEZE, as_of="2025-08-20").passed


def test_a_planned_day_that_lies_behind_counts_as_today(ask):
    change = {**LAUNCH, "planned_for": "2025-08-01"}
    assert ask("launch_freeze", change, FREEZE, as_of="2025-08-10").passed
    assert ask("launch_freeze", change, FREEZE, as_of="2025-08-20").state == "fail"
    assert ask("launch_freeze", {**change, "planned_for": None}, FREEZE, as_of="2025-08-20").state == "fail"


def test_what_was_released_counts_on_its_day(ask):
    change = {**LAUNCH, "released_at": "2025-08-30"}
    assert "went out on 30 Aug 2025" in ask("launch_freeze", change, FREEZE).reason


@pytest.mark.parametrize("change", [{"kind": None}, {"kind": "feature", "essential": None}])
def test_a_change_that_does_not_say_what_it_is_cannot_be_judged_inside_a_freeze(ask, change):
    result = ask("launch_freeze", {**LAUNCH, **change}, FREEZE, as_of="2025-08-20")
    assert result.state == "cannot tell"
    assert "it is not recorded whether it is an essential change" in result.reason
    assert ask("launch_freeze", {**LAUNCH, **change}, FREEZE, as_of="2025-10-20").passed


def test_without_a_freeze_every_launch_may_go(ask):
    assert said(ask("launch_freeze", LAUNCH, Settings())) == passed("No freeze covers 17 Nov 2025.")


# ---------------------------------------------------------------------------------------- runbooks

CHRONIC = [
    {"incident_id": f"I{n}", "service": "api", "team": "Payments", "problem_id": "PRB1", "severity": 3,
     "status": "resolved", "opened_at": f"2025-11-0{n}", "resolved_at": f"2025-11-0{n} 09:00"} for n in (1, 2)
]  # fmt: skip


def test_an_open_chronic_issue_without_a_runbook_warns(ask):
    result = ask("runbook_missing", {"service": "api"}, incidents=CHRONIC, runbooks=[{"problem_id": "PRB9"}])
    assert said(result) == ("fail", "A chronic issue of api has no runbook: PRB1.", "team Payments")
    assert (result.mode, result.holds) == (WARN, False)


@pytest.mark.parametrize("runbook", [{"problem_id": "PRB1"}, {"service": "api"}])
def test_a_runbook_for_the_problem_or_for_its_whole_service_is_enough(ask, runbook):
    result = ask("runbook_missing", {"service": "api"}, incidents=CHRONIC, runbooks=[runbook])
    assert said(result) == passed("The only open chronic issue of api has a runbook, looking back 30 days.")


def test_a_runbook_for_another_problem_of_the_service_is_not(ask):
    runbook = {"service": "api", "problem_id": "PRB9"}
    assert ask("runbook_missing", {"service": "api"}, incidents=CHRONIC, runbooks=[runbook]).state == "fail"


def test_an_issue_that_stays_away_or_came_once_is_no_open_chronic_issue(ask):
    runbooks = [{"problem_id": "PRB9"}]
    assert ask("runbook_missing", {"service": "api"}, incidents=CHRONIC[:1], runbooks=runbooks).passed
    later = "2025-12-02 00:01"  # 30 days after the last one, and a minute
    assert ask(
        "runbook_missing", {"service": "api"}, as_of=later, incidents=CHRONIC, runbooks=runbooks
    ).passed
    still_open = [CHRONIC[0], {**CHRONIC[1], "status": "open", "resolved_at": None}]
    result = ask("runbook_missing", {"service": "api"}, as_of=later, incidents=still_open, runbooks=runbooks)
    assert result.state == "fail"


def test_a_runbook_written_later_is_not_seen(ask):
    runbook = {"problem_id": "PRB1", "updated_at": "2025-11-18"}
    assert ask("runbook_missing", {"service": "api"}, incidents=CHRONIC, runbooks=[runbook]).state == "fail"


# ---------------------------------------------------------------------------------------- all of them


@pytest.mark.parametrize(
    ("gate", "tables"),
    [
        ("error_budget", "availability"),
        ("engagement_sla", "incidents"),
        ("postmortem_overdue", "incidents and postmortems"),
        ("runbook_missing", "incidents and runbooks"),
    ],
)
def test_a_gate_whose_tables_are_empty_says_that_it_cannot_tell(ask, gate, tables):
    result = ask(gate, {"service": "api"})
    assert (result.state, result.reason) == ("cannot tell", f"No export holds {tables}, so nobody can tell.")
    assert result.resolver == "the reliability lead"
    assert result.holds is (result.mode == BLOCK)


GATES = all_gates()


def test_the_gates_are_those_of_the_folder_in_the_order_of_their_headers():
    own = [gate for name, gate in GATES.items() if name in SHIPPED_GATES]
    assert [gate.id for gate in own] == list(SHIPPED_GATES)
    assert [gate.id for gate in own if gate.default == WARN] == ["runbook_missing"]


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_declares_what_it_returns_and_is_written_in_sql_the_linter_can_read(gate):
    query = GATES[gate].query
    assert tuple(query.columns)[: len(COLUMNS)] == COLUMNS
    linter = Linter(config=FluffConfig.from_path(str(FOLDER)))
    assert not linter.parse_string(query.sql).violations


@pytest.fixture(scope="module")
def untidy(tmp_path_factory):
    """An organisation with every state a record can be in."""
    with by_hand(tmp_path_factory.mktemp("untidy"), **organisation()) as store:
        yield store


@pytest.mark.parametrize("gate", GATES)
@pytest.mark.parametrize("as_of", ["2025-05-05", "2025-09-20", "2030-01-01", "2001-01-01"])
def test_a_gate_says_something_of_every_change_it_returns(gate, as_of, untidy: Store):
    every = [row["change_id"] for row in organisation()["changes"]]
    for asked in (None, every, []):
        values = {**parameters(FREEZE, instant(as_of)), "change_ids": asked}
        result = untidy.run_query(GATES[gate].query, values)
        assert result.columns == list(GATES[gate].query.columns)
        for row in result:
            assert row["change_id"] in every
            # Of a hundred thousand planned changes nobody reads by how much they pass.
            assert asked is not None or GATES[gate].verdicts[row["verdict"]].state != PASSED
        for finding in findings(GATES[gate], result.rows, values):
            # Every verdict has its words, and every part that they name is known.
            assert "has no meaning" not in finding.reason and "—" not in finding.reason, finding
            assert finding.reason.endswith(".") and finding.resolver
        if asked is every and gate in SHIPPED_GATES:
            # Nothing that was asked about by name passes in silence.
            assert {row["change_id"] for row in result} == set(every)
        if asked == []:
            assert not result.rows
