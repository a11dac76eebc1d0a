"""The postmortem draft: the timeline of the data, blameless headings, and nothing an export could smuggle in."""

from datetime import UTC, datetime
from typing import Any

from markdown_it import MarkdownIt

from reliability.review.postmortem_draft import draft

AT = datetime(2025, 10, 26, 19, 50, tzinfo=UTC)
INCIDENT: dict[str, Any] = {
    "incident_id": "IR-1",
    "title": "Attachments cannot be opened",
    "service": "file-storage",
    "team": "Platform",
    "severity_highest": 1,
    "severity_last": 2,
    "detect_minutes": 4.0,
    "engage_minutes": None,
    "recover_minutes": 129.0,
    "recover_state": "recovered",
    "customers_affected": 4,
    "tickets": 1,
    "problem_id": "PRB9",
    "is_repeat": True,
    "repeat_partner": "IR-0",
    "repeat_rule": "explicit link",
    "source_file": "register.csv",
    "source_line": 40,
}
TIMELINE = [
    {"at": AT, "what": "Started", "detail": None},
    {"at": AT.replace(minute=51), "what": "First alert", "detail": "Burn rate | above 14"},
]


def headings(text: str) -> list[str]:
    tokens = MarkdownIt().enable("table").parse(text)
    return [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]


def test_the_timeline_is_in_the_organisations_zone_and_in_order() -> None:
    text = draft(INCIDENT, TIMELINE, "Europe/Berlin", AT.replace(day=29))
    assert "| 26 Oct 2025, 20:50 | Started |" in text  # winter time began that morning: UTC+1
    assert "| 26 Oct 2025, 20:51 | First alert: Burn rate \\| above 14 |" in text
    assert text.index("Started") < text.index("First alert")
    assert "**Due:** 29 Oct 2025, 20:50 (Europe/Berlin)" in text


def test_headings_ask_for_causes_and_name_nobody() -> None:
    assert headings(draft(INCIDENT, TIMELINE, "UTC")) == [
        "Postmortem IR-1: Attachments cannot be opened", "At a glance", "Impact", "Timeline", "How we noticed",
        "What contributed", "What went well", "Where we were lucky", "Has it happened before?", "Actions",
        "Before publishing",
    ]  # fmt: skip


def test_what_is_known_is_filled_in_and_the_rest_says_not_recorded() -> None:
    text = draft(INCIDENT, TIMELINE, "UTC")
    assert "| Time to recover | 2 h 9 min |" in text
    assert "| Detection to engagement | not recorded |" in text
    assert "| Severity | Sev1 at its gravest, recorded as Sev2 now |" in text
    assert "- Customers affected, as the tool says: 4" in text
    assert "- Support tickets: 1\n- Alerts: not recorded\n" in text
    assert "A repeat of IR-0 (explicit link)" in text
    assert "**Due:** 72 h after the recovery" in text
    assert "*Source: register.csv, line 40.*" in text


def test_an_open_incident_and_an_empty_timeline_say_so() -> None:
    text = draft({"incident_id": "X", "recover_state": "open"}, [], "UTC")
    assert "| Time to recover | still open |" in text
    assert "The exports hold no moment of this incident" in text
    assert "link it to no earlier incident" in text
    assert "None" not in text


def test_text_of_exports_has_no_meaning_in_the_draft() -> None:
    nasty = "x\n# Fake heading\n![a](http://x) <b>b</b> | c [l](javascript:1) `d` **e**"
    text = draft({**INCIDENT, "title": nasty, "service": nasty, "root_cause": nasty}, TIMELINE, "UTC")
    tokens = MarkdownIt().enable("table").parse(text)
    inside = [child.type for token in tokens for child in token.children or ()]
    assert not {"image", "link_open", "html_inline", "code_inline"} & set(inside)
    assert "Fake heading" not in "".join(headings(text)[1:])
    assert len(headings(text)) == 11
