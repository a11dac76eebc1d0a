"""The gates' answer for machines and for people elsewhere: a document for JSON, JUnit XML, Markdown.

Titles come from exports: nothing in them may break the XML or do anything in the Markdown.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from reliability.formatting import plain
from reliability.gates import words
from reliability.gates.model import Decision, Evaluation, GateResult
from reliability.gates.waivers import Waiver
from reliability.queries.gates import PASSED
from reliability.serialise import plain as plain_data

MARKER = "<!-- reliability-gates -->"

_MOST_ROWS = 60
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]#|<>~$&])")
_ICON = {"passed": "✓", "waived": "≈", "failed": "▲", "cannot tell": "?"}


def document(evaluation: Evaluation) -> dict[str, Any]:
    """Return the document that `--json` prints and `/api/gates` answers with."""
    return {
        "as_of": evaluation.as_of,
        "outdated": evaluation.outdated,
        "changes": [
            {
                "id": decision.change.change_id,
                "title": decision.change.title,
                "service": decision.change.service,
                "team": decision.change.team,
                "release": decision.change.release,
                "planned_for": decision.change.planned_for,
                "decision": decision.decision,
                "is_out": decision.change.is_out,
                "in_words": words.verdict(decision),
                "gates": [_result(result, evaluation) for result in evaluation.results(decision)],
            }
            for decision in evaluation.decisions
        ],
    }


def waivers_document(found: Iterable[Waiver], as_of: datetime) -> dict[str, Any]:
    """Return waivers with their state at an instant."""
    return {"as_of": as_of, "waivers": [{**plain_data(w), "state": w.state(as_of)} for w in found]}


def _result(result: GateResult, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "gate": result.gate,
        "passed": result.passed,
        "reason": plain(result.reason),
        "waiver": _waiver(result.waiver, evaluation) if result.waiver else None,
        "state": result.state,
        "mode": result.mode,
        "holds": result.holds,
        "resolver": result.resolver,
    }


def _waiver(waiver: Waiver, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "id": waiver.id,
        "scope": waiver.scope,
        "target": waiver.target,
        "reason": waiver.reason,
        "approver": waiver.approver,
        "written_by": waiver.written_by,
        "until": waiver.until,
        "state": waiver.state(evaluation.as_of),
    }


def junit(evaluation: Evaluation) -> str:
    """Return JUnit XML: a suite per change, a case per gate.

    What holds a change is a failure; what is waived is skipped; a warning passes and says why in its output.
    """
    root = ElementTree.Element("testsuites", name="release gates")
    totals = [0, 0, 0]
    for decision in evaluation.decisions:
        results = evaluation.results(decision)
        counts = [len(results), sum(r.holds for r in results), sum(r.excused for r in results)]
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
        suite = ElementTree.SubElement(root, "testsuite", name=_xml(_name(decision)))
        _count(suite, counts)
        suite.set("timestamp", evaluation.as_of.replace(microsecond=0, tzinfo=None).isoformat())
        for result in results:
            _case(suite, decision, result)
    _count(root, totals)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _count(element: ElementTree.Element, counts: list[int]) -> None:
    for name, number in zip(("tests", "failures", "skipped"), counts, strict=True):
        element.set(name, str(number))
    element.set("errors", "0")
    element.set("time", "0")


def _case(suite: ElementTree.Element, decision: Decision, result: GateResult) -> None:
    name = _xml(decision.change.change_id)
    case = ElementTree.SubElement(
        suite, "testcase", name=_xml(result.title), classname=f"gates.{name}", time="0"
    )
    if result.state == PASSED:
        return
    said = _xml(plain(words.why(result)))
    if result.excused:
        ElementTree.SubElement(case, "skipped", message=said)
    elif result.holds:
        failure = ElementTree.SubElement(case, "failure", message=said, type=result.state)
        failure.text = _xml(f"{plain(words.why(result))}\nWho resolves it: {result.resolver}")
    else:
        ElementTree.SubElement(case, "system-out").text = f"warning, does not hold: {said}"


def markdown(evaluation: Evaluation, planned: bool = True) -> str:
    """Return Markdown for a comment on a pull request; its first line lets a pipeline find its earlier comment."""
    if len(evaluation.decisions) == 1 and not planned:
        lines = _section(evaluation, evaluation.decisions[0])
    else:
        lines = [f"### {_md(plain(words.headline(evaluation, planned)))}", ""]
        if evaluation.decisions:
            lines += ["| Change | Decision | Why |", "|---|---|---|"]
            lines += [*_rows(evaluation), ""]
    lines += [f"Data to {evaluation.as_of:%Y-%m-%d %H:%M} UTC."]
    if evaluation.outdated:
        lines += ["", f"▲ {_md(evaluation.outdated[:1].upper() + evaluation.outdated[1:])}: rebuild."]
    return "\n".join([MARKER, *lines]) + "\n"


def _rows(evaluation: Evaluation) -> list[str]:
    """Return the rows of the table; when there are too many for a comment, those that are held come first."""
    decisions = evaluation.decisions
    if len(decisions) <= _MOST_ROWS:
        return [_row(decision) for decision in decisions]
    first = sorted(decisions, key=lambda d: not d.held)[:_MOST_ROWS]
    return [*(_row(decision) for decision in first), f"| and {len(decisions) - _MOST_ROWS} more | | |"]


def _row(decision: Decision) -> str:
    why = "<br>".join(f"{_md(p.title)}: {_md(plain(words.why(p)))}" for p in decision.problems)
    return f"| {_md(_name(decision))} | {_decided(decision)} | {why} |"


def _section(evaluation: Evaluation, decision: Decision) -> list[str]:
    lines = [f"### {_md(_name(decision))} {words.verdict(decision)}", ""]
    lines += ["| Gate | Result | Why | Who resolves it |", "|---|---|---|---|"]
    for result in evaluation.results(decision):
        outcome = words.outcome(result)
        icon = _ICON[outcome.removeprefix("warning: ")]
        cells = (_md(result.title), f"{icon} {outcome}", _md(plain(words.why(result))), _md(result.resolver))
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, ""]


def _decided(decision: Decision) -> str:
    if decision.change.is_out:
        return f"{'▲' if decision.holding else '✓'} {_md(words.went_out(decision))}"
    return "▲ **hold**" if decision.held else "✓ ship"


def _name(decision: Decision) -> str:
    return " ".join(part for part in (decision.change.change_id, decision.change.title) if part)


def _xml(text: str) -> str:
    """Drop the characters that XML cannot hold at all; the rest is escaped by the writer."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _md(text: str) -> str:
    """Escape text so that it is shown as it is: no markup, no table cell, no mention of a person, no reference."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split())).replace("@", "&#64;")
