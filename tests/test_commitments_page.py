"""The Commitments page without a browser: the order, the cards, what opens, and the form for a new promise."""

from datetime import date
from pathlib import Path

import pytest

from reliability.journal import Journal
from reliability.settings import load_settings
from reliability.statistics.shapes import shapes
from reliability.ui.promises import form as promise_form
from tests.shown import charts
from tests.test_ui import said


def openers(app) -> list[str]:
    return [b.key for b in app.button if (b.key or "").startswith("open-promise-")]


def test_every_promise_has_a_card_and_a_path(open_page) -> None:
    app = open_page("commitments")
    assert len(openers(app)) == 13
    assert len(charts(app)) == 13
    shown = said(app)
    counted = (
        "1 kept, 4 reached but could be luck, 1 on the way, 3 over or short but could be luck and 4 missed"
    )
    assert f"Of 13\xa0promises: {counted}" in shown
    for word in (
        "goal: at most 19 in 90\xa0days",
        "was 32 per 90\xa0days",
        "a true 40\xa0% cut will be confirmed",
    ):
        assert word in shown
    assert shown.index(">61\xa0%<") < shown.index(">22<") < shown.index(">9 of 10<")  # kept, short, missed


def test_the_large_figure_is_the_one_the_verdict_speaks_of(open_page) -> None:
    bodies = [str(element.proto.body) for element in open_page("commitments").get("html")]
    large = [body.split('rl-figure">')[1].split("<")[0] for body in bodies if 'rl-figure">' in body]
    # Availability is missed by one endpoint although all together reach the goal.
    assert any(figure.startswith("4 of 5") for figure in large)
    assert "17 of 19" in large and "99.965\xa0%" not in large


def test_a_card_opens_its_definition_history_records_and_sql(open_page) -> None:
    app = open_page("commitments")
    app.button(key="open-promise-p1-incidents").click().run()
    assert not app.exception
    shown = said(app)
    assert "Leaves out" in shown
    assert "What was said at the end of each week" in shown
    assert "too early to tell" in shown
    assert "19\xa0records counted, 8 left out: 8 severity unknown" in shown
    assert any("severity_counted = 1" in code.value for code in app.code)


def test_availability_opens_what_spent_its_budget(open_page) -> None:
    app = open_page("commitments")
    assert "of the budget of POST /v2/checkout" in said(app)
    app.button(key="open-promise-availability").click().run()
    assert not app.exception
    shown = said(app)
    assert "used 159\xa0% of its error budget" in shown
    assert "Checkout requests time out" in shown
    assert "Everyday failures" in shown
    assert "12\xa0h not measured" in shown or "13\xa0h not measured" in shown


def test_a_past_quarter_shows_the_promises_as_they_were_then(open_page) -> None:
    shown = said(open_page("commitments", quarter="2025-Q3"))
    assert "As it was at the end of 2025 Q3." in shown
    assert "more P1s up to 15 Nov" in shown


def test_a_quarter_before_all_promises_says_so_and_draws_nothing(open_page) -> None:
    app = open_page("commitments", quarter="2024-Q3")
    assert "No promise was in force in this period" in said(app)
    assert not charts(app)


def test_filters_do_not_touch_promises_and_the_page_says_so(open_page) -> None:
    app = open_page("commitments", service=["search"])
    shown = said(app)
    assert "promises are for the whole company" in shown
    assert "goal: at most 19 in 90\xa0days" in shown


@pytest.fixture
def open_form(monkeypatch: pytest.MonkeyPatch):
    """The form by itself: without a browser a dialog closes with the next run."""
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        from reliability.ui.promises import form as promise_form
        from reliability.ui.view import open_view, view

        open_view()
        promise_form.form(view())

    def opened(data_dir: Path):
        monkeypatch.setenv("RELIABILITY_DATA", str(data_dir))
        app = AppTest.from_function(page, default_timeout=120).run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return opened


def test_the_button_opens_the_form_with_baseline_noise_and_chance(open_page) -> None:
    app = open_page("commitments")
    app.button(key="new-promise").click().run()
    assert not app.exception
    shown = said(app)
    assert "30 per 90\xa0days" in shown
    assert "With nothing changed, 90\xa0days hold about" in shown
    assert "A true success of exactly this size would be confirmed" in shown


def test_a_new_promise_is_written_with_every_comment_kept_and_is_on_the_page_at_once(
    open_page, open_form, own_sample: Path
) -> None:
    before = (own_sample / "review.toml").read_text(encoding="utf-8")
    assert len(openers(open_page("commitments", data_dir=own_sample))) == 13
    app = open_form(own_sample)
    app.text_input(key="promise-title").set_value("A quarter fewer P1s").run()
    app.button(key="promise-agree").click().run()
    assert "your name is missing" in said(app)
    assert (own_sample / "review.toml").read_text(encoding="utf-8") == before
    app.text_input(key="promise-person").set_value("Dana").run()
    app.button(key="promise-agree").click().run()
    assert not app.exception
    after = (own_sample / "review.toml").read_text(encoding="utf-8")
    assert after.startswith(before.rstrip())
    new = load_settings(own_sample).commitments[-1]
    assert (new.id, new.kpi, new.days) == ("a-quarter-fewer-p1s", "p1_incidents", 90)
    (entry,) = Journal(own_sample).entries("promise")
    assert (entry.who, entry.subject, entry.body["title"]) == (
        "Dana",
        "a-quarter-fewer-p1s",
        "A quarter fewer P1s",
    )
    assert entry.body["entry"] in after
    assert "open-promise-a-quarter-fewer-p1s" in openers(open_page("commitments", data_dir=own_sample))


def test_a_promise_without_words_is_refused_in_one_line(open_form, own_sample: Path) -> None:
    before = (own_sample / "review.toml").read_bytes()
    app = open_form(own_sample)
    app.button(key="promise-agree").click().run()
    assert not app.exception
    assert "the promise has no words" in said(app)
    assert (own_sample / "review.toml").read_bytes() == before


def test_a_name_stays_while_a_day_that_is_missing_hides_its_field(open_form, own_sample: Path) -> None:
    app = open_form(own_sample)
    app.text_input(key="promise-person").set_value("Dana").run()
    day = app.date_input(key="promise-start").value
    app.date_input(key="promise-start").set_value(None).run()
    assert "Choose all days" in said(app)
    assert [field.key for field in app.text_input if field.key == "promise-person"] == []
    app.date_input(key="promise-start").set_value(day).run()
    assert not app.exception
    assert app.text_input(key="promise-person").value == "Dana"


def test_what_the_number_means_stays_while_a_missing_day_hides_it(open_form, own_sample: Path) -> None:
    app = open_form(own_sample)
    shape = app.button_group(key="promise-shape")
    chosen = next(name for name in shapes() if name != shape.value)
    app.button_group(key="promise-shape").set_value(chosen).run()
    day = app.date_input(key="promise-start").value
    app.date_input(key="promise-start").set_value(None).run()
    assert [one.key for one in app.button_group if one.key == "promise-shape"] == []
    app.date_input(key="promise-start").set_value(day).run()
    assert not app.exception
    assert app.button_group(key="promise-shape").value == chosen


def test_all_of_a_count_can_be_promised_and_more_than_all_is_refused(open_form, own_sample: Path) -> None:
    app = open_form(own_sample)
    app.text_input(key="promise-title").set_value("No P1 at all").run()
    number = next(one.key for one in app.number_input if one.key.startswith("promise-number"))
    app.number_input(key=number).set_value(120.0).run()
    assert not app.exception
    assert "100 % less is the most that can be promised" in said(app)
    assert [button.key for button in app.button if button.key == "promise-agree"] == []
    app.number_input(key=number).set_value(100.0).run()
    assert not app.exception
    assert "At most 0" in said(app)
    app.text_input(key="promise-person").set_value("Dana").run()
    app.button(key="promise-agree").click().run()
    assert not app.exception
    new = load_settings(own_sample).commitments[-1]
    assert (new.title, new.goal.at_most, new.goal.change) == ("No P1 at all", 0.0, None)


@pytest.mark.parametrize(
    ("kind", "number", "unit", "words"),
    [
        ("less", 0, "incidents", "above 0"),
        ("less", 100, "minutes", "never come down to 0"),
        ("more", 2000, "share", "1000 %"),
        ("points", 201, "points", "200 points"),
        ("at least", 101, "share", "between 0 and 100"),
        ("at most", -1, "minutes", "never below 0"),
        ("at least", 250, "points", "between -100 and 100"),
        ("less", 100, "incidents", ""),
        ("less", 40, "minutes", ""),
        ("at least", -20, "points", ""),
        ("at least", 100, "points", ""),
    ],
)
def test_what_nobody_can_promise_is_said_in_the_words_of_the_form(kind, number, unit, words) -> None:
    found = promise_form.wrong(kind, number, unit)
    assert (words in found) if words else found == ""


@pytest.mark.parametrize(
    ("start", "days", "span", "words"),
    [
        ("2025-11-17", 90, ("2024-11-18", "2025-11-17"), ""),
        ("2025-11-17", 0, ("2024-11-18", "2025-11-17"), "“Days” is a number from 1 to 3660."),
        ("2025-11-17", 4000, ("2024-11-18", "2025-11-17"), "“Days” is a number from 1 to 3660."),
        ("0202-11-17", 90, ("2024-11-18", "2025-11-17"), "“From” lies between"),
        ("2025-11-17", 90, ("0001-01-01", "2025-11-17"), "“Compared with” lies between"),
        ("2025-11-17", 90, ("2025-11-17", "2025-11-17"), "“Compared with” needs at least one day"),
        ("2025-11-17", 90, ("2025-11-18", "2025-11-20"), "“Compared with” begins after 17 Nov 2025"),
        (
            "2025-11-16",
            90,
            ("2024-11-18", "2025-11-17"),
            "A promise is compared with what lies before it: “From” is",
        ),
    ],
)
def test_days_that_cannot_be_are_said_in_the_words_of_the_form(start, days, span, words) -> None:
    day = date.fromisoformat
    said = promise_form.wrong_days(day(start), days, (day(span[0]), day(span[1])), date(2025, 11, 17))
    assert said.replace("\N{NO-BREAK SPACE}", " ").startswith(words) if words else said == ""


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        ("time_to_recover_median", "The median itself is known to within"),
        ("nps", "The score itself is known to within"),
        ("availability", "At least 95"),
        ("postmortem_on_time_share", "Everything is counted"),
        ("repeat_share", "The share is known to within"),
        ("runbook_coverage_share", "Everything is counted"),
        ("escalation_to_engineering_hours_mean", "At most "),
    ],
)
def test_the_form_works_for_every_kind_of_figure(open_form, sample_dir: Path, kpi: str, words: str) -> None:
    app = open_form(sample_dir)
    app.selectbox(key="promise-kpi").set_value(kpi).run()
    assert not app.exception
    assert words in said(app)


def test_availability_is_offered_no_goal_that_would_be_refused(open_form, sample_dir: Path) -> None:
    app = open_form(sample_dir)
    kinds = {}
    for kpi in ("availability", "repeat_share"):
        app.selectbox(key="promise-kpi").set_value(kpi).run()
        (goal,) = [one for one in app.get("button_group") if (one.key or "").startswith("promise-goal")]
        kinds[kpi] = [option.content for option in goal.proto.options]
    assert kinds == {"availability": ["%, at least"], "repeat_share": ["%, at least", "%, at most"]}


def test_without_promises_the_page_says_how_to_write_one(open_page, own_sample: Path) -> None:
    text = (own_sample / "review.toml").read_text(encoding="utf-8")
    (own_sample / "review.toml").write_text(text[: text.index("[[commitments]]")], encoding="utf-8")
    app = open_page("commitments", data_dir=own_sample)
    assert not app.exception
    assert "New promise" in said(app)


def test_the_incidents_page_has_the_control_chart_instead_of_the_plain_one(open_page) -> None:
    app = open_page("incidents")
    shown = said(app)
    assert "limits from 19 Aug 2024 to 17 Aug 2025" in shown
    assert "No week since 18 Aug stands out" in shown
