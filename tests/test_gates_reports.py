"""What pipelines read: the JSON document, JUnit through two readers, Markdown through a renderer."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import junitparser
import pytest
from markdown_it import MarkdownIt

from reliability.gates import reports
from reliability.gates import waivers as w
from reliability.gates.evaluation import evaluate
from reliability.gates.model import Evaluation
from reliability.journal import Journal
from reliability.serialise import plain
from reliability.settings import Gates
from tests.test_gates_evaluation import AS_OF, COMPLETE, OTHERS_OFF, SETTINGS, grant
from tests.warehouse_by_hand import by_hand

# What added gates say is not theirs to test.
pytestmark = pytest.mark.usefixtures("shipped_gates")

# What exports can hold: markup, a table cell, a mention, control characters, nothing at all.
NASTY = "a | b <script>alert(1)</script> **bold** @somebody #12 [x](http://e.org) `code`\n\x00\x1b & ]]> \"q\" 'q'"
CHANGES = [
    {"change_id": "OK-1", "title": "Complete", "service": "api", "planned_for": "2025-11-20", **COMPLETE},
    {"change_id": "NO-1", "title": NASTY, "service": "api", "planned_for": "2025-11-21",
     **COMPLETE, "reliability_signoff_by": None},
    {"change_id": "WV-1", "title": "Waived", "service": "api", "planned_for": "2025-11-22",
     **COMPLETE, "reliability_signoff_by": None},
    {"change_id": "CT-1", "title": None, "service": None, "planned_for": "2025-11-23"},
]  # fmt: skip
MODES = {**OTHERS_OFF, "runbook_missing": "warn"}


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    settings = replace(SETTINGS, gates=Gates(modes=MODES))
    folder = tmp_path / "data"
    folder.mkdir()
    journal = Journal(folder)
    grant(journal, target="WV-1", reason=NASTY.replace("\x00", ""), until=date(2025, 11, 22))
    with by_hand(tmp_path, changes=CHANGES) as store:
        return evaluate(store, settings, AS_OF, w.waivers(journal, settings))


def only(evaluation: Evaluation, change_id: str) -> Evaluation:
    return evaluation._replace(
        decisions=tuple(d for d in evaluation.decisions if d.change.change_id == change_id)
    )


def test_the_document_says_for_every_change_what_every_gate_says(evaluation):
    document = plain(reports.document(evaluation))
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["as_of"] == "2025-11-17T08:00:00Z"
    by_id = {change["id"]: change for change in document["changes"]}
    assert {name: change["decision"] for name, change in by_id.items()} == {
        "OK-1": "ship",
        "NO-1": "hold",
        "WV-1": "ship",
        "CT-1": "hold",
    }
    assert by_id["NO-1"]["title"] == NASTY
    assert by_id["OK-1"]["gates"][:2] == [
        {
            "gate": gate,
            "passed": True,
            "reason": "",
            "waiver": None,
            "state": "passed",
            "mode": "block",
            "holds": False,
            "resolver": "",
        }
        for gate in ("slo_impact_statement", "reliability_signoff")
    ]
    signoff = by_id["WV-1"]["gates"][1]
    assert (signoff["passed"], signoff["holds"]) == (False, False)
    assert signoff["waiver"] == {
        "id": 1,
        "scope": "change",
        "target": "WV-1",
        "reason": " ".join(NASTY.replace("\x00", "").split()),
        "approver": "Head of Reliability",
        "written_by": "ana@example.org",
        "until": "2025-11-22",
        "state": "expiring",
    }
    warning = by_id["OK-1"]["gates"][2]
    assert (warning["gate"], warning["passed"], warning["holds"]) == ("runbook_missing", False, False)


def test_waivers_are_listed_with_their_state(evaluation):
    given = next(d for d in evaluation.decisions if d.change.change_id == "WV-1").problems[0].waiver
    listed = plain(reports.waivers_document([given], AS_OF))["waivers"][0]
    assert (listed["state"], listed["until"], listed["gate"]) == (
        "expiring",
        "2025-11-22",
        "reliability_signoff",
    )


def test_junit_is_read_by_its_own_parser_with_a_suite_per_change(evaluation):
    read = junitparser.JUnitXml.fromstring(reports.junit(evaluation).encode())
    suites = {suite.name.split()[0]: suite for suite in read}
    assert set(suites) == {"OK-1", "NO-1", "WV-1", "CT-1"}
    counts = {name: (s.tests, s.failures, s.skipped, s.errors) for name, s in suites.items()}
    assert counts == {"OK-1": (3, 0, 0, 0), "NO-1": (3, 1, 0, 0), "WV-1": (3, 0, 1, 0), "CT-1": (3, 2, 0, 0)}
    assert (read.tests, read.failures, read.skipped) == (12, 3, 1)
    case = list(suites["NO-1"])[1]
    assert (case.name, case.classname) == ("Reliability sign-off", "gates.NO-1")
    failure = case.result[0]
    assert isinstance(failure, junitparser.Failure)
    assert (failure.message, failure.type) == ("It is not signed off for reliability yet.", "fail")
    assert failure.text.endswith("Who resolves it: the reliability team")
    assert isinstance(list(suites["WV-1"])[1].result[0], junitparser.Skipped)
    assert next(iter(suites["CT-1"])).result[0].type == "cannot tell"
    warned = list(suites["OK-1"])[2]
    assert warned.is_passed
    assert warned.system_out.startswith("warning, does not hold: No export holds incidents and runbooks")


def test_junit_is_well_formed_and_its_counts_are_those_of_its_cases(evaluation):
    root = ElementTree.fromstring(reports.junit(evaluation))
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        cases = suite.findall("testcase")
        assert len(cases) == len(suite) == int(suite.get("tests", ""))
        assert len(suite.findall("testcase/failure")) == int(suite.get("failures", ""))
        assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped", ""))
        assert suite.get("timestamp") == "2025-11-17T08:00:00"
        assert all(case.get("name") and case.get("classname") and case.get("time") == "0" for case in cases)


def rendered(text: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def test_markdown_shows_one_change_with_every_gate(evaluation):
    text = reports.markdown(only(evaluation, "NO-1"), planned=False)
    assert text.startswith("<!-- reliability-gates -->\n### NO-1 ")
    html = rendered(text)
    assert html.count("<table>") == 1
    assert html.count("<tr>") == 1 + 3
    assert (
        "<td>▲ failed</td>\n<td>It is not signed off for reliability yet.</td>\n<td>the reliability team</td>"
        in html
    )
    assert "<td>✓ passed</td>" in html
    assert "is held</h3>" in html


def test_markdown_lists_the_planned_changes_under_the_answer(evaluation):
    html = rendered(reports.markdown(evaluation))
    assert "<h3>2 of 4 planned changes may ship; 2 are held: " in html
    assert html.count("<tr>") == 1 + 4
    assert html.count("<td>✓ ship</td>") == 2
    assert html.count("<td>▲ <strong>hold</strong></td>") == 2
    assert "Waived until 22 Nov 2025" in html
    assert "Data to 2025-11-17 08:00 UTC." in html


@pytest.mark.parametrize("planned", [True, False])
def test_nothing_in_a_title_or_a_reason_does_anything_in_the_markdown(evaluation, planned):
    for shown in (evaluation, only(evaluation, "NO-1"), only(evaluation, "WV-1")):
        text = reports.markdown(shown, planned)
        html = rendered(text)
        for markup in ("<script", "<strong>bold", "<a ", "<code>"):
            assert markup not in html, markup
        assert "@" not in text
        # Shown as it is, in one cell.
        assert (
            "a | b &lt;script&gt;alert(1)&lt;/script&gt; **bold** @somebody #12 [x](http://e.org) `code`"
            in html
        )


def test_no_planned_change_is_an_answer_too(evaluation):
    empty = evaluation._replace(decisions=())
    assert "No change is planned" in reports.markdown(empty)
    assert list(ElementTree.fromstring(reports.junit(empty))) == []
    assert reports.document(empty)["changes"] == []


def test_a_long_list_keeps_within_a_comment_and_shows_what_is_held(evaluation):
    ships, held = only(evaluation, "OK-1").decisions, only(evaluation, "NO-1").decisions
    text = reports.markdown(evaluation._replace(decisions=(*ships * 100, *held)))
    html = rendered(text)
    assert html.count("<tr>") == 1 + 60 + 1
    assert html.count("<strong>hold</strong>") == 1
    assert "<td>and 41 more</td>" in html


def test_changes_that_are_out_are_not_said_to_be_held(evaluation):
    out = [
        d._replace(change=d.change._replace(is_out=True))
        for d in evaluation.decisions
        if d.change.change_id in ("OK-1", "NO-1")
    ]
    waiting = only(evaluation, "CT-1").decisions
    html = rendered(reports.markdown(evaluation._replace(decisions=(*out, *waiting)), planned=False))
    assert (
        "<h3>The only waiting change is held: SLO impact statement (1) and Reliability sign-off (1); "
        "1 change went out without Reliability sign-off (1); 1 change went out that no gate would hold</h3>"
    ) in html
    assert "<td>▲ went out without Reliability sign-off</td>" in html
    assert "<td>✓ went out; no gate would hold it</td>" in html
    assert html.count("<strong>hold</strong>") == 1

    html = rendered(reports.markdown(evaluation._replace(decisions=tuple(out)), planned=False))
    assert "<h3>1 change went out without Reliability sign-off (1); 1 change went out that no gate" in html
    assert "hold</strong>" not in html and "held" not in html
