"""A hand-made review with believable figures, for tests of what shows a review."""

from datetime import UTC, datetime, timedelta

from reliability import model
from reliability.model import (
    CONCERN,
    GOOD,
    NOISE,
    UNKNOWN,
    Band,
    Card,
    CardVerdict,
    Chart,
    Level,
    Line,
    Mark,
    Point,
)

AS_OF = datetime(2025, 11, 16, 8, 0, tzinfo=UTC)
PROMISE = datetime(2025, 8, 18, tzinfo=UTC)
WINDOW_START = datetime(2025, 5, 20, tzinfo=UTC)
WEEKLY_P1S = (3, 2, 4, 3, 1, 3, 5, 2, 4, 3, 2, 3, 4, 2, 3, 4, 2, 5, 3, 2, 4, 3, 1, 3, 2, 3, 2, 1, 2, 1, 0)
WEEKLY_P1S += (2, 1, 1, 3, 0, 1, 2, 1)


def weeks(first: datetime, values, **more) -> tuple[Point, ...]:
    return tuple(Point(first + timedelta(weeks=i), v, **more) for i, v in enumerate(values))


def spark(*values: float | None) -> tuple[Point, ...]:
    return weeks(datetime(2025, 8, 25, tzinfo=UTC), values)


def cards() -> tuple[Card, ...]:
    minutes = "minutes"
    return (
        Card("p1", "P1 incidents", "kpis/p1_incidents", model.OK, 21, "incidents", "21", n=21, open=1,
             goal="allowed 22", goal_value=22, was="was 37",
             evidence="−43 % (90 % range −63 to −13 %)", verdict=CardVerdict("Met", GOOD),
             changes=(model.Change("against 2025 Q3, same 47 days", 27, "27", "−6 (−22 %)"),),
             sparkline=spark(4, 5, 4, 6, 5, 4, 3, 3, 2, 3, 2), left_out={"drill": 3, "merged into another": 2}),
        Card("mttr", "Median time to recover, P1", "kpis/time_to_recover_median", model.OK, 112, minutes,
             "1 h 52 min", n=19, open=2, goal="goal 1 h 58 min", goal_value=118, was="was 2 h 48 min",
             evidence="19 incidents: luck alone does this 1 time in 7", verdict=CardVerdict("Reached, could be luck", NOISE),
             sparkline=spark(165, 168, 160, 150, 142, 143, 140, 130, 125, 118, 112)),
        Card("repeats", "Repeat escalations", "kpis/repeat_escalations", model.OK, 11, "escalations", "11", n=11,
             goal="allowed 9", goal_value=9, was="was 15", evidence="−27 % of −40 %; 4 come from one chronic issue",
             verdict=CardVerdict("Not reached, could be luck", CONCERN),
             sparkline=spark(3, 2, 4, 3, 2, 2, 1, 2, 1, 2, 1)),
        Card("engage", "P1 engaged within 15 min", "kpis/engaged_within_target_share", model.OK, 14 / 21, "share",
             "14 of 21", n=21, goal="median 12 min · goal 15 min", was="", evidence="was 45 min median",
             verdict=CardVerdict("Reached, could be luck", NOISE), sparkline=spark(0.2, 0.25, 0.3, 0.45, 0.5, 0.6, 0.64, 0.67)),
        Card("availability", "Core API availability", "kpis/availability", model.PARTIAL, 0.99962, "availability",
             "99.962 %", goal="SLO 99.95 % · 16 min left of 66", goal_value=0.9995,
             evidence="likely kept: 83 %", verdict=CardVerdict("On pace", GOOD),
             sparkline=spark(0.9994, 0.999, 0.9997, 0.9996, 0.9998, 0.99962)),
        Card("nps", "NPS", "kpis/nps", model.OK, 31, "points", "+31", n=612, was="was +26 in the window, +34 before",
             evidence="+5 ± 7 on 612 answers: inside the margin", verdict=CardVerdict("No change shown", UNKNOWN),
             sparkline=spark(34, 33, 27, 26, 29, 31)),
        Card("postmortems", "Postmortems within 72 h", "kpis/postmortem_on_time_share", model.OK, 19 / 21, "share",
             "19 of 21", n=21, goal="2 late: INC-418, INC-431", evidence="1 not yet due",
             verdict=CardVerdict("Not met", CONCERN), sparkline=spark(0.4, 0.55, 0.7, 0.85, 0.9)),
        Card("capacity", "Root-cause capacity", "kpis/root_cause_capacity_share", model.OK, 0.63, "share", "63 %",
             goal="goal 60 % · 2 sprints", evidence="7 % of points unlabelled", verdict=CardVerdict("Met", GOOD),
             sparkline=spark(0.42, 0.45, 0.62, 0.63)),
    )  # fmt: skip


def p1_chart() -> Chart:
    first = datetime(2025, 1, 6, tzinfo=UTC)
    points = tuple(
        Point(p.at, p.value, n=int(p.value or 0), tone=GOOD if i >= len(WEEKLY_P1S) - 8 else "")
        for i, p in enumerate(weeks(first, WEEKLY_P1S))
    )
    return Chart(
        "p1_weekly", "P1s fell in September and stayed down", "P1 incidents per week, 2025 · each point opens its incidents",
        "points", "incidents", (Line("", points),),
        levels=(Level("signal limit", 8.3, "limit"), Level("mean", 2.9, "mean"), Level("goal", 1.7, "goal", start=PROMISE)),
        bands=(Band(first, WINDOW_START, "baseline", "baseline"), Band(WINDOW_START, PROMISE, "incident window", "incident")),
        marks=(Mark(PROMISE, "freeze"),), takeaway="P1 incidents per week fell from about 3 to about 1 after August.",
        query="charts/p1_weekly",
    )  # fmt: skip


def mttr_chart() -> Chart:
    values = (168, 172, 160, 151, 140, 138, 140, 130, 121, 112)
    points = tuple(
        Point(p.at, p.value, low=p.value * 0.72, high=p.value * 1.33, n=10 + i)
        for i, p in enumerate(weeks(datetime(2025, 9, 1, tzinfo=UTC), values))
        if p.value is not None
    )
    return Chart(
        "mttr", "Recovery is on the goal line, with a wide margin of error",
        "Median time to recover, P1, since the promise · band: 90 % interval · log scale", "line", "minutes",
        (Line("1 h 52 min\nn = 19, 2 open", points),),
        levels=(Level("baseline", 168, "mean"), Level("goal", 118, "goal")), scale="log",
        takeaway="The median time to recover fell from 2 h 48 min to 1 h 52 min.", query="charts/recover_median",
    )  # fmt: skip


def repeats_chart() -> Chart:
    months = [datetime(2024 + (m > 12), (m - 1) % 12 + 1, 1, tzinfo=UTC) for m in range(12, 24)]
    values = (5, 6, 4, 7, 5, 6, 9, 8, 7, 5, 4, 2)
    points = tuple(
        Point(at, v, n=v, partial=i == 11, tone="")
        for i, (at, v) in enumerate(zip(months, values, strict=True))
    )
    return Chart(
        "repeats", "Repeats are down, but short of the promise", "Repeat escalations per month · November to date",
        "columns", "escalations", (Line("repeats", points),), levels=(Level("allowed", 3, "goal", start=PROMISE),),
        bands=(Band(WINDOW_START, PROMISE, "incident window", "incident"),), query="charts/repeats_monthly",
        takeaway="Repeat escalations fell from 9 in June to 4 in October.",
    )  # fmt: skip


def nps_chart() -> Chart:
    quarters = [datetime(2024 + (q > 4), 3 * ((q - 1) % 4) + 1, 1, tzinfo=UTC) for q in range(1, 9)]
    values, margins = (35, 36, 33, 34, 33, 27, 26, 31), (6, 6, 5, 6, 5, 5, 5, 7)
    points = tuple(
        Point(at, v, low=v - m, high=v + m, n=500 + 14 * i, partial=i == 7)
        for i, (at, v, m) in enumerate(zip(quarters, values, margins, strict=True))
    )
    return Chart(
        "nps", "NPS: no change shown yet, inside the margin of error",
        "Net Promoter Score per quarter · band: 90 % interval", "line", "points", (Line("+31", points),),
        bands=(Band(WINDOW_START, PROMISE, "incident window", "incident"),), query="charts/nps_quarterly",
        takeaway="The score is 31, within the margin of error of the 26 before.",
    )  # fmt: skip


def worst() -> tuple[dict, ...]:
    def row(ident, title, service, opened, minutes, customers, line):
        return {
            "incident_id": ident, "title": title, "service": service, "severity": 1,
            "opened_at": opened, "recover_minutes": minutes, "recover_state": "recovered" if minutes else "open",
            "customers_affected": customers, "is_repeat": line % 2 == 0,
            "source_file": "exports/pagerduty/incidents.csv", "source_line": line,
        }  # fmt: skip

    return (
        row("INC-431", "Checkout API times out for <b>EU</b> accounts", "checkout-api", datetime(2025, 10, 7, 6, 12, tzinfo=UTC), 541.0, 212, 3121),
        row("INC-418", "Login loop after session store failover", "identity", datetime(2025, 10, 2, 13, 40, tzinfo=UTC), 388.0, 96, 3018),
        row("INC-447", "Webhook deliveries delayed", "events", datetime(2025, 11, 4, 22, 5, tzinfo=UTC), 276.0, 41, 3304),
        row("INC-455", "Report exports fail with timeout", "reports", datetime(2025, 11, 15, 19, 30, tzinfo=UTC), None, 18, 3377),
        row("INC-426", "Search returns stale results", "search", datetime(2025, 10, 5, 9, 0, tzinfo=UTC), 181.0, None, 3090),
    )  # fmt: skip


def sources() -> tuple[model.Source, ...]:
    return (
        model.Source("pagerduty/incidents.csv", "PagerDuty incidents", "incidents", AS_OF, False, 2410, 2361, 22, 19, 8),
        model.Source("delighted/nps.csv", "Delighted answers", "nps_responses", datetime(2025, 11, 14, tzinfo=UTC), False, 4120, 4101, 12, 4, 3),
        model.Source("zendesk/tickets.json", "Zendesk tickets", "tickets", AS_OF, False, 1880, 1874, 3, 0, 3),
        model.Source("postmortems.csv", "Postmortems", "postmortems", datetime(2025, 9, 30, tzinfo=UTC), True, 88, 88, 0, 0, 0),
    )  # fmt: skip


def review() -> model.Review:
    period = model.Period(
        "2025-Q4", "2025 Q4", datetime(2025, 9, 30, 22, tzinfo=UTC), datetime(2025, 12, 31, 23, tzinfo=UTC), AS_OF,
        True, 46.4, 92.0,
    )  # fmt: skip
    return model.Review(
        organisation="Northwind Cloud", sample=True, data_version="fake", period=period, comparison="previous",
        filters=model.Filters(), headline="Good quarter. Of 8 promises: 2 kept, 2 reached but could be luck and 4 missed.",
        reason="P1s are down 43 %, more than chance explains. Recovery is faster, but 19 incidents are too few to be sure. "
        "NPS: no change shown yet.",
        cards=cards(), charts=(p1_chart(), mttr_chart(), repeats_chart(), nps_chart()), worst=worst(),
        left_out=(("drill or test", 19), ("merged into another", 7), ("no opening time", 8)), sources=sources(),
        warnings=("Postmortems: nothing newer than 30 Sep 2025.",),
        decisions=("Fund the fix of the chronic checkout timeout?", "Extend the feature freeze to 30 Nov?"),
    )  # fmt: skip
