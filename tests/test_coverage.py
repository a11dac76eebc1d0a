"""The simulation behind docs/statistics.md, with fewer runs: intervals hold the truth about nine times in ten."""

import pytest

from benchmarks import coverage

pytestmark = pytest.mark.slow


def test_the_score_interval_of_a_rate_ratio_covers_90_percent():
    for row in coverage.rate_coverage():
        assert float(row["ratio 1"]) == pytest.approx(0.90, abs=0.007)
        assert float(row["ratio 0.6"]) == pytest.approx(0.90, abs=0.007)
        assert float(row["one rate"]) == pytest.approx(0.90, abs=0.025)


def test_the_published_power_of_counts_is_found_again():
    rows = {row["P1s per 90 days"]: row for row in coverage.rate_power((10, 20, 60))}
    assert rows["10"]['true -40 %, "met"'] == "24 % / 30 %"
    assert rows["20"]["true -40 %, any cut shown"] == "41 % / 52 %"
    assert rows["60"]['true -50 %, "met"'] == "80 % / 84 %"
    assert rows["60"]['no change, "met"'] == "0 % / 0 %"


@pytest.mark.slow
def test_clusters_are_covered_when_the_dispersion_is_estimated():
    rows = {row["true dispersion"]: row for row in coverage.clustered_rate_coverage(600)}
    assert float(rows["3"]["plain Poisson, 13 + 13 weeks"]) < 0.75
    for row in rows.values():
        assert float(row["estimated, 52 + 13 weeks"]) == pytest.approx(0.90, abs=0.04)


@pytest.mark.slow
def test_the_bootstrap_of_two_medians_covers_90_percent_or_a_little_more():
    for row in coverage.median_coverage(500, sizes=(8, 20, 50)):
        assert 0.89 <= float(row["bootstrap"]) <= 0.97, row
        assert float(row["Hodges-Lehmann"]) == pytest.approx(0.90, abs=0.04), row


@pytest.mark.slow
def test_met_is_said_seldom_when_nothing_changed():
    (row,) = coverage.median_power_table(500, sizes=(50,))
    assert all(int(cell.split()[0]) <= 7 for cell in row["no change"].split(" / "))
    assert int(row["true -50 %"].split()[0]) == pytest.approx(90, abs=6)


@pytest.mark.slow
def test_nps_covers_90_percent_with_and_without_clusters():
    for row in coverage.nps_coverage(600):
        assert float(row["by account"]) == pytest.approx(0.90, abs=0.05), row
    assert float(row["adjusted Wald"]) < 0.75


@pytest.mark.slow
def test_control_charts_cry_wolf_seldom():
    for row in coverage.chart_signals(400, means=(2, 8)):
        falsely, _, seen = row["c-chart: falsely better / worse; cut seen"].partition("; ")
        better, worse = (float(share) for share in falsely.split(" / "))
        assert better < 0.13
        assert worse < 0.09
        assert float(seen) > 0.3


@pytest.mark.slow
def test_chances_told_at_half_time_come_true_about_as_often():
    for row in coverage.pace_calibration(400):
        middle = int(row["chance told"].split("-")[0]) + 5
        assert int(row["kept"].split()[0]) == pytest.approx(middle, abs=12), row
