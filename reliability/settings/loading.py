"""review.toml -> Settings: one function per table. A new setting is one line here, one field in the model."""

import math
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reliability.errors import SettingsError, nearest
from reliability.model import Filters
from reliability.money import is_currency
from reliability.queries.figures import Family, Figure, figures
from reliability.settings import model
from reliability.settings.access import read_access
from reliability.settings.deliver import read_deliver
from reliability.settings.file import FILE, read_values
from reliability.settings.gates import read_gates
from reliability.settings.journal import read_journal
from reliability.settings.reader import Table
from reliability.settings.rollups import read_rollups
from reliability.settings.warehouse import read_warehouse
from reliability.settings.words import merged_words, normal_word
from reliability.statistics.shapes import DEFAULT, shapes

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_LONGEST_DAYS = 3660  # ten years


def load_settings(data_dir: Path) -> model.Settings:
    """Read `data_dir`/review.toml; a missing or empty file gives the defaults.

    Raises SettingsError for the first thing in it that is not allowed (`settings_problems` gives all).
    """
    settings, problems = _load(data_dir)
    if problems:
        raise problems[0]
    return settings


def settings_problems(data_dir: Path) -> list[SettingsError]:
    """Everything in review.toml that is not allowed, in file order of the tables."""
    try:
        return _load(data_dir)[1]
    except SettingsError as error:
        return [error]


def parse_settings(values: dict[str, Any]) -> tuple[model.Settings, list[SettingsError]]:
    """Settings from parsed TOML, with everything in it that is not allowed."""
    problems: list[SettingsError] = []
    root = Table(values, FILE, problems)
    organisation = _organisation(root.table("organisation"))
    settings = model.Settings(
        organisation=organisation,
        severity=_severity(root.table("severity")),
        incidents=_incidents(root.table("incidents")),
        targets=_targets(root.table("targets")),
        gates=read_gates(root.table("gates")),
        build=_build(root.table("build")),
        access=read_access(root.table("access")),
        journal=read_journal(root.table("journal")),
        warehouse=read_warehouse(root.table("warehouse")),
        deliver=read_deliver(root.table("deliver")),
        exports=tuple(_exports(root.tables("exports"))),
        freezes=tuple(_spans(root.tables("freezes"))),
        incident_windows=tuple(_spans(root.tables("incident_windows"))),
        quiet=tuple(_spans(root.tables("quiet"))),
        commitments=tuple(_commitments(root.tables("commitments"))),
        rollups=read_rollups(root.table("rollups"), organisation.time_zone),
        publish=_publish(root.table("publish")),
    )
    root.finish()
    return settings, problems


def _load(data_dir: Path) -> tuple[model.Settings, list[SettingsError]]:
    return parse_settings(read_values(data_dir))


def _organisation(table: Table) -> model.Organisation:
    time_zone = table.zone("time_zone", "UTC")
    found = model.Organisation(
        name=table.text("name"),
        time_zone=time_zone,
        fiscal_year_start_month=table.integer("fiscal_year_start_month", 1, 1, 12),
        as_of=table.instant("as_of", ZoneInfo(time_zone)),
        sample=table.flag("sample"),
        currency=table.text("currency"),
    )
    if found.currency and not is_currency(found.currency):
        remedy = 'Write its code of three capital letters or its sign, for example "EUR" or "€".'
        table.problem("currency", f"'{found.currency}' is no currency", remedy)
    table.finish()
    return found


def _severity(table: Table) -> model.Severity:
    words = table.table("words")
    own = {level: words.names(str(level)) for level in range(1, 6)}
    words.finish()
    levels: dict[str, int] = {}
    for level, listed in own.items():
        for word in listed:
            earlier = levels.setdefault(normal_word(word), level)
            if earlier != level:
                words.problem(
                    str(level), f"'{word}' is also a word of level {earlier}", "Keep it in one level."
                )
    rule = table.choice("rule", "highest", model.SEVERITY_RULES)
    table.finish()
    return model.Severity(merged_words(own), rule)


def _publish(table: Table) -> model.Publish:
    found = model.Publish(template=table.text("template"))
    table.finish()
    return found


def _incidents(table: Table) -> model.Incidents:
    found = model.Incidents(
        recovery_clock=table.choice("recovery_clock", "opened", model.CLOCKS),
        repeat_look_back_days=table.integer("repeat_look_back_days", 30, 1, _LONGEST_DAYS),
        ended_after_days=table.integer("ended_after_days", 90, 1, _LONGEST_DAYS),
        core_services=table.names("core_services"),
        exclude_kinds=table.names("exclude_kinds", model.KINDS_LEFT_OUT, known=model.KINDS_LEFT_OUT),
    )
    table.finish()
    return found


def _targets(table: Table) -> model.Targets:
    positive, share = "a number above 0", "a share between 0 and 1, for example 0.9995"
    found = model.Targets(
        engage_minutes=table.number("engage_minutes", 15, 0, math.inf, f"{positive}, in minutes"),
        postmortem_hours=table.number("postmortem_hours", 72, 0, math.inf, f"{positive}, in hours"),
        executive_hours=table.number("executive_hours", 6, 0, math.inf, f"{positive}, in hours"),
        availability=table.number("availability", 0.9995, 0, 1, share),
        root_cause_capacity=table.number("root_cause_capacity", 0.60, 0, 1, share),
    )
    table.finish()
    return found


def _build(table: Table) -> model.Build:
    found = model.Build(watch=table.flag("watch"))
    table.finish()
    return found


def _exports(tables: list[Table]) -> list[model.ExportRule]:
    rules: list[model.ExportRule] = []
    for table in tables:
        rule = model.ExportRule(
            match=table.text("match"),
            time_zone=table.zone("time_zone", None),
            date_order=table.choice("date_order", None, model.DATE_ORDERS),
            format=table.text("format") or None,
            retired=table.flag("retired") if table.given("retired") else None,
            encoding=table.text("encoding") or None,
        )
        table.finish()
        if rule.encoding and not is_code_page(rule.encoding):
            table.problem(
                "encoding",
                f"there is no code page '{rule.encoding}'",
                'Write one such as "cp1250" or "cp932".',
            )
        if table.given("match") and (rule.match.startswith("/") or "\\" in rule.match or ".." in rule.match):
            remedy = 'Write it relative to exports/ with "/", for example "jira/*.csv".'
            table.problem("match", f"'{rule.match}' cannot match an export", remedy)
        elif not rule.match:
            table.problem("match", "is missing", 'Say which exports are meant, for example "jira/*.csv".')
        elif any(rule.match == earlier.match for earlier in rules):
            table.problem("match", f"there are two rules for '{rule.match}'", "Join them.")
        rules.append(rule)
    return rules


def is_code_page(name: str) -> bool:
    """Whether text can be in an encoding of this name."""
    try:
        "a".encode(name)
    except (LookupError, ValueError):
        return False
    return True


def _spans(tables: list[Table]) -> list[model.Span]:
    spans = []
    for table in tables:
        start, end = _day(table, "start"), table.day("end")
        note = table.text("note")
        table.finish()
        _check_order(table, start, end)
        if start is not None:
            spans.append(model.Span(start, end, note))
    return spans


def _day(table: Table, key: str) -> date | None:
    """A day that must be there."""
    if not table.given(key):
        table.problem(key, "is missing", "Write a day, for example 2025-08-18.")
    return table.day(key)


def _check_order(table: Table, start: date | None, end: date | None) -> None:
    if start is not None and end is not None and end <= start:
        what = f"{end} is not after start ({start})"
        table.problem("end", what, "The end is the first day that no longer belongs to it.")


def _commitments(tables: list[Table]) -> list[model.Commitment]:
    known = figures()
    found: list[model.Commitment] = []
    seen: set[str] = set()
    for table in tables:
        commitment = _commitment(table, known)
        if commitment is None:
            continue
        if commitment.id in seen:
            table.problem("id", f"there are two commitments called '{commitment.id}'", "Rename one.")
        seen.add(commitment.id)
        found.append(commitment)
    return found


def _commitment(table: Table, known: Mapping[str, Figure]) -> model.Commitment | None:
    """One commitment, or None when a part that it cannot do without is missing or wrong."""
    before = len(table.problems)
    for key in ("id", "title", "kpi", "start", "days", "goal"):
        if table.values.get(key) in (None, "", {}):
            table.problem(key, "is missing", "A commitment needs id, title, kpi, start, days and goal.")
    name, title, kpi = table.text("id"), table.text("title"), table.text("kpi")
    if name and not _ID.fullmatch(name):
        table.problem("id", f"found '{name}'", "Use letters, digits, '-' and '_': it becomes part of links.")
    if kpi and kpi not in known:
        table.problem("kpi", f"there is no KPI '{kpi}'", nearest(kpi, known))
    elif kpi and (missing := known[kpi].missing_for_a_promise()):
        remedy = f"Add '-- {missing}: ...' to {known[kpi].query.where}."
        table.problem("kpi", f"'{kpi}' cannot be promised: its header does not say '{missing}'", remedy)
    start, days = table.day("start"), table.integer("days", 0, 1, _LONGEST_DAYS)
    filters = _filters(table.table("filters"))
    goal = _goal(table.table("goal"), kpi, known.get(kpi))
    baseline = _baseline(table, start, needed=goal.is_change)
    shape = table.choice("shape", DEFAULT, tuple(shapes()))
    owner, note = table.text("owner"), table.text("note")
    table.finish()
    if start is None or len(table.problems) > before:
        return None
    return model.Commitment(name, title, kpi, start, days, goal, baseline, filters, shape, owner, note)


def _filters(table: Table) -> Filters:
    found = Filters(table.names("services"), table.names("teams"), table.integers("severities", 1, 5))
    table.finish()
    return found


def _baseline(table: Table, start: date | None, needed: bool) -> model.Baseline | None:
    if not table.given("baseline"):
        table.asked.add("baseline")
        if needed:
            remedy = "A goal of change needs baseline = {start = 2024-08-18, end = 2025-08-18}."
            table.problem("baseline", "is missing", remedy)
        return None
    days = table.table("baseline")
    first, end = _day(days, "start"), _day(days, "end")
    days.finish()
    _check_order(days, first, end)
    if end is not None and start is not None and end > start:
        what = f"{end} is after the commitment starts ({start})"
        days.problem("end", what, "A baseline lies before the promise: end it on its start at the latest.")
    return None if first is None or end is None else model.Baseline(first, end)


# What the families that cannot be held to every kind of goal are held to.
_GOALS = {
    Family.AVAILABILITY: ("at_least", "change"),
    Family.MEDIAN: ("at_most", "change"),
    Family.SCORE: ("change_points", "at_most", "at_least"),
}


def _goal(table: Table, kpi: str, of: Figure | None) -> model.Goal:
    """The goal; its kind and its number must make sense for the KPI."""
    unit = of.unit if of else ""
    any_number = "a number"
    relative = "a change relative to the baseline, above -1 and not 0: -0.30 is 30 % less"
    limit = (-math.inf, math.inf, any_number)
    if unit == "share":
        limit = (-1e-12, 1 + 1e-12, "a share between 0 and 1: 99.95 % is 0.9995")
    elif unit == "points":
        limit = (-100, 100, "a score from -100 to 100")
    elif unit:
        limit = (-1e-12, math.inf, f"a number of {unit}, 0 or more")
    goal = model.Goal(
        change=table.number("change", None, -1, 10, relative),
        change_points=table.number(
            "change_points", None, -200, 200, "a number of points, 8 is 8 points more"
        ),
        at_most=table.number("at_most", None, *limit),
        at_least=table.number("at_least", None, *limit),
    )
    table.finish()
    given = [key for key in ("change", "change_points", "at_most", "at_least") if table.given(key)]
    if len(given) != 1 and table.values:
        what = f"found {' and '.join(given)}" if given else "says no goal"
        remedy = "Give exactly one of change, change_points, at_most, at_least."
        table.problem("", what, remedy)
    if goal.change == 0 or goal.change_points == 0:
        table.problem(
            "change" if goal.change == 0 else "change_points", "found 0", "A goal changes something."
        )
    if goal.change_points is not None and kpi and unit != "points":
        remedy = "Points are for NPS; write change = -0.30 for 30 % less."
        table.problem("change_points", f"'{kpi}' is not measured in points", remedy)
        return goal
    allowed = _GOALS.get(of.family, given) if of and of.family else given
    for key in given:
        if key not in allowed:
            table.problem(key, f"'{kpi}' cannot be held to it", f"Give one of {', '.join(allowed)}.")
    if of and of.family is Family.MEDIAN and goal.change is not None and goal.change > 0:
        table.problem(
            "change", f"found {goal.change:g}", "A time is promised to be shorter: -0.30 is 30 % less."
        )
    return goal
