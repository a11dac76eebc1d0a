"""A postmortem to begin with: what the exports know of an incident, under headings that ask for causes, not culprits.

The result is Markdown. Text from exports is escaped, so that a title cannot become a heading, a link or an image. No
person is named: the draft speaks of roles, services and systems.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from reliability import formatting as fmt

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#])")
_NOT_SAID = "not recorded"

_QUESTIONS = (
    (
        "How we noticed",
        "What told us: an alert, a customer, a colleague? What could have told us sooner, and why did it not?",
    ),
    (
        "What contributed",
        "Which conditions had to come together? Ask how it made sense at the time, not who did it. "
        "List several: there is rarely one cause.",
    ),
    ("What went well", "What kept it from being worse? What should stay as it is?"),
    ("Where we were lucky", "What could have gone worse, and was not prevented by anything we built?"),
)


def draft(
    incident: Mapping[str, Any],
    timeline: Iterable[Mapping[str, Any]],
    zone: str,
    due_at: datetime | None = None,
    postmortem_hours: float = 72,
) -> str:
    """Write the draft of one incident's postmortem as Markdown.

    incident: a row of `lists/incident_detail`. timeline: rows of `lists/work/incident_timeline` (at, what, detail),
    oldest first. zone: IANA name; all times are shown in it. due_at: when the postmortem is due; None while it is not
    known.
    """
    name = _text(incident["incident_id"])
    title = _text(incident.get("title")) if incident.get("title") else "without a title"
    due = f"{fmt.instant(due_at, zone)} ({zone})" if due_at else f"{postmortem_hours:g} h after the recovery"
    parts = [
        f"# Postmortem {name}: {title}",
        "*Draft, filled in from the exports. This review is blameless: people did what made sense with what they "
        "knew; we look for what in our systems let it happen.*",
        f"**Due:** {due}",
        _section("At a glance", _facts(incident)),
        _section("Impact", _impact(incident)),
        _section("Timeline", _timeline(timeline, zone)),
        *(_section(heading, f"*{question}*\n\n- ") for heading, question in _QUESTIONS),
        _section("Has it happened before?", _before(incident)),
        _section(
            "Actions",
            "*Each action changes a system, a tool or a runbook, has an owner and a day. "
            "“Be more careful” is not an action.*\n\n"
            "| Action | Prevents, detects or softens | Owner | Due |\n| --- | --- | --- | --- |\n|  |  |  |  |",
        ),
        _section(
            "Before publishing",
            "- [ ] Times checked with those who were there\n"
            "- [ ] Names of people replaced by roles\n"
            "- [ ] Runbook written or updated\n"
            "- [ ] Read by someone who was not involved",
        ),
        f"*Source: {_text(incident.get('source_file'))}, line {_text(incident.get('source_line'))}.*",
    ]
    return fmt.plain("\n\n".join(parts)) + "\n"


def _section(heading: str, body: str) -> str:
    return f"## {heading}\n\n{body}"


def _facts(incident: Mapping[str, Any]) -> str:
    highest = incident.get("severity_highest")
    last = incident.get("severity_last")
    severity = f"Sev{highest}" if highest else _NOT_SAID
    if highest and last and last != highest:
        severity += f" at its gravest, recorded as Sev{last} now"
    rows = [
        ("Service", _text(incident.get("service"))),
        ("Team", _text(incident.get("team"))),
        ("Severity", severity),
        ("Start to detection", _duration(incident.get("detect_minutes"))),
        ("Detection to engagement", _duration(incident.get("engage_minutes"))),
        ("Time to recover", _recovery(incident)),
        ("Root cause in the tool", _text(incident.get("root_cause"))),
    ]
    if incident.get("reopen_count"):
        rows.append(("Reopened", fmt.plural(incident["reopen_count"], "time")))
    return "\n".join(["| | |", "| --- | --- |", *(f"| {label} | {value} |" for label, value in rows)])


def _recovery(incident: Mapping[str, Any]) -> str:
    if incident.get("recover_state") == "open":
        return "still open"
    return _duration(incident.get("recover_minutes"))


def _impact(incident: Mapping[str, Any]) -> str:
    counts = (
        ("Customers affected, as the tool says", incident.get("customers_affected")),
        ("Accounts named in the exports", incident.get("accounts")),
        ("Support tickets", incident.get("tickets")),
        ("Alerts", incident.get("alerts")),
    )
    lines = [f"- {label}: {_NOT_SAID if value is None else fmt.count(value)}" for label, value in counts]
    return "\n".join([*lines, "", "*What could customers not do, and for how long?*", "", "- "])


def _timeline(moments: Iterable[Mapping[str, Any]], zone: str) -> str:
    rows = [
        f"| {fmt.instant(moment['at'], zone)} | {_text(moment['what'])}"
        f"{': ' + _text(moment['detail']) if moment.get('detail') else ''} |"
        for moment in moments
    ]
    if not rows:
        return "*The exports hold no moment of this incident. Add what is known, with times.*"
    head = [f"All times in {zone}. Add what people saw, tried and decided in between.", ""]
    return "\n".join([*head, "| When | What |", "| --- | --- |", *rows])


def _before(incident: Mapping[str, Any]) -> str:
    said = []
    if incident.get("problem_id"):
        said.append(f"- Problem: {_text(incident['problem_id'])}")
    if incident.get("is_repeat"):
        partner = incident.get("repeat_partner")
        rule = incident.get("repeat_rule")
        said.append(
            f"- A repeat{f' of {_text(partner)}' if partner else ''}{f' ({_text(rule)})' if rule else ''}: "
            "why did the earlier fix not end it?"
        )
    if not said:
        said.append("- The exports link it to no earlier incident. Is that so?")
    return "\n".join(said)


def _duration(minutes: float | None) -> str:
    return _NOT_SAID if minutes is None else fmt.duration(minutes)


def _text(value: object) -> str:
    """Return a text of an export on one line, without a meaning in Markdown."""
    if value is None or not str(value).strip():
        return _NOT_SAID
    return _SPECIAL.sub(r"\\\1", " ".join(str(value).split()))
