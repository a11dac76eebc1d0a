"""review.toml: what it says is typed, what it says wrongly is named with its key and a way out."""

import tomllib
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reliability.errors import SettingsError
from reliability.model import Filters
from reliability.settings import (
    Baseline,
    Commitment,
    ExportRule,
    Goal,
    Incidents,
    Organisation,
    Settings,
    Severity,
    Span,
    Targets,
    load_settings,
    parse_settings,
    settings_problems,
)
from reliability.settings.deliver import Deliver
from reliability.settings.journal import JournalPlace

ROOT = Path(__file__).resolve().parent.parent

PROMISE = """
[[commitments]]
id = "p1"
title = "40 % fewer P1s"
kpi = "p1_incidents"
baseline = {start = 2024-08-19, end = 2025-08-18}
start = 2025-08-18
days = 90
goal = {change = -0.40}
"""


def load(folder: Path, text: str) -> Settings:
    (folder / "review.toml").write_text(text, encoding="utf-8")
    return load_settings(folder)


def complaints(text: str) -> list[str]:
    return [str(problem) for problem in parse_settings(tomllib.loads(text))[1]]


def promise(old: str, new: str) -> str:
    assert old in PROMISE
    return PROMISE.replace(old, new)


def test_without_a_file_all_defaults_hold(tmp_path):
    settings = load_settings(tmp_path)
    assert settings == Settings()
    assert settings.organisation == Organisation("", "UTC", 1, None, False)
    assert settings.incidents.recovery_clock == "opened"
    assert settings.incidents.repeat_look_back_days == 30
    assert settings.incidents.ended_after_days == 90
    assert settings.incidents.core_services == ()
    assert settings.incidents.exclude_kinds == (
        "maintenance",
        "drill",
        "test",
        "tutorial",
        "scheduled",
        "request",
        "example",
    )
    assert settings.targets == Targets(15, 72, 6, 0.9995, 0.60)
    assert settings.severity.rule == "highest"


def test_an_empty_file_means_the_same_as_none(tmp_path):
    assert load(tmp_path, "") == Settings()
    assert load(tmp_path, "\ufeff# only a comment\r\n") == Settings()


def test_everything_that_can_be_said_is_read(tmp_path):
    settings = load(
        tmp_path,
        PROMISE.replace(
            "days = 90",
            'days = 90\nfilters = {services = ["api"], teams = ["core"], severities = [1, 2]}\n'
            'shape = "rate by deadline"\nowner = "Ana"\nnote = "signed"',
        )
        + """
[organisation]
name = "Northwind Cloud"
time_zone = "Europe/Berlin"
fiscal_year_start_month = 4
currency = "CHF"
as_of = 2025-11-17T09:00:00
sample = true
[severity]
words = {1 = ["Totalausfall"]}
rule = "final"
[incidents]
recovery_clock = "detected"
repeat_look_back_days = 14
ended_after_days = 60
core_services = ["checkout-api"]
exclude_kinds = ["drill"]
[targets]
engage_minutes = 10
postmortem_hours = 48
executive_hours = 4.5
availability = 0.999
root_cause_capacity = 0.5
[[exports]]
match = "jira/*.csv"
time_zone = "America/New_York"
date_order = "dmy"
format = "jira_issues"
retired = true
[[freezes]]
start = 2025-08-18
note = "launches"
[[incident_windows]]
start = "2025-05-20"
end = "2025-08-18"
""",
    )
    assert settings.organisation == Organisation(
        "Northwind Cloud", "Europe/Berlin", 4, datetime(2025, 11, 17, 8, 0, tzinfo=UTC), True, "CHF"
    )
    assert settings.severity.words[1][0] == "Totalausfall"
    assert settings.severity.rule == "final"
    assert settings.incidents == Incidents("detected", 14, 60, ("checkout-api",), ("drill",))
    assert settings.targets == Targets(10, 48, 4.5, 0.999, 0.5)
    assert settings.exports == (
        ExportRule("jira/*.csv", "America/New_York", "dmy", "jira_issues", retired=True),
    )
    assert settings.freezes == (Span(date(2025, 8, 18), None, "launches"),)
    assert settings.incident_windows == (Span(date(2025, 5, 20), date(2025, 8, 18)),)
    assert settings.commitments == (
        Commitment(
            id="p1",
            title="40 % fewer P1s",
            kpi="p1_incidents",
            start=date(2025, 8, 18),
            days=90,
            goal=Goal(change=-0.40),
            baseline=Baseline(date(2024, 8, 19), date(2025, 8, 18)),
            filters=Filters(("api",), ("core",), (1, 2)),
            shape="rate by deadline",
            owner="Ana",
            note="signed",
        ),
    )


def test_a_commitment_ends_on_the_day_after_its_last():
    settings, problems = parse_settings(tomllib.loads(PROMISE))
    assert not problems
    assert settings.commitments[0].end == date(2025, 11, 16)
    assert settings.commitments[0].baseline.days == 364


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[targts]", "review.toml, targts: there is no such setting. Did you mean 'targets'?"),
        (
            "[targets]\nengage_minuts = 15",
            "review.toml, [targets] engage_minuts: there is no such setting. Did you mean 'engage_minutes'?",
        ),
        (
            '[targets]\nengage_minutes = "15"',
            'review.toml, [targets] engage_minutes: found "15" (text). Allowed: a number above 0, in minutes.',
        ),
        (
            "[targets]\navailability = 99.95",
            "review.toml, [targets] availability: found 99.95 (number)."
            " Allowed: a share between 0 and 1, for example 0.9995.",
        ),
        (
            "[targets]\nexecutive_hours = nan",
            "review.toml, [targets] executive_hours: found nan (number). Allowed: a number above 0, in hours.",
        ),
        (
            "[incidents]\nended_after_days = 0",
            "review.toml, [incidents] ended_after_days: found 0 (number). Allowed: a whole number from 1 to 3660.",
        ),
        (
            "[organisation]\nfiscal_year_start_month = 13",
            "review.toml, [organisation] fiscal_year_start_month: found 13 (number)."
            " Allowed: a whole number from 1 to 12.",
        ),
        (
            '[organisation]\ncurrency = "Euro!"',
            "review.toml, [organisation] currency: 'Euro!' is no currency."
            ' Write its code of three capital letters or its sign, for example "EUR" or "€".',
        ),
        (
            "[organisation]\nfiscal_year_start_month = true",
            "review.toml, [organisation] fiscal_year_start_month: found true (true/false)."
            " Allowed: a whole number from 1 to 12.",
        ),
        (
            "[organisation]\nsample = 1",
            "review.toml, [organisation] sample: found 1 (number). Allowed: true or false, without quotes.",
        ),
        (
            '[organisation]\ntime_zone = "Europe/Berln"',
            'review.toml, [organisation] time_zone: found "Europe/Berln" (text).'
            " There is no time zone 'Europe/Berln'. Did you mean 'Europe/Berlin'?",
        ),
        (
            "[organisation]\nas_of = 2025-11-17",
            "review.toml, [organisation] as_of: found 2025-11-17 (date)."
            " Allowed: a date with a time, for example 2025-11-17T08:00:00+01:00.",
        ),
        (
            '[severity]\nrule = "last"',
            'review.toml, [severity] rule: found "last" (text). Allowed: "highest" or "final".',
        ),
        (
            '[severity]\nwords = {6 = ["x"]}',
            "review.toml, [severity] words.6: there is no such setting. Settings here: 1, 2, 3, 4, 5.",
        ),
        (
            '[severity]\nwords = {1 = ["P1"], 2 = [" p1 "]}',
            "review.toml, [severity] words.2: ' p1 ' is also a word of level 1. Keep it in one level.",
        ),
        (
            '[incidents]\ncore_services = "api"',
            'review.toml, [incidents] core_services: found "api" (text).'
            ' Allowed: a list of text, for example ["checkout", "search"].',
        ),
        (
            '[incidents]\nexclude_kinds = ["drils"]',
            "review.toml, [incidents] exclude_kinds: found a list. There is no 'drils'. Did you mean 'drill'?",
        ),
        ("targets = 3", "review.toml, targets: found 3 (number). Write a table: keys and values."),
        (
            "[freezes]\nstart = 2025-01-01",
            "review.toml, freezes: found a table. Start each one with [[freezes]] on a line of its own.",
        ),
        (
            "[[freezes]]\nend = 2025-01-01",
            "review.toml, [[freezes]] no. 1 start: is missing. Write a day, for example 2025-08-18.",
        ),
        (
            "[[freezes]]\nstart = 2025-02-01\nend = 2025-02-01",
            "review.toml, [[freezes]] no. 1 end: 2025-02-01 is not after start (2025-02-01)."
            " The end is the first day that no longer belongs to it.",
        ),
        (
            '[[exports]]\ndate_order = "dmy"',
            "review.toml, [[exports]] no. 1 match: is missing."
            ' Say which exports are meant, for example "jira/*.csv".',
        ),
        (
            '[[exports]]\nmatch = "../secret"',
            "review.toml, [[exports]] no. 1 match: '../secret' cannot match an export."
            ' Write it relative to exports/ with "/", for example "jira/*.csv".',
        ),
        (
            '[[exports]]\nmatch = "a"\n[[exports]]\nmatch = "a"',
            "review.toml, [[exports]] no. 2 match: there are two rules for 'a'. Join them.",
        ),
        (
            promise('"p1_incidents"', '"p1_incident"'),
            "review.toml, [[commitments]] 'p1' kpi: there is no KPI 'p1_incident'. Did you mean 'p1_incidents'?",
        ),
        (
            promise("change = -0.40", "change = -40"),
            "review.toml, [[commitments]] 'p1' goal.change: found -40 (number)."
            " Allowed: a change relative to the baseline, above -1 and not 0: -0.30 is 30 % less.",
        ),
        (
            promise("change = -0.40", "change = 0"),
            "review.toml, [[commitments]] 'p1' goal.change: found 0. A goal changes something.",
        ),
        (
            promise("change = -0.40", "change = -0.40, at_most = 3"),
            "review.toml, [[commitments]] 'p1' goal: found change and at_most."
            " Give exactly one of change, change_points, at_most, at_least.",
        ),
        (
            promise("change = -0.40", "change_points = 8"),
            "review.toml, [[commitments]] 'p1' goal.change_points: 'p1_incidents' is not measured in points."
            " Points are for NPS; write change = -0.30 for 30 % less.",
        ),
        (
            promise("goal = {change = -0.40}", ""),
            "review.toml, [[commitments]] 'p1' goal: is missing."
            " A commitment needs id, title, kpi, start, days and goal.",
        ),
        (
            promise("goal = {change = -0.40}", "goal = {}"),
            "review.toml, [[commitments]] 'p1' goal: is missing."
            " A commitment needs id, title, kpi, start, days and goal.",
        ),
        (
            promise("baseline = {start = 2024-08-19, end = 2025-08-18}", ""),
            "review.toml, [[commitments]] 'p1' baseline: is missing."
            " A goal of change needs baseline = {start = 2024-08-18, end = 2025-08-18}.",
        ),
        (
            promise("end = 2025-08-18", "end = 2025-09-18"),
            "review.toml, [[commitments]] 'p1' baseline.end: 2025-09-18 is after the commitment starts (2025-08-18)."
            " A baseline lies before the promise: end it on its start at the latest.",
        ),
        (
            promise("days = 90", "days = 0"),
            "review.toml, [[commitments]] 'p1' days: found 0 (number). Allowed: a whole number from 1 to 3660.",
        ),
        (
            promise("start = 2025-08-18\n", "start = 0025-08-18\n"),
            "review.toml, [[commitments]] 'p1' start: found 0025-08-18 (date)."
            " Allowed: a day, for example 2025-08-18.",
        ),
        (
            promise('id = "p1"', 'id = "p 1"'),
            "review.toml, [[commitments]] 'p 1' id: found 'p 1'."
            " Use letters, digits, '-' and '_': it becomes part of links.",
        ),
        (
            promise("days = 90", "days = 90\nfilters = {severities = [7]}"),
            "review.toml, [[commitments]] 'p1' filters.severities: found a list."
            " Allowed: a list of whole numbers from 1 to 5.",
        ),
        (
            promise("days = 90", 'days = 90\nshape = "mean"'),
            "review.toml, [[commitments]] 'p1' shape: found \"mean\" (text)."
            ' Allowed: "total" or "rate by deadline".',
        ),
        (
            PROMISE + PROMISE,
            "review.toml, [[commitments]] 'p1' id: there are two commitments called 'p1'. Rename one.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_key_and_a_way_out(text, complaint):
    assert complaints(text) == [complaint]


def test_shares_of_a_goal_are_between_0_and_1():
    found = complaints(
        promise('"p1_incidents"', '"availability"').replace("change = -0.40", "at_least = 99.95")
    )
    assert found == [
        "review.toml, [[commitments]] 'p1' goal.at_least: found 99.95 (number)."
        " Allowed: a share between 0 and 1: 99.95 % is 0.9995."
    ]


@pytest.mark.parametrize(
    ("kpi", "goal", "said"),
    [
        ("time_to_recover_median", "at_least = 30", "goal.at_least: 'time_to_recover_median' cannot be held to it."
         " Give one of at_most, change."),
        ("time_to_recover_median", "change = 0.3", "goal.change: found 0.3."
         " A time is promised to be shorter: -0.30 is 30 % less."),
        ("nps", "change = 0.3", "goal.change: 'nps' cannot be held to it. Give one of change_points, at_most, at_least."),
        ("nps", "at_least = 250", "goal.at_least: found 250 (number). Allowed: a score from -100 to 100."),
        ("availability", "at_most = 0.9", "goal.at_most: 'availability' cannot be held to it."
         " Give one of at_least, change."),
    ],
)  # fmt: skip
def test_a_goal_that_a_figure_cannot_be_held_to_is_refused(kpi, goal, said):
    text = promise('"p1_incidents"', f'"{kpi}"').replace("change = -0.40", goal)
    assert complaints(text) == [f"review.toml, [[commitments]] 'p1' {said}"]


def test_goals_of_points_and_limits_need_no_more_than_they_say():
    points, problems = parse_settings(
        tomllib.loads(promise('"p1_incidents"', '"nps"').replace("change = -0.40", "change_points = 8"))
    )
    assert (points.commitments[0].goal, problems) == (Goal(change_points=8), [])
    limit, problems = parse_settings(
        tomllib.loads(
            promise("baseline = {start = 2024-08-19, end = 2025-08-18}", "").replace(
                "change = -0.40", "at_most = 15"
            )
        )
    )
    assert (limit.commitments[0].goal, limit.commitments[0].baseline, problems) == (
        Goal(at_most=15),
        None,
        [],
    )


def test_all_problems_can_be_had_at_once_and_the_first_is_raised(tmp_path):
    text = "[targets]\navailability = 1\n[organisation]\nname = 3\n[colours]\n"
    with pytest.raises(SettingsError, match="name: found 3"):
        load(tmp_path, text)
    assert [problem.where for problem in settings_problems(tmp_path)] == [
        "review.toml, [organisation] name",
        "review.toml, [targets] availability",
        "review.toml, colours",
    ]


@pytest.mark.parametrize(
    ("text", "line", "quoted"),
    [
        ("[targets]\nengage_minutes = fifteen\n", 2, "engage_minutes = fifteen"),
        ("[targets\n", 1, "[targets"),
        ('[organisation]\nname = "never closed', 2, 'name = "never closed'),
        ("[targets]\nengage_minutes = 1\nengage_minutes = 2\n", 3, "engage_minutes = 2"),
        ("words = [", 1, "words = ["),
    ],
)
def test_a_file_that_is_no_toml_is_reported_by_its_line(tmp_path, text, line, quoted):
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, text)
    assert caught.value.where == f"review.toml, line {line}"
    assert quoted in str(caught.value)


def test_a_file_that_is_not_utf8_is_reported_by_its_line(tmp_path):
    (tmp_path / "review.toml").write_bytes(b'[organisation]\nname = "M\xfcller"\n')
    with pytest.raises(SettingsError, match="review.toml, line 2: is not UTF-8 text. Save it as UTF-8"):
        load_settings(tmp_path)


def test_a_folder_in_the_files_place_and_a_missing_folder_are_reported(tmp_path):
    (tmp_path / "review.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)
    with pytest.raises(SettingsError, match="there is no such folder"):
        load_settings(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("P1", 1),
        ("sev1", 1),
        ("1 - Critical", 1),
        ("  1 -  critical ", 1),
        ("Blocker", 1),
        ("critical", 1),
        ("SERVICE_OUTAGE", 1),
        ("2 - High", 2),
        ("major", 2),
        ("3 - Moderate", 3),
        ("medium", 3),
        ("Minor", 3),
        ("Trivial", 4),
        ("low", 4),
        ("P5", 5),
        ("none", 5),
        ("purple", None),
        ("", None),
        (None, None),
    ],
)
def test_the_usual_words_for_a_severity_have_a_level(word, level):
    assert Settings().severity.level(word) == level


def test_a_word_given_by_the_organisation_leaves_its_usual_level():
    settings, problems = parse_settings({"severity": {"words": {"2": ["CRITICAL", "Rot"]}}})
    assert not problems
    assert settings.severity.level("critical") == 2
    assert settings.severity.level("rot") == 2
    assert settings.severity.level("P1") == 1
    assert [word for word in settings.severity.words[1] if word.casefold() == "critical"] == []


def test_no_usual_word_has_two_levels():
    words = [word.casefold() for listed in Settings().severity.words.values() for word in listed]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("match", "name", "matches"),
    [
        ("jira/*.csv", "jira/a.csv", True),
        ("jira/*.csv", "jira/2025/a.csv", True),
        ("jira/*.csv", "desk/a.csv", False),
        ("tickets.csv", "desk/tickets.csv", True),
        ("tickets.csv", "desk/all.zip!tickets.csv", True),
        ("all.zip", "desk/all.zip!tickets.csv", True),
        ("desk/all.zip", "desk/all.zip!tickets.csv", True),
        ("*!Sheet1", "book.xlsx!Sheet1", True),
        ("Tickets.csv", "desk/tickets.csv", False),
    ],
)
def test_a_rule_matches_an_export_by_path_archive_or_file_name(match, name, matches):
    assert ExportRule(match).matches(name) is matches


def test_of_several_rules_the_first_that_says_a_key_applies():
    settings = Settings(
        exports=(
            ExportRule("jira/*", date_order="dmy"),
            ExportRule("*.csv", date_order="mdy", time_zone="Asia/Tokyo"),
            ExportRule("desk/*", format="zendesk"),
        )
    )
    assert settings.export_rule("jira/a.csv") == ExportRule("jira/a.csv", "Asia/Tokyo", "dmy", None)
    assert settings.export_rule("other.json") == ExportRule("other.json")


def test_the_fingerprint_changes_with_what_the_warehouse_is_built_from_and_nothing_else():
    base = Settings()
    same = [
        replace(base, organisation=Organisation(name="X", sample=True, currency="EUR")),
        replace(base, freezes=(Span(date(2025, 1, 1)),)),
        parse_settings(tomllib.loads(PROMISE))[0],
    ]
    assert {s.fingerprint for s in same} == {base.fingerprint}
    different = [
        replace(base, organisation=Organisation(time_zone="Europe/Berlin")),
        replace(base, organisation=Organisation(as_of=datetime(2025, 1, 1, tzinfo=UTC))),
        replace(base, severity=Severity(rule="final")),
        parse_settings({"severity": {"words": {"2": ["critical"]}}})[0],
        replace(base, incidents=Incidents(core_services=("a", "b"))),
        replace(base, incidents=Incidents(core_services=("b", "a"))),
        replace(base, targets=Targets(engage_minutes=10)),
        replace(base, exports=(ExportRule("*", date_order="dmy"),)),
        replace(base, quiet=(Span(date(2025, 1, 1)),)),
    ]
    prints = {base.fingerprint} | {s.fingerprint for s in different}
    assert len(prints) == len(different) + 1
    assert len(base.fingerprint) == 16


def keys_of(thing: type) -> list[str]:
    return [field.name for field in fields(thing)]


@pytest.mark.parametrize(
    ("heading", "table"),
    [
        ("[organisation]", Organisation),
        ("[severity]", Severity),
        ("[incidents]", Incidents),
        ("[targets]", Targets),
        ("[journal]", JournalPlace),
        ("[deliver]", Deliver),
        ("[[exports]]", ExportRule),
        ("[[freezes]]", Span),
        ("[[incident_windows]]", Span),
        ("[[quiet]]", Span),
        ("[[commitments]]", Commitment),
    ],
)
def test_every_setting_is_documented_under_its_table(heading, table):
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    section = next(part for part in document.split("\n## ")[1:] if f"`{heading}`" in part.splitlines()[0])
    assert is_dataclass(table)
    undocumented = [key for key in keys_of(table) if f"| `{key}` |" not in section]
    assert undocumented == []


def test_every_kind_of_goal_is_documented():
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [key for key in keys_of(Goal) if f"`{{{key} = " not in document] == []


def test_the_example_in_the_documentation_is_right():
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    example = document.split("```toml\n")[1].split("```")[0]
    settings, problems = parse_settings(tomllib.loads(example))
    assert problems == []
    assert settings.commitments[0].goal == Goal(change=-0.40)


def test_the_known_words_in_the_documentation_are_right():
    document = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    table = document.split("| level | words |\n|---|---|\n")[1].split("\n\n")[0]
    for line in table.splitlines():
        level, words = (cell.strip() for cell in line.strip("|").split("|"))
        assert {Settings().severity.level(word.strip()) for word in words.split(",")} == {int(level)}
