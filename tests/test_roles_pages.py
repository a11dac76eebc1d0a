"""Roles on the pages: who may not is told why and who may, even past the buttons; who may is named by the sign-in."""

from datetime import date

import pytest

from reliability.access.identity import ADMINISTER, APPROVE, CONTRIBUTE, Identity
from reliability.errors import RightsError
from reliability.gates.waivers import waivers
from reliability.journal import Journal
from reliability.scrutiny.signing import KIND as SIGNED
from reliability.scrutiny.signing import SIGNING
from reliability.settings import Baseline, Commitment, Goal, load_settings
from reliability.ui import visitor
from reliability.ui.promises import form
from reliability.warehouse import build
from tests.build_folder import build_folder, table
from tests.test_gaps import NEW, OLD
from tests.test_gates_page import fill, press, read
from tests.test_outage_decisions import ticket
from tests.test_same_outage import JIRA, paged, pagerduty
from tests.writers import functions, writing

ACCESS = """
[access]
mode = "oidc"
hosts = ["review.example.com"]
waivable_gates = ["reliability_signoff", "slo_impact_statement"]
[access.oidc]
issuer = "https://login.example.com"
client_id = "reliability"
[access.roles]
approver = ["group:sre"]
administrator = ["root@example.com"]
"""
VIEWER, APPROVER = Identity("zoe@example.com"), Identity("bob@example.com", ("sre",))


@pytest.fixture
def signed_in(own_sample, monkeypatch):
    """Look at the pages as somebody: `signed_in(VIEWER)`; returns the data folder."""
    with (own_sample / "review.toml").open("a", encoding="utf-8") as settings:
        settings.write(ACCESS)
    monkeypatch.setenv("RELIABILITY_DATA", str(own_sample))

    def looking(who):
        monkeypatch.setattr(visitor, "present", lambda: who)
        return own_sample

    return looking


def test_a_viewer_reads_what_is_missing_and_who_has_it(signed_in, open_page):
    folder = signed_in(VIEWER)
    shown = read(open_page("gates", folder, change="CHG-3303"))
    assert "CHG-3303 is held" in shown
    assert "Giving a waiver needs the role approver. Those who have it: group:sre." in shown
    assert "Write it down" not in shown


ADMINISTRATOR_ALONE = "needs the role administrator. Those who have it: root@example.com."
CONTRIBUTORS = "needs the role contributor. Those who have it: group:sre or root@example.com."


@pytest.mark.parametrize(
    ("page", "said", "hidden"),
    [
        ("data", f"Adding exports {ADMINISTRATOR_ALONE}", "See what changes"),
        ("data", f"Mapping an export {ADMINISTRATOR_ALONE}", ""),
        ("chronic_issues", f"Deciding about repeats {CONTRIBUTORS}", ""),
        ("commitments", f"Writing down a promise {ADMINISTRATOR_ALONE}", ""),
        ("quarterly_review", f"Freezing a review {ADMINISTRATOR_ALONE}", "Keep this review"),
    ],
)
def test_every_page_that_writes_says_why_a_viewer_may_not_and_who_may(
    signed_in, open_page, page, said, hidden
):
    app = open_page(page, signed_in(VIEWER), quarter="2025-Q3")
    assert said in shown_and_hinted(app)
    assert not hidden or hidden not in [button.label for button in app.button if not button.disabled]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("data", f"Saying what a severity word means {ADMINISTRATOR_ALONE}"),
        ("data", f"Saying that a silence was quiet {CONTRIBUTORS}"),
        ("chronic_issues", f"Deciding about outages in two tools {CONTRIBUTORS}"),
    ],
)
def test_what_only_some_exports_ask_for_says_it_too(tmp_path, monkeypatch, open_page, page, said):
    header = "incident_id,opened_at,severity,resolved_at"
    odd = table(header, "S1,2024-11-04T10:00:00Z,Puce,2024-11-04T11:00:00Z")
    days = (("04", 26), ("11", 27), ("18", 28))
    tickets = table(JIRA, *(ticket(number, f"{day}/Jul/25 10:04 AM") for day, number in days))
    pages = pagerduty(*(paged(number, f"{day}T10:00") for day, number in days))
    files = {
        "severity": {"odd.csv": odd},
        "silence": {"2024.csv": OLD, "2026.csv": NEW},
        "outages": {"jira.csv": tickets, "pd.json": pages},
    }
    (held,) = [files[word] for word in files if word in said]
    build_folder(tmp_path, held, ACCESS)
    monkeypatch.setattr(visitor, "present", lambda: VIEWER)
    app = open_page(page, tmp_path, quarter="2025-Q3")
    assert said in shown_and_hinted(app)


def shown_and_hinted(app):
    """What can be read on the page, with what buttons say when one points at them."""
    return "\n".join([read(app), *(button.help or "" for button in app.button)])


def test_an_approver_is_named_by_the_sign_in(signed_in, open_page):
    folder = signed_in(APPROVER)
    app = open_page("gates", folder, change="CHG-3303")
    assert not [field for field in app.text_input if field.label in ("Your name", "Approved by")]
    fill(app, reason="Behind a flag")
    press(app, "Write it down")
    given = waivers(Journal(folder), load_settings(folder))
    assert [(w.written_by, w.approver, w.reason) for w in given] == [
        ("bob@example.com", "bob@example.com", "Behind a flag")
    ]


def test_only_gates_that_are_listed_may_be_waived_and_a_try_is_in_the_journal(signed_in, monkeypatch):
    from reliability.ui.gates import waivers as waiver_forms

    folder = signed_in(APPROVER)
    monkeypatch.setattr(waiver_forms.empty, "note", lambda *_a, **_k: None)

    class View:
        data_dir = folder
        settings = load_settings(folder)

    gates = ["error_budget", "slo_impact_statement", "runbook_missing", "reliability_signoff"]
    assert waiver_forms.waivable(View, gates) == ["slo_impact_statement", "reliability_signoff"]
    waiver_forms._grant(View, "error_budget", "all", "", "Behind a flag", "", date(2025, 12, 1), "")
    (entry,) = Journal(folder).entries()
    assert (entry.kind, entry.subject, entry.who) == (
        "refusal",
        "a waiver of error_budget",
        "bob@example.com",
    )


ADMINISTRATOR = Identity("root@example.com")
PROMISE = Commitment(
    "fewer", "Fewer P1 incidents", "p1_incidents", date(2025, 10, 1), 90, Goal(change=-0.3),
    Baseline(date(2025, 1, 1), date(2025, 7, 1)),
)  # fmt: skip


def test_an_administrator_writes_a_promise_down_and_an_approver_signs_it(signed_in, open_page):
    folder = signed_in(ADMINISTRATOR)
    view = type("View", (), {"data_dir": folder, "workspace": None})
    assert form.write(PROMISE, "", view) == ""
    (entry,) = Journal(folder).entries()
    assert (entry.kind, entry.subject, entry.who) == ("settings", "fewer", "root@example.com")
    with pytest.raises(RightsError, match="Signing a promise needs the role approver"):
        visitor.require(APPROVE, SIGNING)
    build(folder, load_settings(folder))

    shown = read(open_page("commitments", folder, promise="fewer"))
    assert "Signing a promise needs the role approver. Those who have it: group:sre." in shown
    assert "Sign it" not in shown

    signed_in(APPROVER)
    app = open_page("commitments", folder, promise="fewer")
    press(app, "Sign it")
    (signed,) = Journal(folder).entries(SIGNED, "fewer")
    assert signed.who == "bob@example.com"
    with pytest.raises(RightsError, match="Writing down a promise needs the role administrator"):
        form.write(PROMISE, "", view)


@pytest.mark.parametrize(
    ("who", "right", "allowed"),
    [
        (VIEWER, CONTRIBUTE, False),
        (VIEWER, ADMINISTER, False),
        (APPROVER, APPROVE, True),
        (APPROVER, ADMINISTER, False),
        (Identity("root@example.com"), ADMINISTER, True),
        (Identity("root@example.com"), APPROVE, False),
        (None, CONTRIBUTE, False),
    ],
)
def test_what_is_not_allowed_is_refused_past_the_buttons_and_in_the_journal(signed_in, who, right, allowed):
    folder = signed_in(who)
    if allowed:
        visitor.require(right, "doing this")
        assert Journal(folder).entries() == []
        return
    with pytest.raises(RightsError, match="Doing this needs the role"):
        visitor.require(right, "doing this")
    entry = Journal(folder).entries()[-1]
    assert (entry.kind, entry.subject, entry.who) == (
        "refusal",
        "doing this",
        who.name if who else "not signed in",
    )


def test_the_functions_that_write_refuse_by_themselves(signed_in, monkeypatch):
    from reliability.ui.chronic import queue_acts
    from reliability.ui.data import mapping, upload
    from reliability.ui.gates import waivers as waiver_forms

    folder = signed_in(VIEWER)
    refused = []
    monkeypatch.setattr(visitor, "require", lambda right, doing: refused.append(right) or _refuse(doing))
    for module in (waiver_forms, upload, mapping, form):
        monkeypatch.setattr(module.empty, "note", lambda *_a, **_k: None)
        monkeypatch.setattr(module.empty, "show_error", lambda *_a, **_k: None)

    class View:
        data_dir = folder
        settings = load_settings(folder)

    waiver_forms._grant(View, "reliability_signoff", "all", "", "r", "a", None, "x")
    waiver_forms._withdraw(Journal(folder), None, "x", "y")
    queue_acts.decide(View, "said", lambda *_a: pytest.fail("written"))
    upload._add([], folder)
    upload.rebuild(folder)
    mapping._save(folder, None, "")
    mapping._remove(folder, "t")
    promise = type("Promise", (), {"title": "t"})()
    with pytest.raises(RightsError):
        form.write(promise, "x", View)
    assert refused == [APPROVE, APPROVE, CONTRIBUTE, *[ADMINISTER] * 5]
    assert Journal(folder).entries() == []


def test_every_function_of_the_pages_that_writes_asks_for_a_right_first():
    known = functions()
    found = writing(known)
    for name in (
        "gates.waivers._withdraw",
        "chronic.outages._decide",
        "chronic.queue._buttons",
        "data.upload._add",
    ):
        assert f"reliability.ui.{name}" in found, "the source is no longer understood"
    assert len(found) >= 23
    unasked = [
        f"{name}, line {use.line}: {use.what}"
        for name, uses in found.items()
        for use in uses
        if not use.handed_on and not known[name].asks_before(use.line)
    ]
    assert unasked == []


def test_each_right_is_for_what_the_roles_are_for():
    """Contributor: repeats, outages, quiet times, decisions with their notes. Approver: waivers, signing. Administrator:
    exports, mappings, severity words, promises, freeze."""
    rights = {
        f.name.removeprefix("reliability.ui."): " and ".join(f.rights)
        for f in functions().values()
        if f.name.startswith("reliability.ui.") and f.requires
    }
    assert rights == {
        **dict.fromkeys(
            (
                "chronic.outages._bring_in", "chronic.outages._decide", "chronic.outages._take_back",
                "chronic.queue_acts.bring_in", "chronic.queue_acts.decide",
                "decisions.forms._decide", "decisions.forms._follow",
            ),
            "CONTRIBUTE",
        ),
        **dict.fromkeys(("gates.waivers._grant", "gates.waivers._withdraw", "promises.signed._form"), "APPROVE"),
        **dict.fromkeys(
            (
                "data.mapping._remove", "data.mapping._save", "data.severity._save_button", "data.upload._add",
                "data.upload._done", "data.upload.rebuild", "promises.form.write", "review.frozen._form",
            ),
            "ADMINISTER",
        ),
    }  # fmt: skip


def test_who_is_handed_what_writes_asks_before_it_is_called():
    known = functions()
    calls = {
        f.name: f.asks_before(f.parameters["write"])
        for f in known.values()
        if f.name.startswith("reliability.ui.") and "write" in f.parameters
    }
    assert calls == {"reliability.ui.chronic.queue_acts.decide": True}


def _refuse(doing):
    raise RightsError(f"{doing} is not allowed")
