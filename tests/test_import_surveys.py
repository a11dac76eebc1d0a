"""Survey tools: the right question, no previews, no other kinds of survey."""

from pathlib import Path

import pytest

from tests.mapped import mapped, read, source


def test_delighted_times_are_unix_seconds_and_properties_name_the_account() -> None:
    first, second, _ = mapped("delighted_responses", "survey_responses.json")
    assert first["responded_at"] == "1713418460"
    assert (first["score"], first["account_id"], first["segment"]) == ("9", "A-17", "Enterprise")
    assert second["score"] == "0"
    assert {"comment", "account_id", "segment", "excluded_reason"}.isdisjoint(second)


def test_other_surveys_in_the_same_list_are_left_out() -> None:
    row = mapped("delighted_responses", "survey_responses.json")[2]
    assert row["excluded_reason"] == "a csat survey, not customer NPS"
    assert mapped("delighted_csv", "responses.csv")[1]["excluded_reason"] == "a CES survey, not customer NPS"


def test_a_delighted_table_is_read() -> None:
    assert mapped("delighted_csv", "responses.csv")[0] == {
        "response_id": "r1",
        "responded_at": "2025-05-01 10:00:00",
        "score": "10",
        "account_id": "Umbra Ltd",
        "segment": "Team",
        "comment": "Great, thanks",
        "source_line": 2,
    }


def test_the_group_column_points_to_the_question_of_a_qualtrics_survey() -> None:
    answered, preview, unfinished, blank = mapped("qualtrics_responses", "nps_group.csv")
    assert answered == {
        "response_id": "R_1aaaaaaaaaaaaaa",
        "responded_at": "2025-03-01 08:28:50",
        "score": "10",
        "account_id": "A-17",
        "segment": "Enterprise",
        "recorded_at": "2025-03-01 08:28:50",
        "source_line": 4,
    }
    assert preview["excluded_reason"] == "a survey preview"
    # Someone who left the survey early still gave a score; someone who finished it may have given none.
    assert unfinished["score"] == "7" and "excluded_reason" not in unfinished
    assert "score" not in blank and "excluded_reason" not in blank


def test_a_qualtrics_export_with_numeric_values_and_german_labels_is_read() -> None:
    answered, preview = mapped("qualtrics_responses", "numeric_values.csv")
    assert (answered["score"], answered["comment"]) == ("9", "Läuft")
    assert preview["excluded_reason"] == "a survey preview"


def test_a_qualtrics_survey_without_the_question_is_left_out_and_says_so() -> None:
    (row,) = mapped("qualtrics_responses", "no_nps_question.csv")
    assert row["excluded_reason"] == "the survey has no Net Promoter question"


def test_a_real_qualtrics_export_with_three_header_rows_is_one_response(real_exports: Path) -> None:
    name = "qualtrics-export-sample/qualtrics_3header_german.csv"
    chosen, rows = read(source(real_exports, name))
    assert chosen is not None and len(rows) == 1
    assert rows[0]["response_id"] == "R_2YPOQ602ER1jkf1"
    assert rows[0]["responded_at"] == "2017-07-18 08:28:48"
    assert rows[0]["excluded_reason"] == "the survey has no Net Promoter question"


def test_the_question_of_a_surveymonkey_survey_is_found_by_its_words() -> None:
    rows = mapped("surveymonkey_responses", "responses.csv")
    assert [(row["response_id"], row["score"], row["account_id"]) for row in rows] == [
        ("114000001", "10", "A-17"),
        ("114000002", "6", "A-18"),
    ]


def test_a_typeform_response_without_a_score_stays_blank() -> None:
    scored, blank = mapped("typeform_responses", "responses.csv")
    assert (scored["response_id"], scored["score"]) == ("tok1", "8")
    assert {"score", "excluded_reason"}.isdisjoint(blank)


def test_the_score_of_an_in_app_survey_is_not_its_label() -> None:
    rows = mapped("survicate_responses", "responses.csv")
    assert [(row["score"], row["account_id"], row["responded_at"]) for row in rows] == [
        ("10", "Umbra Ltd", "2023-03-27 17:31:53"),
        ("3", "Other Inc", "2023-03-28 17:31:53"),
    ]


def test_answers_of_a_form_get_an_id_from_what_they_say_and_equal_ones_stay_apart() -> None:
    rows = mapped("google_forms_nps", "form.csv")
    assert [row.get("score") for row in rows] == ["10", "3", "3", None]
    assert len({row["response_id"] for row in rows}) == 4
    assert (rows[0]["account_id"], rows[0]["comment"]) == ("Umbra", "Fast")
    (german,) = mapped("google_forms_nps", "formular.csv")
    assert (german["score"], german["responded_at"]) == ("9", "13.07.2025 15:27:00")


def test_of_answers_in_long_form_only_those_to_the_question_count() -> None:
    answer, *others = mapped("nps_long", "survey.csv")
    assert (answer["response_id"], answer["score"]) == ("5000", "10")
    assert [row["excluded_reason"] for row in others] == ["an answer to another question"] * 2


def test_other_kinds_of_asknicely_and_hubspot_surveys_are_left_out() -> None:
    nps, csat = mapped("asknicely_responses", "responses.json")
    assert (nps["score"], nps["responded_at"], nps["segment"]) == ("9", "1751331600", "Pro")
    assert csat["excluded_reason"] == "a csat question, not NPS"
    nps, csat = mapped("hubspot_feedback", "feedback.json")
    assert (nps["score"], nps["responded_at"], nps["account_id"]) == ("9", "2025-07-01T10:00:00Z", "77")
    assert csat["excluded_reason"] == "a CSAT survey, not customer NPS"


def test_the_score_of_a_survey_is_the_column_that_asks_to_recommend() -> None:
    scored, blank = mapped("survey_answers", "intercom.csv")
    assert (scored["score"], scored["account_id"]) == ("10", "Umbra")
    assert "score" not in blank


def test_the_only_column_of_dates_dates_a_survey_whatever_it_is_called() -> None:
    (row,) = mapped("survey_answers", "medallia.csv")
    assert (row["responded_at"], row["score"], row["segment"]) == ("2025-07-01", "7", "Gold")


@pytest.mark.parametrize(
    ("timestamp", "question"),
    [
        ("Marca temporal", "¿Qué tan probable es que nos recomiendes a un colega?"),
        ("Marca temporal", "Del 0 al 10, ¿recomendarías Acme?"),
        ("Carimbo de data/hora", "Qual a probabilidade de recomendar a Acme?"),
        ("Zeitstempel", "Wie wahrscheinlich ist es, dass Sie Acme weiterempfehlen?"),
        ("Horodateur", "Recommanderiez-vous Acme à un collègue ?"),
        ("Informazioni cronologiche", "Quanto consiglieresti Acme?"),
        ("タイムスタンプ", "Acmeを同僚に勧める可能性は？"),
    ],
)
def test_a_form_in_another_language_is_read_by_its_stamp_and_question(
    tmp_path: Path, timestamp: str, question: str
) -> None:
    (tmp_path / "form.csv").write_text(
        f'{timestamp},"{question}",Empresa\n13/07/2025 15:27:00,9,Umbra\n14/07/2025 15:27:00,3,Ferrum\n',
        encoding="utf-8",
    )
    chosen, rows = read(source(tmp_path, "form.csv"))
    assert chosen is not None and chosen.name == "google_forms_nps"
    assert [(row["responded_at"], row["score"], row["account_id"]) for row in rows] == [
        ("13/07/2025 15:27:00", "9", "Umbra"),
        ("14/07/2025 15:27:00", "3", "Ferrum"),
    ]
