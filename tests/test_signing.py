"""What was signed of a promise is held against what stands now: terms, settings, query, records of the baseline."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.cli.main import main
from reliability.commitments import commitment_statuses
from reliability.commitments.evidence import Evidence
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.journal.entries import Entry
from reliability.queries import Store
from reliability.review.frozen import freeze
from reliability.scrutiny.agreement import KIND, body_of
from reliability.scrutiny.changes import Signing, State, signings
from reliability.scrutiny.signing import held_to, promise_named, sign
from reliability.settings import (
    DEFAULT_WORDS,
    Commitment,
    Goal,
    Organisation,
    Settings,
    Severity,
    Span,
    load_settings,
)  # fmt: skip
from reliability.warehouse import build
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder
from tests.promises_by_hand import counts, promise, spread
from tests.test_ui import said
from tests.warehouse_by_hand import by_hand

NOW = datetime(2025, 12, 1, tzinfo=UTC)
THEN = datetime(2025, 6, 30, 12, tzinfo=UTC)
FEWER = promise("p1_incidents", Goal(change=-0.4))


def settings(*promises: Commitment, rule: str = "highest") -> Settings:
    return Settings(Organisation(time_zone="UTC"), Severity(rule=rule), commitments=promises)


def entry(store: Store, signed: Commitment, known: Settings, **body: Any) -> Entry:
    """The journal's entry of a promise that was signed on its first day."""
    kept = json.loads(json.dumps(body_of(signed, Evidence(store, known, THEN))))
    return Entry(1, THEN, "ann@example.com", KIND, signed.id, {**kept, **body})


def held(store: Store, known: Settings, *entries: Entry) -> tuple[Signing, ...]:
    statuses = commitment_statuses(store, known, NOW)
    return signings(store, known, NOW, entries, statuses, closely=True)


@contextmanager
def warehouse(folder: Path, rows: list[dict[str, Any]], **made_with: Any) -> Iterator[Store]:
    with by_hand(folder, {"as_of": "2025-12-01", **made_with}, incidents=rows) as store:
        yield store


def test_what_nobody_signed_and_what_is_as_signed_say_so(tmp_path: Path) -> None:
    with warehouse(tmp_path, counts(72, 20)) as store:
        known = settings(FEWER)
        (one,) = held(store, known)
        assert (one.state, one.words("UTC")) == (State.NOT_SIGNED, "")
        (one,) = held(store, known, entry(store, FEWER, known))
        assert (one.state, one.by, one.changes, one.restated) == (State.AS_SIGNED, "ann@example.com", (), "")
        assert one.verdict == one.verdict_signed == "met"
        # Who owns it, and a note on it, may change.
        (one,) = held(store, settings(replace(FEWER, owner="CTO", note="x")), entry(store, FEWER, known))
        assert one.state is State.AS_SIGNED


def test_a_softer_goal_shows_both_goals_and_both_verdicts(tmp_path: Path) -> None:
    # 72 in 180 days, 20 in 90: 44 % fewer. Signed were 60 %, at most 14.
    with warehouse(tmp_path, counts(72, 20)) as store:
        signed = replace(FEWER, goal=Goal(change=-0.6))
        made = entry(store, signed, settings(signed))
        assert made.body["numbers"] == {"baseline": 72.0, "goal": 14.0}
        assert made.body["deadline"] == "2025-09-28"
        (one,) = held(store, settings(FEWER), made)
        assert one.state is State.CHANGED
        assert [(c.what, c.now, c.signed) for c in one.changes] == [("goal", "−40\xa0%", "−60\xa0%")]
        assert (one.verdict, one.verdict_signed) == ("met", "improved, short of target")
        words = one.words("UTC")
        assert "goal −40\xa0%, signed −60\xa0%" in words and "30 Jun 2025 by ann@example.com" in words
        assert "As signed: improved, short of target; as it stands: met." in words


@pytest.mark.parametrize(
    ("now", "what"),
    [
        ({"days": 60}, "days"),
        ({"title": "Fewer P1s"}, "title"),
        ({"baseline": replace(FEWER.baseline, start=datetime(2025, 3, 1).date())}, "baseline"),
        ({"kpi": "incidents"}, "kpi"),
    ],
)
def test_every_term_is_held_to_what_was_signed(tmp_path: Path, now: dict[str, Any], what: str) -> None:
    with warehouse(tmp_path, counts(72, 20)) as store:
        (one,) = held(store, settings(replace(FEWER, **now)), entry(store, FEWER, settings(FEWER)))
        assert [c.what for c in one.changes] == [what]
        assert one.verdict_signed == "met"


def test_another_severity_rule_is_judged_by_the_one_that_was_signed(tmp_path: Path) -> None:
    # 20 P1s remain P1; 20 more were downgraded to P2: 40 by the gravest severity, where 36 were usual.
    downgraded = spread(2000, 20, 180, 270, severity=2, severity_highest=1)
    with warehouse(tmp_path, [*counts(72, 20), *downgraded], severity_rule="final") as store:
        made = entry(store, FEWER, settings(FEWER, rule="highest"))
        (one,) = held(store, settings(FEWER, rule="final"), made)
        assert [(c.what, c.now, c.signed) for c in one.changes] == [("[severity] rule", "final", "highest")]
        assert one.verdict_signed == "missed, depends on severity rule"
        assert one.verdict == "met, not shown to be more than relabelling"
        assert one.sentence_signed.startswith("Up 11\xa0%")  # 40 in 90 days, 72 in 180


def test_what_a_build_leaves_out_after_signing_cannot_be_judged_again(tmp_path: Path) -> None:
    known = settings(FEWER)
    with warehouse(tmp_path, counts(72, 20)) as store:
        made = entry(store, FEWER, known)
        (one,) = held(
            store, replace(known, incidents=replace(known.incidents, exclude_kinds=("drill",))), made
        )
    assert [(c.what, c.now) for c in one.changes] == [("[incidents] exclude_kinds", "drill")]
    assert one.verdict_signed == ""
    assert one.why_not == "which incidents are left out is decided when the warehouse is built"


def test_an_incident_window_that_is_declared_after_signing_shows_with_both_verdicts(tmp_path: Path) -> None:
    # Without the window 20 of 72 in half a year are met; declaring most of the baseline leaves nothing to compare with.
    with warehouse(tmp_path, counts(72, 20)) as store:
        made = entry(store, FEWER, settings(FEWER))
        bad = (Span(date(2025, 1, 1), date(2025, 6, 30), "a bad half year"),)
        now = replace(settings(FEWER), incident_windows=bad)
        (one,) = held(store, now, made)
        assert one.state is State.CHANGED
        assert [(c.what, c.now, c.signed) for c in one.changes] == [
            ("[[incident_windows]]", "2025-01-01 to 2025-06-29", "none")
        ]
        assert one.verdict == "met, not shown to be more than a return to normal"
        assert one.verdict_signed == "met"
        # Taken away after signing it shows as well.
        (gone,) = held(store, settings(FEWER), entry(store, FEWER, now))
        assert (gone.verdict, gone.verdict_signed) == (one.verdict_signed, one.verdict)
        # One that begins with the promise touches nothing; one that was open then has not changed by being closed.
        later = replace(settings(FEWER), incident_windows=(Span(date(2025, 7, 10), None),))
        assert held(store, later, made)[0].state is State.AS_SIGNED
        opened = replace(settings(FEWER), incident_windows=(Span(date(2025, 6, 1), None),))
        closed = replace(settings(FEWER), incident_windows=(Span(date(2025, 6, 1), date(2025, 8, 1)),))
        assert held(store, closed, entry(store, FEWER, opened))[0].state is State.AS_SIGNED


def test_a_word_that_means_another_severity_after_signing_shows_with_both_verdicts(tmp_path: Path) -> None:
    # "Crimson" was P1 when it was signed: 20 of the window are called so, 20 more P1s by their usual name.
    urgent = spread(2000, 20, 180, 270, severity=2, severity_text="Crimson")
    rows = [*counts(72, 20, severity_text="P1"), *urgent]
    with warehouse(tmp_path, rows) as store:
        signed = replace(
            settings(FEWER), severity=Severity(words={**DEFAULT_WORDS, 1: (*DEFAULT_WORDS[1], "Crimson")})
        )
        moved = replace(
            settings(FEWER), severity=Severity(words={**DEFAULT_WORDS, 2: (*DEFAULT_WORDS[2], "Crimson")})
        )
        assert signed.severity.own == {"crimson": 1}
        (one,) = held(store, moved, entry(store, FEWER, signed))
        assert [(c.what, c.now, c.signed) for c in one.changes] == [
            ("[severity.words] “crimson”", "P2", "P1")
        ]
        assert one.sentence_signed.startswith("Up 11\xa0%")  # 40 in 90 days, 72 in 180
        assert (one.verdict.split(",")[0], one.verdict_signed) == ("met", "missed")
        # A promise that asks for no severity does not mind.
        every = promise("incidents", Goal(change=-0.4))
        other = replace(moved, commitments=(every,))
        assert (
            held(store, other, entry(store, every, replace(signed, commitments=(every,))))[0].state
            is State.AS_SIGNED
        )


@pytest.mark.parametrize("by_person", [True, False], ids=["on the Data page", "in review.toml"])
def test_a_silence_that_is_called_quiet_after_signing_shows_with_both_verdicts(
    tmp_path: Path, by_person: bool
) -> None:
    # 72 P1s and as many P2s in half a year, then 20 and 20 in the first half of the window, and nothing for 45 days.
    def rows(first: int, n: int, start: float, end: float) -> list[dict[str, Any]]:
        both = [*spread(first, n, start, end), *spread(first + 500, n, start, end, severity=2)]
        return [{**row, "source": "tool"} for row in both]

    some = [*rows(0, 72, 0, 180), *rows(2000, 20, 180, 225), *rows(4000, 30, 271, 333)]
    quiet = Span(date(2025, 8, 13), date(2025, 10, 1))
    marks = [
        {
            "table_name": "incidents",
            "source": "tool",
            "starts_at": "2025-08-13",
            "ends_at": "2025-10-01",
            "entry_id": 1,
        }
    ]
    known, made_with = settings(FEWER), {}
    if not by_person:
        known, made_with = (
            replace(known, quiet=(quiet,)),
            {"quiet_starts": ["2025-08-13"], "quiet_ends": ["2025-10-01"]},
        )
    with by_hand(
        tmp_path, {"as_of": "2025-12-01", **made_with}, incidents=some, quiet_spans=marks if by_person else []
    ) as store:
        made = entry(store, FEWER, known)
        said = {"incident_windows": [], "severity_words": {}, "quiet": [], "quiet_tools": []}
        made = replace(made, body={**made.body, "said": said})
        (one,) = held(store, known, made)
        (change,) = one.changes
        assert change.what == ("what was said to be quiet" if by_person else "[[quiet]]")
        assert "2025-08-13 to " in change.now and change.signed == "none"
        assert one.verdict == "met"
        assert one.verdict_signed == "cannot tell: the data have a gap"


def test_what_an_older_version_signed_without_it_is_as_signed(tmp_path: Path) -> None:
    with warehouse(tmp_path, counts(72, 20)) as store:
        made = entry(store, FEWER, settings(FEWER))
        old = replace(made, body={name: value for name, value in made.body.items() if name != "said"})
        now = replace(settings(FEWER), incident_windows=(Span(date(2025, 1, 1), date(2025, 6, 30)),))
        assert held(store, now, old)[0].state is State.AS_SIGNED


def test_settings_that_the_figure_does_not_read_may_change(tmp_path: Path) -> None:
    with warehouse(tmp_path, counts(72, 20)) as store:
        made = entry(store, FEWER, settings(FEWER))
        known = settings(FEWER)
        other = replace(
            known,
            targets=replace(known.targets, engage_minutes=5.0),
            incidents=replace(known.incidents, recovery_clock="started", repeat_look_back_days=90),
        )
        assert held(store, other, made)[0].state is State.AS_SIGNED


def test_an_edited_query_is_judged_by_the_text_that_was_signed(tmp_path: Path) -> None:
    with warehouse(tmp_path, [*counts(72, 20), *spread(3000, 20, 180, 270, severity=2)]) as store:
        made = entry(store, FEWER, settings(FEWER))
        kept = made.body["queries"]["kpis/p1_incidents"]
        wider = kept.replace("severity_counted = 1", "severity_counted <= 2")
        assert wider != kept
        (one,) = held(
            store, settings(FEWER), entry(store, FEWER, settings(FEWER), queries={"kpis/p1_incidents": wider})
        )
        assert [c.what for c in one.changes] == ["queries/kpis/p1_incidents.sql"]
        assert one.verdict == "met, not shown to be more than relabelling"
        assert one.verdict_signed == "missed, depends on severity rule"
        # Comments and layout change nothing.
        same = kept.replace("\n", "\n  -- a remark\n")
        (one,) = held(
            store, settings(FEWER), entry(store, FEWER, settings(FEWER), queries={"kpis/p1_incidents": same})
        )
        assert one.state is State.AS_SIGNED
        # A query that fails today says so, and takes nothing else down.
        broken = wider.replace("opening_tallies_in(", "no_such_macro(")
        (one,) = held(
            store,
            settings(FEWER),
            entry(store, FEWER, settings(FEWER), queries={"kpis/p1_incidents": broken}),
        )
        assert (one.state, one.verdict_signed) == (State.CHANGED, "")
        assert "does not run here" in one.words("UTC")


def test_records_that_change_the_baseline_are_no_change_of_terms_but_are_said(tmp_path: Path) -> None:
    with warehouse(tmp_path, counts(72, 20)) as store:
        made = entry(store, FEWER, settings(FEWER), numbers={"baseline": 60.0, "goal": 18.0})
        (one,) = held(store, settings(FEWER), made)
        assert one.state is State.AS_SIGNED
        assert one.restated == (
            "The baseline was 60 when it was signed and is 72 by today's records; the goal signed was 18"
        )


def test_a_promise_taken_out_after_signing_is_still_judged(tmp_path: Path) -> None:
    with warehouse(tmp_path, counts(72, 40)) as store:
        made = entry(store, FEWER, settings(FEWER))
        (one,) = held(store, settings(), made)
        assert (one.state, one.verdict_signed) == (State.WITHDRAWN, "missed")
        assert one.words("UTC").startswith("Withdrawn after signing: A promise (signed on 30 Jun 2025")


def test_the_first_signature_counts_and_an_older_entry_holds_the_terms(tmp_path: Path) -> None:
    with warehouse(tmp_path, counts(72, 20)) as store:
        harder = replace(FEWER, goal=Goal(change=-0.6))
        first = entry(store, harder, settings(harder))
        second = replace(entry(store, FEWER, settings(FEWER)), id=2)
        assert held(store, settings(FEWER), first, second)[0].state is State.CHANGED
        old = replace(first, body={key: first.body[key] for key in ("title", "kpi", "entry")})
        assert held(store, settings(FEWER), old)[0].verdict_signed == "improved, short of target"


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "review.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_signed_on_the_command_line_it_is_in_the_json_of_commitments_and_review(
    own_sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sign", "p1-incidents", "--who", "ann@example.com", "--data", str(own_sample)]) == 0
    assert main(["sign", "p1-incidents", "--who", "bob@example.com", "--data", str(own_sample)]) == 2
    refused = capsys.readouterr().err
    assert "was signed on" in refused and "by ann@example.com" in refused and "give it its own id" in refused
    assert main(["sign", "p1-incident", "--who", "bob", "--data", str(own_sample)]) == 2
    assert "Did you mean 'p1-incidents'?" in capsys.readouterr().err
    edit(own_sample, "goal = { change = -0.40 }\nshape", "goal = { change = -0.30 }\nshape")
    assert main(["commitments", "--json", "--data", str(own_sample)]) == 0
    found = {one["id"]: one for one in json.loads(capsys.readouterr().out)["commitments"]}
    signing = found["p1-incidents"]["signing"]
    assert signing["state"] == "changed after signing"
    assert signing["changes"] == [{"what": "goal", "now": "−30\xa0%", "signed": "−40\xa0%"}]
    assert signing["verdict"] and signing["verdict_signed"]
    assert found["mttr"]["signing"]["state"] == "not signed"
    assert main(["commitments", "--data", str(own_sample)]) == 0
    assert "p1-incidents: Changed after signing" in capsys.readouterr().out
    assert main(["review", "--json", "--data", str(own_sample)]) == 0
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    changed = "40 % fewer P1 incidents: Changed after signing"
    assert any(line.startswith(changed) for line in warnings)
    # What is presented says it too, and goes on saying it.
    frozen = freeze(open_workspace(own_sample), "2025-Q3", "ann@example.com")
    assert any(line.startswith(changed) for line in frozen.review.warnings)


def test_where_nothing_is_promised_nothing_can_be_signed(tmp_path: Path) -> None:
    by_default = build_folder(
        tmp_path, {"a.csv": "incident_id,opened_at,status\nA,2025-07-01T08:00:00Z,open\n"}
    )
    with pytest.raises(ReliabilityError, match=r"no promise is 'x'\. There is none\.$"):
        promise_named(open_workspace(by_default.folder), "x")


def test_the_page_shows_what_was_changed_on_the_card_and_in_the_drawer(open_page, own_sample: Path) -> None:
    workspace = open_workspace(own_sample)
    sign(workspace, promise_named(workspace, "p1-incidents"), "ann@example.com")
    sign(workspace, promise_named(workspace, "alerts"), "ann@example.com")
    app = open_page("commitments", data_dir=own_sample)
    assert "Changed after signing" not in said(app)
    app.button(key="open-promise-alerts").click().run()
    assert "As signed on" in said(app)
    edit(own_sample, "goal = { change = -0.40 }\nshape", "goal = { change = -0.30 }\nshape")
    app = open_page("commitments", data_dir=own_sample)
    assert said(app).count("Changed after signing") == 1
    app.button(key="open-promise-p1-incidents").click().run()
    assert not app.exception
    assert said(app).count("Changed after signing") == 2
    assert "Changed after signing" in said(open_page("quarterly_review", data_dir=own_sample))


def drawer_of_alerts(own_sample: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What a promise's drawer says of its signing, as a page of its own."""
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        from reliability.ui.promises import page as promises
        from reliability.ui.promises import signed
        from reliability.ui.view import open_view

        seen = open_view()
        signed.section(next(one for one in promises.standings(seen) if one.status.id == "alerts"), seen)

    monkeypatch.setenv("RELIABILITY_DATA", str(own_sample))
    return AppTest.from_function(page, default_timeout=120).run()


def sign_button(app: Any) -> Any:
    (found,) = [button for button in app.button if button.label == "Sign it"]
    return found


def test_a_press_on_a_page_from_before_a_goal_was_changed_signs_nothing(
    own_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = drawer_of_alerts(own_sample, monkeypatch)
    app.text_input(key="sign-person-alerts").set_value("Dana").run()
    old = sign_button(app)
    terms = promise_named(open_workspace(own_sample), "alerts")
    edit(own_sample, "goal = { at_least = 0.50 }", "goal = { at_least = 0.40 }")
    build(own_sample, load_settings(own_sample))
    assert promise_named(open_workspace(own_sample), "alerts").goal != terms.goal
    old.click().run()
    assert not app.exception
    assert Journal(own_sample).entries(KIND) == []
    sign_button(app).click().run()
    (made,) = Journal(own_sample).entries(KIND)
    assert made.who == "Dana"


def test_the_drawer_signs_what_nobody_has(own_sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = drawer_of_alerts(own_sample, monkeypatch)
    sign_button(app).click().run()
    assert "your name is missing" in said(app)
    app.text_input(key="sign-person-alerts").set_value("Dana").run()
    sign_button(app).click().run()
    assert not app.exception
    (made,) = Journal(own_sample).entries(KIND)
    assert (made.who, made.subject) == ("Dana", "alerts")
    assert made.body["settings"]["severity_rule"] == "highest"
    assert "As signed on" in said(app)


def test_a_damaged_journal_lets_nothing_be_told(own_sample: Path) -> None:
    workspace = open_workspace(own_sample)
    sign(workspace, promise_named(workspace, "alerts"), "ann@example.com")
    (own_sample / "journal.sqlite").write_bytes(b"not a journal at all" * 300)
    statuses = commitment_statuses(workspace.store, workspace.settings, workspace.as_of)
    found = held_to(workspace, statuses)
    assert {one.state for one in found} == {State.UNKNOWN}
    with pytest.raises(ReliabilityError):
        sign(workspace, promise_named(workspace, "mttr"), "ann@example.com")
