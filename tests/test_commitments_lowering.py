"""What lowers a "met" on a count: a return to normal, the season, relabelling; each from rows to the words."""

from datetime import UTC, date, datetime

from reliability import model
from reliability.commitments import commitment_status
from reliability.commitments.evidence import Evidence
from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.model import OK, Card, Filters
from reliability.review import findings
from reliability.settings import Organisation, Settings
from tests.promises_by_hand import LATER, Baseline, Goal, Span, judged, late_record, promise, spread
from tests.warehouse_by_hand import by_hand

# Days are counted from 1 January 2025; the promise runs from day 180 to day 270.
YEAR_BEFORE = promise(
    "p1_incidents", Goal(change=-0.40), baseline=Baseline(date(2024, 7, 1), date(2025, 6, 30))
)
QUARTER = promise("p1_incidents", Goal(change=-0.40), baseline=Baseline(date(2025, 3, 31), date(2025, 6, 30)))
NO_CARD = Card("p1_incidents", "P1 incidents", "kpis/p1_incidents", OK, 20, "incidents", "20")


def quarters(*counts: int, after: int, **more) -> list:
    """P1s in quarters of 91 days that end with the promise's first day, oldest first, and `after` in its 90 days."""
    start = 180 - 91 * len(counts)
    rows = [
        row
        for i, count in enumerate(counts)
        for row in spread(1000 * i, count, start + 91 * i, start + 91 * (i + 1), **more)
    ]
    return [*rows, *spread(50_000, after, 180, 270, **more), *late_record()]


def test_a_fall_from_a_bad_quarter_is_not_shown_to_be_more_than_a_return_to_normal(tmp_path):
    # 24 a quarter, then 44, then 20: against the bad quarter alone that is 54 % fewer.
    found = judged(tmp_path, QUARTER, incidents=quarters(24, 24, 24, 44, after=20))
    assert (found.verdict, found.tone) == (Verdict.MET_NOT_SHOWN, model.NOISE)
    assert found.verdict_text == "met, not shown to be more than a return to normal"
    assert plain(found.sentence) == (
        "Down 54 %, target 40 %: 44 P1s per 90 days then, 20 now, but this is not shown to be more than a return to "
        "normal. Without its worst quarter it was 24 per 90 days."
    )
    assert plain(found.clause) == "P1s are down 54 %, not shown to be more than a return to normal"
    title = findings.of_counts("P1s", NO_CARD, found, "UTC")
    assert title.endswith("met, not shown to be more than a return to normal")
    said = " ".join(found.details)
    assert "44 against 24.0 in the other quarters of that year: bad by more than chance" in said


def test_a_fall_below_the_ordinary_quarters_stays_met_after_a_bad_one(tmp_path):
    found = judged(tmp_path, QUARTER, incidents=quarters(30, 30, 30, 30, 70, after=10))
    assert found.verdict_text.startswith("met")
    assert found.verdict is Verdict.MET


def test_a_quarter_that_was_no_worse_than_chance_lowers_nothing(tmp_path):
    found = judged(tmp_path, YEAR_BEFORE, incidents=quarters(30, 31, 30, 36, after=12))
    assert found.verdict is Verdict.MET
    assert "36 against 30.3 in the other quarters of that year: no worse than chance explains" in " ".join(
        found.details
    )


def test_the_last_quarter_alone_is_no_baseline_where_the_whole_year_is_known(tmp_path):
    # 36 after three times 24 is no worse than chance explains, and half of it is met: against the year it is not sure.
    found = judged(tmp_path, QUARTER, incidents=quarters(24, 24, 24, 36, after=18))
    assert "36 against 24.0 in the other quarters of that year: no worse than chance" in " ".join(
        found.details
    )
    assert found.verdict_text == "met, not shown to be more than a return to normal"
    assert "Over the whole year before it was 27 per 90" in plain(found.sentence)
    # A fall that is as sure against the year stays met; so does one whose year nobody knows.
    for name, rows in (("year", quarters(24, 24, 24, 36, after=12)), ("alone", quarters(36, after=18))):
        (tmp_path / name).mkdir()
        assert judged(tmp_path / name, QUARTER, incidents=rows).verdict is Verdict.MET


def test_a_fall_that_had_begun_before_the_promise_is_a_sentence_and_no_lowering(tmp_path):
    found = judged(tmp_path, YEAR_BEFORE, incidents=quarters(40, 38, 25, 22, after=6))
    said = "P1s were falling already before the promise: 39 per 90 days, then 23 per 90 days, in the two half years before it"
    assert found.verdict is Verdict.MET
    assert plain(found.sentence).endswith(f" {said}.") and said in map(plain, found.details)
    # 31 and 31 then 26 and 26 is no more than chance moves a count; a fall out of a declared window is one's end.
    (tmp_path / "even").mkdir()
    even = judged(tmp_path / "even", YEAR_BEFORE, incidents=quarters(31, 31, 26, 26, after=6))
    (tmp_path / "declared").mkdir()
    declared = {"incident_windows": (Span(date(2024, 7, 1), date(2024, 9, 30)),)}
    ended = judged(
        tmp_path / "declared", YEAR_BEFORE, settings=declared, incidents=quarters(70, 24, 24, 24, after=6)
    )
    for one in (even, ended):
        assert not any("falling already" in text for text in (one.sentence, *one.details))
    # Nobody who has not met a promise is told that it came by itself: the detail says it.
    (tmp_path / "short").mkdir()
    short = judged(tmp_path / "short", YEAR_BEFORE, incidents=quarters(40, 38, 25, 22, after=24))
    assert "falling already" not in short.sentence and any("falling already" in d for d in short.details)


def test_a_declared_window_is_left_out_and_without_anything_else_the_word_is_lowered_outright(tmp_path):
    declared = {"incident_windows": (Span(date(2025, 1, 1), date(2025, 6, 30)),)}
    half_year = promise("p1_incidents", Goal(change=-0.40))
    found = judged(tmp_path, half_year, settings=declared, incidents=quarters(40, 40, after=20))
    assert found.verdict is Verdict.MET_NOT_SHOWN
    assert "Nothing is left to compare with without the declared incident windows." in found.sentence
    # With an ordinary year before it, that is what it is compared with.
    (tmp_path / "more").mkdir()
    rows = quarters(40, 40, 40, 40, after=16)
    kept = judged(tmp_path / "more", half_year, settings=declared, incidents=rows)
    assert kept.verdict is Verdict.MET


def test_a_quiet_season_is_no_success(tmp_path):
    # Each year 40 P1s in three quarters and 16 in the one of the promise; now 16 again.
    year = (16, 40, 40, 40)
    found = judged(tmp_path, YEAR_BEFORE, incidents=quarters(*year, *year, after=16))
    assert found.verdict_text == "met, not shown to be more than the season"
    assert "These days are quieter every year: it was 16 per 90" in plain(found.sentence)
    # Half of what the season brings is more than the season.
    (tmp_path / "less").mkdir()
    less = judged(tmp_path / "less", YEAR_BEFORE, incidents=quarters(*year, *year, after=5))
    assert less.verdict is Verdict.MET


def test_p1s_that_are_filed_as_p2_are_not_fewer_incidents(tmp_path):
    rows = quarters(40, 40, 40, 40, after=20)
    p2 = spread(60_000, 80, 0, 180, severity=2) + spread(70_000, 80, -184, 0, severity=2)
    honest = judged(tmp_path, YEAR_BEFORE, incidents=[*rows, *p2, *spread(80_000, 40, 180, 270, severity=2)])
    assert honest.verdict is Verdict.MET
    (tmp_path / "filed").mkdir()
    filed = [*rows, *p2, *spread(80_000, 63, 180, 270, severity=2)]
    found = judged(tmp_path / "filed", YEAR_BEFORE, incidents=filed)
    assert found.verdict_text == "met, not shown to be more than relabelling"
    assert "P2s rose to 63 from 40 per 90 days" in plain(found.sentence)
    assert "P1s among P1s and P2s: 24 %, 50 % in the baseline" in [plain(d) for d in found.details]


def test_p1s_that_were_talked_down_are_relabelled(tmp_path):
    # Judged by the last severity, 14 of 34 were P1 once; in the baseline nobody was downgraded.
    down = spread(80_000, 14, 180, 270, severity=2, severity_first=1, severity_highest=1)
    rows = [*quarters(40, 40, 40, 40, after=20), *down]
    known = Settings(Organisation(time_zone="UTC"), commitments=(YEAR_BEFORE,))
    with by_hand(tmp_path, {"as_of": LATER, "severity_rule": "final"}, incidents=rows) as store:
        evidence = Evidence(store, known, datetime.fromisoformat(LATER).replace(tzinfo=UTC))
        found = commitment_status(YEAR_BEFORE, evidence)
    assert found.value == 20
    assert found.verdict_text.startswith("met, not shown to be more than relabelling")
    assert "41 % of P1s were downgraded, 0 % before" in plain(found.sentence)


def test_severities_nobody_promised_stand_beside_it_and_lower_nothing(tmp_path):
    rows = quarters(40, 40, 40, 40, after=20)
    fell_too = [*spread(60_000, 400, -184, 180, severity=4), *spread(80_000, 50, 180, 270, severity=4)]
    found = judged(tmp_path, YEAR_BEFORE, incidents=[*rows, *fell_too])
    assert found.verdict is Verdict.MET
    # 20 of 160 against 50 of 400: no change beside them (the late record is in no window).
    assert any(
        plain(d).startswith("Against P3 to P5, which nobody promised: 0 % (90 % range ")
        for d in found.details
    )


def test_a_count_of_other_severities_stands_beside_those_nobody_promised(tmp_path):
    # Half of the P4s, as of all others: no change beside them.
    small = promise(
        "incidents",
        Goal(change=-0.40),
        baseline=Baseline(date(2024, 7, 1), date(2025, 6, 30)),
        filters=Filters(severities=(4,)),
    )
    rows = [*quarters(40, 40, 40, 40, after=20, severity=4), *quarters_of_p2(160, 20)]
    found = judged(tmp_path, small, incidents=rows)
    (said,) = [plain(d) for d in found.details if "which nobody promised" in d]
    assert said.startswith("Against the other severities, which nobody promised: 0 % (90 % range ")
    (tmp_path / "all").mkdir()
    every = promise("incidents", Goal(change=-0.40), baseline=small.baseline)
    assert not any("nobody promised" in d for d in judged(tmp_path / "all", every, incidents=rows).details)


def quarters_of_p2(before: int, after: int) -> list:
    """P2s in the year before the promise, and in its 90 days."""
    return [*spread(70_000, before, -184, 180, severity=2), *spread(80_000, after, 180, 270, severity=2)]


def test_p1s_without_a_baseline_stand_beside_their_p2s(tmp_path):
    limit = promise("p1_incidents", Goal(at_most=30), baseline=None)
    found = judged(tmp_path, limit, incidents=[*quarters(40, after=20), *quarters_of_p2(0, 60)])
    said = [plain(d) for d in found.details]
    assert "P1s and P2s together: 80" in said and "P1s among P1s and P2s: 25 %" in said
